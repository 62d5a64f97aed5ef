"""One exchange with a gateway: bounded as a whole, and signed where the gateway asks for it."""

import base64
import hashlib
import hmac
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from jingwei.kernel.outbox.adapters import Adapter
from jingwei.kernel.outbox.gateway import Letter, NotSent, send_http, signature
from tests.kernel.matters.gateways import http_gateway

LETTER = Letter("key", "2345-6789-ABCD", "https://city.example.org/m", 0, "news")


def channel(url: str, **changes: Any) -> Adapter:
    content = {"kind": "http", "title": {"zh": "试", "en": "Test"}, "url": url, "success": {"status": [200]}}
    return Adapter.of("test", {**content, **changes})


@contextmanager
def dripping(head: bytes) -> Iterator[str]:
    """A gateway that says `head` and then goes on byte by byte until the other side goes away."""
    over = threading.Event()

    def drip() -> None:
        line, _ = listening.accept()
        with line:
            try:
                line.sendall(head)
                while not over.wait(0.05):
                    line.sendall(b"0")
            except OSError:
                over.set()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield f"http://localhost:{listening.getsockname()[1]}/send"
        over.wait(10)
        thread.join(10)
        assert not thread.is_alive(), "the connection was left open"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
    ],
    ids=["status", "header", "body", "body without a length"],
)
def test_an_answer_that_drips_is_cut_off_as_a_whole(head: bytes) -> None:
    """Every byte comes in time; were the time-out that of the socket, this would go on until 65,536 of them came."""
    with dripping(head) as url, pytest.raises(NotSent, match="did not answer") as refused:
        send_http(channel(url, timeout=1), LETTER, "", "", {"localhost"})
    assert refused.value.away


def test_a_request_is_signed_as_the_gateway_computes_it() -> None:
    """DingTalk: base64 of HMAC-SHA256 under the secret over “timestamp, line feed, secret”, as its own guide has it."""
    with http_gateway() as gateway:
        url = gateway.url + "?access_token=T&timestamp={timestamp}&sign={sign}"
        signed = channel(url, sign={"key": "{secret}", "text": "{timestamp}\n{secret}"})
        assert signed.asks_secret
        send_http(signed, LETTER, "", "SEC+geheim", {"localhost"})
        (asked,) = gateway.asked
    sent = {name: values[0] for name, values in parse_qs(urlsplit(asked.path).query).items()}
    text = f"{sent['timestamp']}\nSEC+geheim".encode()
    assert base64.b64decode(sent["sign"]) == hmac.new(b"SEC+geheim", text, hashlib.sha256).digest()
    assert len(sent["timestamp"]) == 13 and "geheim" not in asked.path


def test_another_gateway_signs_nothing_under_moment_and_secret() -> None:
    """Feishu: the key is “timestamp, line feed, secret”, the text is empty, and the timestamp is in seconds."""
    feishu = channel("https://example.com/", sign={"key": "{timestamp}\n{secret}", "text": "", "unit": "s"})
    found = signature(feishu, "demo", 1_599_360_473_999)
    assert found["timestamp"] == "1599360473"
    assert base64.b64decode(found["sign"]) == hmac.new(b"1599360473\ndemo", b"", hashlib.sha256).digest()
