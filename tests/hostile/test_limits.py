"""What is limited is a contract: each limit is tripped alone, at its number, and locks out nobody else. Every declared
limit stands here or is named with the test that trips it."""

import ast
from collections.abc import Callable, Mapping
from http import HTTPStatus
from importlib import import_module
from types import ModuleType

import pytest
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from jingwei.kit.forms import new_key
from jingwei.kit.limits import Limit
from tests.architecture.tree import PACKAGE, source_modules, syntax
from tests.city import City

PORTAL, SIGNING, API = "jingwei.surfaces.portal", "jingwei.surfaces.desk.signing", "jingwei.surfaces.api"

ALONE: Mapping[tuple[str, str], Callable[[Client, str], int]] = {
    (f"{PORTAL}.views", "FOLLOWING"): lambda one, at: _post(one, at, "/follow/", code="0000-0000-0000-0000"),
    (f"{PORTAL}.reporting.views", "REPORTS_OF_ADDRESS"): lambda one, at: _post(one, at, "/report/", _key=new_key()),
    (f"{PORTAL}.reporting.views", "LOOKING_UP"): lambda one, at: _post(one, at, "/report/kinds/grid_event/", text="坑"),
    (f"{PORTAL}.who", "LOOKING_UP"): lambda one, at: _post(one, at, "/who/", address="东一路"),
    (f"{PORTAL}.proofs", "CHECKING"): lambda one, at: _post(one, at, "/proofs/", text="{}"),
    (f"{API}.features.views", "READING"): lambda one, at: _get(one, at, "/api/features/"),
    (f"{API}.open311.asking", "READING"): lambda one, at: _get(one, at, "/api/open311/v2/services.xml"),
    (f"{API}.log", "MONITORING"): lambda one, at: _get(one, at, "/api/v1/log"),
    (f"{API}.keys", "PUBLIC"): lambda one, at: _get(one, at, "/api/v1/reports/0000-0000-0000"),
    (f"{API}.keys", "_FAILED"): lambda one, at: _get(one, at, "/api/v1/reports/0000-0000-0000", key="wrong"),
    (f"{SIGNING}.passkeys", "_TRIES"): lambda one, at: _post(one, at, "/login/passkey/", json=True),
    (f"{SIGNING}.stations", "_TRIES"): lambda one, at: _post(one, at, "/workstation/", code="0000"),
}
"""What one request of somebody at an address counts against."""

ELSEWHERE = {
    (f"{PORTAL}.reporting.views", "REPORTS_OF_KEY"): "tests/surfaces/test_portal.py",
    (f"{PORTAL}.own.views", "ASKED"): "tests/surfaces/test_own_matters.py",
    (f"{PORTAL}.own.views", "ASKED_FOR"): "tests/surfaces/test_own_matters.py",
    (f"{PORTAL}.own.views", "SENT"): "tests/surfaces/test_own_matters.py",
    (f"{PORTAL}.own.views", "TRIED"): "tests/surfaces/test_own_matters.py",
    (f"{PORTAL}.own.views", "TRIED_FOR"): "tests/surfaces/test_own_matters.py",
    ("jingwei.surfaces.desk.counter.slips", "GIVEN"): "tests/surfaces/test_own_matters.py",
    ("jingwei.surfaces.desk.counter.slips", "GIVEN_FOR"): "tests/surfaces/test_own_matters.py",
    ("jingwei.kit.receiving", "OF_ADDRESS"): "tests/surfaces/test_files_sent.py",
    (f"{SIGNING}.passwords", "_TRIES"): "tests/surfaces/signing/test_own_password.py",
    (f"{SIGNING}.second", "_TRIES"): "tests/surfaces/signing/test_second_factor.py",
    (f"{SIGNING}.switching", "_TRIES"): "tests/surfaces/signing/test_workstations.py",
    (f"{SIGNING}.elsewhere", "_TRIES"): "tests/surfaces/signing/test_provider.py",
}
"""Limits of a person, a telephone, a machine, and where they are tripped."""


def _post(client: Client, at: str, path: str, json: bool = False, **sent: str) -> int:
    kind = "application/json" if json else MULTIPART_CONTENT
    return int(client.post(path, sent, content_type=kind, REMOTE_ADDR=at).status_code)


def _get(client: Client, at: str, path: str, key: str = "") -> int:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    return int(client.get(path, headers=headers, REMOTE_ADDR=at).status_code)


def _declared() -> set[tuple[str, str]]:
    """Every `NAME = Limit("name", …)` of a module."""
    found = set()
    for path in source_modules():
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for node in syntax(path).body:
            if not isinstance(node, ast.Assign) or not isinstance(call := node.value, ast.Call):
                continue
            if isinstance(call.func, ast.Name) and call.func.id == "Limit":
                named = isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
                found |= {(module, target.id) for target in node.targets if named and isinstance(target, ast.Name)}
    return found


def test_every_declared_limit_is_tripped_somewhere() -> None:
    assert _declared() == set(ALONE) | set(ELSEWHERE)


@pytest.mark.parametrize(("module", "name"), ALONE)
def test_a_limit_is_tripped_at_its_number_and_locks_out_nobody_else(
    city: City, monkeypatch: pytest.MonkeyPatch, module: str, name: str
) -> None:
    ask, where = ALONE[module, name], import_module(module)
    declared: Limit = getattr(where, name)
    monkeypatch.setattr(where, name, Limit(declared.name, 3, declared.seconds))
    client, shared = Client(), "203.0.113.7"
    answers = [ask(client, shared) for _ in range(4)]
    assert HTTPStatus.TOO_MANY_REQUESTS not in answers[:3], answers
    assert answers[3] == HTTPStatus.TOO_MANY_REQUESTS, answers
    assert ask(Client(), "203.0.113.8") == answers[0], "another address goes on"
    assert ask(Client(), shared) == HTTPStatus.TOO_MANY_REQUESTS, "a new browser behind the same exit does not help"
    _others_go_on(client, shared, where, name)


def _others_go_on(client: Client, at: str, where: ModuleType, name: str) -> None:
    """Whoever tripped one limit still reads pages, and every other limit is untouched."""
    assert _get(client, at, "/") == _get(client, at, "/status/") == HTTPStatus.OK
    for (module, other), ask in ALONE.items():
        if (module, other) != (where.__name__, name):
            assert ask(client, at) != HTTPStatus.TOO_MANY_REQUESTS, (module, other)


@pytest.mark.parametrize(("proxies", "passed", "free"), [("0", "198.51.100.1", False), ("1", "198.51.100.1", True)])
def test_a_forwarded_address_counts_only_from_a_known_proxy(
    city: City, monkeypatch: pytest.MonkeyPatch, proxies: str, passed: str, free: bool
) -> None:
    where = import_module(f"{PORTAL}.views")
    monkeypatch.setattr(where, "FOLLOWING", Limit("portal.follow", 1, 600))
    monkeypatch.setenv("JINGWEI_PROXIES", proxies)
    client = Client(headers={"x-forwarded-for": "198.51.100.9"})
    codes = [_post(client, "203.0.113.7", "/follow/", code="x") for _ in range(2)]
    assert codes[1] == HTTPStatus.TOO_MANY_REQUESTS
    other = _post(Client(headers={"x-forwarded-for": passed}), "203.0.113.7", "/follow/", code="x")
    assert (other != HTTPStatus.TOO_MANY_REQUESTS) == free
