"""From the rows of a sheet to cells with what they are known by; every problem names sheet, row, column and remedy."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jingwei.kernel.places.addresses.writing import written
from jingwei.kernel.places.commands.naming import LONGEST_NAME, PlainName, SheetCell
from jingwei.kernel.places.sheets.table import Row, SheetProblem, Table
from jingwei.kernel.values.words import Text

COLUMNS: Mapping[str, tuple[str, ...]] = {  # ours: what a header may call it
    "code": ("编码", "网格编码", "code"),
    "name": ("名称", "网格名称", "name"),
    "name_en": ("英文名", "英文名称", "name_en"),
    "parent": ("上级", "上级编码", "parent"),
    "worker": ("网格员", "姓名", "worker"),
    "phone": ("电话", "联系电话", "phone"),
    "households": ("户数", "households"),
    "estates": ("小区", "estates"),
    "villages": ("村", "自然村", "villages"),
    "roads": ("道路", "街路", "roads"),
    "house_numbers": ("门牌", "门牌号段", "house ranges", "house_numbers"),
}
NEEDED = ("code", "name", "parent")
_APART = re.compile(r"[;；、\n]+")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
"""How the code of a cell is written."""

_PHONE = re.compile(r"[+0-9][0-9 ()-]{3,38}[0-9]")
_RANGE = re.compile(
    r"(?P<road>(?=.*[^\W\d]).*?[^\d\s–—~～至到-])\s*(?P<low>\d{1,5})\s*号?\s*(?:(?P<dash>[-－–—~～至到])\s*(?P<high>\d{1,5})?\s*号?)?"
    r"\s*(?P<side>单号?|双号?|odd|even)?"
)
_NO_ROWS = Text("表头下没有网格。", "There is no cell below the header.")
_NUMBERED = re.compile(r"\d\s*(号|[-–—~～至到])")  # 人民路1-99号 among the roads; Route 9 is a road's own name
_SIDES = {"单": "odd", "单号": "odd", "双": "even", "双号": "even", "odd": "odd", "even": "even"}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One cell of the sheet, with where it belongs in the tree."""

    number: int
    parent: str
    name: tuple[str, str]  # Chinese, English
    cell: SheetCell


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet holds; it may be used only if there are no problems."""

    rows: tuple[SheetRow, ...]
    problems: tuple[SheetProblem, ...]
    columns: Mapping[str, str]  # ours: as the sheet's header has it, "" where it has none


def read_cells(table: Table, parents: Collection[str]) -> Sheet:
    """The cells of a table; `parents` are the codes of the areas they may lie in."""
    reading = _Reading(table, parents)
    return Sheet(tuple(reading.rows()), (*table.problems, *reading.problems), reading.columns)


class _Reading:
    """One sheet under way."""

    def __init__(self, table: Table, parents: Collection[str]) -> None:
        self.problems: list[SheetProblem] = []
        self._table = table
        self._parents = parents
        self.columns = self._columns()
        self._seen: dict[str, int] = {}
        self._claimed: dict[str, list[tuple[PlainName, int]]] = {}

    def _columns(self) -> dict[str, str]:
        lowered = {head.lower(): head for head in self._table.header}
        found = {
            ours: next((lowered[word] for word in words if word in lowered), "") for ours, words in COLUMNS.items()
        }
        for ours in NEEDED:
            if not found[ours] and not self._table.problems:
                words = "、".join(COLUMNS[ours])
                text = Text(f"缺少列：{words}。", f"A column is missing: {', '.join(COLUMNS[ours])}.")
                self._wrong(1, "", text, Text("补上这一列。", "Add the column."))
        return found

    def rows(self) -> Iterator[SheetRow]:
        """Reads on past problems, so that all are found at once."""
        if self.problems or self._table.problems:
            return
        if not self._table.rows:
            self._wrong(1, "", _NO_ROWS, Text("请在表头下填写网格。", "Write the cells below the header."))
        for row in self._table.rows:
            values = {ours: row.cells.get(head, "") if head else "" for ours, head in self.columns.items()}
            code = self._code(row, values)
            name = self._name(row, values)
            names = tuple(dict.fromkeys(self._names(row, values)))
            self._claim(row, names)
            cell = SheetCell(
                code=code,
                worker=self._short(row, "worker", values, 60),
                phone=self._phone(row, values),
                households=self._households(row, values),
                names=names,
            )
            yield SheetRow(row.number, values["parent"], name, cell)

    def _wrong(self, row: int, ours: str, text: Text, remedy: Text) -> None:
        column = self.columns[ours] if ours else ""
        self.problems.append(SheetProblem(self._table.file, self._table.sheet, row, column, text, remedy))

    def _code(self, row: Row, values: Mapping[str, str]) -> str:
        code, parent = values["code"], values["parent"]
        if not CODE.fullmatch(code):
            text = Text(f"编码“{code[:40]}”不合格式。", f"“{code[:40]}” is not a code.")
            self._wrong(
                row.number, "code", text, Text("用字母、数字和 - _ .，最多 40 位。", "Letters, digits and - _ . only.")
            )
        elif code in self._seen:
            text = Text(f"编码“{code}”在第 {self._seen[code]} 行已有。", f"“{code}” stands in row {self._seen[code]}.")
            self._wrong(row.number, "code", text, Text("改编码，或删去一行。", "Change the code, or delete a row."))
        self._seen.setdefault(code, row.number)
        if parent not in self._parents:
            text = Text(f"没有上级区域“{parent[:40]}”。", f"There is no area “{parent[:40]}” to lie in.")
            self._wrong(
                row.number, "parent", text, Text("先录入上级，或改正编码。", "Enter it first, or correct the code.")
            )
        return code

    def _name(self, row: Row, values: Mapping[str, str]) -> tuple[str, str]:
        if not values["name"] or len(values["name"]) > 120 or len(values["name_en"]) > 120:  # noqa: PLR2004  # the column's width
            text = Text("名称须有 1 到 120 个字。", "A name has 1 to 120 characters.")
            self._wrong(row.number, "name", text, _FILL)
        return values["name"], values["name_en"] or values["name"]

    def _short(self, row: Row, ours: str, values: Mapping[str, str], longest: int) -> str:
        if len(values[ours]) > longest:
            text = Text(f"超过 {longest} 字。", f"Longer than {longest} characters.")
            self._wrong(row.number, ours, text, _FILL)
        return values[ours]

    def _phone(self, row: Row, values: Mapping[str, str]) -> str:
        if values["phone"] and not _PHONE.fullmatch(values["phone"]):
            text = Text("不是电话号码。", "This is not a telephone number.")
            self._wrong(
                row.number, "phone", text, Text("只写一个号码，数字、空格和 - 。", "One number: digits, spaces, -.")
            )
        return values["phone"]

    def _households(self, row: Row, values: Mapping[str, str]) -> int | None:
        count = values["households"]
        if not count:
            return None
        if not count.isascii() or not count.isdigit() or len(count) > 7:  # noqa: PLR2004  # ten million: a typing error
            text = Text(f"“{count[:20]}”不是户数。", f"“{count[:20]}” is not a number of households.")
            self._wrong(row.number, "households", text, _FILL)
            return None
        return int(count)

    def _names(self, row: Row, values: Mapping[str, str]) -> Iterator[PlainName]:
        for ours, kind in (("estates", "estate"), ("villages", "village"), ("roads", "road")):
            for part in _parts(values[ours]):
                if self._fits(row, ours, part):
                    numbered = read_range(part) if ours == "roads" and _NUMBERED.search(part) else None
                    yield numbered or PlainName(kind=kind, name=part)
        for part in _parts(values["house_numbers"]):
            found = read_range(part)
            if found is None:
                text = Text(f"“{part[:40]}”不是门牌号段。", f"“{part[:40]}” is not a range of house numbers.")
                remedy = Text(
                    "写成：人民路1-99号单；建设路20号；东街100-。",
                    "Write: Main Street 1-99 odd; Elm Road 20; East Road 100-.",
                )
                self._wrong(row.number, "house_numbers", text, remedy)
            elif self._fits(row, "house_numbers", found.name):
                yield found

    def _fits(self, row: Row, ours: str, name: str) -> bool:
        if 1 < len(name) <= LONGEST_NAME:
            return True
        text = Text(
            f"“{name[:40]}”须有 2 到 {LONGEST_NAME} 个字。", f"“{name[:40]}” must have 2 to {LONGEST_NAME} characters."
        )
        self._wrong(row.number, ours, text, Text("用“；”隔开各个名称。", "Put a semicolon between names."))
        return False

    def _claim(self, row: Row, names: Sequence[PlainName]) -> None:
        """No house number may belong to two cells."""
        for name in names:
            if name.kind != "road":
                continue
            held = self._claimed.setdefault(written(name.name), [])
            other = next((number for one, number in held if number != row.number and _meet(one, name)), None)
            if other is not None:
                text = Text(
                    f"“{name.name}”的号段与第 {other} 行重叠。",
                    f"The range of “{name.name}” overlaps that of row {other}.",
                )
                ours = "house_numbers" if name.low is not None or name.side else "roads"
                self._wrong(
                    row.number, ours, text, Text("改正其中一行的号段。", "Correct the range of one of the two.")
                )
            held.append((name, row.number))


def read_range(text: str) -> PlainName | None:
    """A road with a range of house numbers: 人民路1-99单号, 建设路20号, Main Street 100- even; None if it is none."""
    found = _RANGE.fullmatch(text.strip())
    if found is None or not found["road"].strip():
        return None
    low = int(found["low"])
    high = int(found["high"]) if found["high"] else None if found["dash"] else low
    if high is not None and high < low:
        return None
    return PlainName(
        kind="road", name=found["road"].strip(), low=low, high=high, side=_SIDES.get(found["side"] or "", "")
    )


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in _APART.split(cell) if part.strip()]


def _meet(one: PlainName, other: PlainName) -> bool:
    if one.side and other.side and one.side != other.side:
        return False
    far = 10**6
    low = max(one.low or 0, other.low or 0)
    high = min(far if one.high is None else one.high, far if other.high is None else other.high)
    side = one.side or other.side
    return low < high or (low == high and (not side or (low % 2 == 1) == (side == "odd")))


_FILL = Text("请改正这一格。", "Correct the cell.")
