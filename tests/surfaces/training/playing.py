"""Plays an exercise: acts by commands, as they are prepared; pages as whoever practises opens and sends them."""

import re
from collections.abc import Iterable
from http import HTTPStatus

from django.test import Client

from jingwei.surfaces.training.checks import Found, look
from jingwei.surfaces.training.declared import Exercise, Said
from jingwei.surfaces.training.preparing import Prepared, carry, prepare
from jingwei.surfaces.training.roles import actor_named, post_of, role_named

_FORM = re.compile(r"<form.*?</form>", re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


def browser_of(role: str) -> Client:
    """Somebody who picked this role."""
    browser = Client(headers={"accept-language": "zh-CN"})
    browser.post("/training/role/", {"role": role})
    return browser


def play(exercise: Exercise, acts: Iterable[Said], browser: Client) -> tuple[list[Found], list[Found]]:
    """Begins the exercise anew and carries out the acts; gives what the check finds before and after them."""
    role = role_named(exercise.role)
    post = post_of(role) if role else None
    assert post is not None, exercise.role
    actor, prepared = actor_named(post.code), prepare(exercise)
    untouched = look(exercise, prepared, actor)
    for said in acts:
        if "open" in said:
            answer = browser.get(_filled(said["open"], prepared))
            assert answer.status_code == HTTPStatus.OK, (exercise.name, said, answer.status_code)
        elif "send" in said:
            _send(browser, said, prepared)
        else:
            carry(said, prepared, actor)
    return untouched, look(exercise, prepared, actor)


def _filled(text: str, prepared: Prepared) -> str:
    return text.format(**prepared.made)


def _send(browser: Client, said: Said, prepared: Prepared) -> None:
    """The form of the page that does this, about this, with what it holds and what is filled in."""
    address, about = _filled(said["send"], prepared), _filled(said.get("about", ""), prepared)
    page = browser.get(address)
    assert page.status_code == HTTPStatus.OK, (said, page.status_code)
    forms = [dict(_HIDDEN.findall(one)) for one in _FORM.findall(page.content.decode())]
    sent = next((one for one in forms if one.get("_do") == said["do"] and about in ("", one["_subject"])), None)
    assert sent is not None, (said, forms)
    values = {name: _filled(value, prepared) for name, value in said.get("values", {}).items()}
    answer = browser.post(address, {**sent, **values})
    assert answer.status_code in (HTTPStatus.OK, HTTPStatus.SEE_OTHER), (said, answer.content.decode()[:4000])
