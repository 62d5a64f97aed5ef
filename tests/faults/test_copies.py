"""Five copies of one request at once: one effect, five equal answers; another content under the key: no effect."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.models import Matter
from tests.clones import Clone, in_threads
from tests.surfaces.api.conftest import REPORT, partner_of
from tests.surfaces.conftest import hidden_in

T = TypeVar("T")
COPIES = 5
KEYS = 20
_CODES = re.compile(r"\b(?:[0-9A-Z]{4}-){2,3}[0-9A-Z]{4}\b")


def same(send: Callable[[], Any], told: Callable[[Any], T]) -> T:
    """What all copies are told; they may be told nothing else, and may not fail."""
    answers = in_threads([send] * COPIES)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    said = [told(answer) for answer in answers]
    assert said == [said[0]] * COPIES
    return said[0]


def whole(answer: HttpResponse) -> tuple[int, bytes, str | None]:
    """Everything."""
    return answer.status_code, answer.content, answer.headers.get("Location")


def codes(answer: HttpResponse) -> tuple[int, set[str]]:
    """Number and code of a receipt: a page bears marks of its own besides."""
    return answer.status_code, set(_CODES.findall(answer.content.decode()))


def counted() -> tuple[int, int]:
    """Matters and entries."""
    return Matter.objects.count(), Entry.objects.count()


@pytest.mark.proof
def test_copies_of_a_report_by_the_interface(clone: Clone) -> None:
    secret = partner_of("intake").secret
    for number in range(1, KEYS + 1):
        matters, entries = counted()
        key = uuid4().hex

        def send(text: str, key: str = key) -> HttpResponse:
            headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}
            body = {**REPORT, "text": text}
            return Client().post("/api/v1/reports", body, "application/json", headers=headers)  # type: ignore[return-value]  # no streaming here

        assert same(partial(send, "一"), whole)[0] == 201, number
        assert same(partial(send, "二"), whole)[0] == 422
        assert counted() == (matters + 1, entries + 1)


@pytest.mark.proof
def test_copies_of_a_report_by_the_page(clone: Clone) -> None:
    for number in range(KEYS):
        matters, entries = counted()
        resident = Client(REMOTE_ADDR=f"10.9.8.{number}")
        form = {**hidden_in(resident.get("/report/")), "category": "ROAD-1", "text": "路面有坑"}
        status, told = same(lambda form=form, resident=resident: resident.post("/report/", form), codes)  # type: ignore[misc]  # bound now
        assert status == 200 and len(told) == 2
        assert resident.post("/report/", {**form, "text": "另一"}).status_code == 422
        assert counted() == (matters + 1, entries + 1)


@pytest.mark.proof
def test_copies_of_an_act(clone: Clone) -> None:
    clerk = Client()
    clerk.force_login(clone.city.accounts["intake"], backend="django.contrib.auth.backends.ModelBackend")
    for _ in range(KEYS):
        matter = clone.city.report()
        matters, entries = counted()
        action = f"/matters/{matter.number}/act/file/"
        form = {**hidden_in(clerk.get(f"/matters/{matter.number}/"), action), "finding": "属实"}
        assert same(lambda action=action, form=form: clerk.post(action, form), whole)[0] == 303  # type: ignore[misc]  # bound now
        assert clerk.post(action, {**form, "finding": "不属实"}).status_code == 422
        assert counted() == (matters, entries + 1)
