"""What was typed when a counter locks: kept sealed, given back once, to whoever typed it and to nobody else."""

import datetime
import time
from http import HTTPStatus

from django.test import Client

from jingwei.kit.kept import typed
from jingwei.kit.models import HeldForm
from tests.city import City
from tests.surfaces.conftest import SignIn
from tests.surfaces.signing.test_workstations import OTHER_PIN, PIN, counter, enrol, open_station, sign_in_at, switched

__all__ = ["counter"]

PAGE = "/matters/new/"
TYPED = '[[0, "text", "", "三楼漏水，电话 13900001111"]]'


def lock(machine: Client, page: str = PAGE, content: str = TYPED) -> None:
    machine.post("/switch/lock/", {"next": page, "typed": content})


def back(machine: Client) -> str:
    return str(machine.post("/switch/held/").json()["typed"])


def test_it_is_there_again_after_the_pin_and_nobody_else_sees_it(city: City, counter: Client) -> None:
    switched(counter, city, "intake", PIN)
    lock(counter)
    switched(counter, city, "dispatcher", OTHER_PIN)
    page = counter.get(PAGE).content.decode()
    assert "data-held" not in page and "13900001111" not in page
    assert back(counter) == "", "another person gets nothing"
    lock(counter, "/work/", "")
    answer = counter.post("/switch/?next=/work/", {"person": str(city.accounts["intake"].pk), "pin": PIN})
    assert answer.headers["Location"] == PAGE, "where it was typed, whatever page the other one left"
    assert "data-held" in counter.get(PAGE).content.decode()
    assert back(counter) == TYPED
    assert back(counter) == "" and "data-held" not in counter.get(PAGE).content.decode(), "given back once"


def test_it_lies_sealed_and_goes_after_half_a_day(city: City, counter: Client) -> None:
    switched(counter, city, "intake", PIN)
    lock(counter)
    row = HeldForm.objects.get()
    assert b"13900001111" not in bytes(row.sealed)
    typed.forget_old(row.until - datetime.timedelta(seconds=1))
    assert typed.path_held(row.account, row.until - datetime.timedelta(seconds=1)) == PAGE
    assert typed.path_held(row.account, row.until) == "", "over, though nothing swept yet"
    typed.forget_old(row.until)
    assert not HeldForm.objects.exists()


def test_only_what_somebody_typed_at_a_counter_is_kept(city: City, counter: Client, sign_in: SignIn) -> None:
    lock(counter)
    lock(sign_in("intake"))
    switched(counter, city, "intake", PIN)
    lock(counter, PAGE, "x" * (typed.LONGEST + 1))
    assert not HeldForm.objects.exists(), "nobody signed in, no counter, no form that somebody filled in"


def test_a_switch_takes_little_of_the_server(city: City, sign_in: SignIn) -> None:
    """The figure is printed: from the PIN to the page that is worked on: both requests."""
    machine = enrol(open_station(sign_in("administrator"), "counter"))
    sign_in_at(machine, "intake", PIN)
    took = []
    for _ in range(3):
        lock(machine)
        began = time.perf_counter()
        assert switched(machine, city, "intake", PIN) == HTTPStatus.SEE_OTHER
        assert machine.get(PAGE).status_code == HTTPStatus.OK
        took.append(time.perf_counter() - began)
    print(f"a switch by PIN: {min(took):.2f} s of the server at best of three")
