"""Signing in with what nobody should sign in with: passwords, names, sessions, links, cookies (e.5 of the design)."""

import datetime
import html
import re
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.test import Client

from jingwei.kernel.agencies.accounts import close_account, set_password
from jingwei.kernel.agencies.commands import ChangeOwnPassword, invitations
from jingwei.kernel.agencies.commands.factors import for_own_login
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.values.ids import new_id
from tests.city import PASSWORD, City, invited
from tests.surfaces.conftest import hidden_in

_TOO_LATE = "已用过、已撤回或已过期"
_MARK = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


def sign_in(client: Client, name: str = "intake", password: str = PASSWORD) -> Any:
    """The answer to a name and a password."""
    return client.post("/login/", {"username": name, "password": password})


def said(answer: Any, name: str) -> str:
    """The page without the name that was typed and the form's own mark."""
    return _MARK.sub("", answer.content.decode()).replace(html.escape(name), "…")


def is_in(client: Client) -> bool:
    """Whether the browser is shown what only staff see."""
    return client.get("/work/").status_code == 200


def chosen(client: Client, form: str, password: str) -> int:
    """The status after this password was chosen twice: 302 where it is taken."""
    return client.post(form, {"new_password1": password, "new_password2": password}).status_code


@pytest.mark.parametrize(
    ("number_and_case", "password"),
    [
        ("91 NUL", "a long pass\0word"),
        ("91 of the list", "qwertyuiop"),
        ("91 equals the user name", "administrator"),
        ("91 digits alone and common", "1234567890"),
        ("91 too short", "short"),
        ("91 a million characters", "密" * 1_000_000),
    ],
)
def test_a_password_that_is_none_is_refused(city: City, number_and_case: str, password: str) -> None:
    client = Client()
    form = client.get(invited("administrator")).headers["Location"]
    assert chosen(client, form, password) in (200, 400)
    assert sign_in(Client(), "administrator").status_code == 302, "the old one holds"


@pytest.mark.parametrize(
    "password", ["a trailing blank counts ", "un château long", "密码密码密码密码密码密码", "a" * 4_000]
)
def test_91_a_password_is_taken_exactly_as_typed(city: City, password: str) -> None:
    client = Client()
    assert chosen(client, client.get(invited("intake")).headers["Location"], password) == 302
    assert sign_in(Client(), password=password).status_code == 302
    for other in (password.strip() + "x", password + " ", password[:-1], password.upper() + "!"):
        assert sign_in(Client(REMOTE_ADDR=f"10.0.0.{len(other) % 250}"), password=other).status_code == 200


@pytest.mark.parametrize("name", ["intake", "nobody-of-this-name", "INTAKE", "intake\u200b", "' OR 1=1 --"])
def test_93_whether_a_name_exists_is_not_told(city: City, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    encode = Argon2PasswordHasher.encode

    def counted(hasher: Argon2PasswordHasher, password: str, salt: str) -> str:
        hashed.append(salt)
        return encode(hasher, password, salt)

    verify = Argon2PasswordHasher.verify

    def verified(hasher: Argon2PasswordHasher, password: str, encoded: str) -> bool:
        hashed.append(encoded)
        return verify(hasher, password, encoded)

    monkeypatch.setattr(Argon2PasswordHasher, "encode", counted)
    monkeypatch.setattr(Argon2PasswordHasher, "verify", verified)
    answer = sign_in(Client(), name, "wrong")
    assert answer.status_code == 200 and 'role="alert"' in answer.content.decode()
    assert len(hashed) == 1, "the work of one password, whoever is asked for"
    known = sign_in(Client(REMOTE_ADDR="10.3.3.3"), "checker", "wrong")
    assert said(answer, name) == said(known, "checker")


def test_95_a_session_chosen_before_is_not_the_one_signed_in(city: City) -> None:
    client = Client()
    client.cookies["jw"] = "a" * 32
    sign_in(client)
    assert client.cookies["jw"].value != "a" * 32 and is_in(client)
    other = Client()
    other.cookies["jw"] = "a" * 32
    assert not is_in(other)


def test_95_a_session_ends_with_signing_out_a_new_password_and_leaving(city: City) -> None:
    client, thief = Client(), Client(REMOTE_ADDR="10.7.7.7")
    sign_in(client)
    thief.cookies["jw"] = client.cookies["jw"].value
    assert is_in(thief), "an address alone ends none: telephones change theirs"
    client.post("/logout/")
    assert not is_in(thief)
    sign_in(client)
    set_password(city.accounts["intake"], "quite another password")
    assert not is_in(client)
    sign_in(client, password="quite another password")
    assert is_in(client)
    close_account(city.accounts["intake"])
    assert not is_in(client)
    assert sign_in(Client(), password="quite another password").status_code == 200


def test_97_a_link_is_of_no_use_late_changed_or_after_another_password(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, spoilt = invited("intake"), invited("checker")
    assert _TOO_LATE in Client().get(spoilt[:-3] + "00/").content.decode()
    assert _TOO_LATE in Client().get(spoilt.replace("first/", "first/x")).content.decode()
    checker = for_own_login(city.actor("checker"))
    execute(checker, ChangeOwnPassword(hashed=make_password("quite another one"), going_on=new_id()), city.key())
    assert _TOO_LATE in Client().get(spoilt).content.decode()
    monkeypatch.setattr(invitations, "HOLDS", datetime.timedelta())
    assert Client().get(late).status_code == 302, "it holds as long as was said when it was made"
    assert _TOO_LATE in Client().get(invited("intake")).content.decode()


def test_97_the_link_stays_out_of_the_page_and_of_what_other_sites_learn(city: City) -> None:
    client, link = Client(), invited("intake")
    opened = client.get(link)
    assert opened.status_code == 302 and link not in opened.headers["Location"]
    page = client.get(opened.headers["Location"])
    assert link.split("/")[-2] not in page.content.decode()
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert client.get(link, headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("cookie", ["", "a" * 4_000, "'; DROP TABLE", "\x01", "../../etc/passwd"])
def test_101_a_cookie_that_is_none_signs_nobody_in(city: City, cookie: str) -> None:
    client = Client()
    client.cookies["jw"] = cookie
    assert client.get("/work/").status_code == 302
    assert client.get("/").status_code == 200


def test_31_what_no_form_asks_for_has_no_effect(city: City) -> None:
    resident = Client()
    form = hidden_in(resident.get("/report/"))
    more = {"state": "closed", "status": "closed", "unit": "ROADS", "opened_at": "1999-01-01", "version": "7"}
    answer = resident.post("/report/", {**form, "category": "ROAD-1", "text": "路面有坑", "matter_id": "1", **more})
    assert answer.status_code == 200
    matter = Matter.objects.get()
    assert (matter.state, matter.version, matter.closed_at) == ("reported", 1, None)
    assert matter.opened_at.year >= 2026
