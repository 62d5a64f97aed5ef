"""When somebody may be told: working time, quiet hours, and how many messages fit into an hour and a day."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.outbox.adapters import Adapter
from jingwei.kernel.outbox.models import Preference

_FARTHEST = datetime.timedelta(days=30)
"""A calendar without a working hour in so long holds nobody's message back any longer."""


def first_allowed(now: datetime.datetime, calendar: WorkCalendar, wish: Preference | None) -> datetime.datetime:
    """The first moment from `now` on at which the person may be told; without a wish, the city's working time."""
    working = wish is None or wish.working_time
    moment = now
    while moment < now + _FARTHEST:
        settled = _after_quiet(_in_working_time(moment, calendar) if working else moment, calendar, wish)
        if settled == moment:
            return moment
        moment = settled
    return now + _FARTHEST


def _in_working_time(moment: datetime.datetime, calendar: WorkCalendar) -> datetime.datetime:
    day = moment.astimezone(calendar.zone).date()
    for ahead in range(_FARTHEST.days):
        for begin, end in calendar.windows_on(day + datetime.timedelta(days=ahead)):
            if moment < end:
                return max(moment, begin)
    return moment + _FARTHEST


def _after_quiet(moment: datetime.datetime, calendar: WorkCalendar, wish: Preference | None) -> datetime.datetime:
    if wish is None or wish.quiet_from is None or wish.quiet_until is None or wish.quiet_from == wish.quiet_until:
        return moment
    local = moment.astimezone(calendar.zone)
    time, over_midnight = local.time(), wish.quiet_from > wish.quiet_until
    quiet = wish.quiet_from <= time < wish.quiet_until
    if over_midnight:
        quiet = time >= wish.quiet_from or time < wish.quiet_until
    if not quiet:
        return moment
    day = local.date() + datetime.timedelta(days=1 if over_midnight and time >= wish.quiet_from else 0)
    return datetime.datetime.combine(day, wish.quiet_until, calendar.zone).astimezone(datetime.UTC)


@dataclass(frozen=True, slots=True)
class Room:
    """How many more messages one receiver may get now, and when the next one fits where none does."""

    left: int
    opens_at: datetime.datetime


def room_for(adapter: Adapter, sent: Sequence[datetime.datetime], now: datetime.datetime, wanted: int) -> Room:
    """`sent`: when this receiver got messages over this channel, the latest first, a day back."""
    left, opens_at = wanted, now
    for most, span in ((adapter.per_hour, datetime.timedelta(hours=1)), (adapter.per_day, datetime.timedelta(days=1))):
        recent = [at for at in sent if at > now - span]
        if most and most - len(recent) < left:
            left = max(0, most - len(recent))
            opens_at = max(opens_at, recent[most - 1] + span) if left == 0 else opens_at
    return Room(left, opens_at)
