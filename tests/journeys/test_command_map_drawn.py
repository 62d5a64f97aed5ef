"""What scripts write onto the command map: a number stands in its own area, the time is the city's."""

import datetime
import re
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitors

pytestmark = pytest.mark.journey

BENT = "M0 100l0-100 200 0 0 100-20 0 0-80-160 0 0 80z"
"""An area in the form of an arch: the middle of the box around it lies outside it."""

MIDDLE = """async (path) => {
  const { Area } = await import(document.querySelector('script[type=module][src*="kit/map"]').src);
  const area = new Area("A", "A", path);
  return [area.holds(100, 50), area.holds(...area.middle)];
}"""


def test_a_number_stands_in_its_own_area_and_the_time_is_the_citys(visitors: Visitors) -> None:
    with visitors.staff("centre-head") as room:
        elsewhere = room.context.new_cdp_session(room)
        elsewhere.send("Emulation.setTimezoneOverride", {"timezoneId": "America/New_York"})
        room.goto("/command/")
        assert room.evaluate(MIDDLE, BENT) == [False, True]
        said = room.locator("#at span")
        expect(said).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
        now = datetime.datetime.now(ZoneInfo("Asia/Shanghai"))
        shown = datetime.datetime.strptime(said.inner_text(), "%H:%M:%S").replace(tzinfo=now.tzinfo)
        apart = abs(
            datetime.timedelta(hours=now.hour, minutes=now.minute)
            - datetime.timedelta(hours=shown.hour, minutes=shown.minute)
        )
        assert min(apart, datetime.timedelta(days=1) - apart) < datetime.timedelta(minutes=5)
    assert visitors.complaints == []
