"""A cell is split on the map, by pointing or by the keyboard, and its open matters go to whoever has them now."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.clones import Clone
from tests.journeys.conftest import Visitors

pytestmark = pytest.mark.journey

HEADINGS = {"zh-hans": ("拆分网格", "拆分以后"), "en": ("Split a cell", "After the split")}


@pytest.fixture
def number(clone: Clone) -> str:
    """An open matter of the cell, reported before a browser runs."""
    return clone.city.report(cell="T1-01").number


def _speaks(page: Page, language: str, address: str) -> None:
    """The reader has chosen this language; an account's own would come before the browser's."""
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": address}])
    page.reload()


def _point(page: Page) -> None:
    """Two places on the map, from above to below: a line across the cell."""
    box = page.locator(".map-view").first.bounding_box()
    assert box is not None
    for down in (0.2, 0.8):
        page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * down)


def _keys(page: Page) -> None:
    """The same by the keyboard: the cross is at a place, the place is added."""
    page.locator(".map-view").first.focus()
    for key in ("Enter", "Enter", "Backspace", *["ArrowUp"] * 2, "Enter"):
        page.keyboard.press(key)


@pytest.mark.parametrize("language", list(HEADINGS))
def test_a_cell_is_split_with_its_open_matters_handed_over(number: str, visitors: Visitors, language: str) -> None:
    title, after = HEADINGS[language]
    with visitors.staff("administrator") as page:
        _speaks(page, language, visitors.address)
        page.click("nav a[href='/grid/redraw/']:visible")
        page.click("table a[href='/grid/redraw/T1/']")
        page.click("table a[href='/grid/redraw/T1-01/split/']")
        page.wait_for_selector(".map-view[tabindex]")
        expect(page.locator("h1")).to_contain_text(title)
        (_point if language == "zh-hans" else _keys)(page)
        expect(page.locator("#line")).not_to_have_value("")
        assert len(page.input_value("#line").splitlines()) == 2
        expect(page.locator(".map-line")).to_have_count(1)
        page.fill("#basis", "试城办〔2026〕9号")
        page.click("button[value=look]")
        expect(page.locator("#looked h2")).to_contain_text(after)
        expect(page.locator("#looked td:has-text('T1-03')")).to_have_count(1)
        page.click("button[value=do]")
        page.wait_for_url("**/grid/redraw/T1/?done=T1-01")
        expect(page.locator("table a[href='/grid/redraw/T1-04/split/']")).to_have_count(1)
    with visitors.staff("intake") as page:
        _speaks(page, language, visitors.address)
        page.goto("/grid/handover/")
        expect(page.locator(f".row:has-text('{number}')")).to_contain_text("T1-01")
        page.click("main form button")
        page.wait_for_url("**/handover/*/")
        assert number in page.inner_text("main")
        page.goto("/grid/handover/")
        expect(page.locator("main .row")).to_have_count(0)
    assert visitors.complaints == []


def test_without_scripts_the_line_is_written(visitors: Visitors) -> None:
    with visitors.visitor(scripts=False) as page:
        page.goto("/login/?next=/grid/redraw/T1-01/split/")
        page.fill("#id_username", "administrator")
        page.fill("#id_password", "correct horse of the test city")
        page.click("main button")
        page.fill("#line", '{"type": "LineString", "coordinates": [[117.3, 35.9], [117.3, 36.2]]}')
        page.fill("#basis", "试城办〔2026〕9号")
        page.click("button[value=look]")
        page.click("button[value=do]")
        page.wait_for_url("**/grid/redraw/T1/?done=T1-01")
        expect(page.locator("table a[href='/grid/redraw/T1-03/split/']")).to_have_count(1)
