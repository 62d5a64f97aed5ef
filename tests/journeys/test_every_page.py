"""Every page as every persona, in both languages, in a real browser: the content policy is never broken, no script
fails, nothing is asked of another host, and nothing that a page asks for is missing."""

import pytest

from tests.journeys.everybody import LANGUAGES, RESIDENT, Everybody
from tests.pages import routes

pytestmark = [pytest.mark.journey, pytest.mark.proof]

NO_PAGE = {
    *("/agencies/export/", "/brief/document/", "/certificate/jingwei-ca.crt", "/feed/", "/proofs/verifier.py"),
    *("/shapes/", "/matters/<str:number>/print/<str:paper>/", "/follow/pictures/<str:token>/<str:shape>/"),
    "/report/worker.js",
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


def test_every_page_of_everybody_keeps_the_policy(everybody: Everybody) -> None:
    opened = {route for persona in everybody.personas.values() for route in persona.pages.opened}
    visits = 0
    for post, addresses in everybody.walk():
        for language in LANGUAGES:
            with everybody.reader(post, language, 390 if post == RESIDENT else 1440) as page:
                for address in addresses:
                    answer = page.goto(address)
                    assert answer is not None and answer.status == 200, f"{post}: {address}"
                    visits += 1
        print(post, len(addresses), visits, everybody.complaints, flush=True)
    assert everybody.complaints == []
    assert sorted(set(routes()) - opened - NO_PAGE) == [], "opened by nobody: say in NO_PAGE why, or link to it"
    assert visits > 500
