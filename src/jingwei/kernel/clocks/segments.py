"""A clock as a fold over everything that happened to it; its due moment is never patched, always worked out anew."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, get_args

from jingwei.kernel.clocks.calendars import CalendarGap, WorkCalendar
from jingwei.kernel.clocks.counting import (
    ASKS_THE_CALENDAR,
    Counting,
    Limit,
    counted,
    ending,
    from_local,
    moved,
    rolled,
    to_local,
    unrolled,
)
from jingwei.kernel.values.canonical import moment_text

Kind = Literal["start", "given", "carried", "pause", "resume", "extend", "stop", "restart", "renew"]
Status = Literal["idle", "running", "paused", "stopped"]

KINDS: frozenset[str] = frozenset(get_args(Kind))
_MEMBERS = {"kind", "at", "limit", "due", "elapsed", "basis", "beside"}


class ImpossibleSegment(ValueError):
    """A segment that cannot follow those before it (a pause of a paused clock, a time before the last)."""


class UnreadableSegment(ValueError):
    """What is stored or sent as a segment and is none."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Another limit that was set for the same term and ends later, so that it does not apply."""

    limit: Limit
    basis: str


@dataclass(frozen=True, slots=True)
class Segment:
    """One thing that happened to a clock.

    `start`, `renew` and `extend` carry a limit, `given` the due moment its source states, a pause its reason as basis.
    `carried` says how much of the term another system had counted by then, whatever had paused there; its basis is that
    system's name.
    `beside` are the limits that do not apply because this one ends earlier.

    Moments are kept in UTC to the millisecond, as they are written, so that what is read back folds to the same.
    """

    kind: Kind
    at: datetime.datetime
    limit: Limit | None = None
    due: datetime.datetime | None = None
    elapsed: datetime.timedelta | None = None  # in the term's own counting; a day of whatever counting is 24 hours
    basis: str = ""
    beside: tuple[Beside, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", _to_the_millisecond(self.at))
        object.__setattr__(self, "due", self.due and _to_the_millisecond(self.due))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, moments as UTC text."""
        written: dict[str, Any] = {"kind": self.kind, "at": moment_text(self.at)}
        if self.limit:
            written["limit"] = self.limit.content
        if self.due:
            written["due"] = moment_text(self.due)
        if self.elapsed is not None:
            written["elapsed"] = self.elapsed // _SECOND
        if self.basis:
            written["basis"] = self.basis
        if self.beside:
            written["beside"] = [{"limit": one.limit.content, "basis": one.basis} for one in self.beside]
        return written

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> "Segment":
        """The segment that `to_json` wrote. Raises UnreadableSegment."""
        try:
            if written["kind"] not in KINDS or not written.keys() <= _MEMBERS:
                raise ValueError(f"kind {written['kind']!r} with {sorted(written)}")
            return cls(
                written["kind"],
                datetime.datetime.fromisoformat(written["at"]),
                Limit.from_content(written["limit"]) if "limit" in written else None,
                datetime.datetime.fromisoformat(written["due"]) if "due" in written else None,
                written["elapsed"] * _SECOND if "elapsed" in written else None,
                written.get("basis", ""),
                tuple(Beside(Limit.from_content(one["limit"]), one["basis"]) for one in written.get("beside", ())),
            )
        except (KeyError, TypeError, ValueError) as fault:
            raise UnreadableSegment(f"a clock's segment that cannot be read ({fault!r}): {dict(written)!r}") from fault


_SECOND = datetime.timedelta(seconds=1)


def _to_the_millisecond(moment: datetime.datetime) -> datetime.datetime:
    if moment.tzinfo is datetime.UTC and not moment.microsecond % 1000:
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no zone")
    utc = moment.astimezone(datetime.UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


class ClockState(NamedTuple):
    """Where a clock stands after its segments. `late` is decided once stopped; while it runs, ask `late_at`."""

    status: Status = "idle"
    counting: Counting = Counting.CONTINUOUS
    end: datetime.datetime | None = None  # before it is moved past days off, and without the pause it is in
    due_at: datetime.datetime | None = None
    limit: Limit | None = None  # the term begun with, which bounds pauses and extensions
    paused_at: datetime.datetime | None = None
    held_until: datetime.datetime | None = None  # when the pause ends by its bound
    held_days: int = 0  # natural days paused since the term began, the pause it is in not counted
    extended: tuple[Limit, ...] = ()  # since the term began
    stopped_at: datetime.datetime | None = None
    last_at: datetime.datetime | None = None

    @property
    def late(self) -> bool | None:
        """Whether it was stopped after its due moment; None while it has none or still runs."""
        return self.stopped_at > self.due_at if self.stopped_at and self.due_at else None

    def late_at(self, now: datetime.datetime) -> bool:
        """Whether it counts as late at this moment; a paused clock becomes late by the end of its bound only."""
        if self.due_at is None:
            return False
        standing = self.paused_at if self.held_until is None else None
        return (self.stopped_at or standing or now) > self.due_at


def fold(segments: Sequence[Segment], calendar: WorkCalendar) -> ClockState:
    """The state after all segments. Raises ImpossibleSegment, BeyondCalendar."""
    state = ClockState()
    for segment in segments:
        state = step(state, segment, calendar)
    return state


def step(state: ClockState, segment: Segment, calendar: WorkCalendar) -> ClockState:
    """The state after one more segment. Raises ImpossibleSegment, BeyondCalendar."""
    if segment.kind not in FOLLOWS[state.status]:
        raise ImpossibleSegment(f"{segment.kind} of a clock that is {state.status}")
    if state.last_at and segment.at < state.last_at and segment.kind not in MAY_LOOK_BACK:
        raise ImpossibleSegment(f"{segment.kind} at {segment.at} lies before the last segment at {state.last_at}")
    following = _STEPS[segment.kind](state, segment, calendar)
    if segment.kind == "restart":
        return following._replace(last_at=segment.at)
    return following._replace(last_at=max(segment.at, state.last_at or segment.at))


def _ending(state: ClockState, end: datetime.datetime, calendar: WorkCalendar) -> ClockState:
    """The state with another end.

    A pause that has a bound is taken as if it lasted until then: so the due moment is the latest there can be, and what
    nobody resumes falls due by itself.
    """
    ended = state._replace(end=end, due_at=rolled(end, state.counting, calendar))
    if state.status != "paused" or state.held_until is None:
        return ended
    return ended._replace(due_at=_resumed(ended, state.held_until, calendar).due_at)


def _running(state: ClockState, end: datetime.datetime, counting: Counting, calendar: WorkCalendar) -> ClockState:
    return _ending(state._replace(status="running", counting=counting), end, calendar)


def _start(state: ClockState, segment: Segment, calendar: WorkCalendar) -> ClockState:
    if segment.limit is None:
        raise ImpossibleSegment(f"a {segment.kind} without a limit")
    end, counting = unrolled(segment.at, segment.limit, calendar), segment.limit.counting
    return ClockState("running", counting, end, rolled(end, counting, calendar), segment.limit)


def _given(state: ClockState, segment: Segment, calendar: WorkCalendar) -> ClockState:
    if segment.due is None:
        raise ImpossibleSegment("a given limit without its moment")
    given = _running(state, segment.due, Counting.CONTINUOUS, calendar)
    return given._replace(status="running" if state.status == "idle" else state.status)


def _carried(state: ClockState, segment: Segment, calendar: WorkCalendar) -> ClockState:
    """What another system had counted is used up; the rest runs from here, by the term's own counting.

    A term that was used up there ended so much earlier: it is late from the first moment here.
    """
    limit = state.limit
    if segment.elapsed is None or limit is None or state.end is None:
        raise ImpossibleSegment("carried over without what had been counted, or into a clock without a limit")
    left = limit.seconds * _SECOND - segment.elapsed
    return _running(state, ending(limit.counting, segment.at, left, state.end, calendar), limit.counting, calendar)


def _pause(state: ClockState, segment: Segment, calendar: WorkCalendar) -> ClockState:
    """Where the limit bounds its pauses, the clock runs on by itself once their natural days are used up."""
    paused = state._replace(status="paused", paused_at=segment.at)
    if state.end is None or not (state.limit and state.limit.hold_days):
        return paused
    left = datetime.timedelta(days=max(0, state.limit.hold_days - state.held_days))
    held_until = moved(Counting.NATURAL_DAY, segment.at, left, calendar)
    return _ending(paused._replace(held_until=held_until), state.end, calendar)


def _resume(state: ClockState, segment: Segment, calendar: WorkCalendar) -> ClockState:
    """The clock runs on from this moment, or from the bound of its pause where that lies earlier."""
    resumed = _resumed(state, min(segment.at, state.held_until or segment.at), calendar)
    held = counted(Counting.NATURAL_DAY, state.paused_at or segment.at, segment.at, calendar).days
    bound = state.limit.hold_days - state.held_days if state.limit and state.limit.hold_days else held
    return resumed._replace(held_until=None, held_days=state.held_days + min(held, max(0, bound)))


def _resumed(state: ClockState, at: datetime.datetime, calendar: WorkCalendar) -> ClockState:
    """The end moves on by what the clock's own counting counted during the pause (see `counted`).

    A clock that was late before the pause stays late. One that was not is not late at once: where days are counted and
    the hour of the last has gone by, it has until that hour of the next; where hours are, until the moment of resuming.
    """
    running = state._replace(status="running", paused_at=None, held_until=None)
    if state.paused_at is None or state.end is None:
        return running
    if state.paused_at > rolled(state.end, state.counting, calendar):
        return _ending(running, state.end, calendar)
    held = counted(state.counting, state.paused_at, at, calendar)
    moved_on = _ending(running, moved(state.counting, state.end, held, calendar), calendar)
    if moved_on.due_at is None or moved_on.due_at >= at:
        return moved_on
    if state.counting is Counting.WORKING_HOUR:
        return _ending(running, at, calendar)
    today = datetime.datetime.combine(to_local(at, calendar), to_local(state.end, calendar).time())
    one_more = moved(state.counting, from_local(today, calendar), datetime.timedelta(days=1), calendar)
    return _ending(running, one_more, calendar)


def _extend(state: ClockState, segment: Segment, calendar: WorkCalendar) -> ClockState:
    """The extension follows on the due moment, roll-over included (民诉法 85: there the term ends).

    A pause it is in is no part of that moment; the clock keeps its own counting for pauses.
    """
    if segment.limit is None or state.end is None:
        raise ImpossibleSegment("an extension without a limit, or of a clock that has no due moment")
    end = unrolled(rolled(state.end, state.counting, calendar), segment.limit, calendar)
    return _ending(state._replace(extended=(*state.extended, segment.limit)), end, calendar)


def _stop(state: ClockState, segment: Segment, calendar: WorkCalendar) -> ClockState:
    """Stopped in a pause, the clock is judged as if it had been resumed that moment."""
    judged = _resume(state, segment, calendar) if state.status == "paused" else state
    return judged._replace(status="stopped", stopped_at=segment.at)


def _restart(state: ClockState, segment: Segment, _: WorkCalendar) -> ClockState:
    """The matter was reopened: the clock goes on as if it had never been stopped; reopening wins no time."""
    return state._replace(status="running", stopped_at=None)


MAY_LOOK_BACK = {"given", "restart"}  # a source corrects the due time, or the closing time, that it stated before

FOLLOWS: Mapping[Status, frozenset[str]] = {
    "idle": frozenset({"start", "given"}),
    "running": frozenset({"given", "carried", "pause", "extend", "stop", "renew"}),
    "paused": frozenset({"resume", "extend", "stop"}),
    "stopped": frozenset({"given", "restart", "renew"}),
}
_STEPS = {
    "start": _start,
    "given": _given,
    "carried": _carried,
    "pause": _pause,
    "resume": _resume,
    "extend": _extend,
    "stop": _stop,
    "restart": _restart,
    "renew": _start,  # a stage begins anew, or work is to be done again: a term of its own from this moment
}


def replayed(segments: Sequence[Segment], limit: Limit) -> list[Segment]:
    """The segments as if the clock had begun with this limit, which takes the place of the first one and of every due
    moment that a source gave; terms begun anew take it as well.

    What was carried over stays where the limit is counted as the first one was; in another counting nobody knows it."""
    first, began = Segment("start", segments[0].at, limit, basis=segments[0].basis), segments[0].limit
    gone = {"given"} if began and began.counting is limit.counting else {"given", "carried"}
    rest = (one for one in segments[1:] if one.kind not in gone)
    return [first, *(replace(one, limit=limit) if one.kind == "renew" else one for one in rest)]


def replay(segments: Sequence[Segment], calendar: WorkCalendar, limit: Limit | None = None) -> ClockState:
    """What would have been under another calendar, or another limit (see `replayed`). Raises as `fold`."""
    return fold(segments if limit is None or not segments else replayed(segments, limit), calendar)


def gaps(segments: Sequence[Segment], calendar: WorkCalendar) -> tuple[CalendarGap, ...]:
    """The years whose holidays the clock relied on and nobody has entered, to be reported. Raises as `fold`."""
    state, asks = ClockState(), False
    for segment in segments:
        state = step(state, segment, calendar)
        asks = asks or (segment.limit is not None and segment.limit.counting in ASKS_THE_CALENDAR)
    return calendar.gaps(segments[0].at, state.due_at) if asks and state.due_at else ()
