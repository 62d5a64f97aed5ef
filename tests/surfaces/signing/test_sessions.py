"""Where somebody is signed in: listed coarsely, ended by the holder or a security administrator, gone at once."""

import datetime
import re
from http import HTTPStatus

import pytest
from django.test import Client

from jingwei.kernel.agencies.models import Session
from jingwei.kernel.agencies.sessions import forget_ended
from jingwei.kit.signing.agents import coarse
from jingwei.kit.signing.engine import SIGNED_IN, kept
from tests.city import PASSWORD, City
from tests.duty import person_of
from tests.surfaces.conftest import SignIn, hidden_in
from tests.surfaces.signing.test_second_factor import last_entry, with_app

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
CHROME = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537"


def browser(agent: str, post: str = "intake") -> Client:
    client = Client(headers={"accept-language": "zh-CN", "user-agent": agent})
    client.post("/login/", {"username": post, "password": PASSWORD})
    return client


def ending(client: Client) -> list[str]:
    return re.findall(r'name="session" value="([0-9a-f-]{36})"', client.get("/me/sign-in/").content.decode())


def test_the_own_sessions_are_listed_coarsely(city: City) -> None:
    office, phone = browser(FIREFOX), browser(CHROME)
    browser(CHROME, "dispatcher")
    page = office.get("/me/sign-in/").content.decode()
    assert "Firefox · Windows" in page and "Chrome · Android" in page and page.count("就是这里") == 1
    read = re.sub(r'value="[^"]*"', "", page)  # what a form carries may hold any three digits
    assert "132" not in read and "127.0.0.1" not in page, "neither version nor address"
    assert len(ending(office)) == len(ending(phone)) == 1, "the one here is not ended by this list"


def test_an_ended_session_is_refused_at_its_next_request(city: City) -> None:
    office, phone = browser(FIREFOX), browser(CHROME)
    (other,) = ending(office)
    assert office.post("/me/sign-in/sessions/", {"session": other}).status_code == HTTPStatus.SEE_OTHER
    assert phone.get("/work/").headers["Location"] == "/login/?next=/work/"
    assert phone.post("/me/sign-in/sessions/", {"session": "others"}).status_code == HTTPStatus.FOUND
    assert office.get("/work/").status_code == HTTPStatus.OK
    told = last_entry(person_of(city, "intake"))
    assert told["kind"] == "agencies.sessions_ended" and told["facts"]["sessions"] == 1


def test_all_others_end_at_once(city: City) -> None:
    here, others = browser(FIREFOX), [browser(CHROME) for _ in range(3)]
    assert here.post("/me/sign-in/sessions/", {"session": "others"}).status_code == HTTPStatus.SEE_OTHER
    assert [one.get("/inbox/").status_code for one in others] == [HTTPStatus.FOUND] * 3
    assert ending(here) == []
    assert here.post("/me/sign-in/sessions/", {"session": "others"}).status_code == HTTPStatus.NOT_FOUND


def test_nobody_ends_anothers_session(city: City) -> None:
    mine, other = browser(FIREFOX), browser(CHROME, "dispatcher")
    theirs = str(Session.objects.get(account=city.accounts["dispatcher"]).shown)
    for wrong in (theirs, "x", ""):
        assert mine.post("/me/sign-in/sessions/", {"session": wrong}).status_code == HTTPStatus.NOT_FOUND
    assert other.get("/work/").status_code == HTTPStatus.OK


def test_the_security_administrator_ends_all_of_somebody(city: City, sign_in: SignIn) -> None:
    sessions, security = [browser(FIREFOX), browser(CHROME)], sign_in("administrator")
    page = security.get("/agencies/people/intake/")
    assert "现有 2 处" in page.content.decode()
    done = security.post("/agencies/people/intake/", {**hidden_in(page), "_do": "end_sessions"})
    assert done.status_code == HTTPStatus.SEE_OTHER
    assert [one.get("/work/").status_code for one in sessions] == [HTTPStatus.FOUND] * 2
    told = last_entry(person_of(city, "intake"))
    assert told["kind"] == "agencies.sessions_ended" and told["facts"]["sessions"] == 2
    assert "结束此人的全部登录" not in security.get("/agencies/people/intake/").content.decode()
    assert browser(FIREFOX).get("/work/").status_code == HTTPStatus.OK, "the login itself stays"


def test_the_table_holds_no_key_that_signs_in(city: City) -> None:
    client = browser(FIREFOX)
    key = client.cookies["jw"].value
    assert Session.objects.filter(pk=kept(key)).exists() and not Session.objects.filter(pk=key).exists()
    thief = Client()
    thief.cookies["jw"] = kept(key)
    assert thief.get("/work/").status_code == HTTPStatus.FOUND
    client.post("/logout/")
    assert not Session.objects.filter(account=city.accounts["intake"]).exists()


def test_what_is_over_is_not_shown_and_goes(city: City) -> None:
    here, now = browser(FIREFOX), datetime.datetime.now(datetime.UTC)
    browser(CHROME)
    Session.objects.filter(device="Chrome · Android").update(until=now)
    assert "Chrome · Android" not in here.get("/me/sign-in/").content.decode()
    Session.objects.filter(device="Chrome · Android").update(expire_date=now - datetime.timedelta(seconds=1))
    assert forget_ended(now) == 1
    assert here.get("/work/").status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    ("agent", "said"), [(FIREFOX, "Firefox · Windows"), (CHROME, "Chrome · Android"), ("curl/8", ""), ("", "")]
)
def test_a_browser_is_named_by_its_family_alone(agent: str, said: str) -> None:
    assert coarse(agent) == said


def test_a_session_whose_key_changes_stays_one(city: City) -> None:
    client = browser(FIREFOX)
    before, key = client.session[SIGNED_IN]["id"], client.cookies["jw"].value
    with_app(client)
    assert client.cookies["jw"].value != key
    assert [str(one.shown) for one in Session.objects.filter(account=city.accounts["intake"])] == [before]
