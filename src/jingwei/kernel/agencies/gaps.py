"""Where a roster leaves its hours uncovered. Plain values: no Django here."""

import datetime
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from jingwei.kernel.values.words import Text

Span = tuple[datetime.datetime, datetime.datetime]
_DAY = datetime.timedelta(days=1)


def covers_problem(covers: Sequence[Sequence[str]]) -> Text | None:
    """Why these are no hours of a day; a window that ends before it begins goes over midnight."""
    for window in covers:
        if len(window) != 2 or not all(_minutes(clock) is not None for clock in window) or window[0] == window[1]:
            return Text(
                f"时段“{'-'.join(window)}”不对；写作 08:00-20:00，全天写作 00:00-24:00。",
                f"“{'-'.join(window)}” are no hours; write 08:00-20:00, and 00:00-24:00 for the whole day.",
            )
    return None if covers else Text("请至少写一个时段。", "Give one window of hours at least.")


def _minutes(clock: str) -> int | None:
    hours, _, minutes = clock.partition(":")
    if not (len(hours) == len(minutes) == 2 and (hours + minutes).isascii() and (hours + minutes).isdigit()):
        return None
    value = int(hours) * 60 + int(minutes)
    return value if value <= 1440 and int(minutes) < 60 else None


def windows(
    covers: Sequence[Sequence[str]], zone: ZoneInfo, low: datetime.datetime, high: datetime.datetime
) -> list[Span]:
    """The stretches between two moments in which somebody must be on duty, joined where they touch, in UTC."""
    day, last = low.astimezone(zone).date() - _DAY, high.astimezone(zone).date()
    found: list[Span] = []
    while day <= last:
        for begins, ends in covers:
            first, then = _minutes(begins) or 0, _minutes(ends) or 0
            start = _moment(day, first, zone)
            end = _moment(day, then if then > first else then + 1440, zone)
            if max(start, low) < min(end, high):
                found.append((max(start, low), min(end, high)))
        day += _DAY
    return _joined(found)


def _moment(day: datetime.date, minutes: int, zone: ZoneInfo) -> datetime.datetime:
    on, rest = day + minutes // 1440 * _DAY, minutes % 1440
    return datetime.datetime(on.year, on.month, on.day, rest // 60, rest % 60, tzinfo=zone).astimezone(datetime.UTC)


def _joined(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def uncovered(wanted: Sequence[Span], shifts: Sequence[Span]) -> list[Span]:
    """What is left of the wanted stretches where no shift lies, in their order."""
    gaps: list[Span] = []
    covered = _joined(shifts)
    for start, end in wanted:
        at = start
        for begins, ends in covered:
            if ends <= at or begins >= end:
                continue
            if begins > at:
                gaps.append((at, begins))
            at = max(at, ends)
        if at < end:
            gaps.append((at, end))
    return gaps
