"""What a page is like at first: nothing that is read moves away, and a phone on a slow network paints soon."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page

from tests.clones import Clone
from tests.journeys.conftest import Visitors
from tests.journeys.everybody import RESIDENT, inhabit

pytestmark = [pytest.mark.journey, pytest.mark.proof]

PUBLIC = ("/", "/report/", "/follow/", "/map/", "/figures/", "/who/")
DESK = ("/work/", "/inbox/", "/grid/", "/measures/", "/brief/", "/matters/{number}/")
MAIN = {RESIDENT: PUBLIC, "intake": ("/matters/new/",), "dispatcher": ("/dispatch/",), "supervisor": DESK}

MOST_SHIFT = 0.01
"""Share of the window times share of the way, as browsers count it; 0.1 is what they call good."""

ROUND, BYTES = 0.150, 1_600_000 / 8
"""A phone's slow network: seconds to and fro, bytes a second."""
SERVED = 0.050
"""Seconds that a page may take at the server; `make bench` shows that it does."""
FIRST_PAINT = 1.5

_WATCH = """
window.shifts = [];
new PerformanceObserver(list => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifts.push([one.value, one.sources.map(
    source => source.node && (source.node.id || source.node.className || source.node.nodeName))]);
}).observe({type: 'layout-shift', buffered: true});
"""


_BLOCKING = """performance.getEntriesByType('resource').filter(
  one => one.renderBlockingStatus === 'blocking').map(one => one.name)"""


@pytest.fixture
def number(clone: Clone) -> str:
    """Of a matter in a city with something in every list."""
    return inhabit(clone.city)["number"]


@contextmanager
def _somebody(visitors: Visitors, post: str, device: str) -> Iterator[Page]:
    opened = visitors.staff(post, device) if post else visitors.visitor(device)
    with opened as page:
        page.set_default_timeout(60_000)
        yield page


def _shifts(page: Page, address: str) -> list[str]:
    """What moved there in the second after it was there, where that is too much."""
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(300)
    found = page.evaluate("window.shifts")
    much = sum(value for value, _ in found)
    return [f"{address}: {much:.4f} {found}"] if much > MOST_SHIFT else []


def _first_paint(page: Page, address: str) -> float:
    """Seconds until something is read on a first visit: to connect, then the page, then all together that it is not
    painted without, with their bytes. Reckoned, as Lighthouse does, and so the same on every machine."""
    page.goto(address, wait_until="load")
    blocking: list[str] = page.evaluate(_BLOCKING)
    assert not [one for one in blocking if ".js" in one], f"{address}: a script keeps it from being painted"
    weight = sum(len(gzip.compress(page.request.get(one).body())) for one in (page.url, *blocking))
    rounds = 2 + 1 + bool(blocking)  # TCP and TLS, the page, its styles
    return rounds * ROUND + SERVED + weight / BYTES


@pytest.mark.parametrize("device", ["desk", "phone"])
def test_nothing_moves_once_it_is_seen(number: str, visitors: Visitors, device: str) -> None:
    moved: list[str] = []
    for post, addresses in MAIN.items():
        with _somebody(visitors, post, device) as page:
            page.add_init_script(_WATCH)
            for address in addresses:
                moved += _shifts(page, address.format(number=number))
    assert moved == []


def test_a_slow_phone_paints_soon(number: str, visitors: Visitors) -> None:
    painted: dict[str, float] = {}
    for post, addresses in MAIN.items():
        with _somebody(visitors, post, "phone") as page:
            for address in addresses:
                painted[address] = _first_paint(page, address.format(number=number))
    print({address: round(time, 3) for address, time in painted.items()})
    assert {address: time for address, time in painted.items() if time > FIRST_PAINT} == {}
