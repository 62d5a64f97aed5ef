"""Links that wait are seen, by whom they were given and until when; withdrawn, given anew, used."""

import re
from http import HTTPStatus

import pytest
from django.test import Client

from jingwei.kernel.agencies.commands import invitations
from jingwei.kernel.agencies.invitations import HOLDS
from jingwei.kernel.agencies.models import Invitation
from tests.city import City, invited
from tests.surfaces.conftest import Answer, SignIn, hidden_in
from tests.surfaces.test_duty import send

INTAKE = "/agencies/people/intake/"
WORDS = {"new_password1": "a quite long new password", "new_password2": "a quite long new password"}


def link_in(answer: Answer) -> str:
    found = re.search(r"http://testserver(/login/first/[^<]+)", answer.content.decode())
    assert found, "the link is shown"
    return found.group(1)


def opens(link: str) -> bool:
    return Client().get(link).status_code == HTTPStatus.FOUND


def test_those_that_wait_are_listed_and_withdrawn(city: City, sign_in: SignIn) -> None:
    client = sign_in("administrator")
    assert "未用的邀请" not in client.get("/agencies/").content.decode()
    link = link_in(send(client, INTAKE, "link"))
    for page in ("/agencies/", INTAKE):
        text = client.get(page).content.decode()
        assert "等待使用" in text and "发放人：Administrator A" in text and "有效至" in text, page
        assert link not in text, "shown once"
    one = Invitation.objects.get()
    assert send(client, "/agencies/", "withdraw", str(one.pk)).status_code == HTTPStatus.SEE_OTHER
    assert not opens(link) and "未用的邀请" not in client.get("/agencies/").content.decode()
    assert "已撤回或已被新链接代替" in client.get(INTAKE).content.decode()
    again = send(client, INTAKE, "withdraw", str(one.pk))
    assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_new_link_ends_the_old_one_and_the_same_form_shows_the_same(city: City, sign_in: SignIn) -> None:
    client, old = sign_in("administrator"), invited("intake")
    form = {**hidden_in(client.get("/agencies/")), "_do": "again", "_subject": str(Invitation.objects.get().pk)}
    new, same = (link_in(client.post("/agencies/", form)) for _ in range(2))
    assert new == same != old and opens(new) and not opens(old)
    assert Invitation.objects.count() == 2, "the form that was sent twice made one"


def test_its_use_and_its_end_by_time_are_seen(city: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    client, new = sign_in("administrator"), Client()
    form = new.get(link_in(send(client, INTAKE, "link"))).headers["Location"]
    assert new.post(form, WORDS).headers["Location"] == "/work/"
    assert "已使用" in client.get(INTAKE).content.decode()
    assert "未用的邀请" not in client.get("/agencies/").content.decode()
    monkeypatch.setattr(invitations, "HOLDS", -HOLDS)
    invited("intake")
    assert "已过期，没有使用" in client.get("/agencies/").content.decode(), "that nobody came is told as well"


def test_what_is_withdrawn_while_the_password_is_typed_sets_none(city: City, sign_in: SignIn) -> None:
    client, new = sign_in("administrator"), Client()
    form = new.get(link_in(send(client, INTAKE, "link"))).headers["Location"]
    send(client, INTAKE, "withdraw", str(Invitation.objects.get().pk))
    assert "已撤回" in new.post(form, WORDS).content.decode()
    assert new.get("/work/").status_code == HTTPStatus.FOUND


def test_a_person_who_is_entered_is_invited_on_record(city: City, sign_in: SignIn) -> None:
    client = sign_in("administrator")
    new = {"_do": "enter_person", "name": "李四", "login": "li.si", "phone": "", "post": "intake"}
    link = link_in(client.post("/agencies/", {**hidden_in(client.get("/agencies/")), **new}))
    assert opens(link) and Invitation.objects.get().person.name == "李四"
    assert "等待使用" in client.get("/agencies/people/li.si/").content.decode()
