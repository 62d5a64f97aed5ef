"""What stands in an address in the place of an id, and where a `next` would lead: nowhere, and in words."""

import re
from functools import partial

import pytest
from django.test import Client

from jingwei.kit.permission import all_views
from tests.city import PASSWORD, City
from tests.hostile.attack import fault_of, rows
from tests.hostile.inputs import ELSEWHERE, IDS
from tests.surfaces.conftest import SignIn
from tests.surfaces.test_permissions import address_of

_PART = re.compile(r"<(?:\w+:)?(\w+)>")


@pytest.mark.proof
@pytest.mark.parametrize("post", ["", "administrator", "supervisor"])
def test_no_id_in_an_address_breaks_a_page(city: City, sign_in: SignIn, post: str) -> None:
    number = city.report(cell="T1-01").number
    client, before, wrong = sign_in(post), rows(), list[str]()
    for route, _ in all_views():
        for part in _PART.findall(route):
            for case, wire in IDS.items():
                before_it, _, after_it = re.sub(rf"<(?:\w+:)?{part}>", "\0", route).partition("\0")
                address = address_of(before_it + wire + after_it, number, number)
                if found := fault_of(client, partial(client.get, address), before):
                    wrong.append(f"{route} {part} = {case}: {found}")
    assert wrong == []


@pytest.mark.parametrize("target", ELSEWHERE)
def test_next_leads_nowhere_else(city: City, target: str) -> None:
    chosen = Client().post("/language/", {"language": "en", "next": target})
    entered = Client().post("/login/", {"username": "intake", "password": PASSWORD, "next": target})
    assert (chosen.status_code, chosen.headers["Location"]) == (302, "/")
    assert (entered.status_code, entered.headers["Location"]) == (302, "/work/")
