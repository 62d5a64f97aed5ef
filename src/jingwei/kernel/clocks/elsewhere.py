"""What another system says has run of a term, brought to the term's own counting."""

import datetime
from dataclasses import dataclass
from typing import Literal

from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.clocks.counting import Counting, Limit, counted

_SECONDS = {"hour": 3600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class Ran:
    """So many days or hours of the term were used, or were paused."""

    amount: int
    unit: Literal["hour", "day"]
    paused: bool = False


def elapsed_of(
    ran: Ran, limit: Limit, since: datetime.datetime, until: datetime.datetime, calendar: WorkCalendar
) -> datetime.timedelta:
    """What was used of the term by `until`; with only the pause known, what our counting counts without it.

    Hours of a term in days round up to whole days, and days of working time are the calendar's working hours: where the
    old system counted more coarsely than the term, the resident is not the one to wait for it.
    """
    stated = datetime.timedelta(seconds=ran.amount * _SECONDS[ran.unit])
    if limit.counting is Counting.WORKING_HOUR and ran.unit == "day":
        stated = datetime.timedelta(seconds=ran.amount * calendar.day_seconds)
    elif limit.unit == "day" and ran.unit == "hour":
        a_day = calendar.day_seconds if limit.counting is Counting.WORKING_DAY else _SECONDS["day"]
        days = -(-ran.amount * 3600 // a_day)
        stated = datetime.timedelta(days=days) if limit.counting is not Counting.CONTINUOUS else stated
    if not ran.paused:
        return stated
    return max(counted(limit.counting, since, until, calendar) - stated, datetime.timedelta())
