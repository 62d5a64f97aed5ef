"""Reports in a browser, and what the desk makes of them; the whole way is in `test_long_way`."""

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Act, Visitors

pytestmark = pytest.mark.journey


def _report(page: Page) -> tuple[str, str]:
    page.goto("/")
    page.click("main a[href='/report/']")
    page.fill("#text", "学校门口的路面有一个大坑，放学时很危险")
    page.click("#classes summary:has-text('道路')")
    page.check("#classes .group [value='ROAD-1']")
    page.click("button[value=where]")
    page.fill("#address", "东一路小学门口")
    page.select_option("#area", label="东区")
    page.click("button[value=contact]")
    page.check("[name=anonymous][value='1']")
    page.click("button[value=review]")
    page.click("button[value=send]")
    page.wait_for_selector(".receipt")
    number, code = (one.strip() for one in page.locator(".receipt .code").all_inner_texts())
    return number, code


def test_the_handler_cannot_check_his_own_work(visitors: Visitors, act: Act) -> None:
    with visitors.visitor() as page:
        number, _ = _report(page)
    with visitors.staff("intake") as page:
        act(page, number, "file", finding="属实")
    with visitors.staff("supervisor") as page:
        act(page, number, "dispatch", unit="道路局")
    with visitors.staff("handler-roads") as page:
        act(page, number, "sign")
        act(page, number, "feed_back", result="做完了")
        assert page.locator("form[action$='/act/pass_check/']").count() == 0
        page.get_by_text("现在不能办的，为什么").click()
        assert "核查通过" in page.inner_text(".why-not")


def test_the_search_of_kinds_and_the_filters_work_without_loading_anew(visitors: Visitors) -> None:
    with visitors.visitor() as page:
        page.goto("/report/")
        page.fill("#class-search", "树木")
        assert page.locator("#classes .pick:visible").all_inner_texts() == ["树木倒伏"]
        page.fill("#class-search", "")
        assert page.locator("#classes .group:visible").count() == 2
        _report(page)
    with visitors.staff("intake") as page:
        page.evaluate("window.stayed = true")
        page.select_option("#state", label="已结案")
        page.wait_for_selector("#list .empty")
        assert page.evaluate("window.stayed") is True
        assert "state=grid_event.closed" in page.url
    assert visitors.complaints == []


@pytest.mark.parametrize("device", ["desk", "phone"])
@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_no_page_is_wider_than_the_screen(visitors: Visitors, device: str, language: str) -> None:
    with visitors.visitor(device, language=language) as page:
        for path in ("/", "/report/", "/follow/", "/boundaries/", "/login/", "/nowhere/"):
            page.goto(path)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, path
            assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px", "the style sheet is missing"


def test_kinds_are_put_forward_while_typing_and_what_was_chosen_stays(visitors: Visitors) -> None:
    with visitors.visitor("phone") as page:
        page.goto("/report/")
        page.locator("#text").press_sequentially("路面坑洞很深")
        page.wait_for_selector("#kinds .pick")
        assert page.locator("[name=category]:checked").count() == 0
        page.check("#kinds [value='ROAD-1']")
        page.fill("#text", "谢谢")
        page.wait_for_selector("#kinds :text('您已选的')")
        page.click("button[value=where]")
        page.wait_for_selector("#address")
        assert page.locator("[name=category]").get_attribute("value") == "ROAD-1"
    assert visitors.complaints == []
