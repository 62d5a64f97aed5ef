"""The two calendars of these tests: China with the days of 2020 and 2026, Boston with the holidays of 2026."""

import csv
import pathlib

import pytest

from jingwei.kernel.clocks.calendars import WorkCalendar

EXTRACT = pathlib.Path(__file__).with_name("cn_holidays_extract.csv")
BOSTON_OFF = (
    *("2026-01-01", "2026-01-19", "2026-02-16", "2026-04-20", "2026-05-25", "2026-06-19"),
    *("2026-07-04", "2026-09-07", "2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25"),
)


@pytest.fixture(scope="session")
def china() -> WorkCalendar:
    """09:00–12:00 and 13:30–17:30, Monday to Friday, holidays and make-up days by the notices."""
    rows = csv.DictReader(line for line in EXTRACT.read_text("utf-8").splitlines() if not line.startswith("#"))
    content = {
        "zone": "Asia/Shanghai",
        "weekdays": [1, 2, 3, 4, 5],
        "hours": [["09:00", "12:00"], ["13:30", "17:30"]],
        "days": {row["date"]: row["kind"] for row in rows},
    }
    return WorkCalendar.from_content("cn", content, "2026")


@pytest.fixture(scope="session")
def boston() -> WorkCalendar:
    """09:00–17:00, Monday to Friday."""
    content = {
        "zone": "America/New_York",
        "weekdays": [1, 2, 3, 4, 5],
        "hours": [["09:00", "17:00"]],
        "days": dict.fromkeys(BOSTON_OFF, "off"),
    }
    return WorkCalendar.from_content("us-boston", content, "2026")
