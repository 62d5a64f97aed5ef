"""Clocks of a stream inside a command; the row is always the fold of its segments."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from jingwei.kernel.clocks.calendars import BeyondCalendar, WorkCalendar, continuous
from jingwei.kernel.clocks.guards import segment_problem
from jingwei.kernel.clocks.ladder import Ladder, Mark, following, ladder_of, marks, runs
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.segments import ClockState, ImpossibleSegment, Segment, fold
from jingwei.kernel.commands.work import Work
from jingwei.kernel.rulebook.snapshot import Rules, rules_of
from jingwei.kernel.values.errors import Conflict, Invalid
from jingwei.kernel.values.words import Text
from jingwei.kernel.writes import StreamHead


@lru_cache(maxsize=32)
def _built(name: str, version: str, content: "_Content") -> WorkCalendar:
    return WorkCalendar.from_content(name, content.held, version)


class _Content:
    """A calendar's content as a key of the cache, by identity: the rulebook's snapshot keeps it alive."""

    def __init__(self, held: Any) -> None:
        self.held = held

    def __hash__(self) -> int:
        return id(self.held)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content) and other.held is self.held


def calendar_of(rules: Rules, name: str, on: datetime.date) -> WorkCalendar:
    """The named working calendar as it is known today; a city without one counts every day and hour in UTC."""
    dated = rules.calendar(name, on)
    if dated is None:
        return continuous("UTC")
    return _built(name, dated.from_on.isoformat(), _Content(dated.content))


def segments_of(clock: Clock) -> list[Segment]:
    """What has happened to the clock."""
    return [Segment.from_json(written) for written in clock.segments]


def stands_still(clock: Clock, calendar: WorkCalendar) -> bool:
    """Whether it is paused without a bound, and was in time when the pause began."""
    if clock.status != "paused" or clock.due_at is None:
        return False
    state = fold(segments_of(clock), calendar)
    return state.held_until is None and not state.late_at(clock.due_at)


def put_segments(clock: Clock, segments: Sequence[Segment], calendar: WorkCalendar, *, fires: bool) -> ClockState:
    """Gives the row these segments and what follows from them. Raises Conflict when they cannot follow one another."""
    try:
        state = fold(segments, calendar)
    except BeyondCalendar as error:
        raise Invalid(
            Text(f"期限超出日历范围：{error}", f"The term leaves the calendar: {error}"), place="clock"
        ) from error
    except ImpossibleSegment as error:
        raise Conflict(
            Text(f"计时状态不允许：{error}", f"The clock does not allow this: {error}"), place="clock"
        ) from error
    clock.segments = [segment.to_json() for segment in segments]
    clock.status = state.status
    clock.due_at = state.due_at
    clock.stopped_at = state.stopped_at
    clock.fires_at = None
    if fires and runs(state):
        clock.fires_at = following(marks(segments, calendar, _ladder(clock)), clock.rang_at)
    return state


def marks_of(clock: Clock, calendar: WorkCalendar) -> list[Mark]:
    """The moments at which the clock is to ring, as its segments stand; none while it does not run."""
    return marks(segments_of(clock), calendar, _ladder(clock))


def _ladder(clock: Clock) -> Ladder:
    return tuple((percent, level) for percent, level in clock.ladder)


def new_clock(
    work: Work, head: StreamHead, key: str, segment: Segment, calendar: WorkCalendar, *, fires: bool = True
) -> Clock:
    """A clock with its first segment, inserted; the category of its head, where it has one, decides its ladder."""
    ladder = ladder_of(rules_of(work.scope), str(getattr(head, "category", "")), work.scope.today)
    clock = Clock(id=work.new_id(), stream_id=head.pk, key=key, calendar=calendar.name, ladder=list(map(list, ladder)))
    put_segments(clock, [segment], calendar, fires=fires)
    work.insert(clock)
    return clock


def add_segment(
    work: Work, clock: Clock, segment: Segment, calendar: WorkCalendar, *, fires: bool = True
) -> ClockState:
    """One more segment, saved: where the machine's clock was put back, at the moment of the last. What a source states
    of the past is taken as it is.

    Raises Conflict when it cannot follow, Invalid where the clock's own limit does not allow it.
    """
    before = segments_of(clock)
    if not work.actor.history:
        segment = replace(segment, at=max(segment.at, before[-1].at))
    state = put_segments(clock, [*before, segment], calendar, fires=fires)
    problem = None if work.actor.history else segment_problem(before, segment, calendar)
    if problem is not None:
        raise Invalid(problem, place="clock")
    work.save(clock, "segments", "status", "due_at", "stopped_at", "fires_at")
    return state
