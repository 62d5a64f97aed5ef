"""Which sheets and columns such a workbook has, and how one is read: headings in Chinese or English, any order."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

from jingwei.kernel.tables.cells import moment_of, text_of
from jingwei.kernel.tables.reading import Bounds, Unreadable, read_workbook
from jingwei.kernel.tables.writing import Page, workbook
from jingwei.kernel.values.words import Text

MOST_ROWS = 20_000
MOST_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key, its headings, what it holds."""

    key: str
    title: Text
    kind: Literal["text", "day", "moment"] = "text"
    required: bool = False
    longest: int = 120


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; `keys` name a row, so that none stands twice."""

    key: str
    title: Text
    columns: tuple[Column, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in the file: where, and what to do about it."""

    sheet: Text
    row: int  # as Excel counts; 0 for the sheet as a whole
    column: Text
    what: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class Row:
    """One row that could be read; absent cells are ""."""

    sheet: Sheet
    number: int
    values: dict[str, str] = field(default_factory=dict)
    moments: dict[str, datetime.datetime] = field(default_factory=dict)

    def fault(self, column: str, what: Text, remedy: Text) -> Fault:
        """Something wrong in this row."""
        title = next(one.title for one in self.sheet.columns if one.key == column)
        return Fault(self.sheet.title, self.number, title, what, remedy)


_CODE = Text("代码", "code")
_LOGIN, _POST = Text("账户名", "login"), Text("岗位代码", "post")
SHEETS = (
    Sheet(
        "units",
        Text("单位", "units"),
        (
            Column("code", _CODE, required=True, longest=40),
            Column("kind", Text("种类", "kind"), required=True, longest=20),
            Column("parent", Text("上级单位", "parent"), longest=40),
            Column("area", Text("区域代码", "area"), required=True, longest=40),
            Column("name_zh", Text("中文名称", "name_zh"), required=True),
            Column("name_en", Text("英文名称", "name_en"), required=True),
            Column("ends_on", Text("撤销日期", "ends_on"), "day"),
        ),
        ("code",),
    ),
    Sheet(
        "posts",
        Text("岗位", "posts"),
        (
            Column("code", _CODE, required=True, longest=60),
            Column("unit", Text("单位代码", "unit"), required=True, longest=40),
            Column("area", Text("区域代码", "area"), required=True, longest=40),
            Column("role", Text("角色", "role"), required=True, longest=40),
            Column("title_zh", Text("中文名称", "title_zh"), required=True),
            Column("title_en", Text("英文名称", "title_en"), required=True),
            Column("grants", Text("权限", "grants"), longest=2000),
            Column("ends_on", Text("撤岗日期", "ends_on"), "day"),
            Column("hand_over_to", Text("移交岗位", "hand_over_to"), longest=60),
        ),
        ("code",),
    ),
    Sheet(
        "people",
        Text("人员", "people"),
        (
            Column("login", _LOGIN, required=True, longest=60),
            Column("name", Text("姓名", "name"), required=True),
            Column("phone", Text("电话", "phone"), longest=40),
            Column("language", Text("语言", "language"), longest=10),
            Column("ends_on", Text("离职日期", "ends_on"), "day"),
        ),
        ("login",),
    ),
    Sheet(
        "holdings",
        Text("任岗", "holdings"),
        (
            Column("login", _LOGIN, required=True, longest=60),
            Column("post", _POST, required=True, longest=60),
            Column("from_at", Text("开始", "from"), "moment"),
            Column("until_at", Text("结束", "until"), "moment"),
        ),
        ("login", "post"),
    ),
    Sheet(
        "shifts",
        Text("值班", "shifts"),
        (
            Column("roster", Text("值班表代码", "roster"), required=True, longest=40),
            Column("post", _POST, required=True, longest=60),
            Column("login", _LOGIN, required=True, longest=60),
            Column("from_at", Text("开始", "from"), "moment", required=True),
            Column("until_at", Text("结束", "until"), "moment", required=True),
        ),
        ("roster", "login", "from_at"),
    ),
)

_WHOLE = Text("整个文件", "the whole file")
_NOTHING = Text("", "")


def template(sheets: Sequence[Sheet], language: str) -> bytes:
    """A workbook with the headings of these sheets alone, to be filled in."""
    pages = []
    for sheet in sheets:
        heads = [column.title.in_(language) for column in sheet.columns]
        pages.append(Page(sheet.title.in_(language), heads, ()))
    return workbook(pages)


def read_sheets(
    content: bytes, zone: ZoneInfo, sheets: Sequence[Sheet] = SHEETS
) -> tuple[dict[str, list[Row]], list[Fault]]:
    """The rows by sheet and every fault of form. Sheets that are not there are left out; unknown ones are named."""
    faults: list[Fault] = []
    rows: dict[str, list[Row]] = {sheet.key: [] for sheet in SHEETS}
    try:
        grids = read_workbook(content, Bounds(file=MOST_BYTES))
    except Unreadable as fault:
        return rows, [Fault(_WHOLE, 0, _NOTHING, fault.reason, fault.remedy)]
    known = {name: sheet for sheet in sheets for name in (sheet.key, sheet.title.zh, sheet.title.en)}
    zh, en = "、".join(one.title.zh for one in sheets), ", ".join(one.title.en for one in sheets)
    names = Text(f"工作表须名为：{zh}。", f"Sheets are called {en}.")
    for grid in grids:
        name = grid.name.strip()
        sheet = known.get(name) or known.get(name.lower())
        if sheet is None:
            unknown = Text("不认识这张工作表。", "This sheet is not known.")
            faults.append(Fault(Text(name, name), 0, _NOTHING, unknown, names))
            continue
        found, wrong = _rows(sheet, grid.lines, zone)
        rows[sheet.key] += found
        faults += wrong
    return rows, faults


def _rows(sheet: Sheet, cells: Sequence[Sequence[object]], zone: ZoneInfo) -> tuple[list[Row], list[Fault]]:
    if not cells:
        return [], []
    headings = [str(cell).strip().lower() for cell in cells[0]]
    places: dict[str, int] = {}
    for column in sheet.columns:
        names = {column.key, column.title.zh, column.title.en}
        place = next((number for number, heading in enumerate(headings) if heading in names), None)
        if place is not None:
            places[column.key] = place
    lacking = [column for column in sheet.columns if column.required and column.key not in places]
    if lacking:
        what = Text("缺少这一列。", "This column is missing.")
        return [], [
            Fault(sheet.title, 1, one.title, what, Text(f"第一行写“{one.title.zh}”。", f"Head it “{one.title.en}”."))
            for one in lacking
        ]
    if len(cells) - 1 > MOST_ROWS:
        what = Text(f"超过 {MOST_ROWS:,} 行。", f"More than {MOST_ROWS:,} rows.")
        return [], [Fault(sheet.title, 0, _NOTHING, what, Text("请分成几个文件。", "Split the file."))]
    return _read(sheet, cells[1:], places, zone)


def _read(
    sheet: Sheet, cells: Sequence[Sequence[object]], places: dict[str, int], zone: ZoneInfo
) -> tuple[list[Row], list[Fault]]:
    rows: list[Row] = []
    faults: list[Fault] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(cells, 2):
        given = {column.key: line[places[column.key]] if column.key in places else "" for column in sheet.columns}
        if not any(str(value).strip() for value in given.values()):
            continue
        row, wrong = _row(Row(sheet, number), given, zone)
        key = tuple(str(row.moments.get(name) or row.values.get(name, "")) for name in sheet.keys)
        if not wrong and key in seen:
            what = Text(f"与第 {seen[key]} 行重复。", f"Row {seen[key]} says it already.")
            wrong = [row.fault(sheet.keys[0], what, Text("删去一行。", "Delete one of the rows."))]
        seen.setdefault(key, number)
        faults += wrong
        if not wrong:
            rows.append(row)
    return rows, faults


def _row(row: Row, given: dict[str, object], zone: ZoneInfo) -> tuple[Row, list[Fault]]:
    faults = []
    for column in row.sheet.columns:
        value = given[column.key]
        text = text_of(value)
        if not text:
            if column.required:
                faults.append(
                    row.fault(column.key, Text("没有填写。", "It is empty."), Text("请填写。", "Fill it in."))
                )
        elif column.kind != "text":
            at = moment_of(value, zone)
            if at is None:
                remedy = Text("写成 2026-11-26 或 2026-11-26 20:00。", "Write 2026-11-26 or 2026-11-26 20:00.")
                faults.append(row.fault(column.key, Text(f"“{text}”不是日期。", f"“{text}” is no date."), remedy))
            else:
                row.moments[column.key] = at
        elif len(text) > column.longest:
            what = Text(f"超过 {column.longest} 个字符。", f"Longer than {column.longest} characters.")
            faults.append(row.fault(column.key, what, Text("请缩短。", "Shorten it.")))
        row.values[column.key] = text
    return row, faults
