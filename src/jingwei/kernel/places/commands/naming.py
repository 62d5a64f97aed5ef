"""What cells are known by: the city's sheet of cells, and what a clerk's correction teaches."""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jingwei.kernel.commands.actor import Decision
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.places.commands.redraw import locked, may_edit, not_in_force, unknown_area
from jingwei.kernel.places.models import Area, CellCard, PlaceName
from jingwei.kernel.values.grants import missing
from jingwei.kernel.values.words import Text

_GRANT = "places.edit"
REMEMBER = "matter.verify"  # whoever checks where something is may also say so for the next time
KINDS = ("estate", "village", "road")
LONGEST_NAME = 30
BLOCK = 20
"""House numbers that a remembered range spans at least: ten houses of one side, so that no single door is kept."""
_DOOR = re.compile(r"\d\s*(?:号|栋|幢|座|单元|室|户|楼|层)|\d{4,}|@")


@dataclass(frozen=True, kw_only=True)
class PlainName:
    """An estate, a village, or a road with a range of house numbers (open where None) on a side (odd, even, "")."""

    kind: str
    name: str
    low: int | None = None
    high: int | None = None
    side: str = ""


@dataclass(frozen=True, kw_only=True)
class SheetCell:
    """One cell of the sheet; who serves it stays in a row of its own and enters no entry."""

    code: str
    worker: str = ""
    phone: str = ""
    households: int | None = None
    names: tuple[PlainName, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EnterSheet(Command):
    """录入网格表: from a day on these cells are known by these names; names left out of the sheet end that day."""

    from_on: datetime.date
    cells: tuple[SheetCell, ...]


@dataclass(frozen=True, kw_only=True)
class RememberAlias(Command):
    """记住地名: from today on this name means this cell; learnt from a clerk's correction.

    It is kept at the level of an estate, a village or at least ten houses of a road: never a door.
    """

    area: str  # code of the cell
    name: PlainName


@handles(EnterSheet, grant=_GRANT)
def enter_sheet(work: Work, command: EnterSheet) -> Result:
    """Replaces what the sheet said before; what clerks taught stays."""
    areas = locked(work, [cell.code for cell in command.cells])
    missing_codes = [cell.code for cell in command.cells if cell.code not in areas]
    if missing_codes:
        raise unknown_area(missing_codes[0])
    names = {code: work.parts(PlaceName, area) for code, area in areas.items()}
    cards = {code: work.parts(CellCard, area) for code, area in areas.items()}
    work.authorise(_GRANT, may_edit(work.actor, [(area.lft, area.rgt) for area in areas.values()]))
    for cell in command.cells:
        work.require(not_in_force(areas[cell.code], command.from_on), place=cell.code)
        for name in cell.names:
            work.require(_name_problem(name), place=cell.code)
    for cell in command.cells:
        area = areas[cell.code]
        begun, ended = _replace_names(work, area, names[cell.code], cell.names, command.from_on)
        _write_card(work, area, cards[cell.code], cell)
        facts = {"code": area.code, "from": command.from_on, "names_begun": begun, "names_ended": ended}
        work.record(area, "places.sheet_entered", facts)
    work.raise_edition("places")
    return {"cells": len(command.cells)}


@handles(RememberAlias, grant=REMEMBER)
def remember_alias(work: Work, command: RememberAlias) -> Result:
    """The newest correction holds: an alias of the same name for another cell ends today."""
    wanted, today = command.name, work.scope.today
    same = PlaceName.objects.filter(
        origin="alias", until_on=None, kind=wanted.kind, name=wanted.name, low=wanted.low, high=wanted.high
    ).filter(side=wanted.side)
    others = list(same.select_related("area"))
    areas = locked(work, [command.area, *(one.area.code for one in others)])
    area = areas.get(command.area)
    if area is None:
        raise unknown_area(command.area)
    held = {one.pk: one for code in areas for one in work.parts(PlaceName, areas[code])}
    work.authorise(REMEMBER, _may_remember(work, area))
    work.require(not_in_force(area, today), place="area")
    work.require(alias_problem(wanted), place="name")
    current = [held[one.pk] for one in others if one.pk in held and held[one.pk].until_on is None]
    if any(one.area_id == area.pk for one in current):
        work.record(area, "places.alias_confirmed", {"code": area.code})
        return {"alias": None, "known": True}
    for one in current:
        one.until_on = today
        work.save(one, "until_on")
        other = next(head for head in areas.values() if head.pk == one.area_id)
        work.record(other, "places.alias_ended", {"code": other.code, "alias": one.pk, "followed_by": area.code})
    alias = _row(work, area, wanted, "alias", today)
    work.insert(alias)
    facts = {"code": area.code, "alias": alias.pk, "kind": wanted.kind, "from": today}
    work.record(area, "places.alias_remembered", facts)
    work.raise_edition("places")
    return {"alias": str(alias.pk), "known": False}


def block_of(number: int) -> tuple[int, int, str]:
    """The range of numbers, and the side, that stands for a house number when it is remembered: 118 → 100–119, even."""
    low = number - number % BLOCK
    return low, low + BLOCK - 1, "odd" if number % 2 else "even"


def _may_remember(work: Work, area: Area) -> Decision:
    duty = work.actor.duty_for(REMEMBER, area.lft, None)
    if duty is None:
        return Decision(False, missing(REMEMBER))
    return Decision(True, duty=duty)


def alias_problem(name: PlainName) -> Text | None:
    """Why a name cannot be remembered."""
    return _name_problem(name) or _door_problem(name)


def _name_problem(name: PlainName) -> Text | None:
    if name.kind not in KINDS or name.side not in ("", "odd", "even"):
        return Text(f"“{name.kind}”不是地名种类。", f"“{name.kind}” is no kind of place name.")
    if not 1 < len(name.name.strip()) <= LONGEST_NAME:
        return Text(f"地名须有 2 到 {LONGEST_NAME} 个字。", f"A place name has 2 to {LONGEST_NAME} characters.")
    if name.low is not None and name.high is not None and name.low > name.high:
        return Text("号段的起点大于终点。", "The range of house numbers begins after its end.")
    if name.kind != "road" and (name.low is not None or name.high is not None or name.side):
        return Text("只有道路有门牌号段。", "Only a road has a range of house numbers.")
    return None


def _door_problem(name: PlainName) -> Text | None:
    """What an alias would keep must be shared by many households: it is learnt from what somebody told of one."""
    if _DOOR.search(name.name):
        return Text(
            "请只留小区、村或道路的名称，去掉楼栋、门牌和房号。",
            "Keep the estate, village or road alone, without building, door or room.",
        )
    open_ended = name.low is None or name.high is None
    if not open_ended and (name.high or 0) - (name.low or 0) + 1 < BLOCK:
        return Text(
            f"号段至少跨 {BLOCK} 个号，以免记下某一户。",
            f"A range spans at least {BLOCK} numbers, so that no door is kept.",
        )
    return None


def _replace_names(
    work: Work, area: Area, known: Sequence[PlaceName], wanted: Iterable[PlainName], on: datetime.date
) -> tuple[int, int]:
    """How many names began and ended."""
    current = {_plain(row): row for row in known if row.origin == "sheet" and row.until_on is None}
    names = dict.fromkeys(wanted)
    begun = [name for name in names if name not in current]
    ended = [row for name, row in current.items() if name not in names]
    for row in ended:
        row.until_on = max(on, row.from_on)
        work.save(row, "until_on")
    work.insert(*(_row(work, area, name, "sheet", on) for name in begun))
    return len(begun), len(ended)


def _write_card(work: Work, area: Area, known: Sequence[CellCard], cell: SheetCell) -> None:
    if known:
        card = known[0]
        card.worker, card.phone, card.households = cell.worker, cell.phone, cell.households
        work.save(card, "worker", "phone", "households")
    elif cell.worker or cell.phone or cell.households is not None:
        work.insert(CellCard(area=area, worker=cell.worker, phone=cell.phone, households=cell.households))


def _plain(row: PlaceName) -> PlainName:
    return PlainName(kind=row.kind, name=row.name, low=row.low, high=row.high, side=row.side)


def _row(work: Work, area: Area, name: PlainName, origin: str, on: datetime.date) -> PlaceName:
    return PlaceName(
        id=work.new_id(),
        area=area,
        kind=name.kind,
        name=name.name,
        low=name.low,
        high=name.high,
        side=name.side,
        origin=origin,
        from_on=on,
    )
