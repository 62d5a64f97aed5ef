"""A clerk with a caller on the line: everything by keyboard, with scripts and without."""

import re

import pytest
from playwright.sync_api import Page

from tests.city import PASSWORD
from tests.journeys.conftest import Visitors

pytestmark = pytest.mark.journey

_FOCUSED = "document.activeElement.name + '|' + document.activeElement.type + '|' + document.activeElement.value"


def _focused(page: Page) -> tuple[str, str, str]:
    name, kind, value = page.evaluate(_FOCUSED).split("|", 2)
    return name, kind, value


def _tab_to(page: Page, name: str, kind: str = "", value: str = "") -> None:
    """Presses Tab until an input has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        here = _focused(page)
        if here[0] == name and kind in ("", here[1]) and value in ("", here[2]):
            return
    raise AssertionError(f"no way by Tab to {name} {kind} {value}")


def _tab_to_summary(page: Page, words: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement.tagName + document.activeElement.innerText")
        if here.startswith("SUMMARY") and words in here:
            return
    raise AssertionError(f"no way by Tab to {words}")


def _signed_in(page: Page) -> None:
    page.goto("/login/")
    page.fill("#id_username", "intake")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/work/")
    page.goto("/matters/new/")


def _number(page: Page) -> str:
    page.wait_for_selector(".receipt")
    return page.locator(".receipt .code").first.inner_text().strip()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_call_is_taken_in_by_keyboard_alone(visitors: Visitors, scripts: bool) -> None:
    with visitors.visitor(scripts=scripts) as page:
        _signed_in(page)
        _tab_to(page, "text")
        page.keyboard.type("小学门口的路灯不亮，路面还有坑洞")
        _tab_to(page, "address")
        page.keyboard.type("东一路小学门口")
        if scripts:
            page.keyboard.press("Tab")
            page.wait_for_selector("#class-2")
        else:
            page.keyboard.press("Enter")  # the first button of the form proposes, and takes nothing in
            page.wait_for_selector("#class-2")
        _tab_to(page, "category", "radio")
        assert page.locator("input[name=category]:checked").count() == 1
        page.keyboard.press("ArrowDown")  # one key corrects the class
        chosen = page.locator("input[name=category]:checked").get_attribute("value")
        if scripts:
            page.wait_for_selector(f"#proposals input[value='{chosen}'][checked]")
        _tab_to(page, "phone")
        page.keyboard.type("13800001111")
        _tab_to(page, "_do", "submit", "send")
        page.keyboard.press("Enter")
        number = _number(page)
        assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", number)
        page.keyboard.press("Enter")  # the next one stands under the finger
        page.wait_for_url("**/matters/new/?type=grid_event&channel=phone")
        page.goto(f"/matters/{number}/")
        assert {"ROAD-1": "路面坑洞", "ROAD-2": "路灯不亮"}[str(chosen)] in page.locator("dl.facts").first.inner_text()
    assert visitors.complaints == []


def test_a_question_is_answered_and_closed_by_keyboard(visitors: Visitors) -> None:
    with visitors.visitor() as page:
        _signed_in(page)
        _tab_to(page, "text")
        page.keyboard.type("路灯不亮归谁管")
        _tab_to(page, "request")
        page.keyboard.press("ArrowDown")  # the first kind of request is a question
        _tab_to_summary(page, "当场答复")
        page.keyboard.press("Enter")
        _tab_to(page, "answer_at_once-answer")
        page.keyboard.type("归道路局管，今晚就去修")
        _tab_to(page, "_do", "submit", "close:answer_at_once")
        page.keyboard.press("Enter")
        assert _number(page)
        assert "已登记并办结" in page.locator("h1").inner_text()
    assert visitors.complaints == []
