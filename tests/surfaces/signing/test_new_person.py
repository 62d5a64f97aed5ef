"""A new person with a post and a link in one form; what the demo asks of whoever signs in."""

import re
from http import HTTPStatus

from django.test import Client

from jingwei.kernel.agencies.models import Account
from jingwei.surfaces.console.demo import _ask_no_second_factor
from tests.city import City
from tests.surfaces.conftest import SignIn, hidden_in
from tests.surfaces.signing.test_second_factor import with_app, with_password

NEW = {"_do": "enter_person", "name": "李四", "login": "li.si", "phone": "", "post": "intake"}


def test_one_form_makes_person_holding_and_link(city: City, sign_in: SignIn) -> None:
    client = sign_in("administrator")
    hidden = hidden_in(client.get("/agencies/"))
    text = client.post("/agencies/", {**hidden, **NEW}).content.decode()
    link = re.search(r"http://testserver(/login/first/[^<]+)", text)
    assert link and "李四" in text
    new, words = Client(), "a quite long new password"
    form = new.get(link.group(1)).headers["Location"]
    assert new.post(form, {"new_password1": words, "new_password2": words}).headers["Location"] == "/work/"
    assert new.get("/matters/new/").status_code == HTTPStatus.OK, "the post is held"


def test_whose_post_needs_a_second_factor_is_led_on_to_it(city: City, sign_in: SignIn) -> None:
    client = sign_in("administrator")
    text = client.post("/agencies/", {**hidden_in(client.get("/agencies/")), **NEW, "post": "operator"}).content
    link = re.search(r"http://testserver(/login/first/[^<]+)", text.decode())
    assert link
    new, words = Client(), "a quite long new password"
    form = new.get(link.group(1)).headers["Location"]
    done = new.post(form, {"new_password1": words, "new_password2": words})
    assert done.headers["Location"] == "/me/sign-in/?next=/work/"
    assert "/me/sign-in/app/?next=/work/" in new.get(done.headers["Location"]).content.decode()
    _, codes = with_app(new)
    assert codes and new.get("/operations/check/").status_code == HTTPStatus.OK


def test_what_is_refused_leaves_no_login(city: City, sign_in: SignIn) -> None:
    client = sign_in("administrator")
    for wrong in ({"login": "x y"}, {"name": " "}, {"post": "no-such"}, {"login": "intake"}):
        hidden = hidden_in(client.get("/agencies/"))
        answer = client.post("/agencies/", {**hidden, **NEW, **wrong})
        assert answer.status_code in (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT), wrong
        assert 'value="李四"' in answer.content.decode() or "name" in wrong, "what was typed stays"
    assert not Account.objects.filter(username="li.si").exists()


def test_in_the_demo_nothing_waits_for_a_second_factor(city: City) -> None:
    _ask_no_second_factor()
    client = with_password()
    assert client.get("/agencies/").status_code == HTTPStatus.OK
    assert client.get("/rules/sign_in/").status_code == HTTPStatus.OK
    assert "须经第二步验证的权限" in client.get("/rules/sign_in/?subject=desk").content.decode()
