"""Moments, days, spans and counts as each culture writes them: in the city's zone, as time left, as long ago.

`2026年11月27日 14:05` and `27 Nov 2026, 14:05`; `还有 3 小时 20 分` and `3 h 20 min left`. What programs read (inputs,
addresses, tables) is ISO 8601. Nothing else writes a date for people.
"""

import datetime
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from jingwei.kernel.values.words import Text

SOON = datetime.timedelta(hours=24)
"""What falls due within this is nearly due."""
_MINUTE, _DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)
_RELATIVE = 7  # days within which a moment is told from now
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

WEEKDAYS = (
    Text("周一", "Mon"),
    Text("周二", "Tue"),
    Text("周三", "Wed"),
    Text("周四", "Thu"),
    Text("周五", "Fri"),
    Text("周六", "Sat"),
    Text("周日", "Sun"),
)
"""From Monday on."""


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """How a due moment stands, with the words and the look for it; `used` is the share of the time from the beginning
    to the due moment that is gone, in per cent, where the beginning is known."""

    kind: Literal["none", "fine", "soon", "late", "done"]
    words: Text
    used: int | None = None


def local_text(moment: datetime.datetime, zone: ZoneInfo) -> str:
    """`2026-11-24 14:05` in the zone, for inputs and tables."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def day_written(day: datetime.date) -> Text:
    """`2026年11月24日`, `24 Nov 2026`."""
    return Text(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}")


def written(moment: datetime.datetime, zone: ZoneInfo) -> Text:
    """`2026年11月24日 14:05`, `24 Nov 2026, 14:05` in the zone."""
    local = moment.astimezone(zone)
    day, time = day_written(local), _time_of_day(local)
    return Text(f"{day.zh} {time}", f"{day.en}, {time}")


def _time_of_day(local: datetime.datetime) -> str:
    """`14:05`; lists write hundreds, and the library's own way takes ten times as long."""
    return f"{local.hour:02}:{local.minute:02}"


def short(moment: datetime.datetime, zone: ZoneInfo, now: datetime.datetime) -> Text:
    """As `written`, without the year where it is the present one: for the rows of lists."""
    local = moment.astimezone(zone)
    if local.year != now.astimezone(zone).year:
        return written(moment, zone)
    time = _time_of_day(local)
    return Text(f"{local.month}月{local.day}日 {time}", f"{local.day} {_MONTHS[local.month - 1]}, {time}")


def from_now(moment: datetime.datetime, zone: ZoneInfo, now: datetime.datetime) -> Text:
    """How long ago, or in how long, within a week; beyond it the moment itself."""
    away = abs(moment - now)
    if away < _MINUTE:
        return Text("刚刚", "just now")
    if away >= _RELATIVE * _DAY:
        return short(moment, zone, now)
    minutes = away // _MINUTE
    if minutes < 60:
        span = Text(f"{minutes} 分钟", f"{minutes} min")
    elif minutes < 1440:
        span = Text(f"{minutes // 60} 小时", f"{minutes // 60} h")
    else:
        days = minutes // 1440
        span = Text(f"{days} 天", f"{days} day{'s' if days > 1 else ''}")
    return Text(f"{span.zh}前", f"{span.en} ago") if moment < now else Text(f"{span.zh}后", f"in {span.en}")


def counted(number: int) -> str:
    """`1,234,567`, the same in both languages."""
    return f"{number:,}"


def length(span: datetime.timedelta) -> Text:
    """A span in its two largest units."""
    minutes = int(span.total_seconds()) // 60
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days >= 10:
        return Text(f"{days:,} 天", f"{days:,} days")
    if days:
        return Text(f"{days} 天 {hours} 小时", f"{days} d {hours} h")
    if not hours:
        return Text(f"{minutes} 分", f"{minutes} min")
    return Text(f"{hours} 小时 {minutes % 60} 分", f"{hours} h {minutes % 60} min")


def time_left(
    due_at: datetime.datetime | None,
    closed_at: datetime.datetime | None,
    now: datetime.datetime,
    since: datetime.datetime | None = None,
) -> TimeLeft:
    """What remains until the due moment, or what has gone by since; for a closed matter whether it was in time.

    `since` is when what is asked for began: by it the share of the time that is gone is told."""
    if due_at is None:
        return TimeLeft("none", Text("无时限", "No limit") if closed_at else Text("未在计时", "No limit runs"))
    used = _share(since, closed_at or now, due_at)
    if closed_at is not None:
        if closed_at > due_at:
            return TimeLeft("late", Text("逾期办结", "Closed late"), used)
        return TimeLeft("done", Text("按期办结", "In time"), used)
    left = due_at - now
    words = length(abs(left))
    if left < datetime.timedelta():
        return TimeLeft("late", Text(f"逾期 {words.zh}", f"{words.en} late"), used)
    return TimeLeft("soon" if left < SOON else "fine", Text(f"还有 {words.zh}", f"{words.en} left"), used)


def _share(since: datetime.datetime | None, at: datetime.datetime, until: datetime.datetime) -> int | None:
    """Per cent of the way from one moment to another, at most all of it; None where there is no way."""
    if since is None or since >= until:
        return None
    return max(0, min(100, (at - since) * 100 // (until - since)))
