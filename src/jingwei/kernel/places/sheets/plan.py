"""What a sheet of cells means for the city as it stands: what each row begins or changes, and the acts that do it.

The console and the desk both plan here and carry out the same commands. Nothing is written. A row that says what stands
already enters nothing, so that a sheet sent twice changes nothing the second time.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.registry import Command
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.places.commands.naming import EnterSheet, PlainName, SheetCell
from jingwei.kernel.places.commands.redraw import NewArea, RedrawAreas, may_edit
from jingwei.kernel.places.models import CellCard, PlaceName
from jingwei.kernel.places.sheets.cells import SheetRow, read_cells
from jingwei.kernel.places.sheets.table import SheetProblem, Table
from jingwei.kernel.places.sheets.taking_out import name_written
from jingwei.kernel.places.snapshot import Place, Places, places_of
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

AT_ONCE = 500
"""Cells of a sheet in one command."""

Verb = Literal["new", "changed", "same"]
_MOVED = Text("改上级要调整区划，不在表里改。", "A redraw moves a cell; the sheet does not.")
_NAMED = Text("把名称改回原样；名称随区划调整改。", "Write the name as it stands; it changes with a redraw.")
_OTHER_CODE = Text("请取新编码；编码不重复使用。", "Take a new code: one is never used again.")
_NO_LEVEL = Text("全市还没有网格：请先说明网格是哪一级。", "The city has no cells yet: say which level they are.")


@dataclass(frozen=True, slots=True)
class RowPlan:
    """One row: what it does, and what becomes of the cell in words."""

    row: SheetRow
    verb: Verb
    says: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """A whole sheet. `commands` are to be carried out in this order, each under the key beside it; none where there are
    problems."""

    rows: tuple[RowPlan, ...]
    problems: tuple[SheetProblem, ...]
    commands: tuple[tuple[str, Command], ...]

    def count(self, verb: Verb) -> int:
        """How many rows do this."""
        return sum(one.verb == verb for one in self.rows)


def plan_sheet(scope: Scope, table: Table, on: datetime.date, basis: str, *, level: str = "") -> SheetPlan:
    """Plans a sheet as the actor would enter it from a day on; `level` is that of the cells, needed where the city has
    none yet.

    Two statements beside those of the places. Raises Invalid where nothing says which level the cells are.
    """
    places = places_of(scope)
    level = level or places.innermost
    if not level:
        raise Invalid(_NO_LEVEL, place="level")
    sheet = read_cells(table, {place.code for place in places.in_force if place.level != level})
    held = _held(places, [row.cell.code for row in sheet.rows])
    rows = tuple(_planned(row, held.get(row.cell.code)) for row in sheet.rows)
    standing = _Standing(scope.actor, places, table, sheet.columns, level, on)
    problems = (*sheet.problems, *(one for row in sheet.rows for one in standing.problems(row)))
    return SheetPlan(rows, problems, () if problems else tuple(_commands(rows, level, on, basis)))


def _commands(rows: Sequence[RowPlan], level: str, on: datetime.date, basis: str) -> Iterator[tuple[str, Command]]:
    """New cells first, then what all that differ are known by."""
    new = tuple(
        NewArea(code=one.row.cell.code, level=level, parent=one.row.parent, name=one.row.name)
        for one in rows
        if one.verb == "new"
    )
    if new:
        yield "areas", RedrawAreas(from_on=on, basis=basis, adds=new)
    told = [one.row.cell for one in rows if one.verb != "same"]
    for start in range(0, len(told), AT_ONCE):
        yield f"cells:{start}", EnterSheet(from_on=on, cells=tuple(told[start : start + AT_ONCE]))


def _held(places: Places, codes: Sequence[str]) -> dict[str, SheetCell]:
    """What the city knows of these cells, as a sheet would say it."""
    known = {places.by_code[code].id: code for code in codes if code in places.by_code}
    names: dict[str, list[PlainName]] = defaultdict(list)
    columns = ("area_id", "kind", "name", "low", "high", "side")
    standing = PlaceName.objects.filter(area__in=known, origin="sheet", until_on=None).order_by("pk")
    for area, kind, name, low, high, side in standing.values_list(*columns):
        names[known[area]].append(PlainName(kind=kind, name=name, low=low, high=high, side=side))
    cards = {known[card.pk]: card for card in CellCard.objects.filter(area__in=known)}
    return {
        code: SheetCell(
            code=code,
            worker=cards[code].worker if code in cards else "",
            phone=cards[code].phone if code in cards else "",
            households=cards[code].households if code in cards else None,
            names=tuple(names[code]),
        )
        for code in known.values()
    }


def _planned(row: SheetRow, held: SheetCell | None) -> RowPlan:
    if held is None:
        return RowPlan(row, "new", tuple(_differences(SheetCell(code=row.cell.code), row.cell)))
    says = tuple(_differences(held, row.cell))
    return RowPlan(row, "changed" if says else "same", says)


_FIELDS: Mapping[str, Text] = {
    "worker": Text("网格员", "Worker"),
    "phone": Text("电话", "Telephone"),
    "households": Text("户数", "Households"),
}


def _differences(before: SheetCell, after: SheetCell) -> Iterator[Text]:
    for name, title in _FIELDS.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            old, new = ("—" if one in ("", None) else one for one in (old, new))
            yield Text(f"{title.zh}：{old} → {new}", f"{title.en}: {old} → {new}")
    for title, one, other in (
        (Text("新叫法", "New names"), after.names, before.names),
        (Text("不再叫", "Names that end"), before.names, after.names),
    ):
        changed = [name_written(name) for name in one if name not in other]
        if changed:
            yield Text(f"{title.zh}：{'、'.join(changed)}", f"{title.en}: {', '.join(changed)}")


@dataclass(frozen=True, slots=True)
class _Standing:
    """What a sheet meets: the city on that day, and who enters it."""

    actor: Actor
    places: Places
    table: Table
    columns: Mapping[str, str]
    level: str
    on: datetime.date

    def problems(self, row: SheetRow) -> Iterator[SheetProblem]:
        """What of a row, well written as it may be, cannot be done in this city, on that day or by this actor."""
        known, above = self.places.by_code.get(row.cell.code), self.places.by_code.get(row.parent)
        if above is not None and not may_edit(self.actor, [(above.lft, above.rgt)]).allowed:
            yield self._wrong(row, "parent", *_beyond(above))
        if known is None:
            return
        code = known.code
        if known.level != self.level or not self.places.is_cell(known):
            yield self._wrong(row, "code", Text(f"“{code}”不是网格。", f"“{code}” is no cell."), _OTHER_CODE)
        elif not known.on(self.on):
            text = Text(f"“{code}”在这一天已撤销或尚未设立。", f"“{code}” is not in force on that day.")
            yield self._wrong(row, "code", text, _OTHER_CODE)
        elif above is not None and known.parent != above.id:
            there = self.places.by_id[known.parent].code if known.parent else ""
            yield self._wrong(row, "parent", Text(f"“{code}”属于“{there}”。", f"“{code}” lies in “{there}”."), _MOVED)
        elif row.name[0] != known.name.zh:
            text = Text(f"“{code}”现在叫“{known.name.zh}”。", f"“{code}” is called “{known.name.zh}”.")
            yield self._wrong(row, "name", text, _NAMED)

    def _wrong(self, row: SheetRow, ours: str, text: Text, remedy: Text) -> SheetProblem:
        return SheetProblem(self.table.file, self.table.sheet, row.number, self.columns.get(ours, ""), text, remedy)


def _beyond(above: Place) -> tuple[Text, Text]:
    return (
        Text(f"“{above.code}”不在您这个岗位的范围内。", f"“{above.code}” lies beyond the reach of your post."),
        Text("请由上一级录入，或删去这一行。", "Whoever is in charge of the area above enters it; or delete the row."),
    )
