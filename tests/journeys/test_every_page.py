"""Every page as every persona, in both languages, in a real browser: the content policy is never broken, no script
fails, nothing is asked of another host, nothing that a page asks for is missing, and axe-core finds no serious or
critical breach of WCAG 2.2 AA."""

import pytest

from tests.journeys.axe import breaches
from tests.journeys.conftest import WIDTHS
from tests.journeys.everybody import LANGUAGES, Everybody
from tests.pages import routes

pytestmark = [pytest.mark.journey, pytest.mark.proof]

NO_PAGE = {
    *("/agencies/export/", "/brief/document/", "/certificate/jingwei-ca.crt", "/feed/", "/proofs/verifier.py"),
    *("/shapes/", "/matters/<str:number>/print/<str:paper>/", "/follow/pictures/<str:token>/<str:shape>/"),
    "/matters/<str:number>/print/<str:paper>/word/",
    *("/report/worker.js", "/command/live/", "/command/marks/"),
    *("/command/replay/frames/", "/wall/map/live/", "/wall/map/marks/"),
    "/command/instruct/",  # the test city has no classes of what units are told to do
    # files; below, what takes only a form, and parts of a page
    *("/erasures/decide/", "/inbox/read/", "/login/passkey/", "/matters/<str:number>/act/<str:action>/"),
    *("/matters/<str:number>/answer/", "/matters/<str:number>/seen/", "/matters/<str:number>/supervise/"),
    *("/matters/<str:number>/urge/", "/me/sign-in/codes/", "/me/sign-in/end/", "/me/sign-in/passkey/"),
    *(
        "/me/sign-in/password/",
        "/me/sign-in/pin/",
        "/me/sign-in/sessions/",
        "/operations/deliveries/again/",
        "/report/place/",
    ),
    *("/training/role/", "/work/act/", "/work/views/", "/inbox/unread/", "/report/kinds/<str:type>/"),
    *("/switch/held/", "/training/start/", "/training/step/", "/training/check/", "/training/leave/"),
    # below, what the worked city has not: TLS, a list for destruction, a provider, a counter, a training city, a first
    # link, a session that still owes its second factor, a second type that residents may report
    *("/certificate/", "/destruction/<str:key>/", "/login/provider/", "/login/provider/done/", "/switch/"),
    *("/training/", "/login/first/<str:secret>/", "/login/second/", "/report/<str:type>/"),
}
"""What nobody opens as a page of its own, and why."""


def test_every_page_of_everybody_keeps_the_policy_and_is_accessible(everybody: Everybody) -> None:
    """Each address is looked at by axe-core with whoever comes first to it, a matter's page with everybody."""
    opened = {route for persona in everybody.personas.values() for route in persona.pages.opened}
    visits, looks, looked_at, found = 0, 0, set[str](), list[str]()
    for post, addresses in everybody.walk():
        new = {one for one in addresses if one not in looked_at or one.startswith("/matters/")}
        for language in LANGUAGES:
            with everybody.reader(post, language, WIDTHS["desk" if post else "phone"]) as page:
                for address in addresses:
                    answer = page.goto(address)
                    assert answer is not None and answer.status == 200, f"{post}: {address}"
                    found += [f"{post} {language} {address} {one}" for one in breaches(page)] if address in new else []
                    visits += 1
        looked_at |= new
        looks += len(new)
    assert everybody.complaints == []
    assert found == []
    assert sorted(set(routes()) - opened - NO_PAGE) == [], "opened by nobody: say in NO_PAGE why, or link to it"
    assert visits > 500 and looks > 130
