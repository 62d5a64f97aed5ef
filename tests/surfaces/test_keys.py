"""Keys of partner systems: given at the desk, shown once, good at once; ended, and good no more."""

import re

import pytest
from django.test import Client

from jingwei.kernel.agencies.commands import EndKey
from jingwei.kernel.agencies.models import ApiKey
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.ledger.entries import entries_of
from jingwei.kernel.values.errors import Denied, Invalid
from jingwei.kernel.values.ids import new_id
from tests.city import City
from tests.surfaces.api.conftest import Partner, partner_of
from tests.surfaces.conftest import SignIn, hidden_in

PAGE = "/agencies/keys/"
_SECRET = re.compile(r"<code class=\"number\">(jwk_[\w-]{27})</code>")


def given(client: Client, **changed: str) -> str:
    """The key that the form gives; "" where it was refused."""
    asked = {**hidden_in(client.get(PAGE)), "_do": "give", "name": "热线平台", "post": "intake", "per_minute": "60"}
    answer = client.post(PAGE, {**asked, **changed})
    assert "no-store" in answer["Cache-Control"]
    found = _SECRET.search(answer.content.decode())
    return found.group(1) if found else ""


def ended(client: Client) -> int:
    """Ends the only key that is in force."""
    key = ApiKey.objects.get(active=True)
    form_key = hidden_in(client.get(PAGE))["_key"]
    return client.post(PAGE, {"_do": "end", "_subject": str(key.pk), "_key": form_key}).status_code


def test_a_key_is_shown_once_works_and_is_ended(city: City, sign_in: SignIn) -> None:
    administrator, matter = sign_in("administrator"), city.report()
    secret = given(administrator)
    page = administrator.get(PAGE).content.decode()
    assert secret and secret not in page, "only its hash is kept"
    assert "热线平台" in page and "每分钟 60 次" in page and "administrator" in page.lower()
    partner = Partner(secret)
    assert partner.get(f"reports/{matter.number}").status_code == 200
    assert ended(administrator) == 303
    assert partner.get(f"reports/{matter.number}").status_code == 401
    assert "停用于" in administrator.get(PAGE).content.decode(), "it stays on the list"
    assert [one.kind for one in entries_of(ApiKey.objects.get().pk)] == ["agencies.key_given", "agencies.key_ended"]


def test_a_form_that_is_sent_twice_gives_one_key(city: City, sign_in: SignIn) -> None:
    administrator = sign_in("administrator")
    asked = {**hidden_in(administrator.get(PAGE)), "_do": "give", "name": "a", "post": "intake", "per_minute": "1"}
    first, second = (_SECRET.search(administrator.post(PAGE, asked).content.decode()) for _ in range(2))
    assert first and second and first.group(1) == second.group(1) and ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": " "}, "请写合作系统的名称"),
        ({"per_minute": "0"}, "每分钟次数须为 1 到 100,000"),
        ({"per_minute": "x"}, "每分钟次数须为 1 到 100,000"),
        ({"post": "nobody"}, "nobody"),
    ],
)
def test_what_is_wrong_stands_at_its_place(city: City, sign_in: SignIn, changed: dict[str, str], said: str) -> None:
    administrator = sign_in("administrator")
    asked = {**hidden_in(administrator.get(PAGE)), "_do": "give", "name": "a", "post": "intake", "per_minute": "60"}
    answer = administrator.post(PAGE, {**asked, **changed})
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_nobody_else_gives_or_ends_keys(city: City, sign_in: SignIn) -> None:
    partner_of("intake")
    key = ApiKey.objects.get()
    assert sign_in("intake").get(PAGE).status_code == 403
    with pytest.raises(Denied):
        execute(city.actor("intake"), EndKey(key=key.pk), "x")
    with pytest.raises(Denied):
        execute(city.actor("administrator"), EndKey(key=new_id()), "y")
    execute(city.actor("administrator"), EndKey(key=key.pk), "z")
    with pytest.raises(Invalid):
        execute(city.actor("administrator"), EndKey(key=key.pk), "again")
