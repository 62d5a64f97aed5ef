"""A slow second opinion on deadlines: it walks day by day and minute by minute and shares no code with the clocks."""

import datetime
from zoneinfo import ZoneInfo

from jingwei.kernel.clocks.calendars import WorkCalendar

_MINUTE = datetime.timedelta(minutes=1)
_DAY = datetime.timedelta(days=1)


def is_worked(day: datetime.date, calendar: WorkCalendar) -> bool:
    """By the list, otherwise by the weekday."""
    if day in calendar.exceptions:
        return calendar.exceptions[day]
    return day.weekday() + 1 in calendar.weekdays


def due(start: datetime.datetime, counting: str, amount: int, calendar: WorkCalendar) -> datetime.datetime:
    """The due moment (UTC) of a limit of `amount` minutes or days. Starts are whole minutes."""
    if counting == "continuous":
        return _elapsed(start, amount)
    wall = start.astimezone(calendar.zone).replace(tzinfo=None)
    if counting == "working_hour":
        return _working_minutes(wall, amount, calendar)
    day, left = wall.date(), amount
    while left:
        day += _DAY
        left -= counting != "working_day" or is_worked(day, calendar)
    end = first_showing(datetime.datetime.combine(day, wall.time()), calendar.zone)
    if counting != "natural_day_rollover" or is_worked(day, calendar):
        return end
    while not is_worked(day, calendar):
        day += _DAY
    hour = end.astimezone(calendar.zone).time()  # where the hour of the start is skipped, the one it moved on to
    return first_showing(datetime.datetime.combine(day, hour), calendar.zone)


def _elapsed(start: datetime.datetime, minutes: int) -> datetime.datetime:
    seconds = int(start.timestamp())
    for _ in range(minutes):
        seconds += 60
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def _working_minutes(wall: datetime.datetime, minutes: int, calendar: WorkCalendar) -> datetime.datetime:
    """Counts each minute that begins inside a window of a worked day; due when the last of them has passed."""
    left = minutes
    while True:
        inside = any(begin <= wall.time() < end for begin, end in calendar.windows)
        left -= inside and is_worked(wall.date(), calendar)
        wall += _MINUTE
        if not left:
            return first_showing(wall, calendar.zone)


def first_showing(wall: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    """Tries every quarter of an hour of a day's offsets: the first moment whose clock shows `wall`.

    Where none does (the skipped hour of spring), the moment that the clock would have shown it, had it not been moved.
    """
    guess = wall.replace(tzinfo=datetime.UTC)
    quarters = [guess + quarter * datetime.timedelta(minutes=15) for quarter in range(-56, 57)]
    for moment in quarters:
        if moment.astimezone(zone).replace(tzinfo=None) == wall:
            return moment
    before = (guess - _DAY).astimezone(zone).utcoffset()
    assert before is not None
    return guess - before
