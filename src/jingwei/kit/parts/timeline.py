"""What happened, by days: who did what and when, as `{% timeline %}` shows it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from jingwei.kernel.values.words import Text


@dataclass(frozen=True, slots=True)
class Shown:
    """A declared field with its value in words; a plain value reads the same in both languages."""

    title: Text
    value: Text | str

    @property
    def words(self) -> Text:
        """The value as a text."""
        return self.value if isinstance(self.value, Text) else Text(self.value, self.value)


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened: when, when recorded where that differs, what, by whom, and what was written down."""

    at: datetime.datetime
    recorded_at: datetime.datetime | None
    what: Text
    who: Text
    state: Text | None
    claimed: str
    content: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day of the city."""

    on: datetime.date
    happened: tuple[Happened, ...]


def by_day(timeline: Sequence[Happened], zone: ZoneInfo, *, oldest: bool) -> tuple[Day, ...]:
    """A timeline by the city's days; the newest first, or the oldest."""
    days: dict[datetime.date, list[Happened]] = {}
    for one in reversed(timeline) if oldest else timeline:
        days.setdefault(one.at.astimezone(zone).date(), []).append(one)
    return tuple(Day(on, tuple(happened)) for on, happened in days.items())
