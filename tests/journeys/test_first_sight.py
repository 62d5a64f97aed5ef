"""What a page is like at first: nothing that is read moves away, and a phone on a slow network paints soon."""

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

SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
"""A phone's network: ms to and fro, bytes a second; its processor is four times slower than this one."""
SLOWER = 4
FIRST_PAINT = 1500
TRIES = 3

_WATCH = """
window.shifts = [];
new PerformanceObserver(list => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifts.push([one.value, one.sources.map(
    source => source.node && (source.node.id || source.node.className || source.node.nodeName))]);
}).observe({type: 'layout-shift', buffered: true});
"""


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
    """Milliseconds until something is read, of a reader who was never here before; the best of a few, since the machine
    that tests has other things to do as well."""
    return min(_painted(page, address) for _ in range(TRIES))


def _painted(page: Page, address: str) -> float:
    phone = page.context.new_cdp_session(page)
    phone.send("Network.enable")
    phone.send("Network.clearBrowserCache")
    phone.send("Network.emulateNetworkConditions", SLOW)
    phone.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="load")
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    phone.detach()
    return float(painted)


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
    for post, addresses in {RESIDENT: PUBLIC, "supervisor": ("/work/", "/matters/{number}/")}.items():
        with _somebody(visitors, post, "phone") as page:
            for address in addresses:
                painted[address] = _first_paint(page, address.format(number=number))
    print({address: round(time) for address, time in painted.items()})
    assert {address: time for address, time in painted.items() if time > FIRST_PAINT} == {}
