"""A resident on a phone: reports with a picture, and a draft that outlives a lost connection."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.journeys.conftest import Visitors
from tests.kernel.files.samples import jpeg

pytestmark = pytest.mark.journey


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES = tmp_path / "files"


def _what(page: Page, photo: Path) -> None:
    page.goto("/report/")
    _typed(page, photo)


def _typed(page: Page, photo: Path) -> None:
    page.set_input_files("input[type=file]", photo)
    page.wait_for_selector(".photos canvas")
    page.fill("#text", "学校门口有一个大坑")
    page.locator("#classes .group").last.locator("summary").click()
    page.locator("#classes .pick:visible").first.click()


def test_a_report_with_a_picture_on_a_phone(visitors: Visitors, tmp_path: Path) -> None:
    language, onward = "en-US", "Next"  # in Chinese: `test_long_way`
    photo = tmp_path / "x.jpg"
    photo.write_bytes(jpeg())
    with visitors.visitor("phone", language=language) as page:
        _what(page, photo)
        page.get_by_role("button", name=onward).click()
        page.wait_for_load_state()
        page.fill("#address", "无名路 5 号")
        page.wait_for_selector("#found .found")
        page.get_by_role("button", name=onward).click()
        page.fill("#name", "王小明")
        page.go_back()
        assert page.input_value("#address") == "无名路 5 号"
        page.get_by_role("button", name=onward).click()
        page.fill("#name", "王小明")
        page.get_by_role("button", name=onward).click()
        assert "1" in page.locator("dd", has_text=re.compile("已收到|received")).inner_text()
        page.click("button[value=send]")
        assert re.search("已收到|Received", page.inner_text("h1"))
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
        page.click("form[action='/follow/'] button")
        expect(page.locator(".track li")).to_have_count(2)
    assert visitors.complaints == []


def test_a_draft_outlives_a_lost_connection_and_is_sent_once(visitors: Visitors, tmp_path: Path) -> None:
    photo = tmp_path / "x.jpg"
    photo.write_bytes(jpeg())
    with visitors.visitor("phone") as page:
        _what(page, photo)
        page.wait_for_selector("#kept:visible")
        page.wait_for_timeout(600)
        page.goto("/report/")
        page.click(".take-draft")
        assert page.input_value("#text") == "学校门口有一个大坑"
        assert page.evaluate("document.querySelector('input[type=file]').files.length") == 1
        for value in ("where", "contact", "review"):
            page.click(f"button[value={value}]")
        page.context.set_offline(True)
        page.click("button[value=send]")
        assert "连上网就自动发出" in page.inner_text("#offline")
        page.context.set_offline(False)
        page.wait_for_selector("#received")
        assert re.search(r"已收到", page.inner_text("h1"))
        page.goto("/report/")
        page.wait_for_timeout(300)
        assert page.locator("#draft").is_hidden()


def test_a_page_closed_without_a_connection_opens_without_one(visitors: Visitors, tmp_path: Path) -> None:
    photo = tmp_path / "x.jpg"
    photo.write_bytes(jpeg())
    with visitors.visitor("phone") as first:
        first.goto("/report/")
        first.wait_for_function("caches.open('jingwei-report-plain').then(one => one.match('/report/'))")
        first.context.set_offline(True)
        _typed(first, photo)
        first.wait_for_timeout(600)
        first.close()
        page = first.context.new_page()
        page.goto("/report/")
        assert page.locator("#report [name=csrfmiddlewaretoken]").get_attribute("value") == "", "from this device"
        page.click(".take-draft")
        assert page.input_value("#text") == "学校门口有一个大坑"
        page.click("button[value=where]")
        assert "连上网以后再点一次就行" in page.inner_text("#offline")
        page.context.set_offline(False)
        page.wait_for_selector("#offline", state="hidden")
        for value in ("where", "contact", "review", "send"):
            page.click(f"button[value={value}]")
        assert re.search(r"已收到", page.inner_text("h1"))
        code = page.locator(".receipt .code").nth(1).inner_text()
        kept = "caches.keys().then(all => Promise.all(all.map(one => caches.open(one).then(it => it.keys()))))"
        told = page.evaluate(f"{kept}.then(all => [].concat(...all).map(one => new URL(one.url).pathname))")
        assert [one for one in told if not one.startswith("/static/")] == ["/report/"], "nothing else is kept"
        page.goto(f"/follow/#{code}")  # as the picture on the receipt leads there: see surfaces/test_scanned
        expect(page.locator(".track li")).to_have_count(2)


def test_a_draft_is_deleted_when_somebody_says_so(visitors: Visitors, tmp_path: Path) -> None:
    photo = tmp_path / "x.jpg"
    photo.write_bytes(jpeg())
    with visitors.visitor("phone") as page:
        _what(page, photo)
        page.click("#kept .forget-draft")
        expect(page.locator("#text")).to_have_value("")
        page.goto("/report/")
        page.wait_for_timeout(300)
        assert page.locator("#draft").is_hidden()
