"""A browser without WebGL 2, as old machines of an intranet have it: the map is the drawing of the level shown, with
its names and its list, and leads on."""

import pytest

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
        first = areas.first
        name = str(first.get_attribute("data-name"))
        page.locator(".map-view").focus()
        first.click()
        page.wait_for_url("**/grid/areas/**")
        assert page.locator("h1").inner_text() == name
    assert visitors.complaints == []
