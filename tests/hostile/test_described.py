"""Requests made from the interface's own description, right ones and wrong ones: none breaks it, and every answer is
one that the description names. The public pages take the same from a description read off their forms."""

import itertools
import logging
import multiprocessing
import os
import random
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from jingwei.kit.forms import new_key
from tests.city import CATEGORIES
from tests.clones import Clone
from tests.hostile.described import public_pages
from tests.surfaces.api.conftest import partner_of

_CHECKS: list[CheckFunction] = [
    status_code_conformance,  # no description names a 5xx, but for the health of the installation
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_METHODS = ("get", "head", "post", "put", "patch", "delete")
_CODES = [code for code, _, _, _, _ in CATEGORIES]
_SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large, HealthCheck.large_base_example]
_TOKEN = "t" * 32
_site = get_wsgi_application()
_addresses = itertools.count()

_OF_INTERFACE = {
    "POST /api/v1/reports": 2000,
    "POST /api/v1/files": 1500,
    "GET /api/v1/reports/{number}": 1500,
    "POST /api/v1/reports/{number}/acts": 500,
    "GET /api/v1/reports": 200,
    "GET /api/v1/exports/reports.{form}": 100,
}
"""How many requests of each mode; the others of the interface take one parameter or none, and 50 are enough."""

_OF_PAGE = {"GET": 50, "POST": 60, "HEAD": 10, "PUT": 10}
"""How many requests of each method of each public page: HEAD reads what GET reads, and no page takes a PUT."""


@dataclass(frozen=True)
class Task:
    """What one process asks: an operation of a description ("GET /path"), rightly or wrongly; each request also nearly
    right, where that gets it further: making one takes longer than answering two."""

    document: Mapping[str, Any]
    headers: Mapping[str, str]
    label: str
    mode: GenerationMode
    count: int
    nearly: bool = False


@dataclass
class Asked:
    """How requests were answered, and what was wrong with the answers."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: dict[str, str] = field(default_factory=dict)

    def send(self, case: Case[Any], headers: Mapping[str, str]) -> None:
        """Sends one request and compares the answer with the description."""
        answer = case.call(headers=dict(headers))
        self.statuses[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=_CHECKS)
        except FailureGroup as failures:
            for one in failures.exceptions:
                self.wrong.setdefault(f"{case.operation.label}: {type(one).__name__} {answer.status_code}", str(one))


def ask(task: Task) -> Asked:
    """So many requests, or fewer where there are no more different ones."""
    logging.disable(logging.WARNING)
    schema = schemathesis.openapi.from_dict(dict(task.document))
    schema.app = _from_everywhere
    every = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    (operation,) = [one for one in every if one.label == task.label]
    asked = Asked()

    @seed(len(task.label))
    @settings(max_examples=task.count, database=None, suppress_health_check=_SLOW, phases=[Phase.generate])
    @given(case=operation.as_strategy(generation_mode=task.mode))
    def once(case: Case[Any]) -> None:
        asked.send(case, task.headers)
        if task.nearly:
            asked.send(_nearly_right(case), task.headers)

    with suppress(Unsatisfiable):  # takes no parameter: there is nothing that would be wrong
        once()
    return asked


def _from_everywhere(environ: dict[str, Any], start: Any) -> Any:
    """The site, asked from another address each time, with the mark of its own forms: how often one may ask, and from
    where, is not what is tried here."""
    number = next(_addresses)  # not by chance: each example begins with the same
    address = f"10.{os.getpid() % 250}.{number // 250 % 250}.{number % 250}"
    cookies = f"csrftoken={_TOKEN}; {environ.get('HTTP_COOKIE', '')}"
    return _site({**environ, "REMOTE_ADDR": address, "HTTP_X_CSRFTOKEN": _TOKEN, "HTTP_COOKIE": cookies}, start)


def _nearly_right(case: Case[Any]) -> Case[Any]:
    """A report of a category that there is, by a form that was opened anew, so that it gets further."""
    if isinstance(case.body, dict):
        case.body["category"] = random.choice(_CODES)
        case.body.pop("type", None)
        case.body.pop("fields", None)
        if "_key" in case.body:
            case.body["_key"] = new_key()
    return case


def labels(document: Mapping[str, Any]) -> list[str]:
    """The operations of a description."""
    return [
        f"{method.upper()} {path}" for path, ways in document["paths"].items() for method in ways if method in _METHODS
    ]


def tasks(secret: str) -> list[Task]:
    """All that is asked, what takes longest first."""
    document, key = Client().get("/api/v1/openapi.json").json(), {"Authorization": f"Bearer {secret}"}
    asked = [
        Task(document, key, label, mode, _OF_INTERFACE.get(label, 50), _is_filled_in(label, mode))
        for label in labels(document)
        for mode in GenerationMode
    ]
    pages, rightly = public_pages(Client()), GenerationMode.POSITIVE
    asked += [
        Task(pages, {}, label, rightly, _OF_PAGE[label.split()[0]], _is_filled_in(label, rightly))
        for label in labels(pages)
    ]
    return sorted(asked, key=lambda task: -task.count)


def _is_filled_in(label: str, mode: GenerationMode) -> bool:
    """Whether it is a form, or the interface's report, as somebody fills it in who means it."""
    return mode is GenerationMode.POSITIVE and label.startswith("POST") and label != "POST /api/v1/files"


@pytest.mark.proof
def test_twenty_thousand_requests_break_neither_the_site_nor_its_description(clone: Clone) -> None:
    wanted = tasks(partner_of("intake").secret)
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]  # of Django's PostgreSQL connection
    statuses, wrong = Counter[int](), dict[str, str]()
    with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
        for asked in pool.map(ask, wanted):
            statuses += asked.statuses
            wrong |= asked.wrong
    assert wrong == {}
    assert statuses.total() >= 20_000 and statuses[201] > 500, statuses
