"""Everybody there is in the worked city, each with a browser of their own and the pages they may open: fourteen
personas and a wall.

All that asks the database is done before the browser starts: no statement may run in the thread that drives it.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlparse

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

from jingwei.kernel.agencies.commands import DraftShifts, ShiftRow
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.commands import Contact
from jingwei.kernel.rulebook.drafting import BeginDraft, NewValue
from jingwei.kernel.values.ids import new_id
from tests.city import City, add_post, day_of_city
from tests.duty import HOUR, keep_duty, person_of, shift, this_minute
from tests.pages import Given, Pages, every_page
from tests.surfaces.conftest import prove_second
from tests.surfaces.signing.test_workstations import enrol, open_station

RESIDENT, WALL = "", "wall"
BESIDE = {
    "archivist": ("matter.read", "retention.read", "retention.propose", "retention.hold"),
    "protector": ("matter.read", "matter.erase", "own.prove"),
    "audit-administrator": ("reads.audit", "ledger.read"),
}
"""Posts that the test city has no holder of, with their grants."""

PERSONAS = (
    *(RESIDENT, "intake", "dispatcher", "handler-roads", "checker", "supervisor", "grid-east", "centre-head"),
    *("auditor", "administrator", "operator", *BESIDE),
)
LANGUAGES = ("zh-hans", "en")

PATIENCE = 90_000  # milliseconds: for how long a busy machine may keep a page waiting before it counts as wrong
OVERTAKEN = ("htmx:afterRequest", "htmx:sendAbort")
"""What htmx says of a request that a newer one took the place of; of one that failed it says more."""

_HEAR = "addEventListener('securitypolicyviolation', e => console.error(`CSP ${e.violatedDirective} ${e.blockedURI}`));"


def signed_in(city: City, post: str) -> Client:
    """A client with a session of the holder of a post, second factor proved; of nobody for a resident."""
    client = Client(headers={"accept-language": "zh-CN"})
    if post == WALL:
        return enrol(open_station(signed_in(city, "administrator"), "wall"))
    if post:
        client.force_login(city.accounts[post], backend="django.contrib.auth.backends.ModelBackend")
        prove_second(client)
    return client


def asked_by(client: Client) -> Callable[[str], Given]:
    """The way to ask an address as this client."""

    def ask(address: str) -> Given:
        answer = client.get(address)
        kind = str(answer.headers.get("Content-Type", ""))
        body = answer.content.decode() if kind.startswith("text/html") else ""
        return Given(answer.status_code, kind, body)

    return ask


def inhabit(city: City) -> dict[str, str]:
    """Holders of the posts that lack, something in every list; gives the keys of what all pages can be asked about."""
    for code, grants in BESIDE.items():
        add_post(city, code, "CITY", "T", code, grants)
    city.bring_to(city.report(cell="T1-01"), "closed")
    matter = city.bring_to(city.report(cell="T1-02", contact=Contact(name="王小明", phone="13800001111")), "dispatched")
    city.report(cell="T2-01")
    keep_duty(city)
    draft_a_rule(city)
    draft_a_shift(city)
    return {"number": matter.number, "clock": "handle", "area": "T1-02", "matter_type": "grid_event"}


def draft_a_rule(city: City) -> None:
    """A draft that is being written."""
    content = {"counting": "working_day", "amount": 2, "unit": "day"}
    value = NewValue(parameter="limit", subject="ROAD//handle", content=content, basis="试城办〔2026〕9号")
    tomorrow = day_of_city() + datetime.timedelta(days=1)
    begin = BeginDraft(draft_id=new_id(), title="道路时限", from_on=tomorrow, values=(value,))
    execute(city.actor("administrator"), begin, city.key())


def draft_a_shift(city: City) -> None:
    """The draft of a roster: a shift that goes, for one that comes."""
    old = shift(city, "intake", 60, 68)
    row = ShiftRow(
        post="intake",
        person=person_of(city, "intake"),
        from_at=this_minute() + 62 * HOUR,
        until_at=this_minute() + 70 * HOUR,
    )
    execute(city.actor("administrator"), DraftShifts(roster="NIGHT", comes=(row,), goes=(old.pk,)), city.key())


@dataclass(frozen=True)
class Persona:
    """The pages that somebody may open, and the cookies of their session."""

    pages: Pages
    cookies: dict[str, str]


def everybody_of(city: City, posts: Iterable[str] = (*PERSONAS, WALL)) -> dict[str, Persona]:
    """The personas of a city that is made livelier first."""
    keys = inhabit(city)
    found = {}
    for post in posts:
        client = signed_in(city, post)
        cookies = {name: one.value for name, one in client.cookies.items()}
        found[post] = Persona(every_page(asked_by(client), keys), cookies)
    return found


@dataclass
class Everybody:
    """Browsers for all personas, and what they complained of."""

    browser: Browser
    address: str
    personas: dict[str, Persona]
    complaints: list[str] = field(default_factory=list)

    @contextmanager
    def reader(self, post: str, language: str = "zh-hans", width: int = 1440) -> Iterator[Page]:
        """A browser with the persona's session, that speaks this language."""
        cookies = {**self.personas[post].cookies, settings.LANGUAGE_COOKIE_NAME: language}
        context = self.browser.new_context(
            base_url=self.address, viewport={"width": width, "height": 900}, locale="zh-CN", reduced_motion="reduce"
        )
        context.add_cookies([{"name": name, "value": value, "url": self.address} for name, value in cookies.items()])
        context.add_init_script(_HEAR)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: self._hear(page, said))
        page.on("pageerror", lambda error: self._say(page, f"fails: {error}"))
        page.on("request", lambda request: self._sees(page, request))
        page.on("response", lambda response: self._gets(page, response))
        yield page
        context.close()

    def walk(self) -> Iterator[tuple[str, list[str]]]:
        """Each persona with the addresses of the pages that look like none of the personas before."""
        visited = set[tuple[str, str]]()
        for post, persona in self.personas.items():
            pages = persona.pages
            mine = {(route, pages.shown.get(route, post)): address for route, address in pages.distinct.items()}
            yield post, [address for page, address in mine.items() if page not in visited]
            visited |= set(mine)

    def _say(self, page: Page, words: str) -> None:
        self.complaints.append(f"{urlparse(page.url).path}: {words}")

    def _hear(self, page: Page, said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith(OVERTAKEN):
            self._say(page, said.text)

    def _sees(self, page: Page, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self._say(page, f"asks another host: {request.url}")

    def _gets(self, page: Page, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self._say(page, f"{response.url} answers {response.status}")
