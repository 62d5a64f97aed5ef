"""Workbooks that are filled in: the sheets and columns they have, and how one is read within limits: headings in
Chinese or English, in any order; every fault is named with its row, its column and its remedy."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

from jingwei.kernel.tables.cells import moment_of, text_of
from jingwei.kernel.tables.reading import Bounds, Unreadable, read_workbook
from jingwei.kernel.tables.writing import Mark, Page, workbook
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
    most: int = MOST_ROWS

    def column(self, key: str) -> Column:
        """The column of this key; the first where a refusal names none of them."""
        return next((one for one in self.columns if one.key == key), self.columns[0])


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
        return Fault(self.sheet.title, self.number, self.sheet.column(column).title, what, remedy)


_WHOLE = Text("整个文件", "the whole file")
_NOTHING = Text("", "")


def template(sheets: Sequence[Sheet], language: str, mark: Mark | None = None) -> bytes:
    """A workbook with the headings of these sheets alone, to be filled in."""
    pages = []
    for sheet in sheets:
        heads = [column.title.in_(language) for column in sheet.columns]
        pages.append(Page(sheet.title.in_(language), heads, ()))
    return workbook(pages, mark)


def read_sheets(
    content: bytes, zone: ZoneInfo, sheets: Sequence[Sheet], beside: Sequence[Text] = ()
) -> tuple[dict[str, list[Row]], list[Fault]]:
    """The rows by sheet and every fault of form. Sheets that are not there are left out, as those that stand `beside`
    to choose from; unknown ones are named."""
    faults: list[Fault] = []
    rows: dict[str, list[Row]] = {sheet.key: [] for sheet in sheets}
    try:
        grids = read_workbook(content, Bounds(file=MOST_BYTES), typed=True)
    except Unreadable as fault:
        return rows, [Fault(_WHOLE, 0, _NOTHING, fault.reason, fault.remedy)]
    known = {name: sheet for sheet in sheets for name in (sheet.key, sheet.title.zh, sheet.title.en)}
    zh, en = "、".join(one.title.zh for one in sheets), ", ".join(one.title.en for one in sheets)
    names = Text(f"工作表须名为：{zh}。", f"Sheets are called {en}.")
    for grid in grids:
        name = grid.name.strip()
        sheet = known.get(name) or known.get(name.lower())
        if sheet is None and any(name in (one.zh, one.en) for one in beside):
            continue
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
        names = {name.lower() for name in (column.key, column.title.zh, column.title.en)}
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
    if len(cells) - 1 > sheet.most:
        what = Text(f"超过 {sheet.most:,} 行。", f"More than {sheet.most:,} rows.")
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
