"""The page of erasures: one proposes, another decides; neither sees or touches what is out of reach."""

from http import HTTPStatus

import pytest

from jingwei.kernel.matters.models import Matter
from jingwei.kernel.sealing import keys
from jingwei.kernel.subjects.models import Erasure
from jingwei.kernel.values.ids import new_id
from tests.city import City, add_post
from tests.kernel.subjects.conftest import ONE, OTHER, PERSON, appoint_protectors, party_of, propose
from tests.surfaces.conftest import Answer, SignIn, hidden_in

PAGE = "/erasures/"


@pytest.fixture
def matter(city: City) -> Matter:
    appoint_protectors(city)
    return city.report(contact=PERSON)


def proposed(sign_in: SignIn, matter: Matter, **filled: str) -> Answer:
    client = sign_in(ONE)
    told = {"number": matter.number.lower(), "extent": "contact", "basis": "pipl47"}
    return client.post(PAGE, {**hidden_in(client.get(PAGE), PAGE), **told, **filled})


def decided(sign_in: SignIn, erasure: object, decision: str, by: str = OTHER) -> Answer:
    client = sign_in(by)
    told = {"erasure": str(erasure), "decision": decision}
    return client.post(f"{PAGE}decide/", {**hidden_in(client.get(PAGE), PAGE), **told})


def test_one_proposes_and_another_approves(sign_in: SignIn, matter: Matter) -> None:
    key = party_of(matter).key
    assert proposed(sign_in, matter).status_code == HTTPStatus.SEE_OTHER
    erasure = Erasure.objects.get()
    own = sign_in(ONE).get(PAGE).content.decode()
    assert matter.number in own and "您提出的，由另一人决定。" in own and "批准并清除" not in own
    assert decided(sign_in, erasure.pk, "approve").status_code == HTTPStatus.SEE_OTHER
    assert Erasure.objects.get().state == Erasure.DONE
    assert party_of(matter).sealed is None and key is not None and keys.alive([key]) == set()
    page = sign_in(OTHER).get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert PERSON.phone not in page and matter.number in page


def test_a_refusal_and_whoever_proposed_it_change_nothing(sign_in: SignIn, matter: Matter) -> None:
    proposed(sign_in, matter, extent="all")
    erasure = Erasure.objects.get()
    answer = decided(sign_in, erasure.pk, "approve", by=ONE)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "请另一人决定" in answer.content.decode()
    assert decided(sign_in, erasure.pk, "anything else").status_code == HTTPStatus.SEE_OTHER
    assert Erasure.objects.get().state == Erasure.REFUSED and party_of(matter).sealed is not None


@pytest.mark.parametrize("wrong", [{"number": "XXXX"}, {"extent": "x"}, {"basis": "x"}, {"basis": ""}, {"number": ""}])
def test_what_is_filled_in_wrong_is_said_and_kept(sign_in: SignIn, matter: Matter, wrong: dict[str, str]) -> None:
    answer = proposed(sign_in, matter, **wrong)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and not Erasure.objects.exists()
    assert 'role="alert"' in answer.content.decode()


def test_what_is_out_of_reach_is_as_if_it_were_not(city: City, sign_in: SignIn, matter: Matter) -> None:
    add_post(city, "west", "HOTLINE", "T2", "protector", ("matter.read", "matter.erase"))
    erasure = propose(city, matter)
    assert matter.number not in sign_in("west").get(PAGE).content.decode()
    foreign, none = (decided(sign_in, one, "approve", by="west") for one in (erasure, new_id()))
    assert foreign.status_code == none.status_code == HTTPStatus.NOT_FOUND and foreign.content == none.content
    client = sign_in("west")
    told = {**hidden_in(client.get(PAGE), PAGE), "number": matter.number, "extent": "all", "basis": "pipl47"}
    assert "不在您的范围内" in client.post(PAGE, told).content.decode()
    assert sign_in("intake").get(PAGE).status_code == HTTPStatus.FORBIDDEN
