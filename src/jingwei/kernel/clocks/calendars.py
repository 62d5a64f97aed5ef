"""A working calendar: which days are worked, during which hours, in which zone."""

import bisect
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, Literal
from zoneinfo import ZoneInfo

from jingwei.kernel.values.words import Text

FIRST_DAY = datetime.date(2000, 1, 1)
LAST_DAY = datetime.date(2060, 12, 31)
_DAYS = (LAST_DAY - FIRST_DAY).days + 1

Window = tuple[datetime.time, datetime.time]


class BadCalendar(ValueError):
    """A calendar that nobody can count with; names the calendar, the fault and the remedy."""


class BeyondCalendar(ValueError):
    """A moment outside the days a calendar reckons with (2000 to 2060)."""


@dataclass(frozen=True, slots=True)
class CalendarGap:
    """A year that was counted by weekdays alone because its holidays are not entered: an alarm, never a refusal."""

    calendar: str
    version: str
    year: int

    @property
    def reason(self) -> Text:
        """What is missing, and the remedy."""
        return Text(
            f"日历“{self.calendar}”没有 {self.year} 年的节假日，暂按星期推算；请录入该年放假通知。",
            f"The calendar {self.calendar!r} has no holidays of {self.year}; weekdays are assumed. Enter its notice.",
        )


@dataclass(frozen=True)
class WorkCalendar:
    """Days off and days worked of one city. Days not listed follow the weekdays (ISO numbers, Monday is 1).

    Working time is measured on the wall clock, in whole seconds. Raises BadCalendar.
    """

    name: str
    zone: ZoneInfo
    weekdays: frozenset[int]
    windows: tuple[Window, ...]
    exceptions: Mapping[datetime.date, bool]  # True: worked, False: off
    version: str = ""
    after_hours: Literal["same_day", "next_opening"] = "same_day"
    """When working days begin to count for what comes in outside working time: at once, or at the next opening."""

    def __post_init__(self) -> None:
        boundaries = [second for window in self.window_seconds for second in window]
        if (
            not boundaries
            or any(begin >= end for begin, end in self.window_seconds)
            or boundaries != sorted(boundaries)
        ):
            raise BadCalendar(
                f"calendar {self.name!r}: write the working hours as windows in order that do not overlap"
            )
        if not self.weekdays <= set(range(1, 8)):
            raise BadCalendar(f"calendar {self.name!r}: weekdays are numbers from 1 (Monday) to 7 (Sunday)")

    @classmethod
    def from_content(cls, name: str, content: Mapping[str, Any], version: str = "") -> "WorkCalendar":
        """The calendar that a value of the rulebook's parameter `calendar` describes."""
        return cls(
            name,
            ZoneInfo(content["zone"]),
            frozenset(content["weekdays"]),
            tuple((datetime.time.fromisoformat(a), datetime.time.fromisoformat(b)) for a, b in content["hours"]),
            {datetime.date.fromisoformat(day): kind == "work" for day, kind in content["days"].items()},
            version,
            content.get("after_hours", "same_day"),
        )

    def arrival(self, local: datetime.datetime) -> datetime.datetime:
        """The local moment from which a term in working days runs.

        With `next_opening` what comes in on a day off counts as of the same time on the next working day, and what
        comes in at or after closing as of the opening of the working day after that (measured in Boston's targets).
        """
        if self.after_hours == "same_day":
            return local
        day, time = self.next_worked(local.date()), local.time()
        if time >= self.windows[-1][1]:
            day, time = self.worked_after(day, 1), self.windows[0][0]
        return datetime.datetime.combine(day, time)

    def works_on(self, day: datetime.date) -> bool:
        """Whether that day is worked."""
        return self.exceptions.get(day, day.isoweekday() in self.weekdays)

    def knows(self, year: int) -> bool:
        """Whether that year's holidays are entered; if not, weekdays are the fallback and somebody must be told.

        They are when a day off before December is listed: a notice may reach back into the December before its year.
        """
        return year in self._years

    @cached_property
    def _years(self) -> frozenset[int]:
        return frozenset(day.year for day, worked in self.exceptions.items() if not worked and day.month < 12)

    def gaps(self, first: datetime.datetime, last: datetime.datetime) -> tuple[CalendarGap, ...]:
        """The years between two moments, both included, whose holidays are not entered."""
        years = range(first.astimezone(self.zone).year, last.astimezone(self.zone).year + 1)
        return tuple(CalendarGap(self.name, self.version, year) for year in years if not self.knows(year))

    @cached_property
    def window_seconds(self) -> tuple[tuple[int, int], ...]:
        """The windows in seconds since midnight."""
        return tuple((_seconds(begin), _seconds(end)) for begin, end in self.windows)

    def windows_on(self, day: datetime.date) -> tuple[tuple[datetime.datetime, datetime.datetime], ...]:
        """The windows of a day as moments (UTC), half open; none on a day off."""
        if not self.works_on(day):
            return ()
        midnight = datetime.datetime.combine(day, datetime.time())
        moments = [
            (midnight + datetime.timedelta(seconds=second)).replace(tzinfo=self.zone).astimezone(datetime.UTC)
            for window in self.window_seconds
            for second in window
        ]
        return tuple(zip(moments[::2], moments[1::2], strict=True))

    @cached_property
    def day_seconds(self) -> int:
        """Working seconds of a worked day."""
        return sum(end - begin for begin, end in self.window_seconds)

    @cached_property
    def worked_before(self) -> list[int]:
        """worked_before[n]: worked days among the first n days since 2000-01-01; one longer than the days."""
        days = (FIRST_DAY + datetime.timedelta(days=n) for n in range(_DAYS))
        return [0, *accumulate(int(self.works_on(day)) for day in days)]

    def index(self, day: datetime.date) -> int:
        """Days since 2000-01-01. Raises BeyondCalendar."""
        number = (day - FIRST_DAY).days
        if not 0 <= number < _DAYS:
            raise BeyondCalendar(f"{day} is outside {FIRST_DAY} to {LAST_DAY}")
        return number

    def worked_after(self, day: datetime.date, count: int) -> datetime.date:
        """The `count`-th worked day after `day`; for 0 the last one up to `day`, for -1 the one before that."""
        wanted = self.worked_before[self.index(day) + 1] + count
        number = bisect.bisect_left(self.worked_before, wanted) - 1
        if not 0 <= number < _DAYS:
            raise BeyondCalendar(f"{count} working days after {day} is outside {FIRST_DAY} to {LAST_DAY}")
        return FIRST_DAY + datetime.timedelta(days=number)

    def next_worked(self, day: datetime.date) -> datetime.date:
        """The day itself if it is worked, else the next that is."""
        return day if self.works_on(day) else self.worked_after(day, 1)

    def worked_days_between(self, begin: datetime.date, end: datetime.date) -> int:
        """Worked days after `begin` up to and with `end`."""
        return self.worked_before[self.index(end) + 1] - self.worked_before[self.index(begin) + 1]

    def seconds_at(self, local: datetime.datetime) -> int:
        """Working seconds from 2000-01-01 to a local moment."""
        number = self.index(local.date())
        whole = self.worked_before[number] * self.day_seconds
        return whole + (self._seconds_into(local.time()) if self.works_on(local.date()) else 0)

    def _seconds_into(self, time: datetime.time) -> int:
        now = _seconds(time)
        return sum(max(0, min(now, end) - begin) for begin, end in self.window_seconds)

    def at_seconds(self, seconds: int) -> datetime.datetime:
        """The first local moment by which that many working seconds (≥ 1) have passed since 2000-01-01."""
        worked, rest = divmod(seconds - 1, self.day_seconds)
        number = bisect.bisect_left(self.worked_before, worked + 1) - 1
        if number >= _DAYS:
            raise BeyondCalendar(f"beyond {LAST_DAY}")
        day = FIRST_DAY + datetime.timedelta(days=number)
        rest += 1
        for begin, end in self.window_seconds:
            if rest <= end - begin:
                return datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(seconds=begin + rest)
            rest -= end - begin
        raise AssertionError("the windows hold the whole day")


def _seconds(time: datetime.time) -> int:
    whole = time.hour * 3600 + time.minute * 60 + time.second
    return whole + 1 if time == datetime.time.max else whole  # the day's end has no other name


def continuous(zone: str) -> WorkCalendar:
    """A calendar that knows no days off, for clocks that run through nights and holidays."""
    every_hour = ((datetime.time(0), datetime.time.max),)
    return WorkCalendar("continuous", ZoneInfo(zone), frozenset(range(1, 8)), every_hour, {})
