"""One act on several matters: what it asks for, what became of each, and that one refused does not hinder the rest."""

from http import HTTPStatus

import pytest
from django.test import Client

from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.matters.models import Matter
from jingwei.surfaces.desk.acting.many import MOST
from tests.city import City
from tests.surfaces.conftest import Answer, SignIn, hidden_in

ACT = "/work/act/"


@pytest.fixture
def roads(city: City) -> str:
    return str(Unit.objects.get(code="ROADS").pk)


def _asked(client: Client, action: str, *numbers: str) -> Answer:
    return client.post(ACT, {"numbers": numbers, "action": action})


def _send(client: Client, asked: Answer, numbers: list[str], **filled: str) -> Answer:
    return client.post(ACT, {**hidden_in(asked, ACT), "numbers": numbers, **filled})


def test_the_chosen_matters_are_shown_with_what_the_act_asks_for(city: City, sign_in: SignIn) -> None:
    filed, reported = city.bring_to(city.report(), "filed"), city.report()
    page = _asked(sign_in("dispatcher"), "dispatch", filed.number, reported.number).content.decode()
    assert f'value="{filed.number}~{filed.version}" checked' in page
    assert f'value="{reported.number}~{reported.version}">' in page, "its state bars the act, and it is not ticked"
    assert '<select name="unit"' in page
    assert Matter.objects.get(pk=filed.pk).state == "filed", "to ask changes nothing"


def test_each_is_acted_on_by_itself_and_one_that_is_refused_does_not_hinder(
    city: City, sign_in: SignIn, roads: str
) -> None:
    one, stale, two = (city.bring_to(city.report(), "filed") for _ in range(3))
    chosen = [f"{one.number}~{one.version}", f"{stale.number}~{stale.version - 1}", two.number]
    client = sign_in("dispatcher")
    asked = _asked(client, "dispatch", *chosen)
    answer = _send(client, asked, chosen, unit=roads)
    words = answer.content.decode()
    assert answer.status_code == HTTPStatus.OK and "办成 2 件，没有办成 1 件" in words
    states = {matter.number: matter.state for matter in Matter.objects.all()}
    assert states == {one.number: "dispatched", stale.number: "filed", two.number: "dispatched"}
    assert _send(client, asked, chosen, unit=roads).content.decode().count("已派遣") == words.count("已派遣")
    assert Matter.objects.get(pk=one.pk).version == one.version + 1, "sent twice is done once"


def test_what_was_done_is_taken_back_by_the_declared_act(city: City, sign_in: SignIn, roads: str) -> None:
    matter, client = city.bring_to(city.report(), "filed"), sign_in("dispatcher")
    done = _send(client, _asked(client, "dispatch", matter.number), [matter.number], unit=roads)
    undo = hidden_in(done, ACT)
    assert (undo["action"], undo["numbers"]) == ("recall", matter.number)
    asked = client.post(ACT, undo)
    assert "理由" in asked.content.decode()
    _send(client, asked, [matter.number], reason="选错了单位")
    assert Matter.objects.get(pk=matter.pk).state == "filed"


def test_what_every_row_lacks_is_asked_for_again_with_what_was_typed(city: City, sign_in: SignIn) -> None:
    matter, client = city.bring_to(city.report(), "filed"), sign_in("dispatcher")
    answer = _send(client, _asked(client, "dispatch", matter.number), [matter.number], note="尽快")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "尽快" in answer.content.decode()
    assert Matter.objects.get(pk=matter.pk).state == "filed"


def test_what_is_out_of_scope_is_not_found_and_not_acted_on(city: City, sign_in: SignIn) -> None:
    east, west, client = city.report(cell="T1-01"), city.report(cell="T2-01"), sign_in("grid-west")
    assert _asked(client, "verify", east.number).status_code == HTTPStatus.NOT_FOUND
    page = _asked(client, "fix", east.number, west.number).content.decode()
    assert f"{west.number}~" in page and f"{east.number}~" not in page
    answer = _send(client, _asked(client, "fix", west.number), [east.number, west.number], result="已扫")
    assert "办成 1 件，没有办成 1 件" in answer.content.decode()
    assert Matter.objects.get(pk=east.pk).state == "reported"


@pytest.mark.parametrize("numbers", [[], [f"0000-0000-{n:04d}" for n in range(MOST + 1)]], ids=["none", "too many"])
def test_none_or_too_many_are_refused(city: City, sign_in: SignIn, numbers: list[str]) -> None:
    assert _asked(sign_in("intake"), "sign", *numbers).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_an_act_that_needs_files_or_that_nobody_declared_is_refused(city: City, sign_in: SignIn) -> None:
    matter, client = city.bring_to(city.report(), "processing"), sign_in("handler-roads")
    for action in ("feed_back_shown", "fly"):
        assert _asked(client, action, matter.number).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
