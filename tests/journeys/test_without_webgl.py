"""A browser without WebGL 2, as old machines of an intranet have it: the map is the drawing of the level shown, with
its names and its list, and leads on."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitors

pytestmark = pytest.mark.journey

_WITHOUT = """
  const given = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
    return /webgl/.test(kind) ? null : given.call(this, kind, ...more);
  };
"""


def test_the_map_is_a_drawing_with_its_list(visitors: Visitors) -> None:
    with visitors.staff("supervisor") as page:
        page.add_init_script(_WITHOUT)
        page.goto("/grid/")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.createElement('canvas').getContext('webgl2')") is None
        assert page.locator(".map-view canvas, .maplibregl-map").count() == 0
        areas = page.locator(".map-view svg path[data-code]")
        listed = {one.strip() for one in page.locator(".map-list a").all_inner_texts()}
        assert areas.count() == len(listed) > 0
        assert {str(one.get_attribute("data-name")) for one in areas.all()} == listed
        assert {one.strip() for one in page.locator(".map-name").all_text_contents()} <= listed
        mark = page.locator(".map-flag").first
        number = str(mark.get_attribute("id")).removeprefix("mark-")
        mark.press("Enter")  # its row is folded among the reminders until now
        expect(page.locator(f"#fault-{number}")).to_be_visible()
        page.click(f"#fault-{number} .flag-number")
        expect(page.locator(f"#mark-{number}")).to_be_focused()
        first = areas.first
        name = str(first.get_attribute("data-name"))
        page.locator("[data-map-do=all]").click()
        page.locator(".map-view").focus()
        first.click(position={"x": 4, "y": 4})
        page.wait_for_url("**/grid/areas/**")
        assert page.locator("h1").inner_text() == name
    assert visitors.complaints == []


_NAMES = """() => {
  const drawn = document.querySelector(".map-view svg");
  return Math.round(Number(drawn.getAttribute("font-size")) * drawn.getScreenCTM().a);
}"""
"""How many pixels high names stand on the drawing."""


def test_names_keep_their_size_where_the_map_is_drawn_smaller(visitors: Visitors) -> None:
    with visitors.staff("supervisor") as page:
        page.add_init_script(_WITHOUT)
        page.goto("/grid/")
        page.wait_for_selector(".map-view[tabindex]")
        assert page.evaluate(_NAMES) >= 12
        drawn = page.locator(".map-view svg").first
        written = str(drawn.get_attribute("font-size"))
        page.evaluate("document.querySelector('.map-view svg').style.maxHeight = '6rem'")
        expect(drawn).not_to_have_attribute("font-size", written)
        assert page.evaluate(_NAMES) >= 12
