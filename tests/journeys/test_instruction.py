"""An instruction from the command map to a unit and back, in both languages: issued in one step from the unit's line,
signed for and answered by the unit, confirmed; the map shows each stage while it stays open. A day is replayed."""

import datetime

import pytest
from playwright.sync_api import expect

from tests.city import day_of_city
from tests.clones import Clone
from tests.journeys.axe import breaches
from tests.journeys.conftest import Act, Visitors
from tests.own_types import use

pytestmark = pytest.mark.journey

WORDS = {
    "zh-CN": {"received": "已签收", "answered": "已反馈", "none": "没有未办结的指令", "pause": "暂停", "play": "播放"},
    "en": {
        "received": "Signed for",
        "answered": "Answered",
        "none": "No instruction is open",
        "pause": "Pause",
        "play": "Play",
    },
}


@pytest.fixture
def reported(clone: Clone) -> str:
    """A matter that stands with the roads department; gives its number."""
    use(clone.city, "instruction")
    return clone.city.bring_to(clone.city.report(cell="T1-01"), "dispatched").number


@pytest.mark.parametrize("language", list(WORDS))
def test_an_instruction_goes_out_and_comes_back(language: str, reported: str, visitors: Visitors, act: Act) -> None:
    said = WORDS[language]
    with visitors.staff("centre-head") as room, visitors.staff("handler-roads") as unit:
        room.goto("/command/")
        if language == "en":
            room.click("form.language button")
            expect(room.locator("html")).to_have_attribute("lang", "en")
        room.click("#tell-ROADS")
        assert breaches(room) == []
        room.fill("main [name=text]", "请到东一路口围挡，十五分钟内反馈")
        room.locator("main form button").last.click()
        room.wait_for_selector(".notice.good .number")
        number = room.locator(".notice.good .number").inner_text()
        act(unit, number, "sign")
        expect(room.locator("#live")).to_contain_text(said["received"])
        act(unit, number, "answer", result="已围挡，等待维修")
        expect(room.locator("#live")).to_contain_text(said["answered"])
        with visitors.staff("supervisor") as checker:
            act(checker, number, "confirm")
        expect(room.locator("#live")).to_contain_text(said["none"])
        room.locator("a.map-number").first.click()
        expect(room.locator("main table")).to_contain_text(reported)
        yesterday = day_of_city() - datetime.timedelta(days=1)  # of today hardly an hour may be over
        room.goto(f"/command/replay/?day={yesterday}")
        button, hour = room.locator("#controls button"), room.locator("#controls input")
        expect(button).to_have_text(said["play"])
        button.click()
        expect(button).to_have_text(said["pause"])
        expect(hour).not_to_have_value("0")
        button.click()
        expect(button).to_have_text(said["play"])
        expect(room.locator(f"tr[data-hour='{hour.input_value()}']")).to_have_attribute("aria-current", "true")
    assert visitors.complaints == []
