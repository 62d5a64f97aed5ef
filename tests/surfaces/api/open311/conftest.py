"""Clients of Open311 at the test city: with a key of a post, and without one from an address of its own."""

from collections.abc import Callable, Mapping
from uuid import uuid4

import pytest
from django.test import Client as Browser

from tests.city import City
from tests.surfaces.api.conftest import partner_of
from tests.surfaces.api.open311.client import Answer, Client

BASE = "/api/open311/v2"
Connect = Callable[..., Client]


def sender(address: str, language: str) -> Callable[[str, str, bytes | None, Mapping[str, str]], Answer]:
    """Sends to the site within the test's own transaction."""
    browser = Browser(REMOTE_ADDR=address)

    def send(method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        kind = headers.get("Content-Type", "application/octet-stream")
        answer = browser.generic(method, url, body or b"", kind, headers={"Accept-Language": language, **dict(headers)})
        return answer.status_code, answer.content

    return send


@pytest.fixture
def connect(city: City) -> Connect:
    """Makes a client: of a post's key ("" for none), in a format and a language."""

    def made(kind: str, post: str = "", language: str = "en") -> Client:
        number = uuid4().int
        address = f"10.{number % 250}.{number // 250 % 250}.{number // 62500 % 250}"
        return Client(BASE, kind, partner_of(post).secret if post else "", sender(address, language))

    return made
