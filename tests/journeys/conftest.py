"""A real browser before a real server, on a clone of the test city's database."""

import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.city import PASSWORD
from tests.clones import Clone
from tests.journeys.everybody import OVERTAKEN, PATIENCE, Everybody, everybody_of

WIDTHS = {"desk": 1440, "phone": 390}
expect.set_options(timeout=PATIENCE)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Says nothing: the test's own words are enough."""


@pytest.fixture
def address(clone: Clone) -> Iterator[str]:
    """Where the site is served, in the clone's city."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Visitors:
    """Opens browsers of people who know nothing of each other, and keeps what their consoles complain of."""

    browser: Browser
    address: str
    complaints: list[str] = field(default_factory=list)

    @contextmanager
    def visitor(self, device: str = "desk", *, scripts: bool = True, language: str = "zh-CN") -> Iterator[Page]:
        """Somebody with a browser of their own."""
        context = self.browser.new_context(
            viewport={"width": WIDTHS[device], "height": 900},
            java_script_enabled=scripts,
            locale=language,
            base_url=self.address,
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        yield page
        context.close()

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith(OVERTAKEN):
            self.complaints.append(said.text)

    @contextmanager
    def staff(self, post: str, device: str = "desk", *, language: str = "zh-CN") -> Iterator[Page]:
        """The holder of a post, signed in."""
        with self.visitor(device, language=language) as page:
            page.goto("/login/")
            page.fill("#id_username", post)
            page.fill("#id_password", PASSWORD)
            page.click("main button")
            page.wait_for_url("**/work/")
            yield page


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; while it runs, its thread may ask the database nothing."""
    program = shutil.which("chromium")
    assert program, "install Debian's package chromium, or leave the journeys out: pytest -m 'not journey'"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visitors(address: str) -> Iterator[Visitors]:
    """The people of one journey."""
    with chromium() as browser:
        yield Visitors(browser, address)


@pytest.fixture
def everybody(address: str, clone: Clone) -> Iterator[Everybody]:
    """All personas of a lively city, each with what they may open."""
    personas = everybody_of(clone.city)
    with chromium() as browser:
        yield Everybody(browser, address, personas)


Act = Callable[..., None]


@pytest.fixture
def act() -> Act:
    """Finds a matter by its number in the work list, opens it, fills in an act's form with its files, sends it."""

    def done(page: Page, number: str, action: str, files: Mapping[str, Path] | None = None, **filled: str) -> None:
        page.goto(f"/work/?q={number}")
        page.click("#list a.title")
        page.wait_for_url(f"**/matters/{number}/")
        for folded in page.locator("#acts > .narrow-fold:not(:checked) ~ h2 label").all():  # on a phone
            folded.click()
        form = page.locator(f"form[action^='/matters/{number}/act/{action}/']")
        form.locator("xpath=preceding-sibling::summary").click()
        for name, value in filled.items():
            shown = form.locator(f"[name={name}]")
            if shown.evaluate("one => one.tagName") == "SELECT":
                shown.select_option(label=value)
            else:
                shown.fill(value)
        for name, path in (files or {}).items():
            form.locator(f"input[type=file][name$={name}]").set_input_files(path)
        form.locator("button").click()
        page.wait_for_url(f"**/matters/{number}/?done=1*")

    return done
