"""Clients that retry: what they sent is sent again, unchanged, until they are told that it was done or refused."""

import http.client
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from tests.city import PASSWORD

PATIENCE = 120.0  # seconds until a client gives up
_TIMEOUT = 20.0  # seconds for one answer
_PAUSE = 0.1  # seconds between tries
_HIDDEN = re.compile(r'name="(_key|_version)" value="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    """What a client is told."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass
class Unsettled:
    """Answers that say nothing of what was done, counted by kind: the client asked again."""

    seen: dict[str, int] = field(default_factory=dict)

    def count(self, kind: str) -> None:
        """One more of this kind."""
        self.seen[kind] = self.seen.get(kind, 0) + 1


@dataclass
class Browser:
    """One person's browser, or a partner's program where it carries a key."""

    port: int
    unsettled: Unsettled
    cookies: dict[str, str] = field(default_factory=dict)
    secret: str = ""
    _line: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None) -> Answer:
        """Asks until an answer says what happened: any but 5xx. Raises TimeoutError."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                answer = self._once(method, path, body, headers or {})
            except (OSError, http.client.HTTPException) as error:
                self.unsettled.count(type(error).__name__)
            else:
                if answer.status < 500:
                    return answer
                self.unsettled.count(str(answer.status))
            self._hang_up()
            time.sleep(_PAUSE)
        raise TimeoutError(f"{method} {path} was not answered for {PATIENCE:.0f} s: {self.unsettled.seen}")

    def once(self, method: str, path: str) -> int:
        """The status of one answer, whatever it says. Raises OSError."""
        self._hang_up()
        return self._once(method, path, "", {}).status

    def _once(self, method: str, path: str, body: str, headers: Mapping[str, str]) -> Answer:
        if self._line is None:
            self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_TIMEOUT)
        said = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        if method == "POST" and "csrftoken" in self.cookies:
            said["X-CSRFToken"] = self.cookies["csrftoken"]
        self._line.request(method, path, body.encode(), said)
        got = self._line.getresponse()
        text = got.read().decode(errors="replace")
        for name, value in got.getheaders():
            if name.lower() == "set-cookie":
                self.cookies |= {one: morsel.value for one, morsel in SimpleCookie(value).items()}
        return Answer(got.status, dict(got.getheaders()), text)

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None

    def send(self, path: str, fields: Mapping[str, str]) -> Answer:
        """A form."""
        return self.ask("POST", path, urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})

    def sign_in(self, post: str) -> None:
        """As the holder of a post of the test city."""
        self.ask("GET", "/login/")
        assert self.send("/login/", {"username": post, "password": PASSWORD}).status == 302

    def report(self, body: Mapping[str, Any], key: str) -> Answer:
        """A report by the interface."""
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.secret}",
            "Idempotency-Key": key,
        }
        return self.ask("POST", "/api/v1/reports", json.dumps(body), headers)


def hidden_of(page: str, action: str) -> dict[str, str]:
    """Key and version in the form with this action. Raises ValueError where the page offers no such form."""
    start = page.find(f'action="{action}')
    if start < 0:
        raise ValueError(f"no form {action} in {page[:3000]}")
    return dict(_HIDDEN.findall(page[start : page.index("</form>", start)]))
