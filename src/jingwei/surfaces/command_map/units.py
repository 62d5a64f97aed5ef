"""The units of an area: what they have in hand now, and how much of what fell due lately they did in time."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.measures.compute import Asked as AskedFor
from jingwei.kernel.measures.compute import Figure, compute_together
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.registry import headlines_of
from jingwei.kernel.values.words import Text
from jingwei.kit.figures.words import NOTHING, Shown, group_title, in_words
from jingwei.surfaces.command_map.behind import address_of
from jingwei.surfaces.command_map.figures import Counted, Standing, fell_due, shared
from jingwei.surfaces.command_map.seat import Seat

FRESH = 300.0
"""Seconds for which shares over a week stand: a week does not change from one second to the next."""

SHOWN = 12
"""Units that stand on the board; the list behind it has all."""


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
    """The units by share, the best first, those with too small a sample after them, and the shares of all together."""

    measure: Measure | None  # the one that units are ranked by
    lines: tuple[Line, ...]
    more: int
    shares: tuple[tuple[Shown, str], ...]  # each with the list of what it was taken of


def board_of(scope: Scope, seat: Seat, standing: Standing) -> Board:
    """The board of a seat. Two statements where nobody asked within `FRESH`."""
    kind = kind_of(seat, standing)
    measures = headlines_of(kind)
    if not measures:
        return _ranked(scope, seat, standing, None, {}, ())
    asked = ("shares", seat.area.code, kind)
    whole, units = shared(scope, asked, FRESH, lambda: _counted(scope, seat, kind, measures))
    shares = [Shown(one, NOTHING, in_words(one, figure), figure) for one, figure in zip(measures, whole, strict=True)]
    told = tuple((one, address_of(seat, one.measure.key)) for one in shares if one.figure.value is not None)
    by = next((one.measure for one, _ in told), measures[0])
    return _ranked(scope, seat, standing, by, {one.group[0]: one for one in units[measures.index(by)]}, told)


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
    whole = [figures[0] for figures in compute_together(scope, asked, among=due)]
    return whole, compute_together(scope, asked, group_by=("unit",), among=due)


def _ranked(
    scope: Scope,
    seat: Seat,
    standing: Standing,
    by: Measure | None,
    figures: dict[str | None, Figure],
    shares: tuple[tuple[Shown, str], ...],
) -> Board:
    lines = []
    for code, counted in standing.by_unit.items():
        if code is None or not (counted.open or code in figures):
            continue
        figure = figures.get(code)
        share = Shown(by, NOTHING, in_words(by, figure), figure) if by and figure else None
        lists = [address_of(seat, one, unit=code) for one in ("open", "overdue")]
        share_list = address_of(seat, by.key, unit=code) if by else ""
        lines.append(Line(code, group_title(scope, "unit", code), counted, lists[0], lists[1], share, share_list))
    ordered = sorted(lines, key=_rank)
    return Board(by, tuple(ordered[:SHOWN]), max(0, len(ordered) - SHOWN), shares)


def _rank(line: Line) -> tuple[bool, float, int, str]:
    value = line.share.figure.value if line.share else None
    return (value is None, -float(value or 0), -line.counted.overdue, line.code)
