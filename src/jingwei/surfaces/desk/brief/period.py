"""Days, weeks from Monday and months of the city's calendar, each by any day in it."""

import datetime
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from jingwei.kernel.values.words import Text

Kind = Literal["day", "week", "month"]
KINDS: dict[Kind, Text] = {
    "day": Text("日报", "Daily brief"),
    "week": Text("周报", "Weekly brief"),
    "month": Text("月报", "Monthly brief"),
}
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included."""

    kind: Kind
    first: datetime.date
    last: datetime.date

    @property
    def before(self) -> "Period":
        """The one before it."""
        return period(self.kind, self.first - _DAY)

    @property
    def after(self) -> "Period":
        """The one after it."""
        return period(self.kind, self.last + _DAY)

    def since(self, zone: ZoneInfo) -> datetime.datetime:
        """The moment at which it begins."""
        return _midnight(self.first, zone)

    def until(self, zone: ZoneInfo) -> datetime.datetime:
        """The moment at which it is over; a day on which the clocks are changed has 23 or 25 hours."""
        return _midnight(self.last + _DAY, zone)


def period(kind: Kind, day: datetime.date) -> Period:
    """The period in which a day lies."""
    if kind == "day":
        return Period(kind, day, day)
    if kind == "week":
        first = day - datetime.timedelta(days=day.weekday())
        return Period(kind, first, first + 6 * _DAY)
    first = day.replace(day=1)
    return Period(kind, first, (first + 31 * _DAY).replace(day=1) - _DAY)


def latest(kind: Kind, today: datetime.date) -> Period:
    """The latest that is over."""
    return period(kind, today).before


def _midnight(day: datetime.date, zone: ZoneInfo) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), zone).astimezone(datetime.UTC)
