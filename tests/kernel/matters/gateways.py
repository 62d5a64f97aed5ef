"""Gateways of the tests: an HTTP server that answers as it is told, and a mail server that keeps what it got."""

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    """One request that came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        return self.headers["Idempotency-Key"]


@dataclass
class Gateway:
    """An HTTP gateway on this machine."""

    port: int = 0
    status: int = 200
    answer: Any = field(default_factory=lambda: {"code": 0})
    asked: list[Asked] = field(default_factory=list)
    before_answer: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/send"


@contextmanager
def http_gateway() -> Iterator[Gateway]:
    """Runs until the end of the block."""
    gateway = Gateway()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            gateway.asked.append(Asked(self.path, dict(self.headers), body))
            gateway.before_answer()
            written = json.dumps(gateway.answer).encode()
            self.send_response(gateway.status)
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *_: object) -> None:
            """The tests need no log of it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client killed in mid-request is the test
    gateway.port = server.server_address[1]
    with server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield gateway
        server.shutdown()
        thread.join()


@dataclass
class MailServer:
    """A mail server on this machine with the letters it took."""

    port: int = 0
    letters: list[str] = field(default_factory=list)


@contextmanager
def smtp_gateway() -> Iterator[MailServer]:
    """Takes every letter, until the end of the block."""
    kept = MailServer()

    class Talking(socketserver.StreamRequestHandler):
        def say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

        def handle(self) -> None:
            self.say("220 tests")
            while line := self.rfile.readline().decode().strip():
                verb = line.upper()[:4]
                if verb == "DATA":
                    self.say("354 go on")
                    lines = []
                    while (row := self.rfile.readline()) != b".\r\n":
                        lines.append(row.decode())
                    kept.letters.append("".join(lines))
                self.say("221 bye" if verb == "QUIT" else "250 ok")
                if verb == "QUIT":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talking) as server:
        server.daemon_threads = True
        kept.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield kept
        server.shutdown()
        thread.join()
