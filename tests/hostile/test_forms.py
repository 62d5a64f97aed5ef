"""What anybody may type without signing in × every hostile text: never broken, never slow, never half done."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.city import City
from tests.hostile.attack import fault_of, rows
from tests.hostile.forms import Form, forms_of
from tests.hostile.inputs import TEXTS
from tests.surfaces.conftest import SignIn


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


@pytest.mark.parametrize(
    ("page", "name"), [("/report/", "text"), ("/report/", "name"), ("/follow/", "code"), ("/login/", "username")]
)
def test_what_a_stranger_may_type(city: City, sign_in: SignIn, page: str, name: str) -> None:
    client = sign_in("")
    (form,) = [one for one in forms_of(client, page) if one.action == page]
    assert list(faults(client, form, {name: list(TEXTS)})) == []
