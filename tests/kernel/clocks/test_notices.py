"""Twenty years of the State Council's notices, and a rule on after-hours, against a count that walks day by day."""

import csv
import datetime
import pathlib
import random

import numpy as np
import pytest

from jingwei.kernel.clocks.bulk import due_many
from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.clocks.counting import Counting, Limit, after
from tests.kernel.clocks import oracle

NOTICES = pathlib.Path(__file__).parents[3] / "packs" / "calendars" / "cn.csv"
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
MICROSECOND = datetime.timedelta(microseconds=1)
LIMITS = (
    Limit(Counting.CONTINUOUS, 3, "day"),
    Limit(Counting.WORKING_HOUR, 20, "hour"),
    Limit(Counting.WORKING_HOUR, 90, "minute"),
    Limit(Counting.WORKING_DAY, 1, "day"),
    Limit(Counting.WORKING_DAY, 15, "day"),
    Limit(Counting.NATURAL_DAY, 10, "day"),
    Limit(Counting.NATURAL_DAY_ROLLOVER, 15, "day"),
)


def calendar(zone: str, after_hours: str) -> WorkCalendar:
    """The notices of 2007 to 2026, in either zone."""
    rows = list(csv.DictReader(NOTICES.read_text("utf-8").splitlines()))
    assert len(rows) == 678 and sum(row["kind"] == "work" for row in rows) == 133
    content = {
        "zone": zone,
        "weekdays": [1, 2, 3, 4, 5],
        "hours": [["09:00", "12:00"], ["13:30", "17:30"]],
        "days": {row["date"]: row["kind"] for row in rows},
        "after_hours": after_hours,
    }
    return WorkCalendar.from_content("notices", content, "2026")


def starts(zone: WorkCalendar, count: int, seed: int) -> list[datetime.datetime]:
    """Whole minutes from 2007 to 2026, as moments."""
    chance = random.Random(seed)
    first = datetime.datetime(2007, 1, 1, tzinfo=datetime.UTC)
    minutes = 20 * 365 * 24 * 60 - 60 * 24 * 60
    return [first + datetime.timedelta(minutes=chance.randrange(minutes)) for _ in range(count)]


def arrived(start: datetime.datetime, rules: WorkCalendar) -> datetime.datetime:
    """The oracle's own reading of the rule: next working day at the same time; after closing, the opening after it."""
    wall = start.astimezone(rules.zone).replace(tzinfo=None)
    while not oracle.is_worked(wall.date(), rules):
        wall += datetime.timedelta(days=1)
    if wall.time() >= datetime.time(17, 30):
        wall = datetime.datetime.combine(wall.date() + datetime.timedelta(days=1), datetime.time(9))
        while not oracle.is_worked(wall.date(), rules):
            wall += datetime.timedelta(days=1)
    return oracle.first_showing(wall, rules.zone)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: f"{limit.amount}-{limit.unit}-{limit.counting.value}")
def test_deadlines_of_twenty_years_equal_the_count(zone: str, limit: Limit) -> None:
    rules = calendar(zone, "same_day")
    begun = starts(rules, 60, 2007)
    minutes = limit.counting in (Counting.CONTINUOUS, Counting.WORKING_HOUR)
    amount = limit.seconds // (60 if minutes else 86_400)
    expected = [oracle.due(start, limit.counting.value, amount, rules) for start in begun]
    assert [after(start, limit, rules) for start in begun] == expected
    many = due_many(np.array([(start - EPOCH) // MICROSECOND for start in begun], np.int64), limit, rules)
    assert [EPOCH + int(due) * MICROSECOND for due in many] == expected


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_what_comes_in_after_hours_counts_from_the_next_opening_where_the_city_says_so(zone: str) -> None:
    rules, limit = calendar(zone, "next_opening"), Limit(Counting.WORKING_DAY, 3, "day")
    begun = starts(rules, 300, 2026)
    expected = [oracle.due(arrived(start, rules), "working_day", 3, rules) for start in begun]
    assert [after(start, limit, rules) for start in begun] == expected
    many = due_many(np.array([(start - EPOCH) // MICROSECOND for start in begun], np.int64), limit, rules)
    assert [EPOCH + int(due) * MICROSECOND for due in many] == expected
    at_once = calendar(zone, "same_day")
    assert expected != [after(start, limit, at_once) for start in begun]


def test_every_year_of_the_notices_is_known_and_no_other() -> None:
    rules = calendar("Asia/Shanghai", "same_day")
    assert [year for year in range(2000, 2030) if rules.knows(year)] == list(range(2007, 2027))
