"""A dispatcher's day: two hundred matters given to their units in a real browser, without the mouse, keys counted."""

import csv
import gzip
import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

import jingwei
from jingwei.kernel.commands.bulk import Keyed, execute_many
from jingwei.kernel.matters.commands import Act, ReportMatter
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.values.ids import new_id
from tests.city import PASSWORD, point_in
from tests.clones import Clone
from tests.journeys.conftest import Visitors

pytestmark = pytest.mark.journey

HERE = Path(__file__).parent
SAMPLE = Path(jingwei.__file__).parents[2] / "packs/boston/sample/boston311.csv.gz"
BASELINE = json.loads((HERE / "dispatch_keys.json").read_text())
MATTERS = BASELINE["matters"]
CELLS = ("T1-01", "T1-02", "T2-01", "T2-02")
SECOND, OTHER = 10, 50  # every so manieth goes to the second unit, or to one that is typed


class Keys:
    """The keyboard of a day, and how often it was pressed for each matter."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.pressed: dict[str, int] = {}

    def press(self, number: str, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)
        self.pressed[number] = self.pressed.get(number, 0) + len(keys)


@pytest.fixture
def day(clone: Clone) -> Clone:
    """Two hundred matters of the day, in the words of a real city's reports, all filed."""
    city = clone.city
    with gzip.open(SAMPLE, "rt", encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))[:MATTERS]
    assert len(told) == MATTERS
    reports = [_report(row, n) for n, row in enumerate(told)]
    source, clerk = city.actor("intake"), city.actor("intake")
    outcomes = execute_many(source, [Keyed(f"day:{one.matter_id}", one) for one in reports])
    assert [one.refusal for one in outcomes if one.refusal] == []
    filing = [
        Act(matter_id=one.matter_id, action="file", fields={"finding": "属实"}, grant="matter.verify")
        for one in reports
    ]
    filed = execute_many(clerk, [Keyed(f"file:{one.matter_id}", one) for one in filing])
    assert [one.refusal for one in filed if one.refusal] == []
    return clone


@pytest.fixture
def two(clone: Clone) -> tuple[Matter, Matter]:
    """Two filed matters far from each other, in the order in which they fall due."""
    first, second = (clone.city.report(cell=cell) for cell in ("T1-01", "T2-02"))
    return clone.city.bring_to(first, "filed"), clone.city.bring_to(second, "filed")


def _report(row: dict[str, str], n: int) -> ReportMatter:
    return ReportMatter(
        matter_id=new_id(),
        type="grid_event",
        category=("ROAD-1", "ROAD-2", "PARK-1")[n % 3],
        fields={"title": row["case_title"][:60], "text": row["type"], "address": row["location"][:100]},
        channel="phone",
        point=point_in(CELLS[n % 4]),
    )


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_two_hundred_matters_need_no_mouse_and_at_most_three_keys_each(day: Clone, visitors: Visitors) -> None:
    with visitors.staff("dispatcher") as page:
        page.goto("/dispatch/")
        keys = Keys(page)
        for n in range(MATTERS):
            page.wait_for_selector("[data-waits]:focus")  # nobody presses a key for a row that is not there yet
            row = _focused(page)
            if n % SECOND == 5:
                keys.press(row, "2")
            elif n % OTHER == 7:
                page.wait_for_selector("[data-waits]:focus ~ [data-waits]")
                keys.press(row, "j", "k", "Enter")  # looked at the next one, came back
            else:
                keys.press(row, "Enter")
        page.locator("[data-done]").nth(MATTERS - 1).wait_for(state="attached")
        assert page.locator("[data-waits]").count() == 0
    _as_pressed(day, keys)
    assert visitors.complaints == []


def _as_pressed(clone: Clone, keys: Keys) -> None:
    with clone.app() as app:
        asked = "SELECT count(*), count(DISTINCT unit_id) FROM matters_matter WHERE state = 'dispatched'"
        assert app.execute(asked).fetchone() == (MATTERS, 3), "the first units, and the second"
        asked = "SELECT count(*) FROM matters_step WHERE action = 'dispatch'"
        assert app.execute(asked).fetchone() == (MATTERS,), "each once"
    found = {"matters": len(keys.pressed), "keys": sum(keys.pressed.values())}
    assert found["matters"] == MATTERS
    most = max(keys.pressed.values())
    assert found["keys"] <= BASELINE["keys"], f"{found['keys']} keys: the baseline is {BASELINE['keys']}"
    assert most <= BASELINE["most for one matter"], f"{most} keys for one matter"


def test_another_unit_the_way_back_and_the_matter_beside_by_keyboard(
    two: tuple[Matter, Matter], visitors: Visitors
) -> None:
    first, second = two
    with visitors.staff("dispatcher") as page:
        page.goto("/dispatch/")
        page.wait_for_selector("[data-waits]:focus")
        assert _focused(page) == f"w-{first.number}"
        page.keyboard.press("c")
        page.keyboard.type("园林")
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#w-{first.number}[data-done]")
        assert "园林局" in page.locator(f"#w-{first.number}").inner_text()
        assert _focused(page) == f"w-{second.number}"
        page.keyboard.press("u")
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#w-{first.number}[data-waits]:focus")  # it stands there before it has the focus
        page.keyboard.press("o")
        page.wait_for_selector("#beside .head")
        page.keyboard.press("Escape")
        assert page.locator("#beside").is_hidden()
    assert visitors.complaints == []


def test_it_works_on_a_phone_and_without_scripts(two: tuple[Matter, Matter], visitors: Visitors) -> None:
    first, second = two
    with visitors.staff("dispatcher", "phone") as page:
        page.goto("/dispatch/")
        page.click(f"#w-{first.number} [data-first]")
        page.wait_for_selector(f"#w-{first.number}[data-done]")
        assert page.evaluate("document.documentElement.scrollWidth <= 390")
    with visitors.visitor(scripts=False) as page:
        page.goto("/login/?next=/dispatch/")
        page.fill("#id_username", "dispatcher")
        page.fill("#id_password", PASSWORD)
        page.click("main button")
        page.click(f"#w-{second.number} [data-second]")
        assert "热线中心" in page.locator("#told").inner_text()
    assert visitors.complaints == []
