"""A database that is away is no defect: the answer says so, when to ask again, and that nothing is done twice."""

import json

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client

from jingwei.surfaces.portal import views


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status"),
    [(OperationalError("gone"), 503), (psycopg.OperationalError("gone"), 503), (ValueError("a defect"), 500)],
)
def test_a_database_that_is_away_is_said_to_be(monkeypatch: pytest.MonkeyPatch, error: Exception, status: int) -> None:
    def broken() -> None:
        raise error

    monkeypatch.setattr(views, "public_face", broken)
    client = Client(raise_request_exception=False, headers={"accept-language": "en", "accept": "application/json"})
    answer = client.get("/")
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == ("5" if status == 503 else None)
    assert ("not done twice" in json.loads(answer.content)["reason"]) == (status == 503)


@pytest.mark.django_db
def test_the_other_connections_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[bool] = []

    def broken() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(views, "public_face", broken)
    monkeypatch.setattr(type(connection.pool), "check", lambda pool: looked.append(True))  # type: ignore[attr-defined]  # of Django's PostgreSQL connection
    Client(raise_request_exception=False).get("/")
    assert looked == [True]
