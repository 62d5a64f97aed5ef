"""An instruction from the command map to a unit and back: issued, signed for, answered, confirmed; what is refused."""

from http import HTTPStatus

import pytest
from django.test import Client

from jingwei.kernel.matters.models import Matter
from tests.city import City, add_post
from tests.database import behind
from tests.own_types import use
from tests.surfaces.conftest import SignIn, hidden_in

FORM = "/command/instruct/"


@pytest.fixture(autouse=True)
def _in_use(city: City) -> None:
    use(city, "instruction")


def filled(client: Client, **given: str) -> dict[str, str]:
    page = client.get(f"{FORM}?unit=ROADS")
    assert page.status_code == HTTPStatus.OK
    return {**hidden_in(page), "unit": "ROADS", "category": "instruction-1", "text": "请到东一路口围挡", **given}


def test_an_instruction_goes_to_a_unit_and_its_receipt_is_seen_on_the_map(city: City, sign_in: SignIn) -> None:
    client = sign_in("centre-head")
    form = filled(client)
    answer = client.post(FORM, form)
    assert answer.status_code == HTTPStatus.FOUND, answer.content.decode()
    matter = Matter.objects.get(type="instruction")
    assert (matter.state, matter.unit and matter.unit.code, matter.channel) == ("issued", "ROADS", "command")
    assert client.post(FORM, form).status_code == HTTPStatus.FOUND
    assert Matter.objects.filter(type="instruction").count() == 1, "the same form sent again is the same instruction"
    page = client.get(answer.headers["Location"]).content.decode()
    assert matter.number in page and "已下达" in page
    for post, action, fields in (("handler-roads", "sign", {}), ("handler-roads", "answer", {"result": "已围挡"})):
        matter = city.act(post, matter, action, **fields)
        title = {"received": "已签收", "answered": "已反馈"}[matter.state]
        assert title in client.get("/command/live/").content.decode()
    city.act("supervisor", matter, "confirm")
    assert "没有未办结的指令" in client.get("/command/live/").content.decode()


def test_a_unit_with_late_matters_is_told_in_words_that_stand_ready(city: City, sign_in: SignIn) -> None:
    matter = city.bring_to(city.report(), "dispatched")
    client = sign_in("centre-head")
    assert "逾期未办结事项" not in client.get(f"{FORM}?unit=ROADS").content.decode(), "nothing of it is late"
    behind("UPDATE matters_matter SET due_at = opened_at WHERE id = %s", matter.pk)
    page = client.get(f"{FORM}?unit=ROADS")
    assert "现有逾期未办结事项 1 件（未结共 1 件）" in page.content.decode()
    assert "逾期未办结事项" not in client.get(f"{FORM}?unit=PARKS").content.decode(), "another unit's are not"


MISSING = [
    ({"unit": ""}, "要写明下达给哪个单位"),
    ({"unit": "NOBODY"}, "没有单位"),
    ({"text": ""}, "请填写"),
    ({"category": ""}, "请选择"),
]


@pytest.mark.parametrize(("given", "said"), MISSING)
def test_what_is_missing_is_said_at_its_input_and_what_was_written_stays(
    city: City, sign_in: SignIn, given: dict[str, str], said: str
) -> None:
    client = sign_in("centre-head")
    answer = client.post(FORM, filled(client, title="东一路口", **given))
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and said in page and "东一路口" in page
    assert not Matter.objects.filter(type="instruction").exists()


def test_an_officer_is_offered_the_units_within_reach_and_no_other(city: City, sign_in: SignIn) -> None:
    add_post(city, "town", "HOTLINE", "T1", "supervisor", ("matter.read", "measures.read", "instruction.issue"))
    offered = sign_in("town").get(FORM).content.decode()
    assert 'value="HOTLINE"' not in offered, "not the own unit"


def test_a_units_line_leads_to_the_form_only_where_the_officer_may_tell_it(city: City, sign_in: SignIn) -> None:
    city.bring_to(city.report(), "dispatched")
    add_post(city, "town", "HOTLINE", "T1", "supervisor", ("matter.read", "measures.read", "instruction.issue"))
    page = sign_in("centre-head").get("/command/").content.decode()
    assert 'id="tell-ROADS"' in page and 'id="instruct"' in page
    page = sign_in("town").get("/command/").content.decode()
    assert 'id="open-ROADS"' in page, "it has work of the unit, which serves the whole city"
    assert FORM not in page, "and nobody below it to instruct"


def test_whoever_may_not_issue_has_no_form(city: City, sign_in: SignIn) -> None:
    assert sign_in("auditor").get(FORM).status_code == HTTPStatus.FORBIDDEN
    assert FORM not in sign_in("auditor").get("/command/").content.decode()
