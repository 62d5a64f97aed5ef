"""The columns of lists of matters: named once, for pages, for the choice of columns, and for files."""

from collections.abc import Iterable, Mapping, Sequence

from jingwei.kernel.values.words import Text
from jingwei.kit.parts.table import Cell, Column
from jingwei.surfaces.desk.queries import WorkRow

COLUMNS = {
    one.key: one
    for one in (
        Column("clock", Text("时限", "Time")),
        Column("class", Text("类别", "Category"), fixed=True),
        Column("type", Text("事项类型", "Type")),
        Column("excerpt", Text("内容", "Text")),
        Column("place", Text("地点", "Place")),
        Column("unit", Text("单位", "Unit")),
        Column("state", Text("状态", "State")),
        Column("number", Text("编号", "Number")),
        Column("opened", Text("上报时间", "Reported")),
        Column("due", Text("期限", "Due")),
    )
}
"""The columns somebody may choose and put in order; the class leads to the matter and is always among them."""
USUAL = ("clock", "class", "excerpt", "place", "unit", "state", "number", "opened")
FOUND = ("class", "excerpt", "number", "place", "unit", "due", "clock")
"""Those of lists whose rows are more than one line high."""


def columns_of(keys: Iterable[str]) -> tuple[Column, ...]:
    """The columns of these keys in their order; the class stands behind the clock where no place was given to it."""
    known = [key for key in dict.fromkeys(keys) if key in COLUMNS]
    if "class" not in known:
        known.insert(1 if known[:1] == ["clock"] else 0, "class")
    return tuple(COLUMNS[key] for key in known)


def in_order(chosen: Sequence[str], places: Mapping[str, str], before: Sequence[str]) -> tuple[str, ...]:
    """The chosen keys by the places that a form gives them; of two at one place the one that was moved comes first."""
    was = {key: str(number) for number, key in enumerate(before, 1)}
    usual = {key: number for number, key in enumerate(COLUMNS, 1)}

    def rank(key: str) -> tuple[int, bool, int]:
        told = places.get(key, "")
        place = int(told) if told.isascii() and told.isdigit() and len(told) < 4 else len(COLUMNS) + usual[key]
        return place, told == was.get(key), usual[key]

    return tuple(sorted({key for key in (*chosen, "class") if key in COLUMNS}, key=rank))


def cells_of(row: WorkRow) -> dict[str, Cell]:
    """One matter under every column."""
    return {
        "clock": Cell(left=row.left),
        "class": Cell(words=row.category),
        "type": Cell(words=row.type),
        "excerpt": Cell(text=row.excerpt),
        "place": Cell(words=row.place),
        "unit": Cell(words=row.unit),
        "state": Cell(words=row.state),
        "number": Cell(text=row.number),
        "opened": Cell(at=row.opened_at),
        "due": Cell(at=row.due_at),
    }
