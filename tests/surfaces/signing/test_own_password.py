"""The own password: changed by who knows the old one, on record, and every other sign-in ends."""

from http import HTTPStatus

import pytest
from django.test import Client

from jingwei.surfaces.desk.signing import passwords
from tests.city import PASSWORD, City
from tests.duty import person_of
from tests.surfaces.signing.test_second_factor import last_entry, with_app, with_password

NEW = "a-walk-by-the-river"


def change(client: Client, old: str = PASSWORD, new: str = NEW, again: str | None = None) -> str:
    """Where the page leads to."""
    sent = {"old": old, "new": new, "again": new if again is None else again}
    answer = client.post("/me/sign-in/password/", sent)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.status_code
    return answer.headers["Location"].partition("?")[2]


def signs_in(post: str, password: str) -> bool:
    client = Client()
    client.post("/login/", {"username": post, "password": password})
    return client.get("/work/").status_code == HTTPStatus.OK


def test_it_is_changed_here_and_ends_everywhere_else(city: City) -> None:
    here, elsewhere = with_password("intake"), with_password("intake")
    assert "更改密码" in here.get("/me/sign-in/").content.decode()
    assert change(here) == "done=password"
    assert "密码已更改" in here.get("/me/sign-in/?done=password").content.decode()
    assert elsewhere.get("/work/").status_code == HTTPStatus.FOUND
    assert signs_in("intake", NEW) and not signs_in("intake", PASSWORD)
    told = last_entry(person_of(city, "intake"))
    assert told["kind"] == "agencies.password_changed" and told["facts"] == {"sessions": 1}
    assert NEW not in str(told)


@pytest.mark.parametrize(
    ("old", "new", "again", "why"),
    [
        ("wrong", NEW, NEW, "old"),
        (PASSWORD, NEW, f"{NEW}!", "again"),
        (PASSWORD, PASSWORD, PASSWORD, "same"),
        (PASSWORD, "short", "short", "policy"),
        (PASSWORD, "password123", "password123", "policy"),
        (PASSWORD, "", "", "policy"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(city: City, old: str, new: str, again: str, why: str) -> None:
    client = with_password("intake")
    assert change(client, old, new, again) == f"done={why}#password"
    assert "没有更改" in client.get(f"/me/sign-in/?done={why}").content.decode()
    assert signs_in("intake", PASSWORD)


def test_whoever_has_a_second_factor_proves_it_first(city: City) -> None:
    before = with_password("intake")
    with_app(with_password("intake"))
    assert change(before).startswith("next=")
    account = city.accounts["intake"]
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


def test_who_is_signed_in_by_another_site_has_none(city: City) -> None:
    client = with_password("intake")
    account = city.accounts["intake"]
    account.set_unusable_password()
    account.save(update_fields=["password"])
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert "更改密码" not in client.get("/me/sign-in/").content.decode()
    assert client.post("/me/sign-in/password/", {}).status_code == HTTPStatus.NOT_FOUND


def test_guessing_is_slowed_down(city: City) -> None:
    client = with_password("intake")
    for _ in range(passwords._TRIES.times):
        assert change(client, "wrong") == "done=old#password"
    sent = {"old": PASSWORD, "new": NEW, "again": NEW}
    assert client.post("/me/sign-in/password/", sent).status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert signs_in("intake", PASSWORD), "signing in is not locked by it"
