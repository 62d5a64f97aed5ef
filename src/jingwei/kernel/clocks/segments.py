"""A clock as a fold over everything that happened to it; its due moment is never patched, always worked out anew."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.clocks.counting import Counting, Limit, from_local, rolled, to_local, unrolled
from jingwei.kernel.values.canonical import moment_text

Kind = Literal["start", "given", "pause", "resume", "extend", "stop", "restart"]
Status = Literal["idle", "running", "paused", "stopped"]


class ImpossibleSegment(ValueError):
    """A segment that cannot follow those before it (a pause of a paused clock, a time before the last)."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One thing that happened to a clock. `start` and `extend` carry a limit, `given` the due moment its source states."""

    kind: Kind
    at: datetime.datetime
    limit: Limit | None = None
    due: datetime.datetime | None = None
    basis: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, moments as UTC text."""
        written: dict[str, Any] = {"kind": self.kind, "at": moment_text(self.at)}
        if self.limit:
            written["limit"] = self.limit.content
        if self.due:
            written["due"] = moment_text(self.due)
        if self.basis:
            written["basis"] = self.basis
        return written

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> "Segment":
        """The segment that `to_json` wrote. Raises ValueError, KeyError."""
        return cls(
            written["kind"],
            datetime.datetime.fromisoformat(written["at"]),
            Limit.from_content(written["limit"]) if "limit" in written else None,
            datetime.datetime.fromisoformat(written["due"]) if "due" in written else None,
            written.get("basis", ""),
        )


@dataclass(frozen=True, slots=True)
class ClockState:
    """Where a clock stands after its segments. `late` is decided once stopped; while it runs, ask `late_at`."""

    status: Status = "idle"
    counting: Counting = Counting.CONTINUOUS
    end: datetime.datetime | None = None  # before it is moved past days off
    due_at: datetime.datetime | None = None
    paused_at: datetime.datetime | None = None
    stopped_at: datetime.datetime | None = None
    last_at: datetime.datetime | None = None

    @property
    def late(self) -> bool | None:
        """Whether it was stopped after its due moment; None while it has none or still runs."""
        return self.stopped_at > self.due_at if self.stopped_at and self.due_at else None

    def late_at(self, now: datetime.datetime) -> bool:
        """Whether it counts as late at this moment; a paused clock does not become late."""
        if self.due_at is None:
            return False
        return (self.stopped_at or self.paused_at or now) > self.due_at


def fold(segments: Sequence[Segment], calendar: WorkCalendar) -> ClockState:
    """The state after all segments. Raises ImpossibleSegment, BeyondCalendar."""
    state = ClockState()
    for segment in segments:
        state = step(state, segment, calendar)
    return state


def step(state: ClockState, segment: Segment, calendar: WorkCalendar) -> ClockState:
    """The state after one more segment. Raises ImpossibleSegment, BeyondCalendar."""
    if segment.kind not in _FOLLOWS[state.status]:
        raise ImpossibleSegment(f"{segment.kind} of a clock that is {state.status}")
    if state.last_at and segment.at < state.last_at and segment.kind not in _MAY_LOOK_BACK:
        raise ImpossibleSegment(f"{segment.kind} at {segment.at} lies before the last segment at {state.last_at}")
    following = _STEPS[segment.kind](state, segment, calendar)
    if segment.kind == "restart":
        return replace(following, last_at=segment.at)
    return replace(following, last_at=max(segment.at, state.last_at or segment.at))


def _running(state: ClockState, end: datetime.datetime, counting: Counting, calendar: WorkCalendar) -> ClockState:
    return replace(state, status="running", counting=counting, end=end, due_at=rolled(end, counting, calendar))


def _start(state: ClockState, segment: Segment, calendar: WorkCalendar) -> ClockState:
    if segment.limit is None:
        raise ImpossibleSegment("a start without a limit")
    return _running(state, unrolled(segment.at, segment.limit, calendar), segment.limit.counting, calendar)


def _given(state: ClockState, segment: Segment, calendar: WorkCalendar) -> ClockState:
    if segment.due is None:
        raise ImpossibleSegment("a given limit without its moment")
    given = _running(state, segment.due, Counting.CONTINUOUS, calendar)
    return replace(given, status="running" if state.status == "idle" else state.status)


def _pause(state: ClockState, segment: Segment, _: WorkCalendar) -> ClockState:
    return replace(state, status="paused", paused_at=segment.at)


def _resume(state: ClockState, segment: Segment, calendar: WorkCalendar) -> ClockState:
    assert state.paused_at is not None and state.end is not None
    end = _moved(state.end, state.counting, state.paused_at, segment.at, calendar)
    return replace(_running(state, end, state.counting, calendar), paused_at=None)


def _extend(state: ClockState, segment: Segment, calendar: WorkCalendar) -> ClockState:
    if segment.limit is None or state.end is None:
        raise ImpossibleSegment("an extension without a limit, or of a clock that has no due moment")
    end = unrolled(state.end, segment.limit, calendar)
    return replace(_running(state, end, segment.limit.counting, calendar), status=state.status)


def _stop(state: ClockState, segment: Segment, _: WorkCalendar) -> ClockState:
    return replace(state, status="stopped", stopped_at=segment.at)


def _restart(state: ClockState, segment: Segment, _: WorkCalendar) -> ClockState:
    """The matter was reopened: the clock goes on as if it had never been stopped; reopening wins no time."""
    return replace(state, status="running", stopped_at=None)


def _moved(
    end: datetime.datetime,
    counting: Counting,
    paused: datetime.datetime,
    resumed: datetime.datetime,
    calendar: WorkCalendar,
) -> datetime.datetime:
    """The end moved on by the pause, in the clock's own counting: seconds, working seconds, days, or working days."""
    if counting is Counting.CONTINUOUS:
        return end + (resumed - paused)
    local, begin, until = (to_local(moment, calendar) for moment in (end, paused, resumed))
    if counting is Counting.WORKING_HOUR:
        lost = calendar.seconds_at(until) - calendar.seconds_at(begin)
        return from_local(calendar.at_seconds(calendar.seconds_at(local) + lost), calendar) if lost else end
    if counting is Counting.WORKING_DAY:
        lost = calendar.worked_days_between(begin.date(), until.date())
        day = calendar.worked_after(local.date(), lost) if lost else local.date()
    else:
        day = local.date() + (until.date() - begin.date())
    return from_local(datetime.datetime.combine(day, local.time()), calendar)


_MAY_LOOK_BACK = {"given", "restart"}  # a source corrects the due time, or the closing time, that it stated before

_FOLLOWS: Mapping[Status, frozenset[str]] = {
    "idle": frozenset({"start", "given"}),
    "running": frozenset({"given", "pause", "extend", "stop"}),
    "paused": frozenset({"resume", "extend", "stop"}),
    "stopped": frozenset({"given", "restart"}),
}
_STEPS = {
    "start": _start,
    "given": _given,
    "pause": _pause,
    "resume": _resume,
    "extend": _extend,
    "stop": _stop,
    "restart": _restart,
}


def replay(segments: Sequence[Segment], calendar: WorkCalendar, limit: Limit | None = None) -> ClockState:
    """What would have been under another calendar, or another limit at the start. Raises as `fold`."""
    changed = [replace(one, limit=limit) if one.kind == "start" and limit else one for one in segments]
    return fold(changed, calendar)
