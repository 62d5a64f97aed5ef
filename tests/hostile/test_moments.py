"""Days and moments at the ends of the calendar, and numbers of thousands of digits, are refused in words."""

from zoneinfo import ZoneInfo

import pytest

from jingwei.kernel.values.errors import Invalid
from jingwei.surfaces.desk.doing import read_moment
from jingwei.surfaces.desk.duty.forms import _days, _later

ZONE = ZoneInfo("Asia/Shanghai")


def test_the_first_hours_of_the_calendar_have_no_moment() -> None:
    with pytest.raises(Invalid) as refused:
        read_moment({"since": "0001-01-01T00:00"}, "since", ZONE)
    assert refused.value.place == "since"


def test_no_shift_repeats_beyond_the_last_day() -> None:
    last = read_moment({"from_at": "9999-12-31T20:00"}, "from_at", ZONE)
    with pytest.raises(Invalid) as refused:
        _later(last, 2, ZONE)
    assert refused.value.place == "from_at"


@pytest.mark.parametrize("text", ["9" * 5_000, "63", "0", "-1", "１", ""])
def test_days_that_are_none(text: str) -> None:
    with pytest.raises(Invalid):
        _days(text)
