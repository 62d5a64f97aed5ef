"""The units of an area: what they have in hand now, and how much of what fell due lately they did in time."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.measures.compute import Asked as AskedFor
from jingwei.kernel.measures.compute import Figure, compute_together
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.registry import measures_of
from jingwei.kernel.values.words import Text
from jingwei.kit.figures.words import NOTHING, Shown, group_title, in_words
from jingwei.surfaces.command_map.behind import address_of
from jingwei.surfaces.command_map.figures import Counted, Standing, midnight_of, shared
from jingwei.surfaces.command_map.seat import Seat

FRESH = 300.0
"""Seconds for which shares over a week stand: a week does not change from one second to the next."""

DAYS = 7
"""What fell due within so many days, today included, is what shares are taken of."""

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


@dataclass(frozen=True, slots=True)
class Board:
    """The units by share, the best first, those with too small a sample after them, and the shares of all together."""

    measure: Measure | None  # the one that units are ranked by
    lines: tuple[Line, ...]
    more: int
    shares: tuple[Shown, ...]


def board_of(scope: Scope, seat: Seat, standing: Standing) -> Board:
    """The board of a seat. Two statements where nobody asked within `FRESH`."""
    kind = kind_of(seat, standing)
    measures = [one for one in measures_of(kind) if one.unit == "share"]
    if not measures:
        return _ranked(scope, seat, standing, None, {}, ())
    asked = ("shares", seat.area.code, kind)
    whole, units = shared(scope, asked, FRESH, lambda: _counted(scope, seat, kind, measures))
    shares = [Shown(one, NOTHING, in_words(one, figure), figure) for one, figure in zip(measures, whole, strict=True)]
    told = _unlike([one for one in shares if one.figure.value is not None])
    by = next((one.measure for one in told), measures[0])
    return _ranked(scope, seat, standing, by, {one.group[0]: one for one in units[measures.index(by)]}, told)


def _unlike(shares: Sequence[Shown]) -> tuple[Shown, ...]:
    """Those that say something that none before them does: a share with what was deferred left out is the plain one
    where nothing was deferred."""
    found = {(one.figure.numerator, one.figure.denominator): one for one in reversed(shares)}
    return tuple(one for one in shares if found[one.figure.numerator, one.figure.denominator] is one)


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
    since = midnight_of(scope) - datetime.timedelta(days=DAYS - 1)
    due = Q(due_at__gte=since, due_at__lt=scope.now, type=kind) & seat.within
    asked = [AskedFor(one) for one in measures]
    whole = [figures[0] for figures in compute_together(scope, asked, among=due)]
    return whole, compute_together(scope, asked, group_by=("unit",), among=due)


def _ranked(
    scope: Scope,
    seat: Seat,
    standing: Standing,
    by: Measure | None,
    figures: dict[str | None, Figure],
    shares: tuple[Shown, ...],
) -> Board:
    lines = []
    for code, counted in standing.by_unit.items():
        if code is None or not (counted.open or code in figures):
            continue
        figure = figures.get(code)
        share = Shown(by, NOTHING, in_words(by, figure), figure) if by and figure else None
        lists = [address_of(seat, one, unit=code) for one in ("open", "overdue")]
        lines.append(Line(code, group_title(scope, "unit", code), counted, lists[0], lists[1], share))
    ordered = sorted(lines, key=_rank)
    return Board(by, tuple(ordered[:SHOWN]), max(0, len(ordered) - SHOWN), shares)


def _rank(line: Line) -> tuple[bool, float, int, str]:
    value = line.share.figure.value if line.share else None
    return (value is None, -float(value or 0), -line.counted.overdue, line.code)
