"""A clerk's morning by keyboard: from the list to the act and back to the same place."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitors

pytestmark = pytest.mark.journey


def _focused(page: Page) -> str:
    return str(page.evaluate("(document.activeElement.closest('tr') || document.body).dataset.number || ''"))


def _reported(visitors: Visitors, texts: tuple[str, ...]) -> None:
    with visitors.staff("intake") as page:
        for text in texts:
            page.goto("/matters/new/")
            page.fill("textarea[name=text]", text)
            page.fill("main [name=address]", "东一路小学门口")
            page.keyboard.press("Tab")
            page.wait_for_selector("input[name=category]:checked", state="attached")
            page.locator("button[value=send]").click()
            page.wait_for_selector(".receipt")


def test_from_the_list_to_the_act_and_back(visitors: Visitors) -> None:
    _reported(visitors, ("小学门口路面有坑洞", "幼儿园门口路面有坑洞", "医院门口路面有坑洞"))
    with visitors.staff("intake") as page:
        for _ in range(2):
            page.keyboard.press("j")
        second = _focused(page)
        assert second == page.locator("tr[data-number]").nth(1).get_attribute("data-number")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/matters/{second}/")
        page.keyboard.press("1")  # the first act, in place
        expect(page.locator("#acts .act[open]")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(page.locator("#acts .act[open]")).to_have_count(0)
        page.keyboard.press("u")
        page.wait_for_selector("tr.current")
        assert _focused(page) == second
        page.keyboard.press("o")  # beside the list: an act there is told in the list
        page.wait_for_selector("#beside #acts")
        assert second in page.locator("#beside .head").inner_text()
        page.locator("#beside form[action*='/act/verify/']").locator("xpath=preceding-sibling::summary").click()
        page.locator("#beside form[action*='/act/verify/'] button").click()
        page.wait_for_selector("#toasts .toast")
        page.wait_for_selector(f"tr[data-number='{second}']:has-text('核实')")
        assert "/work/" in page.url
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        page.keyboard.type("幼儿园")
        expect(page.locator("#list tr[data-number]")).to_have_count(1)
        page.keyboard.press("?")
        assert page.locator("#q").input_value() == "幼儿园?", "where somebody writes, keys are letters"
    assert visitors.complaints == []
