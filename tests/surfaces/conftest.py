"""Browsers of the test city: one signed in for each post, and one for a resident."""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any, Protocol

import pytest
from django.test import Client
from django.utils import translation

from jingwei.kit.signing.session import PROVEN
from jingwei.surfaces.command_map import figures, hot_spots, moving, replaying, units
from tests.city import City

SignIn = Callable[[str], Client]


class Answer(Protocol):
    """What a test's browser gets."""

    status_code: int
    headers: Any

    @property
    def content(self) -> Any: ...


class _Hidden(HTMLParser):
    """The hidden inputs of a page's forms, by the form's action."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._open: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = self.forms.setdefault(said.get("action", "").partition("#")[0], {})
        elif tag == "input" and said.get("type") == "hidden":
            self._open[said["name"]] = said.get("value", "")


def hidden_in(page: Answer, action: str = "") -> dict[str, str]:
    """The hidden inputs of the form with this action ("" for the page's own)."""
    parser = _Hidden()
    parser.feed(page.content.decode())
    return parser.forms[action]


def is_same_everywhere(one: Answer, other: Answer) -> bool:
    """Whether two answers cannot be told apart."""
    return bool(one.status_code == other.status_code and one.content == other.content and one.headers == other.headers)


def prove_second(client: Client) -> None:
    """The session goes on as if a second factor had been proved."""
    session = client.session
    session[PROVEN] = "totp"
    session.save()


@pytest.fixture(autouse=True)
def counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the command map counts for itself: what stands for seconds would be of the step before."""
    for module in (figures, hot_spots, moving, replaying, units):
        monkeypatch.setattr(module, "FRESH", -1.0)


@pytest.fixture
def sign_in(city: City) -> SignIn:
    """Gives a browser signed in as the holder of a post; "" for nobody."""

    def signed_in(post: str) -> Client:
        client = Client(headers={"accept-language": "zh-CN"})
        if post:
            client.force_login(city.accounts[post], backend="django.contrib.auth.backends.ModelBackend")
            prove_second(client)
        return client

    return signed_in


@pytest.fixture
def resident(city: City) -> Client:
    """Somebody at the portal."""
    return Client(headers={"accept-language": "zh-CN"})


@pytest.fixture(autouse=True)
def _language_stays() -> Iterator[None]:
    yield
    translation.deactivate()
