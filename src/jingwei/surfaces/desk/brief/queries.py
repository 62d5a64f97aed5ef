"""What a brief says: flow, shares of what fell due, classes, units, and the list of what is open and overdue.

All figures are declared measures, within the reader's scope. A past period is told as the records tell it today: state,
unit and due moment as they now stand.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import Q

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import OPEN
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.measures.compute import Asked, Cut, Figure, compute, compute_groupings, compute_together
from jingwei.kernel.measures.flow import CLOSED, REPORTED, STILL_OPEN
from jingwei.kernel.measures.registry import OPEN_OVERDUE, measures_of
from jingwei.kernel.reads.note import Seen
from jingwei.kernel.values.words import Text
from jingwei.kit.figures.words import NOTHING, Shown, group_title, in_words
from jingwei.surfaces.desk.brief.period import Period
from jingwei.surfaces.desk.queries import Wanted, WorkRow, chosen_matters, work_rows

LISTED = 50
"""Open and overdue matters that stand in a brief one by one."""

_CLASSES = 10  # those with the most reports
_Group = Literal["category", "unit"]
_Flows = dict[str | None, "Flow"]  # by class, or by unit


@dataclass(frozen=True, slots=True)
class Flow:
    """What came in and went out in a period, and what was open and overdue at its end."""

    reported: int = 0
    closed: int = 0
    still_open: int = 0
    overdue: int = 0

    def __add__(self, other: "Flow") -> "Flow":
        return Flow(
            self.reported + other.reported,
            self.closed + other.closed,
            self.still_open + other.still_open,
            self.overdue + other.overdue,
        )


@dataclass(frozen=True, slots=True)
class Share:
    """The flow of one class or unit, with what was reported in the period before."""

    title: Text
    flow: Flow
    reported_before: int


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief on the matters of one type."""

    type: MatterType
    period: Period
    until: datetime.datetime  # what is told ends here: with the period, or now while it runs
    over: bool
    flow: Flow
    before: Flow
    figures: tuple[Shown, ...]
    classes: tuple[Share, ...]
    units: tuple[Share, ...]
    rows: tuple[WorkRow, ...]
    more: int  # open and overdue beyond those listed

    @property
    def seen(self) -> list[Seen]:
        """The matters that stand in it."""
        return [row.seen for row in self.rows]


@dataclass(frozen=True, slots=True)
class _Window:
    """The matters of a type in a span of time; `as_of` is its end, or None while it runs."""

    scope: Scope
    type: str
    since: datetime.datetime
    until: datetime.datetime
    as_of: datetime.datetime | None

    def flows(self) -> tuple[_Flows, _Flows]:
        """The flow of every class that has any, and of every unit. One statement."""
        asked = (
            Asked(REPORTED, self._within("opened_at")),
            Asked(CLOSED, self._within("closed_at")),
            Asked(STILL_OPEN),
            Asked(OPEN_OVERDUE),
        )
        cut = Cut(as_of=self.as_of, among=Q(type=self.type) & self._lived())
        classes, units = compute_groupings(self.scope, asked, (("category",), ("unit",)), cut)
        return _flows(classes), _flows(units)

    def shares(self) -> tuple[Shown, ...]:
        """The shares declared for the type, over what fell due in the span, with the open among it. One statement."""
        shares = [one for one in measures_of(self.type) if one.unit == "share"]
        among = self._within("due_at") & Q(type=self.type)
        found = compute_together(self.scope, [Asked(one) for one in shares], as_of=self.as_of, among=among)
        told = [(one, figure) for one, (figure,) in zip(shares, found, strict=True) if figure.value is not None]
        return tuple(Shown(one, NOTHING, in_words(one, figure), figure) for one, figure in told)

    def _lived(self) -> Q:
        """Open in the span for a while at least; what was closed before is of no flow, and an index leaves it out."""
        return OPEN | Q(closed_at__gte=self.since)

    def _within(self, moment: str) -> Q:
        return Q(**{f"{moment}__gte": self.since, f"{moment}__lt": self.until})


def brief_of(scope: Scope, matter_type: MatterType, chosen: Period, zone: ZoneInfo) -> Brief:
    """The brief on a type and period. Five statements."""
    until, last = chosen.until(zone), chosen.before
    over = until <= scope.now
    window = _Window(scope, matter_type.key, chosen.since(zone), min(until, scope.now), until if over else None)
    earlier = _Window(scope, matter_type.key, last.since(zone), last.until(zone), last.until(zone))
    overdue = chosen_matters(scope, Wanted(type=matter_type.key, overdue=True)).order_by("due_at", "pk")
    rows = work_rows(scope, overdue[:LISTED])
    classes, units = window.flows()
    classes_before, units_before = earlier.flows()
    return Brief(
        matter_type,
        chosen,
        window.until,
        over,
        sum(classes.values(), Flow()),
        sum(classes_before.values(), Flow()),
        window.shares(),
        _by(scope, "category", classes, classes_before)[:_CLASSES],
        _by(scope, "unit", units, units_before),
        rows,
        compute(scope, OPEN_OVERDUE, among=Q(type=matter_type.key))[0].numerator - len(rows),
    )


def _flows(found: Sequence[Sequence[Figure]]) -> _Flows:
    return {figures[0].group[0]: Flow(*(one.numerator for one in figures)) for figures in zip(*found, strict=True)}


def _by(scope: Scope, by: _Group, now: _Flows, then: _Flows) -> tuple[Share, ...]:
    """The flow of each group, those with the most reports first; groups without any movement are left out."""
    moved = {group: flow for group, flow in now.items() if flow != Flow() or then.get(group, Flow()).reported}
    ordered = sorted(moved, key=lambda group: (-moved[group].reported, group or ""))
    return tuple(
        Share(group_title(scope, by, group), moved[group], then.get(group, Flow()).reported) for group in ordered
    )
