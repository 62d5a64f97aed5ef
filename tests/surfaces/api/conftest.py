"""A partner with a key in the test city, and the shortest way to ask the interface."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from jingwei.kernel.agencies.actors import key_digest
from jingwei.kernel.agencies.commands import GiveKey
from jingwei.kernel.commands.execute import execute
from tests.city import FOUNDER, City

REPORT = {"category": "ROAD-1", "text": "路面有一个大坑", "longitude": "117.3", "latitude": 36.05}


@dataclass
class Partner:
    """Asks with the key of a post (the public if the secret is empty)."""

    secret: str = ""
    client: Client = field(default_factory=Client)
    language: str = "en"

    def get(self, path: str) -> HttpResponse:
        """GET below /api/v1/."""
        return self.ask(f"/api/v1/{path}")

    def ask(self, address: str) -> HttpResponse:
        """GET of any address, with the key."""
        return self.client.get(address, headers=self._headers())  # type: ignore[return-value]  # no streaming here

    def post(self, body: Any, key: str | None = None, **headers: str) -> HttpResponse:
        """POST /api/v1/reports with a new request key, or the one given ("" for none)."""
        chosen = {"Idempotency-Key": uuid4().hex if key is None else key} if key != "" else {}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(  # type: ignore[return-value]  # as above
            "/api/v1/reports",
            content,
            content_type=headers.pop("Content-Type", "application/json"),
            headers={**self._headers(), **chosen, **headers},
        )

    def _headers(self) -> dict[str, str]:
        said = {"Accept-Language": self.language}
        return said | {"Authorization": f"Bearer {self.secret}"} if self.secret else said


def partner_of(post: str, *, per_minute: int = 100_000) -> Partner:
    """A partner whose key acts in the exercise of this post."""
    secret = uuid4().hex
    execute(FOUNDER, GiveKey(name=post, digest=key_digest(secret), post=post, per_minute=per_minute), f"key:{secret}")
    return Partner(secret)


@pytest.fixture
def partner(city: City) -> Partner:
    """The intake post's partner system."""
    return partner_of("intake")


@pytest.fixture
def stranger(city: City) -> Partner:
    """The public, from an address of its own."""
    number = uuid4().int
    return Partner(client=Client(REMOTE_ADDR=f"10.{number % 250}.{number // 250 % 250}.{number // 62500 % 250}"))


@pytest.fixture(autouse=True)
def _language_stays() -> Iterator[None]:
    yield
    translation.deactivate()
