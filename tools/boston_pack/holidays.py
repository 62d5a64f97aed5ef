"""The days of us-boston: holidays of Massachusetts (General Laws c. 4 § 7 cl. 18), the federal ones among them."""

import datetime
from collections.abc import Iterator

from tools.boston_pack.source import PACK, write_table

FIRST, LAST = 2011, 2027
# The 311 clock of 2011 counted holidays as working days: shown by the given targets up to this day.
COUNTED_THROUGH = (datetime.date(2011, 7, 1), datetime.date(2012, 3, 5))

_FIXED = (
    (1, 1, "元旦", "New Year's Day", FIRST),
    (6, 19, "六月节", "Juneteenth", 2021),
    (7, 4, "独立日", "Independence Day", FIRST),
    (11, 11, "退伍军人节", "Veterans Day", FIRST),
    (12, 25, "圣诞节", "Christmas Day", FIRST),
)
# month, weekday is Monday (0) or Thursday (3), which one of the month (-1: the last)
_MOVING = (
    (1, 0, 3, "马丁·路德·金日", "Martin Luther King Jr. Day"),
    (2, 0, 3, "总统日", "Presidents' Day"),
    (4, 0, 3, "爱国者日", "Patriots' Day"),
    (5, 0, -1, "阵亡将士纪念日", "Memorial Day"),
    (9, 0, 1, "劳动节", "Labor Day"),
    (10, 0, 2, "哥伦布日", "Columbus Day"),
    (11, 3, 4, "感恩节", "Thanksgiving Day"),
)


def write_calendar() -> None:
    """Writes calendar.csv."""
    days = sorted(day for year in range(FIRST, LAST + 1) for day in _holidays(year))
    header = ("date", "kind", "title_zh", "title_en")
    write_table(PACK / "calendar.csv", header, (_row(*day) for day in days))


def _row(day: datetime.date, zh: str, en: str) -> tuple[str, str, str, str]:
    if COUNTED_THROUGH[0] <= day <= COUNTED_THROUGH[1] and day.weekday() < 5:
        return day.isoformat(), "work", f"{zh}（311 照常计时）", f"{en} (the 311 clock ran)"
    return day.isoformat(), "off", zh, en


def _holidays(year: int) -> Iterator[tuple[datetime.date, str, str]]:
    for month, number, zh, en, since in _FIXED:
        day = datetime.date(year, month, number)
        if year < since:
            continue
        if day.weekday() == 6:  # the following Monday is kept instead; a Saturday is not moved
            yield day + datetime.timedelta(days=1), f"{zh}（补休）", f"{en} (observed)"
        else:
            yield day, zh, en
    for month, weekday, which, zh, en in _MOVING:
        yield _nth(year, month, weekday, which), zh, en


def _nth(year: int, month: int, weekday: int, which: int) -> datetime.date:
    days = (datetime.date(year, month, 1) + datetime.timedelta(days=n) for n in range(31))
    found = [day for day in days if day.month == month and day.weekday() == weekday]
    return found[which] if which < 0 else found[which - 1]
