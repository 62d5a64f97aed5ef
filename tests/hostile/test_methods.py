"""Every address × every role × every method × two places: what is not granted or out of reach is never answered with
success, whatever the method; what changes things is asked by POST alone."""

from http import HTTPStatus

import pytest
from django.template.backends.django import Template
from django.test import Client

from jingwei.kernel.matters.policies import may_read
from jingwei.kit.permission import Permission, all_views, permission_of
from tests.city import City
from tests.duty import keep_duty
from tests.surfaces.conftest import SignIn
from tests.surfaces.test_permissions import EVERYBODY, address_of

METHODS = ("HEAD", "POST", "PUT", "PATCH", "DELETE")
NEVER_ANSWERED = ("PUT", "PATCH", "DELETE")
ENDS_THE_SESSION = {"/logout/", "/switch/lock/"}


def _fault(city: City, post: str, stated: Permission, reaches: bool, method: str, status: int) -> str:
    """What is wrong with an answer; "" where nothing is."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.SERVICE_UNAVAILABLE:
        return "fails"
    if method in NEVER_ANSWERED and status < HTTPStatus.MULTIPLE_CHOICES:
        return "answers a method that it does not know"
    if stated.kind == "public":
        return ""
    if not post:
        return "" if status in (HTTPStatus.FOUND, HTTPStatus.FORBIDDEN) else "is open to nobody in particular"
    if stated.kind == "grant" and not city.actor(post).holds(stated.words):
        return "" if status == HTTPStatus.FORBIDDEN else "is open without the grant"
    if not reaches and status < HTTPStatus.BAD_REQUEST:
        return "is open out of reach"
    return ""


@pytest.fixture
def nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are made up to what they say, and not drawn: only the status of an answer counts here."""
    monkeypatch.setattr(Template, "render", lambda *_: "")


@pytest.mark.proof
@pytest.mark.parametrize("post", EVERYBODY)
def test_nothing_is_open_by_another_method(city: City, sign_in: SignIn, post: str, nothing_drawn: None) -> None:
    matters = [city.bring_to(city.report(cell=cell), "dispatched") for cell in ("T1-02", "T2-01")]
    keep_duty(city)
    client: Client = sign_in(post)
    faults, asked = [], 0
    for matter in matters:
        reaches = bool(post) and may_read(city.actor(post), matter)
        for route, view in all_views():
            if route in ENDS_THE_SESSION or (matter is not matters[0] and "<str:number>" not in route):
                continue
            stated = permission_of(view)
            assert stated is not None
            address = address_of(route, matter.number, "none")
            for method in METHODS:
                status = client.generic(method, address).status_code
                fault = _fault(city, post, stated, reaches or "<str:number>" not in route, method, status)
                faults += [f"{method} {address} ({status}) {fault}"] if fault else []
                asked += 1
    assert faults == []
    assert asked > 700
