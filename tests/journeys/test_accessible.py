"""The main pages of every role before axe-core: no serious or critical breach of WCAG 2.2 AA (all of them in
test_every_page); and the map of areas by keyboard."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.clones import Clone
from tests.journeys.axe import breaches
from tests.journeys.conftest import Visitors

pytestmark = pytest.mark.journey

RESIDENT = (
    "/",
    "/report/",
    "/report/?step=whole",
    "/follow/",
    "/mine/",
    "/map/",
    "/figures/",
    "/boundaries/",
    "/api/",
    "/proofs/",
    "/login/",
)
STAFF = {
    "supervisor": ("/work/", "/inbox/", "/grid/", "/measures/", "/handover/", "/duty/", "/rules/", "/handbook/"),
    "intake": ("/matters/new/",),
}
"""Pages by who sees them, beside a matter's; that of agencies is for who reads no matters."""


@pytest.fixture
def number(clone: Clone) -> str:
    """Of a matter that is being handled."""
    return clone.city.bring_to(clone.city.report(cell="T1-02"), "dispatched").number


def _breaches(page: Page, address: str) -> list[str]:
    page.goto(address)
    return [f"{address} {one}" for one in breaches(page)]


def _speaks(page: Page, language: str) -> None:
    name = settings.LANGUAGE_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": language, "domain": "127.0.0.1", "path": "/"}])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_has_a_serious_breach(number: str, visitors: Visitors, language: str) -> None:
    found: list[str] = []
    with visitors.visitor("phone") as page:
        _speaks(page, language)
        for address in RESIDENT:
            found += _breaches(page, address)
        assert page.evaluate("document.documentElement.lang").startswith(language[:2])
    with visitors.staff("administrator") as page:
        _speaks(page, language)
        found += _breaches(page, "/agencies/")
    for post, addresses in STAFF.items():
        with visitors.staff(post) as page:
            _speaks(page, language)
            for address in (*addresses, f"/matters/{number}/"):
                found += _breaches(page, address)
    assert found == []


def test_the_map_of_areas_is_used_by_keyboard(clone: Clone, visitors: Visitors) -> None:
    """The list has what the map shows, the keys move and enlarge it, Enter opens what is under the cross."""
    with visitors.staff("supervisor") as page:
        page.goto("/grid/")
        listed = {one.strip() for one in page.locator(".map-list a").all_inner_texts()}
        drawn = page.locator(".map-view svg path[data-code]")
        assert {str(one.get_attribute("data-name")) for one in drawn.all()} <= listed
        view = page.locator(".map-view[tabindex='0']")
        view.focus()
        for key in ("+", "-", "0", "ArrowLeft", "ArrowLeft"):  # from the middle, where two districts meet, to the west
            page.keyboard.press(key)
        expect(page.locator(".map-said")).to_contain_text("西区")
        said = page.locator(".map-said").inner_text()
        page.keyboard.press("Enter")
        page.wait_for_url("**/grid/areas/**")
        assert page.locator("h1").inner_text() in said
    assert [one for one in visitors.complaints if "WebGL" not in one] == []
