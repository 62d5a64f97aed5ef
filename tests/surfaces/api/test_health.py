"""Health and figures for monitors: what they see, and who may ask."""

import datetime
import json
import os
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from jingwei.kernel.matters.self_check.probe import keep_self_check
from jingwei.kernel.outbox.waiting import Waiting
from jingwei.kit.checking import running
from jingwei.surfaces.api import health
from tests.city import City


@pytest.fixture
def sign(settings: Settings, tmp_path: Path) -> Path:
    """The worker's sign of life, just given."""
    settings.HOME = tmp_path
    path = tmp_path / "run" / f"worker-{settings.CITY}.alive"
    path.parent.mkdir()
    path.touch()
    return path


def test_a_city_that_works_says_so(city: City, sign: Path, client: Client) -> None:
    keep_self_check(datetime.datetime.now(datetime.UTC))
    city.report()
    answer = client.get("/healthz")
    assert answer.status_code == 200
    checks = json.loads(answer.content)["checks"]
    assert all(check["ok"] for check in checks.values())
    assert checks["reminders"]["self_check"] == "waiting"
    assert checks["outbox"]["waiting"] == 1 and checks["worker"]["age_seconds"] < 10


def test_a_silent_worker_is_told(city: City, sign: Path, client: Client) -> None:
    long_ago = time.time() - 300
    os.utime(sign, (long_ago, long_ago))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert json.loads(answer.content)["checks"]["worker"]["age_seconds"] >= 300
    sign.unlink()
    assert json.loads(client.get("/healthz").content)["checks"]["worker"] == {"ok": False, "age_seconds": None}


def test_a_chain_of_reminders_that_nobody_checked_is_told(city: City, sign: Path, client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert json.loads(answer.content)["checks"]["reminders"]["self_check"] == "silent"


def test_a_missing_migration_is_told(city: City, sign: Path, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "wanted", lambda: frozenset({("matters", "9999_future")}))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert json.loads(answer.content)["checks"]["schema"] == {"ok": False, "missing": 1}


def test_a_long_queue_is_told(city: City, sign: Path, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "waiting", lambda: Waiting(5, 3600.0))
    assert json.loads(client.get("/healthz").content)["checks"]["outbox"]["ok"] is False


def test_a_database_away_is_told_without_its_address(
    db: None, sign: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> health.Check:
        raise OperationalError("connection to server at 10.1.2.3 failed for role jingwei_app")

    monkeypatch.setattr(health, "_database", away)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    checks = json.loads(answer.content)["checks"]
    assert (
        checks["database"]
        == checks["schema"]
        == checks["outbox"]
        == checks["reminders"]
        == {"ok": False, "error": "OperationalError"}
    )
    assert b"10.1.2.3" not in answer.content


def test_figures_count_open_and_overdue_matters(city: City, client: Client) -> None:
    city.report()
    city.bring_to(city.report(), "filed")
    city.bring_to(city.report(), "closed")
    text = client.get("/metrics").content.decode()
    assert 'jingwei_matters_open{state="reported",type="grid_event"} 1.0' in text
    assert 'jingwei_matters_open{state="filed",type="grid_event"} 1.0' in text
    assert 'state="closed"' not in text
    assert 'jingwei_matters_overdue{state="filed",type="grid_event"} 0.0' in text
    assert "jingwei_outbox_waiting " in text and "jingwei_ledger_entries " in text
    assert "jingwei_self_check_ok 0.0" in text and "jingwei_deliveries_given_up 0.0" in text
    assert "process_resident_memory_bytes" in text


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("127.0.0.1", {"X-Forwarded-For": "8.8.8.8"}, 403),
        ("10.0.0.9", {}, 403),
        ("", {}, 403),
        ("10.0.0.9", {"Authorization": "Bearer "}, 403),
        ("10.0.0.9", {"Authorization": "Bearer wrong"}, 403),
        ("10.0.0.9", {"Authorization": "Bearer geheim-秘密".encode().decode("latin-1")}, 403),
        ("10.0.0.9", {"Authorization": "Bearer the-token"}, 200),
    ],
)
def test_figures_are_for_this_machine_or_the_token(
    city: City, monkeypatch: pytest.MonkeyPatch, address: str, headers: dict[str, str], status: int
) -> None:
    monkeypatch.setenv("JINGWEI_METRICS_TOKEN", "the-token")
    assert Client(REMOTE_ADDR=address).get("/metrics", headers=headers).status_code == status


def test_without_a_token_an_empty_one_does_not_open(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JINGWEI_METRICS_TOKEN", raising=False)
    assert Client(REMOTE_ADDR="10.0.0.9").get("/metrics", headers={"Authorization": "Bearer "}).status_code == 403


def test_health_names_the_city_it_serves(city: City, sign: Path, client: Client) -> None:
    assert json.loads(client.get("/healthz").content)["city"] == settings.CITY
