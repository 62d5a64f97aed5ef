"""Every form of every page × every hostile text in every input: never broken, never slow, never half done."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from jingwei.kernel.matters.models import HandOver
from jingwei.kit.permission import all_views
from tests.city import POSTS, City
from tests.duty import keep_duty
from tests.hostile.attack import fault_of, rows
from tests.hostile.forms import Form, forms_of
from tests.hostile.inputs import TEXTS
from tests.surfaces.conftest import SignIn
from tests.surfaces.test_permissions import address_of

_STATES = ("reported", "filed", "dispatched", "signed", "processing", "feedback", "closed")
_CHOSEN = ("11 NUL", "79 many digits", "103 beyond 63 bits", "103 id of nothing", "195 last day")
"""What is sent for an input that is chosen from and not typed into."""

_EVERY = 4
"""Each input takes every fourth case, the next input the cases after them: all meet every case in some page."""


def pages(city: City) -> dict[str, str]:
    """Every address that a browser may open, with the number of the matter in it: the page of a matter for a matter of
    each state, what lies below it for one that was dispatched."""
    numbers = {state: city.bring_to(city.report(cell="T1-01"), state).number for state in _STATES}
    keep_duty(city)
    receipt = str(HandOver.objects.get().pk)
    return {
        address_of(route, number, receipt): number
        for route, _ in all_views()
        if not route.startswith("/api/")
        for number in (numbers.values() if route == "/matters/<str:number>/" else [numbers["dispatched"]])
    }


def forms(city: City, sign_in: SignIn) -> Iterator[tuple[Client, Form]]:
    """The forms of the site, each once whichever matter it is of, with the browser of the first post that finds it."""
    known, seen = pages(city), set()
    for post in ("", *(post[0] for post in POSTS)):
        client = sign_in(post)
        for page, number in known.items():
            for form in forms_of(client, page):
                key = tuple(part.replace(number, "N") for part in form.key)
                if key not in seen:
                    seen.add(key)
                    yield client, form


def faults(client: Client, form: Form, texts: dict[str, list[str]]) -> Iterator[str]:
    """What is answered wrong when one input after another of a form holds each of these texts."""
    before = rows()
    for name, cases in texts.items():
        for case in cases:
            sent = {**form.sent, name: TEXTS[case]}
            # a surrogate and what else has no UTF-8 goes as it would over the wire
            wire = urlencode({key: value.encode("utf-8", "surrogatepass") for key, value in sent.items()})
            if found := fault_of(client, partial(send, client, form, wire), before):
                yield f"{form.method} {form.action} {name} = {case}: {found}"


def send(client: Client, form: Form, wire: str) -> Any:
    """The form as a browser sends it."""
    if form.method == "get":
        return client.get(f"{form.action}?{wire}")
    return client.post(form.action, wire, content_type="application/x-www-form-urlencoded")


@pytest.mark.proof
def test_every_input_of_every_form_takes_hostile_text(city: City, sign_in: SignIn) -> None:
    wrong, turn = list[str](), 0
    for client, form in list(forms(city, sign_in)):
        texts = {}
        for name in form.sent:
            cases = list(TEXTS) if name in form.free else list(_CHOSEN)
            texts[name] = cases[turn % _EVERY :: _EVERY]
            turn += 1
        wrong += faults(client, form, texts)
    assert turn > 300
    assert wrong == []


@pytest.mark.parametrize(
    ("page", "name"), [("/report/", "text"), ("/report/", "name"), ("/follow/", "code"), ("/login/", "username")]
)
def test_what_a_stranger_may_type(city: City, sign_in: SignIn, page: str, name: str) -> None:
    client = sign_in("")
    (form,) = [one for one in forms_of(client, page) if one.action == page]
    assert list(faults(client, form, {name: list(TEXTS)})) == []
