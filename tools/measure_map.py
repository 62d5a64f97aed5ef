"""The command map over 10,000 cells and 100,000 open matters in a headless Chromium that draws without a graphics card:
seconds until the map stands drawn and marked (target 8), and from a key until the moved map is on the screen (1.5).

The floor of both is the same page for one district, which has a thirty-second of the cells.
"""

import json
import shutil
import statistics
import sys
import time

from playwright.sync_api import Page, sync_playwright

from jingwei.installation import home, start_child, stop_child
from jingwei.surfaces.console.answer import Answer
from jingwei.surfaces.console.measurements.ground import OPEN, await_web, many_open, settle
from jingwei.surfaces.console.process import environment, run_as

RUNS, PANS, PORT = 3, 5, 8787
BASE = f"http://127.0.0.1:{PORT}"
_SESSION = """
import django
django.setup()
import json
from jingwei.project.asked_pages import browser
print(json.dumps({name: cookie.value for name, cookie in browser("head").cookies.items()}))
"""


def _drawn(page: Page, asked: str) -> float:
    """Seconds from asking for the page until the map is drawn, marked and still."""
    began = time.perf_counter()
    page.goto(f"/command/?level=cell{asked}")
    page.wait_for_selector("#map[data-marked]", state="attached")
    page.wait_for_selector("#map[data-drawn]", state="attached")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return time.perf_counter() - began


def _panned(page: Page) -> float:
    """Seconds from a key until the moved map is on the screen."""
    page.focus(".map-view")
    began = time.perf_counter()
    page.keyboard.press("ArrowRight")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.screenshot(clip={"x": 0, "y": 0, "width": 8, "height": 8})  # waits for the frame
    return time.perf_counter() - began


def _taken(page: Page, asked: str) -> tuple[float, float]:
    idle = statistics.median(_drawn(page, asked) for _ in range(RUNS))
    return idle, statistics.median(_panned(page) for _ in range(PANS))


def measured() -> dict[str, float]:
    """The four medians, in seconds."""
    settle()
    many_open(Answer(as_json=False))
    cookies = json.loads(run_as(OPEN, "app", [sys.executable, "-c", _SESSION]).strip().splitlines()[-1])
    command = [sys.executable, "-m", "jingwei.surfaces.console.main", "serve", "--city", OPEN, "--port", str(PORT)]
    start_child(home(), "measured-web", command, environment=environment(OPEN))
    try:
        await_web(PORT, "measured-web")
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--enable-unsafe-swiftshader"]
            )
            context = chromium.new_context(viewport={"width": 1440, "height": 900}, base_url=BASE)
            context.set_default_timeout(60_000)
            context.add_cookies([{"name": name, "value": value, "url": BASE} for name, value in cookies.items()])
            page = context.new_page()
            floor = _taken(page, "&area=D00")
            whole = _taken(page, "")
            chromium.close()
    finally:
        stop_child(home(), "measured-web")
    named = ("idle_s", "pan_s", "idle_floor_s", "pan_floor_s")
    return dict(zip(named, (round(one, 2) for one in (*whole, *floor)), strict=True))


if __name__ == "__main__":
    print(json.dumps({"name": "command_map, drawn", **measured()}))
