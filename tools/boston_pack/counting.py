"""The ways of counting that were tried on the given targets, on wall-clock time without a zone."""

import datetime
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from tools.boston_pack.source import PACK, read_table

Counted = Callable[[datetime.datetime, int], datetime.datetime]
Worked = Callable[[datetime.date], bool]

OPENS, CLOSES = datetime.time(8, 30), datetime.time(17)
_DAY = datetime.timedelta(days=1)
_ZONE = ZoneInfo("America/New_York")


def weekday(day: datetime.date) -> bool:
    """Monday to Friday, holidays too."""
    return day.weekday() < 5


def no_holiday() -> Worked:
    """Monday to Friday without the days that calendar.csv lists, whatever it says of them."""
    listed = {datetime.date.fromisoformat(row["date"]) for row in read_table(PACK / "calendar.csv")}
    return lambda day: weekday(day) and day not in listed


def natural_day(start: datetime.datetime, amount: int) -> datetime.datetime:
    """The same wall-clock time so many days later."""
    return start + amount * _DAY


def natural_day_rollover(start: datetime.datetime, amount: int) -> datetime.datetime:
    """The same, moved to the next weekday."""
    end = start + amount * _DAY
    return end if weekday(end.date()) else datetime.datetime.combine(following(end.date(), 1, weekday), end.time())


def continuous(start: datetime.datetime, amount: int) -> datetime.datetime:
    """So many times 24 elapsed hours."""
    moment = start.replace(tzinfo=_ZONE).astimezone(datetime.UTC) + amount * _DAY
    return moment.astimezone(_ZONE).replace(tzinfo=None)


def working_day(start: datetime.datetime, amount: int) -> datetime.datetime:
    """The same wall-clock time on the so-manieth weekday after the day of the start."""
    return datetime.datetime.combine(following(start.date(), amount, weekday), start.time())


def working_hour(start: datetime.datetime, amount: int) -> datetime.datetime:
    """So many times 8½ hours inside 08:30–17:00 on weekdays."""
    day, time = start.date(), start.time()
    if weekday(day) and OPENS < time < CLOSES:
        return datetime.datetime.combine(following(day, amount, weekday), time)
    if weekday(day) and time <= OPENS:
        return datetime.datetime.combine(following(day, amount - 1, weekday), CLOSES)
    return datetime.datetime.combine(following(day, amount, weekday), CLOSES)


def arrived(worked: Worked) -> Counted:
    """Working days from the moment of arrival: see `arrival`."""

    def count(start: datetime.datetime, amount: int) -> datetime.datetime:
        begin = arrival(start, worked)
        return datetime.datetime.combine(following(begin.date(), amount, worked), begin.time())

    return count


def arrival(start: datetime.datetime, worked: Worked) -> datetime.datetime:
    """
    When a case counts as arrived: on a day off, the next working day at the same wall-clock time; then, at or after
    17:00, the opening (08:30) of the working day after that. Before opening it keeps its time.
    """
    day, time = start.date(), start.time()
    if not worked(day):
        day = following(day, 1, worked)
    if time >= CLOSES:
        day, time = following(day, 1, worked), OPENS
    return datetime.datetime.combine(day, time)


def following(day: datetime.date, amount: int, worked: Worked) -> datetime.date:
    """The so-manieth working day after a day; the day itself for 0."""
    while amount:
        day += _DAY
        amount -= worked(day)
    return day


TRIED: Mapping[str, Counted] = {
    "natural_day": natural_day,
    "working_day, from arrival": arrived(weekday),
    "working_day": working_day,
    "working_hour": working_hour,
    "natural_day_rollover": natural_day_rollover,
    "continuous": continuous,
}
