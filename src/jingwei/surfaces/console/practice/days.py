"""Working time, counted anew for the plan: it shares no code with the clocks, so that each can be held to the other."""

import bisect
import datetime
from collections.abc import Sequence
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
_DAY = datetime.timedelta(days=1)
_WINDOWS = ((9 * 60, 12 * 60), (13 * 60 + 30, 17 * 60 + 30))  # minutes of the day
_WORKED = sum(end - begin for begin, end in _WINDOWS)


class Days:
    """The days of some years and how many minutes were worked before each; moments are local, without a zone."""

    def __init__(self, rows: Sequence[dict[str, str]], first: datetime.date, last: datetime.date) -> None:
        """`rows` are those of a calendar (date, kind: off or work); other days follow the weekday."""
        told = {datetime.date.fromisoformat(row["date"]): row["kind"] == "work" for row in rows}
        self._days = [first + _DAY * number for number in range((last - first).days + 1)]
        self._works = [told.get(day, day.weekday() < 5) for day in self._days]
        self._before = [0]
        for works in self._works:
            self._before.append(self._before[-1] + works * _WORKED)

    def worked(self, day: datetime.date) -> bool:
        """Whether work is done on that day."""
        return self._works[(day - self._days[0]).days]

    def minutes_at(self, moment: datetime.datetime) -> float:
        """Minutes worked from the first day until the moment."""
        place = (moment.date() - self._days[0]).days
        if not self._works[place]:
            return self._before[place]
        minute = moment.hour * 60 + moment.minute + moment.second / 60 + moment.microsecond / 60e6
        return self._before[place] + sum(min(max(minute - begin, 0), end - begin) for begin, end in _WINDOWS)

    def at_minutes(self, minutes: float) -> datetime.datetime:
        """The earliest moment by which so many minutes have been worked."""
        place = bisect.bisect_left(self._before, minutes) - 1
        left = minutes - self._before[place]
        for begin, end in _WINDOWS:
            if left <= end - begin:
                whole = datetime.datetime.combine(self._days[place], datetime.time())
                return whole + datetime.timedelta(minutes=begin + left)
            left -= end - begin
        raise ValueError(f"{minutes} minutes lie beyond the days")

    def days_after(self, day: datetime.date, number: int) -> datetime.date:
        """The day on which so many worked days have gone by; the first does not count."""
        while number:
            day += _DAY
            number -= self.worked(day)
        return day

    def days_between(self, begin: datetime.date, end: datetime.date) -> int:
        """Worked days after `begin` up to `end`."""
        return sum(self.worked(begin + _DAY * number) for number in range(1, (end - begin).days + 1))

    def due(self, opened: datetime.datetime, counting: str, amount: int, unit: str) -> datetime.datetime:
        """The end of a term. Raises KeyError for a counting that there is none of."""
        if counting == "continuous":
            return opened + datetime.timedelta(**{f"{unit}s": amount})
        if counting == "working_hour":
            return self.at_minutes(self.minutes_at(opened) + amount * {"minute": 1, "hour": 60}[unit])
        if counting == "working_day":
            return datetime.datetime.combine(self.days_after(opened.date(), amount), opened.time())
        end = opened + _DAY * amount
        while counting == "natural_day_rollover" and not self.worked(end.date()):
            end += _DAY
        return end

    def between(
        self, begin: datetime.datetime, end: datetime.datetime, share: float, *, at_work: bool
    ) -> datetime.datetime:
        """A moment between two others; `at_work`: in working time, as far as there is any."""
        low, high = self.minutes_at(begin), self.minutes_at(end)
        if at_work and high - low > 10:
            return min(end, max(begin, self.at_minutes(low + share * (high - low))))
        return begin + share * (end - begin)


def utc(local: datetime.datetime) -> datetime.datetime:
    """The moment in UTC to the whole second."""
    return local.replace(microsecond=0, tzinfo=ZONE).astimezone(datetime.UTC)
