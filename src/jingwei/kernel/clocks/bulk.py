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


def _worked_after(days: Moments, count: int, calendar: WorkCalendar) -> Moments:
    before = _worked_before(_ByIdentity(calendar))
    found = np.searchsorted(before, before[_inside(days) + 1] + count, side="left") - 1
    return _beyond(found.astype(np.int64), before) + _SHIFT


def _beyond(numbers: Moments, before: Moments) -> Moments:
    if len(numbers) and numbers.max() >= len(before) - 1:
        raise BeyondCalendar(f"beyond {LAST_DAY}")
    return numbers


def due_many(starts: Moments, limit: Limit, calendar: WorkCalendar) -> Moments:
    """`counting.after` for many starts under one limit, in microseconds since 1970.

    Raises BeyondCalendar when a start or a due moment lies outside the calendar's days (elapsed time has no bounds).
    """
    if limit.counting is Counting.CONTINUOUS:
        return starts + limit.seconds * 1_000_000
    local = _to_local(starts, calendar.zone)
    days, time = np.divmod(local, _DAY)
    if limit.counting is Counting.WORKING_HOUR:
        return _from_local(_at_seconds(days, time, limit, calendar), calendar.zone)
    if limit.counting is Counting.WORKING_DAY:
        days, time = _arrival(days, time, calendar)
        return _from_local(_worked_after(days, limit.amount, calendar) * _DAY + time, calendar.zone)
    _inside(days)
    ends = _from_local((_inside(days + limit.amount) + _SHIFT) * _DAY + time, calendar.zone)
    if limit.counting is Counting.NATURAL_DAY:
        return ends
    days, time = np.divmod(_to_local(ends, calendar.zone), _DAY)
    return _from_local(_worked_after(days - 1, 1, calendar) * _DAY + time, calendar.zone)


def _arrival(days: Moments, time: Moments, calendar: WorkCalendar) -> tuple[Moments, Moments]:
    """`WorkCalendar.arrival` for many."""
    if calendar.after_hours == "same_day":
        return days, time
    days = _worked_after(days - 1, 1, calendar)
    late = time >= calendar.window_seconds[-1][1] * 1_000_000
    opening = calendar.window_seconds[0][0] * 1_000_000
    return np.where(late, _worked_after(days, 1, calendar), days), np.where(late, opening, time)


def _at_seconds(days: Moments, time: Moments, limit: Limit, calendar: WorkCalendar) -> Moments:
    before = _worked_before(_ByIdentity(calendar))
    numbers = _inside(days)
    worked = before[numbers + 1] - before[numbers]
    now = time // 1_000_000
    into = sum((np.clip(now, begin, end) - begin for begin, end in calendar.window_seconds), np.zeros_like(now))
    wanted = before[numbers] * calendar.day_seconds + worked * into + limit.seconds - 1
    whole, rest = np.divmod(wanted, calendar.day_seconds)
    day = _beyond((np.searchsorted(before, whole + 1, side="left") - 1).astype(np.int64), before)
    rest, wall = rest + 1, np.full_like(rest, -1)
    for begin, end in calendar.window_seconds:
        wall = np.where((wall < 0) & (rest <= end - begin), begin + rest, wall)
        rest = rest - (end - begin)
    return ((day + _SHIFT) * 86_400 + wall) * 1_000_000
