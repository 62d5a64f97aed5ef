"""Signing in: by password, by the one-time link, and not by guessing."""

import pytest
from django.test import Client

from tests.city import PASSWORD, City, invited


def test_signing_in_and_out(city: City) -> None:
    client = Client()
    assert client.post("/login/", {"username": "intake", "password": "wrong"}).status_code == 200
    assert client.post("/login/?next=/inbox/", {"username": "intake", "password": PASSWORD}).status_code == 302
    assert client.get("/login/").headers["Location"] == "/work/"
    assert client.post("/logout/").headers["Location"] == "/login/"
    assert client.get("/work/").status_code == 302


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/"])
def test_signing_in_leads_nowhere_else(city: City, target: str) -> None:
    answer = Client().post("/login/", {"username": "intake", "password": PASSWORD, "next": target})
    assert answer.headers["Location"] == "/work/"


def test_guessing_is_stopped(city: City) -> None:
    client = Client()
    answers = [client.post("/login/", {"username": "intake", "password": f"guess {n}"}) for n in range(6)]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"] == "900"
    assert client.post("/login/", {"username": "intake", "password": PASSWORD}).status_code == 429
    assert (
        Client(REMOTE_ADDR="10.2.3.4").post("/login/", {"username": "intake", "password": PASSWORD}).status_code == 302
    )


def test_the_one_time_link_sets_the_password_once(city: City) -> None:
    link = invited("intake")
    client = Client()
    form = client.get(link).headers["Location"]
    weak = client.post(form, {"new_password1": "short", "new_password2": "short"})
    assert weak.status_code == 200 and 'class="error"' in weak.content.decode()
    new = "a quite long new password"
    done = client.post(form, {"new_password1": new, "new_password2": new})
    assert (done.status_code, done.headers["Location"]) == (302, "/work/")
    assert client.get("/work/").status_code == 200
    assert "已用过、已撤回或已过期" in Client().get(link).content.decode()
    assert Client().post("/login/", {"username": "intake", "password": new}).status_code == 302


def test_pages_carry_a_strict_content_policy(city: City) -> None:
    policy = Client().get("/report/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
