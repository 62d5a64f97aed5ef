"""Every page of every persona before axe-core: no serious or critical breach of WCAG 2.2 AA. The main pages of every
role with each `make test`, all of them with `make proof`; and the map of areas by keyboard."""

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page

from tests.clones import Clone
from tests.journeys.conftest import WIDTHS, Visitors
from tests.journeys.everybody import LANGUAGES, Everybody

pytestmark = pytest.mark.journey

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
_RUN = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
  return found.violations.filter(one => one.impact === 'serious' || one.impact === 'critical').map(
    one => one.id + ': ' + one.nodes.slice(0, 3).map(node => node.target.join(' ')).join(' | '));
}"""

RESIDENT = (
    "/",
    "/report/",
    "/report/?step=whole",
    "/follow/",
    "/mine/",
    "/map/",
    "/figures/",
    "/boundaries/",
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


def breaches(page: Page, address: str) -> list[str]:
    """What axe-core finds serious or critical there."""
    page.goto(address)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(_RUN)
    return [f"{address} {one}" for one in found]


def _speaks(page: Page, language: str) -> None:
    name = settings.LANGUAGE_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": language, "domain": "127.0.0.1", "path": "/"}])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_has_a_serious_breach(number: str, visitors: Visitors, language: str) -> None:
    found: list[str] = []
    with visitors.visitor("phone") as page:
        _speaks(page, language)
        for address in RESIDENT:
            found += breaches(page, address)
        assert page.evaluate("document.documentElement.lang").startswith(language[:2])
    with visitors.staff("administrator") as page:
        _speaks(page, language)
        found += breaches(page, "/agencies/")
    for post, addresses in STAFF.items():
        with visitors.staff(post) as page:
            _speaks(page, language)
            for address in (*addresses, f"/matters/{number}/"):
                found += breaches(page, address)
    assert found == []


@pytest.mark.proof
def test_no_page_of_anybody_has_a_serious_breach(everybody: Everybody) -> None:
    """Each address with whoever comes first to it, a matter's page with everybody, in both languages."""
    found: list[str] = []
    asked, seen = 0, set[str]()
    for post, addresses in everybody.walk():
        mine = [one for one in addresses if one not in seen or one.startswith("/matters/")]
        seen |= set(mine)
        for language in LANGUAGES:
            with everybody.reader(post, language, WIDTHS["desk" if post else "phone"]) as page:
                found += [f"{post} {language} {one}" for address in mine for one in breaches(page, address)]
        asked += len(mine)
    assert found == []
    assert asked > 130


def test_the_map_of_areas_is_used_by_keyboard(clone: Clone, visitors: Visitors) -> None:
    """The list has what the map shows, the keys move and enlarge it, Enter opens what is under the cross."""
    with visitors.staff("supervisor") as page:
        page.goto("/grid/")
        listed = {one.strip() for one in page.locator(".map-list a").all_inner_texts()}
        drawn = page.locator(".map-view svg path[data-code]")
        assert {str(one.get_attribute("data-name")) for one in drawn.all()} <= listed
        view = page.locator(".map-view[tabindex='0']")
        view.focus()
        for key in ("+", "ArrowLeft", "-", "0"):
            page.keyboard.press(key)
        said = page.locator(".map-said").inner_text()
        assert any(name in said for name in listed)
        page.keyboard.press("Enter")
        page.wait_for_url("**/grid/areas/**")
        assert page.locator("h1").inner_text() in said
    assert [one for one in visitors.complaints if "WebGL" not in one] == []
