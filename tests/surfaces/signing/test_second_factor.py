"""The second factor: what waits for it, how it is set up and proved, and who may reset it."""

import datetime
import json
import re
import uuid
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from jingwei.kernel.agencies.factors import store, totp
from jingwei.kernel.agencies.models import Factor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.values.errors import Invalid
from tests.city import FOUNDER, PASSWORD, SINCE, City, invited
from tests.duty import person_of
from tests.surfaces.conftest import hidden_in
from tests.surfaces.signing.passkey import Passkey

ADMINISTRATOR = "administrator"


def with_password(post: str = ADMINISTRATOR) -> Client:
    client = Client(headers={"accept-language": "zh-CN"})
    client.post("/login/", {"username": post, "password": PASSWORD})
    return client


def with_app(client: Client) -> tuple[str, list[str]]:
    """Sets up an app; gives its secret and the recovery codes."""
    page = client.get("/me/sign-in/app/").content.decode()
    found = re.search(r'<p class="number">([A-Z2-7 ]{39,})</p>', page)
    assert found and "<svg" in page
    secret = found.group(1).replace(" ", "")
    done = client.post("/me/sign-in/app/", {"code": code(secret)})
    return secret, re.findall(r'<li class="number">([A-Z2-9]{5}-[A-Z2-9]{5})</li>', done.content.decode())


def code(secret: str, later: int = 0) -> str:
    """Of now, or of a step later: by the time it is read the clock may have gone on by one, and it is still taken."""
    return totp.code_at(secret, totp.step_of(datetime.datetime.now(datetime.UTC)) + later)


def last_entry(stream: uuid.UUID) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(bytes(Entry.objects.filter(stream=stream).order_by("-seq")[0].body))
    return body


def sent(client: Client, address: str, **body: Any) -> Any:
    return client.post(address, json.dumps(body), "application/json", headers={"accept": "application/json"})


def test_the_published_codes_are_ours() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # noqa: S105  # of RFC 6238, appendix B
    assert [totp.code_at(secret, second // 30) for second in (59, 1111111109, 20000000000)] == [
        "287082",
        "081804",
        "353130",
    ]


def test_what_needs_a_second_factor_waits_for_it(city: City) -> None:
    client = with_password()
    assert client.get("/rules/").status_code == HTTPStatus.OK
    asked = client.get("/agencies/")
    assert asked.headers["Location"] == "/login/second/?next=/agencies/"
    assert client.get(asked.headers["Location"]).headers["Location"] == "/me/sign-in/?next=/agencies/"
    assert "第二步验证" in client.get("/work/").content.decode()
    refused = client.post("/agencies/", {"_do": "enter_unit"})
    assert refused.status_code == HTTPStatus.FOUND


def test_an_app_is_set_up_and_asked_for_at_the_next_sign_in(city: City) -> None:
    client = with_password()
    secret, codes = with_app(client)
    assert len(set(codes)) == store.RECOVERY_CODES
    assert client.get("/agencies/").status_code == HTTPStatus.OK
    again = with_password()
    assert again.get("/work/").status_code == HTTPStatus.FOUND, "the password alone signs in nobody"
    wrong = again.post("/login/second/", {"code": "000000"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    right = code(secret, 1)
    assert again.post("/login/second/?next=/agencies/", {"code": right}).headers["Location"] == "/agencies/"
    assert again.get("/agencies/").status_code == HTTPStatus.OK
    third = with_password()
    assert third.post("/login/second/", {"code": right}).status_code == 422, "no code is taken twice"
    assert third.post("/login/second/", {"code": codes[0].lower()}).status_code == HTTPStatus.SEE_OTHER
    assert with_password().post("/login/second/", {"code": codes[0]}).status_code == 422


def test_the_secret_lies_sealed_and_goes_with_the_factor(city: City) -> None:
    client = with_password()
    secret, _ = with_app(client)
    factor = Factor.objects.get(kind="totp")
    assert secret.encode() not in bytes(factor.sealed or b"")
    assert last_entry(person_of(city, ADMINISTRATOR))["kind"] == "agencies.factor_added"
    client.post("/me/sign-in/end/", {"factor": str(factor.pk)})
    factor.refresh_from_db()
    assert factor.sealed is None and store.live(factor.account_id) == []
    entry = last_entry(person_of(city, ADMINISTRATOR))
    assert (entry["kind"], entry["facts"]["kind"]) == ("agencies.factor_ended", "totp")
    assert secret not in json.dumps(entry)


def test_codes_are_not_found_by_trying(city: City) -> None:
    with_app(with_password())
    client = with_password()
    answers = [client.post("/login/second/", {"code": f"{n:06}"}).status_code for n in range(9)]
    assert answers[-1] == HTTPStatus.TOO_MANY_REQUESTS


def test_who_only_knows_the_password_adds_no_factor_beside_the_first(city: City) -> None:
    client = with_password("intake")
    with_app(with_password("intake"))
    assert client.get("/me/sign-in/app/").headers["Location"].startswith("/login/second/")
    assert client.post("/me/sign-in/codes/").headers["Location"].startswith("/login/second/")
    assert sent(client, "/me/sign-in/passkey/").status_code == HTTPStatus.FORBIDDEN
    factor = Factor.objects.get(kind="totp")
    client.post("/me/sign-in/end/", {"factor": str(factor.pk)})
    factor.refresh_from_db()
    assert factor.ended_at is None


def test_nobody_ends_the_factor_of_another(city: City) -> None:
    with_app(with_password("intake"))
    other = with_password("dispatcher")
    with_app(other)
    foreign = Factor.objects.get(kind="totp", account=city.accounts["intake"])
    assert other.post("/me/sign-in/end/", {"factor": str(foreign.pk)}).status_code == HTTPStatus.NOT_FOUND


def test_a_passkey_signs_in_and_proves_its_holder(city: City) -> None:
    client, passkey = with_password(), Passkey()
    options = sent(client, "/me/sign-in/passkey/").json()
    added = sent(client, "/me/sign-in/passkey/", credential=passkey.made(options), label="办公室")
    assert added.json()["next"] == "/me/sign-in/?done=added"
    other = Client()
    answer = passkey.proved(sent(other, "/login/passkey/").json())
    assert sent(other, "/login/passkey/?next=/agencies/", credential=answer).json()["next"] == "/agencies/"
    assert other.get("/agencies/").status_code == HTTPStatus.OK
    third = Client()
    sent(third, "/login/passkey/")
    assert sent(third, "/login/passkey/", credential=answer).status_code == 422, "an answer sent before"


@pytest.mark.parametrize("fault", ["origin", "site", "unverified", "count", "unknown"])
def test_a_wrong_passkey_signs_in_nobody(city: City, fault: str) -> None:
    client, passkey = with_password("intake"), Passkey()
    sent(client, "/me/sign-in/passkey/", credential=passkey.made(sent(client, "/me/sign-in/passkey/").json()))
    passkey.origin = "http://elsewhere.example" if fault == "origin" else passkey.origin
    passkey.count = 0 if fault == "count" else passkey.count
    passkey.handle = bytes(32) if fault == "unknown" else passkey.handle
    other = Client()
    options = sent(other, "/login/passkey/").json()
    site = "elsewhere.example" if fault == "site" else "testserver"
    answer = passkey.proved(options, verified=fault != "unverified", site=site)
    assert sent(other, "/login/passkey/", credential=answer).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert other.get("/work/").status_code == HTTPStatus.FOUND


@pytest.mark.parametrize("body", ["[]", "{", '{"credential": 1}', '{"credential": {"rawId": null}}'])
def test_a_malformed_answer_is_refused(city: City, body: str) -> None:
    answer = Client().post("/login/passkey/", body, "application/json", headers={"accept": "application/json"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_form_in_place_of_an_answer_is_refused(city: City) -> None:
    client = Client(enforce_csrf_checks=True)
    token = hidden_in(client.get("/login/"))["csrfmiddlewaretoken"]
    answer = client.post("/login/passkey/", {"csrfmiddlewaretoken": token, "credential": "x"})  # as multipart
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_the_city_says_what_needs_a_second_factor(city: City) -> None:
    content = {"second_factor": ["rulebook.edit"], "idle": 30, "lock": 5}
    rule = SetValue(parameter="sign_in", subject="desk", from_on=SINCE, content=content, basis="试城办 1 号")
    execute(FOUNDER, rule, "rule")
    assert with_password().get("/agencies/").status_code == HTTPStatus.OK
    wrong = {**content, "second_factor": ["no.such"], "idle": 1}
    with pytest.raises(Invalid):
        execute(FOUNDER, SetValue(parameter="sign_in", subject="x", from_on=SINCE, content=wrong, basis="x"), "wrong")


def test_a_session_that_is_idle_ends(city: City) -> None:
    client = with_password("intake")
    session = client.session
    session["seen"] -= 31 * 60
    session.save()
    assert client.get("/inbox/").headers["Location"] == "/login/?next=/inbox/"
    assert client.get("/work/").status_code == HTTPStatus.FOUND


def test_what_a_page_asks_by_itself_keeps_no_session_alive(city: City) -> None:
    client = with_password("intake")
    session = client.session
    session["seen"] -= 20 * 60
    session.save()
    before = client.session["seen"]
    client.get("/inbox/unread/")
    assert client.session["seen"] == before
    client.get("/inbox/")
    assert client.session["seen"] > before


def test_a_new_password_does_not_go_round_the_second_factor(city: City) -> None:
    with_app(with_password("intake"))
    client = Client()
    form = client.get(invited("intake")).headers["Location"]
    new = {"new_password1": "a quite long new password", "new_password2": "a quite long new password"}
    assert client.post(form, new).headers["Location"].startswith("/login/second/")
    assert client.get("/work/").status_code == HTTPStatus.FOUND
