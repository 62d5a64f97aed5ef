"""A limit falls due where the law and the calendar say."""

import datetime
from collections.abc import Mapping
from typing import Any

import pytest

from jingwei.kernel.clocks.calendars import BadCalendar, BeyondCalendar, CalendarGap, WorkCalendar, continuous
from jingwei.kernel.clocks.counting import Counting, Limit, after, counted


def falls_due(start: str, amount: int, unit: str, counting: str, calendar: WorkCalendar) -> str:
    """Both moments on the calendar's wall clock."""
    moment = datetime.datetime.fromisoformat(start).replace(tzinfo=calendar.zone)
    due = after(moment, Limit(Counting(counting), amount, unit), calendar)
    assert due.tzinfo is datetime.UTC
    return due.astimezone(calendar.zone).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        ("2026-02-13 10:00", 1, "2026-02-14 10:00"),  # Saturday the 14th is worked for the Spring Festival
        ("2026-02-13 10:00", 2, "2026-02-24 10:00"),  # the 15th to the 23rd are off
        ("2026-02-18 10:00", 1, "2026-02-24 10:00"),  # from inside the holiday: the first day worked is day 1
        ("2026-02-27 16:00", 1, "2026-02-28 16:00"),  # a make-up Saturday
        ("2026-02-28 16:00", 1, "2026-03-02 16:00"),
        ("2026-09-30 09:00", 3, "2026-10-10 09:00"),  # 8, 9 and the make-up Saturday 10 October
        ("2026-03-04 20:00", 1, "2026-03-05 20:00"),  # the wall-clock time stays, even outside the windows
        ("2020-01-23 10:00", 2, "2020-02-04 10:00"),  # Monday 3 February was listed as worked
    ],
)
def test_working_days_follow_the_make_up_days(china: WorkCalendar, start: str, amount: int, due: str) -> None:
    assert falls_due(start, amount, "day", "working_day", china) == due


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        ("2026-03-04 11:30", 60, "minute", "2026-03-04 14:00"),  # over noon
        ("2026-03-04 11:00", 1, "hour", "2026-03-04 12:00"),  # used up exactly as the window ends
        ("2026-03-04 12:30", 1, "hour", "2026-03-04 14:30"),
        ("2026-03-06 17:00", 1, "hour", "2026-03-09 09:30"),  # over a weekend
        ("2026-02-14 17:00", 4, "hour", "2026-02-24 14:00"),  # over the Spring Festival
        ("2026-02-15 08:00", 4, "hour", "2026-02-24 14:30"),
        ("2026-05-08 16:30", 2, "hour", "2026-05-09 10:00"),  # into a make-up Saturday
    ],
)
def test_working_hours_run_only_inside_the_windows(
    china: WorkCalendar, start: str, amount: int, unit: str, due: str
) -> None:
    assert falls_due(start, amount, unit, "working_hour", china) == due


def test_the_same_three_days_are_three_deadlines(china: WorkCalendar) -> None:
    assert falls_due("2026-09-30 15:00", 3, "day", "natural_day", china) == "2026-10-03 15:00"
    assert falls_due("2026-09-30 15:00", 3, "day", "natural_day_rollover", china) == "2026-10-08 15:00"
    assert falls_due("2026-09-30 15:00", 3, "day", "working_day", china) == "2026-10-10 15:00"


def test_roll_over_leaves_a_worked_saturday_alone(china: WorkCalendar) -> None:
    assert falls_due("2026-10-07 08:00", 3, "day", "natural_day_rollover", china) == "2026-10-10 08:00"
    assert falls_due("2026-10-07 08:00", 4, "day", "natural_day_rollover", china) == "2026-10-12 08:00"


@pytest.mark.parametrize(
    ("counting", "start", "amount", "unit", "due"),
    [
        ("continuous", "2026-03-07 12:00", 24, "hour", "2026-03-08 13:00"),  # spring: the day has 23 hours
        ("continuous", "2026-10-31 12:00", 1, "day", "2026-11-01 11:00"),  # autumn: it has 25
        ("natural_day", "2026-03-07 12:00", 1, "day", "2026-03-08 12:00"),
        ("natural_day", "2026-03-07 02:30", 1, "day", "2026-03-08 03:30"),  # 02:30 is skipped: moved on by the gap
        ("natural_day_rollover", "2026-03-07 02:30", 1, "day", "2026-03-09 03:30"),
        ("working_day", "2026-03-06 02:30", 1, "day", "2026-03-09 02:30"),
        ("working_hour", "2026-03-06 16:00", 2, "hour", "2026-03-09 10:00"),
    ],
)
def test_summer_time_in_boston(
    boston: WorkCalendar, counting: str, start: str, amount: int, unit: str, due: str
) -> None:
    assert falls_due(start, amount, unit, counting, boston) == due


def test_a_time_shown_twice_is_the_first(boston: WorkCalendar) -> None:
    start = datetime.datetime(2026, 10, 31, 1, 30, tzinfo=boston.zone)
    due = after(start, Limit(Counting.NATURAL_DAY, 1, "day"), boston)
    assert due == datetime.datetime(2026, 11, 1, 5, 30, tzinfo=datetime.UTC)  # 01:30 summer time; 06:30 is the second


def test_without_a_calendar_working_time_is_all_the_time() -> None:
    utc = continuous("UTC")
    assert falls_due("2026-03-04 11:30", 48, "hour", "working_hour", utc) == "2026-03-06 11:30"


def test_windows_of_a_day_are_moments(china: WorkCalendar) -> None:
    (morning, afternoon) = china.windows_on(datetime.date(2026, 2, 14))
    assert [moment.isoformat() for moment in (*morning, *afternoon)] == [
        "2026-02-14T01:00:00+00:00",
        "2026-02-14T04:00:00+00:00",
        "2026-02-14T05:30:00+00:00",
        "2026-02-14T09:30:00+00:00",
    ]
    assert china.windows_on(datetime.date(2026, 2, 15)) == ()


def test_counted_takes_back_what_after_gave(china: WorkCalendar) -> None:
    start = datetime.datetime(2026, 2, 13, 10, tzinfo=china.zone)
    for limit in (Limit(Counting.WORKING_HOUR, 50, "hour"), Limit(Counting.WORKING_DAY, 9, "day")):
        assert counted(limit.counting, start, after(start, limit, china), china).total_seconds() == limit.seconds


def test_a_year_without_its_notice_is_reported(china: WorkCalendar) -> None:
    first, last = (datetime.datetime(year, 6, 1, tzinfo=china.zone) for year in (2025, 2027))
    assert china.gaps(first, last) == (CalendarGap("cn", "2026", 2025), CalendarGap("cn", "2026", 2027))
    assert "2027" in china.gaps(last, last)[0].reason.zh and "2027" in china.gaps(last, last)[0].reason.en


def test_days_that_a_notice_moves_in_the_december_before_do_not_make_that_year_known() -> None:
    days = {"2007-12-29": "work", "2007-12-30": "off", "2007-12-31": "off", "2008-01-01": "off"}
    content = {"zone": "Asia/Shanghai", "weekdays": [1, 2, 3, 4, 5], "hours": [["09:00", "17:00"]], "days": days}
    calendar = WorkCalendar.from_content("cn", content)
    assert not calendar.knows(2007) and calendar.knows(2008)


@pytest.mark.parametrize(
    "content",
    [
        {"counting": "business_day", "amount": 3, "unit": "day"},
        {"counting": "working_day", "amount": 3, "unit": "hour"},
        {"counting": "working_hour", "amount": 3, "unit": "day"},
        {"counting": "natural_day", "amount": 0, "unit": "day"},
        {"counting": "natural_day", "amount": "3", "unit": "day"},
        {"counting": "natural_day", "amount": True, "unit": "day"},
        {"counting": "continuous", "amount": 1, "unit": "month"},
    ],
)
def test_a_limit_that_cannot_be_read_is_refused(content: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"business_day|hour|day|amount|month"):
        Limit.from_content(content)


@pytest.mark.parametrize(
    "hours",
    [[], [["17:00", "09:00"]], [["13:00", "17:00"], ["09:00", "12:00"]], [["09:00", "13:00"], ["12:00", "17:00"]]],
)
def test_hours_that_cannot_be_counted_are_refused(hours: list[list[str]]) -> None:
    with pytest.raises(BadCalendar, match="calendar 'x'"):
        WorkCalendar.from_content("x", {"zone": "UTC", "weekdays": [1], "hours": hours, "days": {}})


def test_counting_beyond_the_calendar_is_refused(china: WorkCalendar) -> None:
    start = datetime.datetime(2026, 1, 1, tzinfo=china.zone)
    with pytest.raises(BeyondCalendar, match="2060"):
        after(start, Limit(Counting.WORKING_DAY, 36_500, "day"), china)
    with pytest.raises(BeyondCalendar, match="2060"):
        after(start.replace(year=2060, month=12), Limit(Counting.WORKING_HOUR, 36_500, "hour"), china)
    with pytest.raises(BeyondCalendar, match="1999"):
        after(start.replace(year=1999), Limit(Counting.WORKING_HOUR, 1, "hour"), china)
