"""Counters where persons take turns by PIN, and walls that show figures alone."""

import datetime
import re
from http import HTTPStatus

import pytest
from django.test import Client

from jingwei.kernel.agencies.factors import presence
from jingwei.kernel.agencies.models import Factor, Presence, Session, Workstation
from jingwei.kit.limits import Limit
from jingwei.kit.permission import all_views, permission_of
from jingwei.surfaces.desk.signing import switching
from tests.city import PASSWORD, City
from tests.surfaces.conftest import SignIn, hidden_in
from tests.surfaces.test_permissions import address_of

PIN, OTHER_PIN = "481516", "902718"


def open_station(administrator: Client, kind: str) -> str:
    """The one-time code of a new workstation."""
    page = administrator.get("/agencies/workstations/")
    asked = {**hidden_in(page), "_do": "open", "name": "大厅 3 号窗口", "kind": kind, "unit": "HOTLINE"}
    done = administrator.post("/agencies/workstations/", asked).content.decode()
    found = re.search(r'<strong class="number">([A-Z2-9-]{14})</strong>', done)
    assert found, done[-3000:]
    return found.group(1)


def enrol(code: str) -> Client:
    machine = Client(headers={"accept-language": "zh-CN"})
    page = machine.get("/workstation/")
    machine.post("/workstation/", {**hidden_in(page), "code": code.lower()})
    return machine


def sign_in_at(machine: Client, post: str, pin: str = "") -> None:
    machine.post("/login/?whole=1", {"username": post, "password": PASSWORD})
    if pin:
        done = machine.post("/me/sign-in/pin/", {"pin": pin, "again": pin})
        assert done.headers["Location"].endswith("?done=added")


@pytest.fixture
def counter(city: City, sign_in: SignIn) -> Client:
    """A counter at which two clerks signed in today; it is locked."""
    machine = enrol(open_station(sign_in("administrator"), "counter"))
    for post, pin in (("intake", PIN), ("dispatcher", OTHER_PIN)):
        sign_in_at(machine, post, pin)
        assert machine.post("/switch/lock/").headers["Location"].startswith("/switch/")
    return machine


def switched(machine: Client, city: City, post: str, pin: str) -> int:
    return machine.post("/switch/", {"person": str(city.accounts[post].pk), "pin": pin}).status_code


def test_persons_take_turns_by_pin(city: City, counter: Client) -> None:
    assert counter.get("/work/").headers["Location"] == "/login/?next=/work/"
    assert counter.get("/login/?next=/work/").headers["Location"] == "/switch/?next=/work/"
    page = counter.get("/switch/").content.decode()
    assert "Intake clerk A" in page and "Dispatcher A" in page
    assert switched(counter, city, "intake", PIN) == HTTPStatus.SEE_OTHER
    shown = counter.get("/work/").content.decode()
    assert "Intake clerk A" in shown and 'data-lock="300"' in shown
    assert switched(counter, city, "dispatcher", OTHER_PIN) == HTTPStatus.SEE_OTHER
    assert "Dispatcher A" in counter.get("/work/").content.decode()


def test_a_pin_works_at_no_other_machine(city: City, counter: Client, sign_in: SignIn) -> None:
    assert Client().post("/switch/", {"person": str(city.accounts["intake"].pk), "pin": PIN}).status_code == 302
    other = enrol(open_station(sign_in("administrator"), "counter"))
    assert switched(other, city, "intake", PIN) == HTTPStatus.UNPROCESSABLE_ENTITY
    assert other.get("/work/").status_code == HTTPStatus.FOUND


def test_five_wrong_pins_ask_for_a_whole_sign_in(city: City, counter: Client) -> None:
    for _ in range(presence.TRIES):
        assert switched(counter, city, "intake", "000000") == HTTPStatus.UNPROCESSABLE_ENTITY
    assert switched(counter, city, "intake", PIN) == HTTPStatus.UNPROCESSABLE_ENTITY
    assert switched(counter, city, "dispatcher", OTHER_PIN) == HTTPStatus.SEE_OTHER
    counter.post("/switch/lock/")
    sign_in_at(counter, "intake")
    counter.post("/switch/lock/")
    assert switched(counter, city, "intake", PIN) == HTTPStatus.SEE_OTHER


def test_tries_at_one_machine_are_limited_and_another_goes_on(
    city: City, counter: Client, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switching, "_TRIES", Limit("pin", 2, 900))
    other = enrol(open_station(sign_in("administrator"), "counter"))
    for _ in range(2):
        assert switched(counter, city, "intake", "000000") == HTTPStatus.UNPROCESSABLE_ENTITY
    assert switched(counter, city, "dispatcher", OTHER_PIN) == HTTPStatus.TOO_MANY_REQUESTS
    assert switched(other, city, "intake", "000000") == HTTPStatus.UNPROCESSABLE_ENTITY


def test_yesterdays_sign_in_does_not_count(city: City, counter: Client) -> None:
    Presence.objects.update(until=datetime.datetime.now(datetime.UTC))
    assert switched(counter, city, "intake", PIN) == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "今天还没有人" in counter.get("/switch/").content.decode()


def test_a_pin_proves_no_second_factor(city: City, sign_in: SignIn) -> None:
    machine = enrol(open_station(sign_in("administrator"), "counter"))
    sign_in_at(machine, "administrator", PIN)
    machine.post("/switch/lock/")
    assert switched(machine, city, "administrator", PIN) == HTTPStatus.SEE_OTHER
    assert machine.get("/agencies/").headers["Location"] == "/login/second/?next=/agencies/"


def test_a_counter_that_is_ended_is_a_browser_like_any_other(city: City, counter: Client, sign_in: SignIn) -> None:
    administrator = sign_in("administrator")
    page = administrator.get("/agencies/workstations/")
    station = str(Workstation.objects.get().pk)
    asked = {**hidden_in(page), "_do": "end", "_subject": station}
    assert administrator.post("/agencies/workstations/", asked).status_code == HTTPStatus.SEE_OTHER
    assert counter.get("/switch/").headers["Location"].startswith("/login/")


@pytest.mark.parametrize(
    "pin", ["", "12345", "123456", "987654", "111111", "121212", "123123", "abcdef", "１２３４８８"]
)
def test_a_pin_that_is_soon_found_is_refused(city: City, pin: str) -> None:
    client = Client()
    client.post("/login/", {"username": "intake", "password": PASSWORD})
    assert client.post("/me/sign-in/pin/", {"pin": pin, "again": pin}).headers["Location"].endswith("?done=weak")
    assert not Factor.objects.filter(kind="pin").exists()


def test_a_code_enrols_one_machine_once_within_the_hour(city: City, sign_in: SignIn) -> None:
    code = open_station(sign_in("administrator"), "wall")
    assert enrol(code).cookies["jw-wall"].value
    assert "jw-wall" not in enrol(code).cookies
    assert "jw-wall" not in enrol("AAAA-AAAA-AAAA").cookies


def test_a_wall_shows_figures_and_refuses_everything_else(city: City, sign_in: SignIn) -> None:
    matter = city.report()
    machine = enrol(open_station(sign_in("administrator"), "wall"))
    page = machine.get("/wall/")
    assert page.status_code == HTTPStatus.OK and 'data-theme="wall"' in page.content.decode()
    assert matter.number not in page.content.decode()
    asked = ("matter", "grid_event", "grid_event.9", "?")
    sheets = [machine.get(f"/wall/?sheet={one}").content.decode() for one in asked]
    assert all(matter.number not in sheet for sheet in sheets)
    figures = [dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", sheet)) for sheet in sheets]
    stands = {"逾期未结事项数": "0", "受理数": "1", "办结数": "0", "未结数": "1"}
    assert figures[0] == {**stands, "催办未复数": "0", "督办未复数": "0"} == figures[3]
    assert figures[1] == figures[2] and len(figures[1]) > 10, "a part that is not there is the first"
    assert "sheet=grid_event" in sheets[0] and "sheet=matter.0&amp;hold=1" in sheets[0]
    for route, view in all_views():
        if not getattr(view, "on_wall", False) and permission_of(view) is not None:
            answer = machine.get(address_of(route, matter.number, matter.number))
            assert answer.status_code == HTTPStatus.FORBIDDEN, route
    machine.post("/login/", {"username": "intake", "password": PASSWORD})
    assert machine.get("/work/").status_code == HTTPStatus.FORBIDDEN
    assert Client().get("/wall/").headers["Location"] == "/workstation/"


def test_a_wall_belongs_to_its_machine_and_never_logs_out(city: City, sign_in: SignIn) -> None:
    machine = enrol(open_station(sign_in("administrator"), "wall"))
    cookie = machine.cookies["jw-wall"]
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and int(cookie["max-age"]) > 365 * 24 * 3600
    before = Session.objects.count()
    assert machine.get("/wall/").status_code == HTTPStatus.OK
    assert "jw" not in machine.cookies and Session.objects.count() == before, "there is no session that could end"
    copied = Client()
    copied.cookies["jw-wall"] = str(Workstation.objects.get().pk)
    assert copied.get("/wall/").headers["Location"] == "/workstation/", "the name of a wall is not its secret"
