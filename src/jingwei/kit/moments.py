"""Moments as people say them: in the city's zone, and as time left."""

import datetime
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from jingwei.kernel.values.words import Text

SOON = datetime.timedelta(hours=24)
"""What falls due within this is nearly due."""


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """How a due moment stands, with the words and the look for it."""

    kind: Literal["none", "fine", "soon", "late", "done"]
    words: Text


def local_text(moment: datetime.datetime, zone: ZoneInfo) -> str:
    """`2026-11-24 14:05` in the zone."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def length(span: datetime.timedelta) -> Text:
    """A span in its two largest units."""
    minutes = int(span.total_seconds()) // 60
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days >= 10:
        return Text(f"{days:,} 天", f"{days:,} days")
    if days:
        return Text(f"{days} 天 {hours} 小时", f"{days} d {hours} h")
    return Text(f"{hours} 小时 {minutes % 60} 分", f"{hours} h {minutes % 60} min")


def time_left(
    due_at: datetime.datetime | None, closed_at: datetime.datetime | None, now: datetime.datetime
) -> TimeLeft:
    """What remains until the due moment, or what has gone by since; for a closed matter whether it was in time."""
    if due_at is None:
        return TimeLeft("none", Text("无时限", "No limit") if closed_at else Text("未在计时", "No limit runs"))
    if closed_at is not None:
        late = closed_at > due_at
        return TimeLeft(
            "late" if late else "done", Text("逾期办结", "Closed late") if late else Text("按期办结", "In time")
        )
    left = due_at - now
    words = length(abs(left))
    if left < datetime.timedelta():
        return TimeLeft("late", Text(f"逾期 {words.zh}", f"{words.en} late"))
    return TimeLeft("soon" if left < SOON else "fine", Text(f"剩 {words.zh}", f"{words.en} left"))
