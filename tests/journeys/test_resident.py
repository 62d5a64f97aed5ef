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
        assert page.locator(".track li").count() == 2
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
