"""The units of an area: what they have in hand now, and how much of what fell due lately they did in time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from jingwei.kernel.agencies.snapshot import Body, agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.rules.naming import units_to_name
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.measures.compute import Asked as AskedFor
from jingwei.kernel.measures.compute import Cut, Figure, compute_groupings
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.published import LEAST_EVENTS
from jingwei.kernel.measures.registry import headlines_of
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.values.words import Text
from jingwei.kit.figures.words import NOTHING, Shown, group_title, in_words
from jingwei.surfaces.command_map.behind import address_of
from jingwei.surfaces.command_map.figures import Counted, Standing, fell_due, shared
from jingwei.surfaces.command_map.seat import Seat

FRESH = 300.0
"""Seconds for which shares over a week stand: a week does not change from one second to the next."""

SHOWN = 12
"""Units that stand on the board unless all are asked for."""


@dataclass(frozen=True, slots=True)
class Line:
    """One unit: in hand and late now, with their lists; its share and of how many it was taken."""

    code: str
    title: Text
    counted: Counted
    open_list: str
    overdue_list: str
    share: Shown | None
    share_list: str


@dataclass(frozen=True, slots=True)
class Board:
    """The units in the order in which a duty room sees to them, and the shares of all together: those with most that is
    late first, among equals those with the lowest share, then those of which none was taken."""

    measure: Measure | None  # the one of the units' shares
    lines: tuple[Line, ...]
    more: int  # units that are left out
    shares: tuple[tuple[Shown, str], ...]  # each with the list of what it was taken of


def units_to_tell(scope: Scope, kind: MatterType) -> list[Body]:
    """The units that the reader may tell something: where somebody can sign, within the reader's own reach."""
    places = places_of(scope)
    return [
        one
        for one in units_to_name(scope.actor, kind, agencies_of(scope), None)
        if (place := places.by_code.get(one.area)) and scope.actor.duty_for(kind.report_grant, place.lft, one.id)
    ]


def board_of(scope: Scope, seat: Seat, standing: Standing, most: int | None = SHOWN) -> Board:
    """The board of a seat, of at most so many units (None: all). One statement where nobody asked within `FRESH`."""
    kind = kind_of(seat, standing)
    measures, figures = _watched(kind), dict[str | None, Figure]()
    by, told = next(iter(measures), None), list[tuple[Shown, str]]()
    if measures:
        asked = ("shares", seat.area.code, kind)
        whole, units = shared(scope, asked, FRESH, lambda: _counted(scope, seat, kind, measures))
        shares = [_shown(one, has) for one, has in zip(measures, whole, strict=True) if has.denominator]
        told = [(one, address_of(seat, one.measure.key)) for one in shares]
        by = next((one.measure for one, _ in told), measures[0])
        figures = {one.group[0]: one for one in units[measures.index(by)]}
    lines = sorted(_lines(scope, seat, standing, by, figures), key=_rank)
    shown = lines if most is None else lines[:most]
    return Board(by, tuple(shown), len(lines) - len(shown), tuple(told))


def _watched(kind: str) -> list[Measure]:
    """The headlines of a type, of at least as many matters as make a share: one of one is not 100 %."""
    return [replace(one, least_sample=max(one.least_sample, LEAST_EVENTS)) for one in headlines_of(kind)]


def _shown(measure: Measure, figure: Figure) -> Shown:
    """A share; of too few matters from how many of how many it would be."""
    shown = Shown(measure, NOTHING, in_words(measure, figure), figure)
    return shown if figure.value is not None else replace(shown, value=shown.made_of)


def kind_of(seat: Seat, standing: Standing) -> str:
    """The type whose stages and shares are shown: the one asked for, else that of which most is open."""
    if seat.type:
        return seat.type.key
    open_of: dict[str, int] = {}
    for (kind, _), number in standing.by_state.items():
        open_of[kind] = open_of.get(kind, 0) + number
    return max(open_of, key=open_of.__getitem__, default="")


def _counted(
    scope: Scope, seat: Seat, kind: str, measures: Sequence[Measure]
) -> tuple[list[Figure], list[list[Figure]]]:
    due = Q(type=kind) & fell_due(scope) & seat.within
    asked = [AskedFor(one) for one in measures]
    whole, units = compute_groupings(scope, asked, ((), ("unit",)), Cut(among=due))
    return [figure for (figure,) in whole], units


def _lines(
    scope: Scope, seat: Seat, standing: Standing, by: Measure | None, figures: dict[str | None, Figure]
) -> list[Line]:
    lines = []
    for code, counted in standing.by_unit.items():
        if code is None or not (counted.open or code in figures):
            continue
        figure = figures.get(code)
        share = _shown(by, figure) if by and figure else None
        lists = [address_of(seat, one, unit=code) for one in ("open", "overdue")]
        share_list = address_of(seat, by.key, unit=code) if by else ""
        lines.append(Line(code, group_title(scope, "unit", code), counted, lists[0], lists[1], share, share_list))
    return lines


def _rank(line: Line) -> tuple[int, bool, float, int, str]:
    value = line.share.figure.value if line.share else None
    return (-line.counted.overdue, value is None, float(value or 0), -line.counted.open, line.code)
