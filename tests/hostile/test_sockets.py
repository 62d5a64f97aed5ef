"""What no well-behaved client sends, byte by byte, to the running web server: answered or cut off, and nothing done."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests.faults.installed import Installation, installation

pytestmark = pytest.mark.proof

_HANGS = 20.0  # seconds until the server must have ended what never comes to its end
_KEY = b"KEY"
"""In the place of the partner's key, so that nobody is told to ask less often."""

_REPORT = b'{"category": "ROAD-1", "text": "a", "longitude": "117.3", "latitude": "36.05"}'


@dataclass(frozen=True)
class Case:
    """One request under its number in the design; `statuses` are right answers, "" for a connection that is closed."""

    number: int
    name: str
    sent: bytes
    statuses: tuple[str, ...]
    ends: bool = False  # whether the client says that nothing more will come


def _api(headers: bytes, body: bytes = b"") -> bytes:
    return (
        b"POST /api/v1/reports HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Authorization: Bearer "
        + _KEY
        + b"\r\nIdempotency-Key: one\r\nConnection: close\r\n"
        + headers
        + b"\r\n"
        + body
    )


def _form(boundary: bytes, body: bytes, length: int | None = None) -> bytes:
    said = len(body) if length is None else length
    return (
        b"POST /report/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Content-Type: multipart/form-data; boundary="
        + boundary
        + f"\r\nContent-Length: {said}\r\n\r\n".encode()
        + body
    )


def _get(path: bytes, headers: bytes) -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + b"\r\n"


def _chunked(body: bytes, more: bytes = b"") -> bytes:
    return _api(b"Transfer-Encoding: chunked\r\n" + more, body)


_REFUSED = ("400", "")
_PART = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n--x in a file\r\n'
CASES = (
    Case(1, "no body", _api(b"Content-Length: 0\r\n"), ("400",)),
    Case(1, "neither body nor length", _api(b""), ("400",)),
    Case(5, "body longer than said", _api(b"Content-Length: 10\r\n", _REPORT * 1000), ("400", "413")),
    Case(5, "50 MB", _api(b"Content-Length: 52428800\r\n", b"[" * 1_000_000), ("413", ""), ends=True),
    Case(5, "body shorter than said", _api(b"Content-Length: 500\r\n", _REPORT), _REFUSED, ends=True),
    Case(5, "length of no number", _api(b"Content-Length: ten\r\n", _REPORT), _REFUSED),
    Case(5, "negative length", _api(b"Content-Length: -1\r\n", _REPORT), _REFUSED),
    Case(5, "two lengths", _api(b"Content-Length: 79\r\nContent-Length: 3\r\n", _REPORT), _REFUSED),
    Case(
        7, "plain text", _api(b"Content-Length: 79\r\n", _REPORT).replace(b"application/json", b"text/plain"), ("415",)
    ),
    Case(9, "no closing boundary", _form(b"x", _PART), ("400", "403")),
    Case(9, "no boundary", _form(b"", _PART), ("400", "403")),
    Case(9, "boundary of 5,000 characters", _form(b"x" * 5_000, _PART), ("400", "403")),
    Case(9, "half a form", _form(b"x", _PART, 100_000), ("400", "403", ""), ends=True),
    Case(43, "forwarded twice", _get(b"/", b"X-Forwarded-For: 1.2.3.4, evil\r\nX-Forwarded-For: 5\r\n" * 2), ("200",)),
    Case(43, "forwarded by a host", _get(b"/", b"X-Forwarded-Host: evil.example\r\nForwarded: for=_\r\n"), ("200",)),
    Case(45, "length and chunks", _chunked(b"0\r\n\r\n", b"Content-Length: 79\r\n"), _REFUSED),
    Case(45, "chunk of no size", _chunked(b"zz\r\n{}\r\n0\r\n\r\n"), _REFUSED),
    Case(45, "negative chunk", _chunked(b"-1\r\n{}\r\n0\r\n\r\n"), _REFUSED),
    Case(45, "chunk without an end", _chunked(b"5\r\n{}"), _REFUSED, ends=True),
    Case(45, "chunk of 2^64", _chunked(b"10000000000000000\r\n{}\r\n0\r\n\r\n"), _REFUSED),
    Case(
        45,
        "long words behind a size",
        _chunked(b"2;" + b"a" * 100_000 + b"\r\n{}\r\n0\r\n\r\n"),
        ("400", "411", "422", ""),
    ),
    Case(45, "two codings", _chunked(b"0\r\n\r\n", b"Transfer-Encoding: identity\r\n"), _REFUSED),
    Case(
        47, "language of 20,000", _get(b"/", b"Accept-Language: " + b"zh," * 7_000 + b"\r\n"), ("200", "400", "431", "")
    ),
    Case(47, "cookie of 64 kB", _get(b"/", b"Cookie: jw=" + b"a" * 65_000 + b"\r\n"), ("200", "400", "431", "")),
    Case(47, "a thousand headers", _get(b"/", b"".join(b"X-%d: a\r\n" % n for n in range(1000))), ("400", "431", "")),
    Case(101, "two cookies of one name", _get(b"/work/", b"Cookie: jw=a; jw=b\r\nCookie: jw=c\r\n"), ("302",)),
    Case(
        101,
        "a thousand cookies",
        _get(b"/", b"Cookie: " + b"; ".join(b"c%d=1" % n for n in range(1000)) + b"\r\n"),
        ("200",),
    ),
    Case(193, "a line in the path", _get(b"/follow/%0d%0aSet-Cookie:%20a=b", b""), ("404",)),
    Case(193, "escapes in the agent", _get(b"/", b"User-Agent: a\x1b[2J\xe2\x80\xa8b\r\n"), ("200", "400")),
    Case(43, "no host", b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", _REFUSED),
    Case(43, "another host", _get(b"/", b"").replace(b"localhost", b"evil.example"), ("400",)),
    Case(43, "a host of 5,000", _get(b"/", b"").replace(b"localhost", b"e" * 5_000), _REFUSED),
    Case(45, "no HTTP", b"\x16\x03\x01\x02\x00\x01\x00" * 100, _REFUSED),
    Case(45, "HTTP/0.9", b"GET /\r\n\r\n", _REFUSED),
    Case(45, "path of 100,000", _get(b"/" + b"a" * 100_000, b""), ("400", "404", "414", "431", "")),
    Case(45, "unknown method", _get(b"/", b"").replace(b"GET", b"BREW"), ("400", "403", "405", "")),
    Case(45, "another protocol", _get(b"/", b"Upgrade: websocket\r\nSec-WebSocket-Key: a\r\n"), ("200", "400")),
    Case(197, "half a line", b"GET / HT", _REFUSED + ("408",)),
    Case(
        197,
        "headers without an end",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n",
        _REFUSED + ("408",),
        ends=False,
    ),
)


@pytest.fixture(scope="module")
def installed() -> Iterator[Installation]:
    with installation() as one:
        yield one


def answer_to(installed: Installation, case: Case) -> str:
    """The status of the answer; "" where the connection was closed without one, "hangs" where it is still open."""
    with socket.create_connection(("127.0.0.1", installed.port), _HANGS) as line:
        try:
            line.sendall(case.sent.replace(_KEY, installed.secret.encode()))
            if case.ends:
                line.shutdown(socket.SHUT_WR)
            said = line.recv(100)
        except TimeoutError:
            return "hangs"
        except OSError:
            return ""
    return said[9:12].decode("ascii", "replace")


def changes(installed: Installation) -> list[int]:
    """How many matters there are, and commands that are half done."""
    with installed.database() as database:
        row = database.execute(
            """SELECT (SELECT count(*) FROM matters_matter WHERE type <> 'self_check'),
            (SELECT count(*) FROM commands_receipt WHERE result IS NULL)"""
        ).fetchone()
    assert row is not None
    return list(row)


def test_what_no_client_sends(installed: Installation) -> None:
    before = changes(installed)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda case: answer_to(installed, case), CASES))
    wrong = [
        (case.number, case.name, answer)
        for case, answer in zip(CASES, answers, strict=True)
        if answer not in case.statuses
    ]
    assert not wrong, wrong
    assert changes(installed) == before
