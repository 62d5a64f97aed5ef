"""When a running clock is spoken of: at shares of its term, measured in its own counting, and past its end."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from jingwei.kernel.clocks.calendars import BeyondCalendar, WorkCalendar
from jingwei.kernel.clocks.counting import Counting, ending, from_local, to_local
from jingwei.kernel.clocks.segments import ClockState, Segment, step
from jingwei.kernel.rulebook.snapshot import Rules

Rung = tuple[int, int]
"""A share of the term in per cent, and the level that is told then: 0 who acts, 1 the unit's head, 2 county, 3 city."""

Ladder = tuple[Rung, ...]

STANDARD: Ladder = ((50, 0), (80, 0), (100, 1), (120, 2), (150, 3))
"""50/80/100 % as domain paper 4.1 has it, then one level a step; a city's rulebook says otherwise (`ladder`)."""

_WORKING = {Counting.WORKING_HOUR, Counting.WORKING_DAY}
_SECOND = datetime.timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Mark:
    """One rung at its moment."""

    percent: int
    level: int
    at: datetime.datetime


def ladder_of(rules: Rules, category: str, on: datetime.date) -> Ladder:
    """The ladder of the category's urgency in the rulebook, else the city's `default`, else the standard one."""
    known = rules.categories(on).get(category)
    for subject in (known.urgency if known else "", "default"):
        dated = rules.value("ladder", subject, on)
        if dated is not None:
            return tuple((rung[0], rung[1]) for rung in dated.content["rungs"])
    return STANDARD


def runs(state: ClockState) -> bool:
    """Whether the clock runs, or will by itself once the bound of its pause is reached: no other has marks."""
    return state.status == "running" or state.held_until is not None


def marks(segments: Sequence[Segment], calendar: WorkCalendar, ladder: Ladder) -> list[Mark]:
    """The rungs of a running clock at their moments, in order; none while it does not run, nor will by itself.

    Half of a term in working time or working days is half of the working time between start and due moment; half of any
    other is half of the time that passes. Pauses do not count, extensions lengthen the whole. What would lie beyond the
    calendar is left out. Raises as `fold`.
    """
    spans, state = _spans(segments, calendar)
    if not runs(state) or state.due_at is None or not spans:
        return []
    last = spans[-1]
    spans = [*spans[:-1], (last[0], max(last[0], state.due_at))]
    lengths = [_length(state.counting, begin, end, calendar) for begin, end in spans]
    found = []
    for percent, level in sorted(ladder):
        try:
            found.append(Mark(percent, level, _moment(percent, state, spans, lengths, calendar)))
        except BeyondCalendar:
            continue
    return found


Span = tuple[datetime.datetime, datetime.datetime]


def _spans(segments: Sequence[Segment], calendar: WorkCalendar) -> tuple[list[Span], ClockState]:
    """The stretches since the term began during which the clock ran, the last one still open.

    A stop that was taken back is none; a pause with a bound ends by itself there; what was carried over counts as run
    without a pause until then.
    """
    state, spans = ClockState(), list[Span]()
    for segment in segments:
        before, state = state, step(state, segment, calendar)
        if state.status == "running" and (before.status == "idle" or segment.kind == "renew"):
            spans = [(segment.at, segment.at)]
        elif segment.kind == "carried" and segment.elapsed is not None:
            spans = [(ending(state.counting, segment.at, -segment.elapsed, segment.at, calendar), segment.at)]
        elif state.status == "running" and before.status == "paused":
            begin = min(segment.at, before.held_until or segment.at)
            spans.append((begin, begin))
        elif state.status == "paused" and before.status == "running" and spans:
            spans[-1] = (spans[-1][0], segment.at)
    if state.held_until:
        spans.append((state.held_until, state.held_until))
    return spans, state


def _length(counting: Counting, begin: datetime.datetime, end: datetime.datetime, calendar: WorkCalendar) -> int:
    """Seconds of working time or of time."""
    if counting not in _WORKING:
        return max(0, (end - begin) // _SECOND)
    return max(0, calendar.seconds_at(to_local(end, calendar)) - calendar.seconds_at(to_local(begin, calendar)))


def _later(counting: Counting, moment: datetime.datetime, seconds: int, calendar: WorkCalendar) -> datetime.datetime:
    if seconds <= 0:
        return moment
    if counting not in _WORKING:
        return moment + seconds * _SECOND
    return from_local(calendar.at_seconds(calendar.seconds_at(to_local(moment, calendar)) + seconds), calendar)


def _moment(
    percent: int, state: ClockState, spans: Sequence[Span], lengths: Sequence[int], calendar: WorkCalendar
) -> datetime.datetime:
    assert state.due_at is not None  # noqa: S101  # asked by the only caller
    whole = sum(lengths)
    if percent >= 100:
        return _later(state.counting, state.due_at, whole * (percent - 100) // 100, calendar)
    left = whole * percent // 100
    for (begin, _), length in zip(spans, lengths, strict=True):
        if left <= length:
            return min(_later(state.counting, begin, left, calendar), state.due_at)
        left -= length
    return state.due_at


def passed(found: Sequence[Mark], rang_at: datetime.datetime | None, now: datetime.datetime) -> list[Mark]:
    """The marks that have come since the clock last rang, this moment included."""
    return [mark for mark in found if mark.at <= now and (rang_at is None or mark.at > rang_at)]


def following(found: Sequence[Mark], rang_at: datetime.datetime | None) -> datetime.datetime | None:
    """When the clock is to ring next; None at the end of its ladder."""
    return next((mark.at for mark in found if rang_at is None or mark.at > rang_at), None)
