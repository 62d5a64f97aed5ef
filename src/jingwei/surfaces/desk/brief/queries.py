"""What a brief says: flow, shares of what fell due, classes, units, and the list of what is open and overdue.

All figures are declared measures, within the reader's scope. A past period is told as the records tell it today: state,
unit and due moment as they now stand.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import Q

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.measures.compute import compute
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.flow import CLOSED, REPORTED, STILL_OPEN
from jingwei.kernel.measures.registry import OPEN_OVERDUE, measures_of
from jingwei.kernel.reads.note import Seen
from jingwei.kernel.values.words import Text
from jingwei.surfaces.desk.brief.period import Period
from jingwei.surfaces.desk.measures.queries import NOTHING, Shown, group_title, in_words
from jingwei.surfaces.desk.queries import Wanted, WorkRow, chosen_matters, work_rows

LISTED = 50
"""Open and overdue matters that stand in a brief one by one."""

_CLASSES = 10  # those with the most reports
_Group = Literal["category", "unit"]


@dataclass(frozen=True, slots=True)
class Flow:
    """What came in and went out in a period, and what was open and overdue at its end."""

    reported: int = 0
    closed: int = 0
    still_open: int = 0
    overdue: int = 0


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

    def counts(self, measure: Measure, by: tuple[_Group, ...], moment: str = "") -> dict[str | None, int]:
        """How many by group, of those whose `moment` lies in the span, or of all. One statement."""
        among = self._within(moment) if moment else Q()
        found = compute(self.scope, measure, group_by=by, as_of=self.as_of, among=among & Q(type=self.type))
        return {one.group[0] if by else None: one.numerator for one in found}

    def reported(self, by: tuple[_Group, ...] = ()) -> dict[str | None, int]:
        """How many came in by group. One statement."""
        return self.counts(REPORTED, by, "opened_at")

    def flows(self, by: tuple[_Group, ...] = ()) -> dict[str | None, Flow]:
        """The flow by group. Four statements."""
        parts = (
            self.reported(by),
            self.counts(CLOSED, by, "closed_at"),
            self.counts(STILL_OPEN, by),
            self.counts(OPEN_OVERDUE, by),
        )
        groups = dict.fromkeys(group for part in parts for group in part)
        return {group: Flow(*(part.get(group, 0) for part in parts)) for group in groups}

    def shares(self) -> tuple[Shown, ...]:
        """The shares declared for the type, over what fell due in the span, with the open among it. A statement
        each."""
        among = self._within("due_at") & Q(type=self.type)
        found = [
            (one, figure)
            for one in measures_of(self.type)
            if one.unit == "share"
            for figure in compute(self.scope, one, as_of=self.as_of, among=among)
            if figure.value is not None
        ]
        return tuple(Shown(one, NOTHING, in_words(one, figure), figure) for one, figure in found)

    def _within(self, moment: str) -> Q:
        return Q(**{f"{moment}__gte": self.since, f"{moment}__lt": self.until})


def brief_of(scope: Scope, matter_type: MatterType, chosen: Period, zone: ZoneInfo) -> Brief:
    """The brief on a type and period. Twenty statements, and one for each share that the type declares."""
    until, last = chosen.until(zone), chosen.before
    over = until <= scope.now
    window = _Window(scope, matter_type.key, chosen.since(zone), min(until, scope.now), until if over else None)
    earlier = _Window(scope, matter_type.key, last.since(zone), last.until(zone), last.until(zone))
    overdue = chosen_matters(scope, Wanted(type=matter_type.key, overdue=True)).order_by("due_at", "pk")
    rows = work_rows(scope, overdue[:LISTED])
    return Brief(
        matter_type,
        chosen,
        window.until,
        over,
        window.flows().get(None, Flow()),
        earlier.flows().get(None, Flow()),
        window.shares(),
        _by(window, earlier, "category")[:_CLASSES],
        _by(window, earlier, "unit"),
        rows,
        compute(scope, OPEN_OVERDUE, among=Q(type=matter_type.key))[0].numerator - len(rows),
    )


def _by(window: _Window, earlier: _Window, by: _Group) -> tuple[Share, ...]:
    """The flow of each group, those with the most reports first; groups without any movement are left out."""
    flows, before = window.flows((by,)), earlier.reported((by,))
    moved: Mapping[str | None, Flow] = {
        group: flow for group, flow in flows.items() if flow != Flow() or before.get(group)
    }
    ordered = sorted(moved, key=lambda group: (-moved[group].reported, group or ""))
    return tuple(Share(group_title(window.scope, by, group), moved[group], before.get(group, 0)) for group in ordered)
