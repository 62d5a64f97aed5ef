"""The five ways of counting a term; which one holds is law, so it stands on the clock, never in a global rule."""

import datetime
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.values.words import Text


class Counting(enum.Enum):
    """How time is counted towards a deadline (domain paper 2.17)."""

    CONTINUOUS = "continuous"  # 紧急工作时: elapsed time through nights and holidays
    WORKING_HOUR = "working_hour"  # 工作时: only inside the working windows
    WORKING_DAY = "working_day"  # 工作日: 行政许可法 82, 行政处罚法 85; the first day does not count
    NATURAL_DAY = "natural_day"  # 自然日: 法律援助法, 信访
    NATURAL_DAY_ROLLOVER = "natural_day_rollover"  # 民诉法 85: moved on when it ends on a day off


TITLES: Mapping[Counting, Text] = {
    Counting.CONTINUOUS: Text("连续计时", "elapsed time"),
    Counting.WORKING_HOUR: Text("工作时", "working time"),
    Counting.WORKING_DAY: Text("工作日", "working days"),
    Counting.NATURAL_DAY: Text("自然日", "natural days"),
    Counting.NATURAL_DAY_ROLLOVER: Text("自然日（遇休息日顺延）", "natural days (moved past days off)"),
}

ASKS_THE_CALENDAR = frozenset({Counting.WORKING_HOUR, Counting.WORKING_DAY, Counting.NATURAL_DAY_ROLLOVER})
"""The countings for which days off matter."""

_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}
_BY_TIME = {Counting.CONTINUOUS, Counting.WORKING_HOUR}


@dataclass(frozen=True, slots=True)
class Limit:
    """A term: so many units, counted in one of the five ways. Raises ValueError when it cannot be counted so."""

    counting: Counting
    amount: int
    unit: str  # minute | hour | day
    hold_days: int = 0  # natural days it may be paused in all; 0: no bound is declared
    extensions: int = 1  # how often it may be extended

    def __post_init__(self) -> None:
        if self.unit not in _SECONDS:
            raise ValueError(f"unit {self.unit!r} is not minute, hour or day")
        if self.counting not in _BY_TIME and self.unit != "day":
            raise ValueError(f"{self.counting.value} is counted in days, not in {self.unit}s")
        if self.counting is Counting.WORKING_HOUR and self.unit == "day":
            raise ValueError("working time is counted in hours or minutes; for days take working_day")
        if type(self.amount) is not int or not 0 < self.amount <= 36_500:
            raise ValueError(f"amount {self.amount!r} is not a whole number from 1 to 36,500")
        if type(self.hold_days) is not int or not 0 <= self.hold_days <= 3_650:
            raise ValueError(f"hold_days {self.hold_days!r} is not a whole number from 0 (no bound) to 3,650")
        if type(self.extensions) is not int or not 0 <= self.extensions <= 10:
            raise ValueError(f"extensions {self.extensions!r} is not a whole number from 0 to 10")

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> "Limit":
        """The limit that a value of the rulebook describes. Raises ValueError; nothing is ever guessed."""
        bounds = (content.get("hold_days", 0), content.get("extensions", 1))
        return cls(Counting(content["counting"]), content["amount"], content["unit"], *bounds)

    @property
    def content(self) -> dict[str, Any]:
        """The limit in plain JSON; bounds stand in it where they are declared."""
        plain = {"counting": self.counting.value, "amount": self.amount, "unit": self.unit}
        held = {"hold_days": self.hold_days} if self.hold_days else {}
        return {**plain, **held, **({"extensions": self.extensions} if self.extensions != 1 else {})}

    @property
    def seconds(self) -> int:
        """Its length in seconds of its counting; a day of whatever counting is written as 86,400."""
        return self.amount * _SECONDS[self.unit]

    def words(self) -> Text:
        """The limit as people say it."""
        zh = {"minute": "分钟", "hour": "小时", "day": "天"}[self.unit]
        plural = "" if self.amount == 1 else "s"
        title = TITLES[self.counting]
        return Text(f"{self.amount} {zh}（{title.zh}）", f"{self.amount} {self.unit}{plural} ({title.en})")


def to_local(moment: datetime.datetime, calendar: WorkCalendar) -> datetime.datetime:
    """The wall-clock time of an aware moment in the calendar's zone, without a zone."""
    return moment.astimezone(calendar.zone).replace(tzinfo=None, fold=0)


def from_local(local: datetime.datetime, calendar: WorkCalendar) -> datetime.datetime:
    """The moment (UTC) of a wall-clock time: the first where it occurs twice, moved on by the gap where skipped."""
    return local.replace(tzinfo=calendar.zone, fold=0).astimezone(datetime.UTC)


def counted(
    counting: Counting, since: datetime.datetime, until: datetime.datetime, calendar: WorkCalendar
) -> datetime.timedelta:
    """What the counting counts from one moment to a later one: elapsed or working time, days or working days by date.

    Never negative, even where the wall clock was set back in between.
    """
    if counting is Counting.CONTINUOUS:
        return until - since
    begin, end = to_local(since, calendar), to_local(until, calendar)
    if counting is Counting.WORKING_HOUR:
        passed = datetime.timedelta(seconds=calendar.seconds_at(end) - calendar.seconds_at(begin))
    elif counting is Counting.WORKING_DAY:
        passed = datetime.timedelta(days=calendar.worked_days_between(begin.date(), end.date()))
    else:
        passed = end.date() - begin.date()
    return max(passed, datetime.timedelta())


def moved(
    counting: Counting, moment: datetime.datetime, length: datetime.timedelta, calendar: WorkCalendar
) -> datetime.datetime:
    """The moment (UTC) that lies `length` of the counting later, not rolled. Raises BeyondCalendar."""
    if not length or counting is Counting.CONTINUOUS:
        return moment.astimezone(datetime.UTC) + length
    local = to_local(moment, calendar)
    if counting is Counting.WORKING_HOUR:
        seconds = calendar.seconds_at(local) + length // datetime.timedelta(seconds=1)
        return from_local(calendar.at_seconds(seconds), calendar)
    if counting is Counting.WORKING_DAY:
        return from_local(
            datetime.datetime.combine(calendar.worked_after(local.date(), length.days), local.time()), calendar
        )
    return from_local(local + length, calendar)


def ending(
    counting: Counting,
    at: datetime.datetime,
    left: datetime.timedelta,
    hour_of: datetime.datetime,
    calendar: WorkCalendar,
) -> datetime.datetime:
    """Where a term ends (UTC), not rolled, of which at this moment so much is still to be counted.

    What is negative is so much too late. Days end at the wall-clock time of `hour_of`. Raises BeyondCalendar.
    """
    if counting is Counting.CONTINUOUS:
        return at.astimezone(datetime.UTC) + left
    local = to_local(at, calendar)
    if counting is Counting.WORKING_HOUR:
        seconds = calendar.seconds_at(local) + left // datetime.timedelta(seconds=1)
        return from_local(calendar.at_seconds(max(1, seconds)), calendar)
    days = left // datetime.timedelta(days=1)
    worked = counting is Counting.WORKING_DAY
    day = calendar.worked_after(local.date(), days) if worked else local.date() + datetime.timedelta(days=days)
    return from_local(datetime.datetime.combine(day, to_local(hour_of, calendar).time()), calendar)


def unrolled(start: datetime.datetime, limit: Limit, calendar: WorkCalendar) -> datetime.datetime:
    """The end of the term (UTC) before it is moved past days off. Raises BeyondCalendar."""
    if limit.counting is Counting.WORKING_DAY:
        start = from_local(calendar.arrival(to_local(start, calendar)), calendar)
    return moved(limit.counting, start, datetime.timedelta(seconds=limit.seconds), calendar)


def rolled(end: datetime.datetime, counting: Counting, calendar: WorkCalendar) -> datetime.datetime:
    """The end of the term as it stands: with roll-over moved to the next worked day at the same wall-clock time."""
    if counting is not Counting.NATURAL_DAY_ROLLOVER:
        return end
    local = to_local(end, calendar)
    return from_local(datetime.datetime.combine(calendar.next_worked(local.date()), local.time()), calendar)


def after(start: datetime.datetime, limit: Limit, calendar: WorkCalendar) -> datetime.datetime:
    """The moment (UTC) at which a term that began at `start` falls due; what is done at that moment is in time.

    - continuous: that much elapsed time later, whatever clocks are set to in between.
    - working_hour: when that much of the working windows has passed (工作时 of GB/T 30428).
    - working_day: at the same wall-clock time on the N-th following working day. The day of the start does not count
      (行政许可法 82, 民诉法 85); on a day off the term starts at that time, and the next working day is the first.
    - natural_day: at the same wall-clock time N days later.
    - natural_day_rollover: the same, and from a day off to that time of the next working day (民诉法 85).

    A wall-clock time that summer time skips moves on by the gap (and rolls over as moved); of one that occurs twice the
    first is meant.
    Raises BeyondCalendar.
    """
    return rolled(unrolled(start, limit, calendar), limit.counting, calendar)
