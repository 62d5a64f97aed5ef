"""Sixty ways to write an address of the own network: none of them reaches it (trust.md, row 64)."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from jingwei.kernel.outbox.adapters import Adapter, problems_of_channel
from jingwei.kernel.outbox.events import Event, send_event
from jingwei.kernel.outbox.gateway import NotSent, checked_address

SECRET = "whsec_" + "c2VjcmV0" * 4
EVENT = Event("one", b"{}")
HOSTS = (
    *("127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "127.0.0.1.", "0.0.0.0", "0", "0x7f000001", "0x7f.0.0.1"),
    *("0x7f.1", "2130706433", "017700000001", "0177.0.0.1", "0177.1", "127.000.000.001", "localhost", "localhost."),
    *("LOCALHOST", "LocalHost.", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000::1]", "[::ffff:127.0.0.1]"),
    *("[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]"),
    *(
        "[2002:7f00:1::]",
        "[2002:7f00:0001::1]",
        "[2001:0:7f00:1::80ff:fffe]",
        "[fe80::1]",
        "[fe80::1%25lo]",
        "[fc00::1]",
    ),
    *("[fd00:ec2::254]", "[ff02::1]", "169.254.169.254", "0xa9fea9fe", "2852039166", "100.64.0.1", "10.0.0.1"),
    *("172.16.0.1", "192.168.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1"),
    *("127。0。0。1", "１２７.0.0.1", "①②⑦.0.0.1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "user@127.0.0.1", "example.com@127.0.0.1"),
    *("a#@127.0.0.1", "a\\@127.0.0.1", "127.0.0.1#", "127.0.0.1%00.example.com", "127.0.0.1 example.com"),
    *("xn--lcalhost-n4g", "a" * 64 + ".example", "..", "%31%32%37.0.0.1", "127.0.0.1\r\nX: y"),
)
SCHEMES = ("file", "gopher", "ftp", "data", "unix", "ldap", "dict", "jar")


@pytest.fixture
def inside() -> Iterator[tuple[int, list[Any]]]:
    """A listener of the own network, on every address of this machine, and who came."""
    came: list[Any] = []
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as listening:
        listening.settimeout(0.1)
        over = threading.Event()

        def take() -> None:
            while not over.is_set():
                try:
                    line, who = listening.accept()
                except TimeoutError:
                    continue
                came.append(who)
                line.close()

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield listening.getsockname()[1], came
        over.set()
        thread.join(10)


def described(url: str) -> dict[str, Any]:
    return {"kind": "webhook", "title": {"zh": "应用", "en": "App"}, "url": url, "post": "centre", "timeout": 2}


def told(url: str, allowed: frozenset[str] = frozenset()) -> str:
    """Why nothing was sent: by the description's check or by the sender; "" where it was."""
    content = described(url)
    if problems := list(problems_of_channel(content)):
        return problems[0].en
    try:
        send_event(Adapter.of("app", content), EVENT, SECRET, allowed)
    except NotSent as refusal:
        return str(refusal)
    return ""


def test_no_address_of_the_own_network_is_reached(
    inside: tuple[int, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, came = inside
    tried: list[Any] = []
    connect = socket.create_connection

    def watched(address: Any, *others: Any, **named: Any) -> socket.socket:
        tried.append(address)
        return connect(address, *others, **named)

    assert len(set(HOSTS)) >= 60
    monkeypatch.setattr(socket, "create_connection", watched)
    for host in HOSTS:
        for scheme in ("https", "http"):
            assert told(f"{scheme}://{host}:{port}/"), host
    assert tried == [] and came == []
    socket.create_connection(("127.0.0.1", port)).close()  # the listener does hear
    for _ in range(50):
        if came:
            break
        threading.Event().wait(0.05)
    assert len(came) == 1


@pytest.mark.parametrize("url", [f"{one}://127.0.0.1/" for one in SCHEMES] + ["", "//127.0.0.1/", "https:///x", "x"])
def test_other_ways_to_speak_are_refused(url: str) -> None:
    assert told(url).startswith("url is not")


@pytest.mark.parametrize("port", [0, 22, 25, 465, 993, 65536])
def test_ports_of_other_protocols_are_refused(port: int) -> None:
    assert told(f"https://93.184.216.34:{port}/")


def test_a_name_that_leads_elsewhere_the_second_time_is_asked_once(
    inside: tuple[int, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the address that was checked is the one that is spoken to."""
    port, came = inside
    answers, tried = iter(["93.184.216.34", *["127.0.0.1"] * 9]), list[str]()

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        tried.append(address[0])
        raise OSError("no way out of the tests")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert "did not answer" in told(f"https://rebinding.example.org:{port}/")
    assert tried == ["93.184.216.34"] and came == []
    assert "own network" in told(f"https://rebinding.example.org:{port}/")


def test_a_name_with_one_address_inside_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(NotSent, match="own network"):
        checked_address("two.example.org", 443, frozenset())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(inside: tuple[int, list[Any]], status: int) -> None:
    port, came = inside

    class Elsewhere(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(status)
            self.send_header("Location", f"http://127.0.0.1:{port}/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """The tests need no log of it."""

    with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        thread = threading.Thread(target=server.handle_request, daemon=True)
        thread.start()
        said = told(f"http://localhost:{server.server_address[1]}/", frozenset({"localhost"}))
        thread.join(10)
    assert said == f"the receiver answered {status}" and came == []
