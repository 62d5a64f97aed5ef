"""Due moments of many clocks at once, the same as one by one."""

import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from jingwei.kernel.clocks.calendars import FIRST_DAY, LAST_DAY, BeyondCalendar, WorkCalendar
from jingwei.kernel.clocks.counting import Counting, Limit

Moments = npt.NDArray[np.int64]
"""Microseconds since 1970 in UTC."""

_DAY = 86_400_000_000
_EPOCH = datetime.date(1970, 1, 1)
_SHIFT = (FIRST_DAY - _EPOCH).days


@lru_cache(maxsize=16)
def _transitions(zone: ZoneInfo) -> tuple[Moments, Moments]:
    """(moments of change in UTC, offsets: the first before any change), microseconds, 1999 to 2061."""
    moment = int(datetime.datetime(1999, 1, 1, tzinfo=datetime.UTC).timestamp())
    last = int(datetime.datetime(2061, 12, 31, tzinfo=datetime.UTC).timestamp())
    changes, offsets = [], [_offset(zone, moment)]
    while moment < last:
        following = moment + 7 * 86_400
        if _offset(zone, following) != offsets[-1]:
            low, high = moment, following
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(zone, middle) == offsets[-1] else (low, middle)
            changes.append(high * 1_000_000)
            offsets.append(_offset(zone, following))
        moment = following
    return np.array(changes, np.int64), np.array(offsets, np.int64)


def _offset(zone: ZoneInfo, seconds: int) -> int:
    offset = datetime.datetime.fromtimestamp(seconds, zone).utcoffset() or datetime.timedelta()
    return offset // datetime.timedelta(microseconds=1)


def _to_local(moments: Moments, zone: ZoneInfo) -> Moments:
    changes, offsets = _transitions(zone)
    return moments + offsets[np.searchsorted(changes, moments, side="right")]


def _from_local(local: Moments, zone: ZoneInfo) -> Moments:
    changes, offsets = _transitions(zone)
    borders = changes + np.maximum(offsets[:-1], offsets[1:])  # until then the offset before the change holds
    return local - offsets[np.searchsorted(borders, local, side="right")]


def _inside(days: Moments) -> Moments:
    """Days since 2000-01-01 of days since 1970. Raises BeyondCalendar."""
    numbers = days - _SHIFT
    if len(numbers) and (numbers.min() < 0 or numbers.max() > (LAST_DAY - FIRST_DAY).days):
        raise BeyondCalendar(f"a moment outside {FIRST_DAY} to {LAST_DAY}")
    return numbers


@lru_cache(maxsize=16)
def _worked_before(calendar: "_ByIdentity") -> Moments:
    return np.array(calendar.held.worked_before, np.int64)


class _ByIdentity:
    """A calendar as a key of the cache: two with the same content may be worked out twice, never mixed up."""

    def __init__(self, held: WorkCalendar) -> None:
        self.held = held

    def __hash__(self) -> int:
        return id(self.held)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and other.held is self.held


def _worked_after(days: Moments, count: int | Moments, calendar: WorkCalendar) -> Moments:
    before = _worked_before(_ByIdentity(calendar))
    found = np.searchsorted(before, before[_inside(days) + 1] + count, side="left") - 1
    return _beyond(found.astype(np.int64), before) + _SHIFT


def _beyond(numbers: Moments, before: Moments) -> Moments:
    if len(numbers) and (numbers.min() < 0 or numbers.max() >= len(before) - 1):
        raise BeyondCalendar(f"outside {FIRST_DAY} to {LAST_DAY}")
    return numbers


def due_many(starts: Moments, limit: Limit, calendar: WorkCalendar) -> Moments:
    """`counting.after` for many starts under one limit, in microseconds since 1970.

    Raises BeyondCalendar when a start or a due moment lies outside the calendar's days (elapsed time has no bounds).
    """
    lengths = np.full_like(starts, limit.seconds * 1_000_000)
    return rolled_many(unrolled_many(starts, limit.counting, lengths, calendar), limit.counting, calendar)


def unrolled_many(starts: Moments, counting: Counting, lengths: Moments, calendar: WorkCalendar) -> Moments:
    """`counting.unrolled` for many; lengths in microseconds, a day of whatever counting is 24 hours."""
    if counting is Counting.WORKING_DAY:
        days, time = _arrival(*np.divmod(_to_local(starts, calendar.zone), _DAY), calendar)
        starts = _from_local(days * _DAY + time, calendar.zone)
    return moved_many(counting, starts, lengths, calendar)


def rolled_many(ends: Moments, counting: Counting, calendar: WorkCalendar) -> Moments:
    """`counting.rolled` for many."""
    if counting is not Counting.NATURAL_DAY_ROLLOVER:
        return ends
    days, time = np.divmod(_to_local(ends, calendar.zone), _DAY)
    return _from_local(_worked_after(days - 1, 1, calendar) * _DAY + time, calendar.zone)


def moved_many(counting: Counting, moments: Moments, lengths: Moments, calendar: WorkCalendar) -> Moments:
    """`counting.moved` for many; of no length a moment stays what it is."""
    if counting is Counting.CONTINUOUS:
        return moments + lengths
    found, some = moments.copy(), lengths > 0
    found[some] = _from_local(_laid(counting, moments[some], lengths[some], calendar), calendar.zone)
    return found


def _laid(counting: Counting, moments: Moments, lengths: Moments, calendar: WorkCalendar) -> Moments:
    days, time = np.divmod(_to_local(moments, calendar.zone), _DAY)
    if counting is Counting.WORKING_HOUR:
        return _at_seconds(_seconds_at(days, time, calendar) + lengths // 1_000_000, calendar)
    if counting is Counting.WORKING_DAY:
        return _worked_after(days, lengths // _DAY, calendar) * _DAY + time
    _inside(days)
    return (_inside(days + lengths // _DAY) + _SHIFT) * _DAY + time


def ending_many(counting: Counting, moments: Moments, left: Moments, hours: Moments, calendar: WorkCalendar) -> Moments:
    """`counting.ending` for many; `hours` are the moments whose wall-clock times days end at."""
    if counting is Counting.CONTINUOUS:
        return moments + left
    days, time = np.divmod(_to_local(moments, calendar.zone), _DAY)
    if counting is Counting.WORKING_HOUR:
        seconds = np.maximum(1, _seconds_at(days, time, calendar) + left // 1_000_000)
        return _from_local(_at_seconds(seconds, calendar), calendar.zone)
    worked = counting is Counting.WORKING_DAY
    days = _worked_after(days, left // _DAY, calendar) if worked else days + left // _DAY
    return _from_local(days * _DAY + _to_local(hours, calendar.zone) % _DAY, calendar.zone)


def counted_many(counting: Counting, since: Moments, until: Moments, calendar: WorkCalendar) -> Moments:
    """`counting.counted` for many, in microseconds."""
    if counting is Counting.CONTINUOUS:
        return until - since
    begun, begin = np.divmod(_to_local(since, calendar.zone), _DAY)
    ended, end = np.divmod(_to_local(until, calendar.zone), _DAY)
    if counting is Counting.WORKING_HOUR:
        passed = (_seconds_at(ended, end, calendar) - _seconds_at(begun, begin, calendar)) * 1_000_000
    elif counting is Counting.WORKING_DAY:
        before = _worked_before(_ByIdentity(calendar))
        passed = (before[_inside(ended) + 1] - before[_inside(begun) + 1]) * _DAY
    else:
        passed = (ended - begun) * _DAY
    positive: Moments = np.maximum(passed, 0)
    return positive


def at_hour_of(moments: Moments, hours: Moments, calendar: WorkCalendar) -> Moments:
    """The days of some moments at the wall-clock times of others."""
    days = _to_local(moments, calendar.zone) // _DAY
    return _from_local(days * _DAY + _to_local(hours, calendar.zone) % _DAY, calendar.zone)


def _arrival(days: Moments, time: Moments, calendar: WorkCalendar) -> tuple[Moments, Moments]:
    """`WorkCalendar.arrival` for many."""
    if calendar.after_hours == "same_day":
        return days, time
    days = _worked_after(days - 1, 1, calendar)
    late = time >= calendar.window_seconds[-1][1] * 1_000_000
    opening = calendar.window_seconds[0][0] * 1_000_000
    return np.where(late, _worked_after(days, 1, calendar), days), np.where(late, opening, time)


def _seconds_at(days: Moments, time: Moments, calendar: WorkCalendar) -> Moments:
    """`WorkCalendar.seconds_at` for many."""
    before = _worked_before(_ByIdentity(calendar))
    numbers, now = _inside(days), time // 1_000_000
    worked = before[numbers + 1] - before[numbers]
    into = sum((np.clip(now, begin, end) - begin for begin, end in calendar.window_seconds), np.zeros_like(now))
    seconds: Moments = before[numbers] * calendar.day_seconds + worked * into
    return seconds


def _at_seconds(seconds: Moments, calendar: WorkCalendar) -> Moments:
    """`WorkCalendar.at_seconds` for many, as local time."""
    before = _worked_before(_ByIdentity(calendar))
    whole, rest = np.divmod(seconds - 1, calendar.day_seconds)
    day = _beyond((np.searchsorted(before, whole + 1, side="left") - 1).astype(np.int64), before)
    rest, wall = rest + 1, np.full_like(rest, -1)
    for begin, end in calendar.window_seconds:
        wall = np.where((wall < 0) & (rest <= end - begin), begin + rest, wall)
        rest = rest - (end - begin)
    return ((day + _SHIFT) * 86_400 + wall) * 1_000_000
