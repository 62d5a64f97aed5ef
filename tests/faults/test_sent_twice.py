"""Every form of every page, sent twice: one effect, the same answer; another content under the same key: no effect."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from jingwei.kernel.matters.kin import PART
from jingwei.kernel.matters.models import Link
from tests.city import City
from tests.hostile.attack import rows, taken_back
from tests.hostile.forms import Form
from tests.hostile.test_forms import forms, send
from tests.surfaces.conftest import SignIn, hidden_in

_WITHOUT_KEY = ("/login/", "/logout/", "/language/", "/look/", "/follow/", "/inbox/", "/work/views/")
"""What changes nothing of the city: it needs no key."""


def _sent(client: Client, form: Form, **other: str) -> tuple[int, str]:
    content = {name: value for name, value in form.sent.items() if name != "anonymous"}
    answer = send(client, form, urlencode({**content, **other}))
    return answer.status_code, answer.headers.get("Location", "")


def fault_of(client: Client, form: Form) -> str | None:
    """What is wrong with the second answer; "" for nothing, None where the form as it stands is refused."""
    with taken_back():
        before = rows()
        first = _sent(client, form)
        after = rows()
        if first[0] >= 400 or after == before:
            return None
        if (second := _sent(client, form)) != first:
            return f"answered {first}, then {second}"
        if rows() != after:
            return f"has a second effect: {sorted(set(rows()) - set(after))}"
        for name in sorted(form.free):
            changed = _sent(client, form, **{name: "另一内容"})
            if rows() != after:
                return f"has an effect with another {name}: {sorted(set(rows()) - set(after))}"
            if changed[0] < 400:
                return f"is answered {changed} with another {name}, as if it had been done"
    return ""


def test_a_split_sent_twice_makes_its_parts_once(city: City, sign_in: SignIn) -> None:
    matter, client = city.report(), sign_in("intake")
    action = f"/matters/{matter.number}/act/split/"
    parts = {"category_1": "ROAD-1", "text_1": "其一", "category_2": "PARK-1", "text_2": "其二", "reason": "两件事"}
    form = {**hidden_in(client.get(f"/matters/{matter.number}/"), action), **parts}
    answers = [client.post(action, form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert Link.objects.filter(other=matter, kind=PART).count() == 2
    assert client.post(action, {**form, "text_2": "另一"}).status_code == 422


@pytest.mark.proof
def test_every_form_sent_twice_has_one_effect(city: City, sign_in: SignIn) -> None:
    wrong, worked = list[str](), 0
    for client, form in list(forms(city, sign_in)):
        if form.method == "post" and not form.action.startswith(_WITHOUT_KEY):
            found = fault_of(client, form)
            worked += found is not None
            wrong += [f"{form.action} of {form.page} {found}"] if found else []
    assert wrong == []
    assert worked > 30
