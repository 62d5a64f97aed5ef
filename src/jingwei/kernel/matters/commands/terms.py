"""What an act does to the clocks of its matter, as the type declares it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.clocks.counting import Limit, from_local
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import add_segment, calendar_of, new_clock, put_segments, segments_of
from jingwei.kernel.clocks.segments import Kind, Segment, fold
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.guards import Case
from jingwei.kernel.matters.limits import beginning, due_of
from jingwei.kernel.matters.models import Party
from jingwei.kernel.matters.types import Action, Extends, Renews
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

_END_OF_DAY = datetime.time(23, 59, 59)
_FINER = {"day": ("hour", 24), "hour": ("minute", 60)}


@dataclass(frozen=True, slots=True)
class Turn:
    """One matter being moved by one action; `case.matter` stands in its new state already."""

    case: Case
    action: Action
    was_closed: bool
    values: Mapping[str, Any]  # of the action's fields

    def newest(self, field: str) -> Any:
        """What this action says in a field, else the newest step that filled it; None where none did."""
        held = [self.values, *(step.content for step in reversed(self.case.steps))]
        return next((content[field] for content in held if field in content), None)

    @property
    def ended(self) -> bool:
        """Whether the matter is closed now."""
        return self.case.matter.closed_at is not None

    @property
    def reopens(self) -> bool:
        """Whether the matter was closed and is open again."""
        return self.was_closed and not self.ended


def count_anew(work: Work, case: Case) -> None:
    """The clocks that the report started count from the same beginning under the limits that hold for the matter as it
    stands now. One that is late, or was paused or extended meanwhile, keeps the term it has."""
    calendar = calendar_of(case.rules, CITY_CALENDAR, case.rules.day_of(case.matter.opened_at))
    for clock in case.clocks:
        segments = segments_of(clock)
        untouched = clock.key in case.type.starts and all(one.at == segments[0].at for one in segments)
        if not untouched or fold(segments, calendar).late_at(case.at):
            continue
        begun = beginning("renew", segments[0].at, case.limits(clock.key), calendar)
        if begun is not None and begun.limit != segments[-1].limit:
            add_segment(work, clock, begun, calendar, fires=not work.actor.history)


def turn_clocks(work: Work, turn: Turn) -> None:
    """Stops, pauses, resumes, extends, renews and starts clocks; the matter's due moment follows its clock."""
    case, matter = turn.case, turn.case.matter
    calendar = calendar_of(case.rules, CITY_CALENDAR, case.rules.day_of(matter.opened_at))
    fires = not work.actor.history
    known = {clock.key: clock for clock in case.clocks}
    for clock in case.clocks:
        segment = _segment(turn, clock, calendar)
        if segment is not None:
            add_segment(work, clock, segment, calendar, fires=fires)
        elif fires and clock.status == "running" and not (clock.fires_at or clock.rang_at):
            put_segments(clock, segments_of(clock), calendar, fires=True)  # adopted: from now on it fires
            work.save(clock, "fires_at")
    for key in turn.action.starts:
        _start(work, turn, key, known, calendar)
    _promise(work, turn, known, calendar)
    if known.keys() & set(turn.case.type.due_clocks):
        matter.due_at = due_of(turn.case.type, known.values(), calendar)


def _start(work: Work, turn: Turn, key: str, known: dict[str, Clock], calendar: WorkCalendar) -> None:
    """A clock begins; one that was stopped begins a new term (a stage that is entered again). No limit, no clock."""
    if _nobody_to_reach(work, turn.case, key):
        return
    begun = beginning("renew" if key in known else "start", turn.case.at, turn.case.limits(key), calendar)
    if begun is None or turn.ended:
        return
    if key not in known:
        known[key] = new_clock(work, turn.case.matter, key, begun, calendar, fires=not work.actor.history)
    elif known[key].status == "stopped":
        add_segment(work, known[key], begun, calendar, fires=not work.actor.history)


def _nobody_to_reach(work: Work, case: Case, key: str) -> bool:
    """Whether a clock needs somebody to reach, and nobody left a contact (or its source hides it)."""
    rule = next((one for one in case.type.clocks if one.key == key), None)
    return rule is not None and rule.reachable and not any(one.left_contact for one in work.parts(Party, case.matter))


def _promise(work: Work, turn: Turn, known: dict[str, Clock], calendar: WorkCalendar) -> None:
    """The end of the day that was named is the clock's due moment, unless it is late already."""
    promise, at = turn.action.promises, turn.case.at
    day = turn.newest(promise.field) if promise else None
    if promise is None or day is None or turn.ended:
        return
    end = datetime.datetime.combine(datetime.date.fromisoformat(str(day)), _END_OF_DAY)
    given = Segment("given", at, due=from_local(end, calendar), basis=turn.action.title.zh)
    if given.due is not None and given.due < at and not work.actor.history:
        raise Invalid(Text(f"{day} 已经过去。", f"{day} has passed."), place=promise.field)
    clock, fires = known.get(promise.clock), not work.actor.history
    if clock is None:
        known[promise.clock] = new_clock(work, turn.case.matter, promise.clock, given, calendar, fires=fires)
        return
    late = fold(segments_of(clock), calendar).late_at(at)
    if clock.status == "stopped":
        add_segment(work, clock, Segment("restart", at), calendar, fires=fires)
    if not late:
        add_segment(work, clock, given, calendar, fires=fires)


def _segment(turn: Turn, clock: Clock, calendar: WorkCalendar) -> Segment | None:
    kind = _plain(turn, clock)
    if kind is not None:
        return Segment(kind, turn.case.at)
    if turn.action.extends and turn.action.extends.clock == clock.key:
        return _extension(turn, turn.action.extends, clock)
    if turn.action.renews and turn.action.renews.clock == clock.key:
        return _renewal(turn, turn.action.renews, clock, calendar)
    return None


def _plain(turn: Turn, clock: Clock) -> Kind | None:
    """Reopening restarts the due moment's clock only: stages begin anew by name."""
    action = turn.action
    if clock.status in ("running", "paused") and (turn.ended or clock.key in action.stops):
        return "stop"
    if clock.status == "stopped" and turn.reopens and clock.key == turn.case.type.due_clock:
        return "restart"
    if clock.status == "running" and clock.key in action.pauses:
        return "pause"
    return "resume" if clock.status == "paused" and clock.key in action.resumes else None


def _extension(turn: Turn, extends: Extends, clock: Clock) -> Segment:
    limit = _first_limit(clock)
    if limit is None:
        reason = Text(
            "期限由来源系统给定，不能在这里延期。", "The source states the due time; it is not extended here."
        )
        raise Invalid(reason, place="clock")
    if extends.percent:
        return Segment("extend", turn.case.at, part_of(limit, extends.percent), due=clock.due_at)
    amount = int(turn.newest(extends.field) or 0)
    try:
        return Segment("extend", turn.case.at, replace(limit, amount=amount), due=clock.due_at)
    except ValueError as error:
        words = Text("延期的长度应是正整数。", "The length of an extension is a whole number above zero.")
        raise Invalid(words, place=extends.field) from error


def _renewal(turn: Turn, renews: Renews, clock: Clock, calendar: WorkCalendar) -> Segment | None:
    """Late work stays late: a clock that is past its due moment keeps it."""
    limit = _first_limit(clock)
    late = fold(segments_of(clock), calendar).late_at(turn.case.at)
    if limit is None or late or clock.status == "paused":
        return None
    return Segment("renew", turn.case.at, part_of(limit, renews.percent))


def _first_limit(clock: Clock) -> Limit | None:
    return next((segment.limit for segment in segments_of(clock) if segment.limit), None)


def part_of(limit: Limit, percent: int) -> Limit:
    """A share of a limit in the same counting, rounded up to its unit; terms of hours and minutes to the finer one."""
    if limit.amount * percent % 100 and limit.unit in _FINER and limit.counting.value in ("continuous", "working_hour"):
        unit, times = _FINER[limit.unit]
        if limit.amount * times <= 36_500:
            limit = replace(limit, amount=limit.amount * times, unit=unit)
    return replace(limit, amount=-(-limit.amount * percent // 100))
