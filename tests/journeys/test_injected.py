"""A script that somebody writes into a field, or into an address, does not run: pages show it as text, and where that
were forgotten the content policy would stop it.

Each page is shown as it would be if it wrote what it was given without escaping it: the answer is changed on its way to
the browser, its headers are not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Route

from jingwei.kernel.agencies.commands import EnterPost, EnterUnit, OpenRoster
from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.commands import Contact, HandOverShift, Urge
from jingwei.kernel.matters.models import HandOver
from jingwei.kernel.rulebook.commands import SetValue
from tests.city import FOUNDER, SINCE, City, person_of
from tests.clones import Clone
from tests.duty import HOUR, this_minute
from tests.journeys.conftest import chromium
from tests.journeys.everybody import RESIDENT, signed_in

Visits = tuple[Browser, dict[str, tuple[str, ...]], dict[str, dict[str, str]]]

pytestmark = [pytest.mark.journey, pytest.mark.proof]

STORED = (
    *("title", "text", "address", "finding", "result", "contact", "urging", "note"),
    *("person", "unit", "post", "category", "roster"),
)
REFLECTED = {
    "searched": ("supervisor", "/work/?q={}"),
    "login asked for": ("audit-administrator", "/audit/sign-ins/?login={}"),
    "led to after": (RESIDENT, "/login/?next={}"),
}
"""What a page writes of its own address, and who opens it."""

SENT = {
    "login name": ("/login/", "#id_username", "main button"),
    "number followed": ("/follow/", "#number", "main form button"),
    "door": ("/who/", "#address", "#who button:not([type])"),
    "report": ("/report/", "#text", "button[value=where]"),
}
"""What a resident's form gives back: where, the field, the button."""

POINTS = (*STORED, *REFLECTED, *SENT)
assert len(POINTS) >= 20
SCRIPT = '"><script>ran=1</script>'
"""Ends an attribute it stands in."""


def script(point: str) -> str:
    """The script of one point, told from the others by its number."""
    return SCRIPT.replace("1", str(POINTS.index(point) + 1))


def _fill(city: City) -> dict[str, tuple[str, ...]]:
    """Writes the scripts wherever somebody may write; gives the addresses that show them, by who opens them."""
    unit, title = (script("unit"),) * 2, (script("post"),) * 2
    execute(FOUNDER, EnterUnit(code="X", kind="team", parent="CITY", area="T", name=unit), "x:unit")
    grants = ("matter.read", "matter.handle")
    execute(FOUNDER, EnterPost(code="x", unit="X", area="T", role="handler", title=title, grants=grants), "x:post")
    city.accounts["x"] = person_of("x", (script("person"),) * 2)
    audit = EnterPost(code="audit", unit="CITY", area="T", role="audit", title=("审", "A"), grants=("reads.audit",))
    execute(FOUNDER, audit, "x:audit")
    city.accounts["audit-administrator"] = person_of("audit", ("审", "A"))
    content = {"zh": script("category"), "en": script("category"), "urgency": "U2", "parent": "ROAD", "open": True}
    execute(FOUNDER, SetValue(parameter="category", subject="ROAD-9", from_on=SINCE, content=content, basis="x"), "x:c")
    roster = OpenRoster(code="X", unit="HOTLINE", area="T", title=(script("roster"),) * 2, covers=(("00:00", "24:00"),))
    execute(city.actor("administrator"), roster, city.key())
    said: dict[str, Any] = {name: script(name) for name in ("title", "text", "address")}
    contact = Contact(name=script("contact"), phone="13800001111")
    matter = city.report(category="ROAD-9", contact=contact, **said)
    matter = city.act("intake", matter, "file", finding=script("finding"))
    matter = city.act("dispatcher", matter, "dispatch", unit=str(Unit.objects.get(code="ROADS").pk))
    for action in ("sign", "start"):
        matter = city.act("handler-roads", matter, action)
    execute(city.actor("supervisor"), Urge(matter_id=matter.pk, text=script("urging")), city.key())
    city.act("handler-roads", matter, "feed_back", result=script("result"))
    since, until = this_minute() - 8 * HOUR, this_minute() + 8 * HOUR
    hand = HandOverShift(post="intake", to="intake", whose="unit", since=since, until=until, note=script("note"))
    execute(city.actor("intake"), hand, city.key())
    receipt = HandOver.objects.get().pk
    stored = {
        "supervisor": ("/work/?tab=all", "/duty/", "/duty/X/"),
        "intake": (f"/matters/{matter.number}/", f"/matters/{matter.number}/urging/", f"/handover/{receipt}/"),
        "administrator": ("/agencies/", "/agencies/units/x/", "/agencies/posts/x/", "/agencies/people/x/"),
        RESIDENT: ("/report/",),
    }
    for point, (who, address) in REFLECTED.items():
        stored[who] = (*stored.get(who, ()), address.format(quote(script(point))))
    return stored


@dataclass
class Careless:
    """Gives a page's answer on as a template would have made it that escapes nothing; keeps what it found in it."""

    found: set[str] = field(default_factory=set)
    raw: list[str] = field(default_factory=list)
    policy: bool = True

    def __call__(self, route: Route) -> None:
        if route.request.resource_type != "document":
            route.continue_()
            return
        answer = route.fetch()
        body, headers = answer.text(), answer.headers
        for point in POINTS:
            self.raw += [f"{route.request.url}: {point}"] if script(point) in body else []
            if escape(script(point)) in body:
                self.found.add(point)
                body = body.replace(escape(script(point)), script(point))
        if not self.policy:
            headers = {name: value for name, value in headers.items() if name != "content-security-policy"}
        route.fulfill(response=answer, body=body, headers=headers)


@pytest.fixture
def visits(clone: Clone, address: str) -> Iterator[Visits]:
    """A browser, what is opened by whom, and everybody's cookies."""
    opened = _fill(clone.city)
    cookies = {who: {name: one.value for name, one in signed_in(clone.city, who).cookies.items()} for who in opened}
    with chromium() as browser:
        yield browser, opened, cookies


def _ran(page: Page) -> object:
    return page.evaluate("typeof ran === 'undefined' ? null : ran")


def test_no_script_runs_that_somebody_wrote(visits: Visits, address: str) -> None:
    browser, opened, cookies = visits
    careless, wrong = Careless(), list[str]()
    for who, addresses in opened.items():
        context = browser.new_context(base_url=address, locale="zh-CN", service_workers="block")  # it would answer
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies[who].items()])
        page = context.new_page()
        page.route("**/*", careless)
        for one in addresses:
            page.goto(one)
            wrong += [f"{one}: {_ran(page)} ran"] if _ran(page) is not None else []
        if who == RESIDENT:
            for point, (one, box, button) in SENT.items():
                page.goto(one)
                page.fill(box, script(point))
                with page.expect_navigation():
                    page.eval_on_selector(button, "one => { one.form.noValidate = true; one.click(); }")
                wrong += [f"{point}: {_ran(page)} ran"] if _ran(page) is not None else []
            careless.policy = False
            page.goto("/report/")
            assert _ran(page) is not None, "without the policy it would have run: the test is not blind"
            careless.policy = True
        context.close()
    assert wrong == []
    assert careless.raw == [], "written without being escaped"
    assert sorted(set(POINTS) - careless.found) == [], "not shown by any of the pages: the test is blind there"
