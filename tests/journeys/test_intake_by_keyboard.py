"""A clerk with a caller on the line: everything by keyboard, with scripts and without."""

import re

import pytest
from playwright.sync_api import Page

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.places.commands import EnterSheet, PlainName, SheetCell
from tests.city import FOUNDER, PASSWORD, SINCE
from tests.clones import Clone
from tests.journeys import keyboard
from tests.journeys.conftest import Visitors

pytestmark = pytest.mark.journey


def _signed_in(page: Page) -> None:
    keyboard.sign_in(page, "intake", PASSWORD)
    page.goto("/matters/new/")


def _number(page: Page) -> str:
    page.wait_for_selector(".receipt")
    return page.locator(".receipt .code").first.inner_text().strip()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_call_is_taken_in_by_keyboard_alone(visitors: Visitors, scripts: bool) -> None:
    with visitors.visitor(scripts=scripts) as page:
        _signed_in(page)
        keyboard.tab_to(page, "text")
        page.keyboard.type("小学门口的路灯不亮，路面还有坑洞")
        keyboard.tab_to(page, "address")
        page.keyboard.type("东一路小学门口")
        if scripts:
            page.keyboard.press("Tab")
            page.wait_for_selector("#class-2")
        else:
            page.keyboard.press("Enter")  # the first button of the form proposes, and takes nothing in
            page.wait_for_selector("#class-2")
        keyboard.tab_to(page, "category", "radio")
        assert page.locator("input[name=category]:checked").count() == 1
        page.keyboard.press("ArrowDown")  # one key corrects the class
        chosen = page.locator("input[name=category]:checked").get_attribute("value")
        if scripts:
            page.wait_for_selector(f"#proposals input[value='{chosen}'][checked]")
        keyboard.tab_to(page, "phone")
        page.keyboard.type("13800001111")
        keyboard.tab_to(page, "_do", "submit", "send")
        page.keyboard.press("Enter")
        number = _number(page)
        assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", number)
        assert page.locator("#text").input_value() == "", "the next, empty one stands below"
        if scripts:
            page.wait_for_selector("#text:focus")  # by the page's script, which may come after what it shows
        page.goto(f"/matters/{number}/")
        assert {"ROAD-1": "路面坑洞", "ROAD-2": "路灯不亮"}[str(chosen)] in page.locator("dl.facts").first.inner_text()
    assert visitors.complaints == []


def test_a_question_is_answered_and_closed_by_keyboard(visitors: Visitors) -> None:
    with visitors.visitor() as page:
        _signed_in(page)
        keyboard.tab_to(page, "text")
        page.keyboard.type("路灯不亮归谁管")
        keyboard.tab_to(page, "request")
        page.keyboard.press("ArrowDown")  # the first kind of request is a question
        keyboard.tab_to_summary(page, "当场答复")
        page.keyboard.press("Enter")
        keyboard.tab_to(page, "answer_at_once-answer")
        page.keyboard.type("归道路局管，今晚就去修")
        keyboard.tab_to(page, "_do", "submit", "close:answer_at_once")
        page.keyboard.press("Enter")
        assert _number(page)
        assert "已登记并办结" in page.locator("#taken h2").inner_text()
    assert visitors.complaints == []


_PASTE = """([text, name]) => {
  const carried = new DataTransfer();
  if (text) carried.setData("text/plain", text);
  if (name) carried.items.add(new File([new Uint8Array([137, 80, 78, 71])], name, { type: "image/png" }));
  const pasted = new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(pasted);
}"""
_CHAT = """王阿姨 2026/11/27 18:02:11
你好，我们这里的路灯不亮了

王阿姨 18:03
就在东一格小学门口，晚上很黑
[图片]
我的电话 13800002222

热线小李:
好的，马上登记
"""


def test_a_pasted_chat_fills_the_draft_and_a_reload_loses_nothing(town: Clone, visitors: Visitors) -> None:
    with visitors.visitor() as page:
        _signed_in(page)
        assert keyboard.focused(page)[0] == "text", "the cursor is where the clerk begins"
        page.evaluate(_PASTE, [_CHAT, "lamp.png"])
        page.wait_for_selector("#class-1")
        told = page.locator("#text").input_value()
        assert told.splitlines() == [
            "你好，我们这里的路灯不亮了",
            "就在东一格小学门口，晚上很黑",
            "我的电话 13800002222",
            "好的，马上登记",
        ], "no names, no times"
        assert page.locator("#phone").input_value() == "13800002222"
        assert page.locator("#channel").input_value() == "message"
        assert page.evaluate("document.querySelector('input[type=file]').files.length") == 1
        page.wait_for_selector("#cell-1:checked")
        assert page.locator("#address").input_value() == "东一格小学门口", "found in the text, and put where it belongs"
        page.reload()
        page.wait_for_selector("#class-1")
        assert page.locator("#text").input_value() == told and page.locator("#phone").input_value() == "13800002222"
        page.keyboard.press("Control+Enter")
        assert _number(page)
        assert page.locator("#text").input_value() == "" and page.locator("#phone").input_value() == ""
        page.reload()  # answers as before: one report
        assert page.locator("#text").input_value() == ""
    assert visitors.complaints == []
    with town.app() as app:
        assert app.execute("SELECT count(*), max(channel) FROM matters_matter").fetchone() == (1, "message")


@pytest.fixture
def town(clone: Clone) -> Clone:
    """The city with a cell that addresses name."""
    known = SheetCell(code="T1-01", names=(PlainName(kind="estate", name="东一格小学"),))
    execute(FOUNDER, EnterSheet(from_on=SINCE, cells=(known,)), "town")
    return clone
