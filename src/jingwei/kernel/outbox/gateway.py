"""Speaking to a gateway: one request to an address that was checked, one answer that must say that it worked."""

import base64
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from jingwei.kernel.outbox.adapters import UNITS, Adapter, filled

_LONGEST_ANSWER = 65_536


class NotSent(Exception):
    """A message that did not go out, with the reason an operator reads; it holds no address and no secret.

    `away`: the gateway itself did not answer, so that the next message would only wait as well.
    """

    def __init__(self, reason: str, *, away: bool = False) -> None:
        super().__init__(reason)
        self.away = away


@dataclass(frozen=True, slots=True)
class Letter:
    """All that may leave: the key it is known by, the public number, the link, and how many more there are."""

    id: str
    number: str
    link: str
    more: int
    text: str


def send_http(adapter: Adapter, letter: Letter, address: str, secret: str, allowed: Collection[str]) -> None:
    """Sends one letter. `allowed` names the hosts of the own network that may be spoken to. Raises NotSent, also where
    the whole exchange lasts longer than the channel's timeout."""
    plain = {
        "number": letter.number,
        "link": letter.link,
        "text": letter.text,
        "more": str(letter.more),
        "id": letter.id,
        "address": address,
        "secret": secret,
        **signature(adapter, secret, time.time_ns() // 1_000_000),
    }
    parts = urlsplit(filled(adapter.url, {name: quote(value, safe="") for name, value in plain.items()}))
    headers = {"User-Agent": "jingwei", "Idempotency-Key": letter.id}
    headers |= {name: value.encode().decode("latin-1") for name, value in filled(adapter.headers, plain).items()}
    target, body, kind = _written(adapter, parts.path or "/", parts.query, filled(adapter.body, plain))
    if kind:
        headers.setdefault("Content-Type", kind)
    try:
        status, said = exchange(adapter, f"{parts.scheme}://{parts.netloc}{target}", headers, body, allowed)
    except ValueError as error:
        raise NotSent(f"the request cannot be made ({type(error).__name__})") from error
    _judge(adapter, status, said)


def exchange(
    adapter: Adapter, url: str, headers: Mapping[str, str], body: bytes | None, allowed: Collection[str]
) -> tuple[int, bytes]:
    """One request to the address that was checked, and its answer; a redirect is an answer, and is not followed.

    Raises NotSent where the other side does not answer within the channel's timeout or lies in the own network,
    ValueError for what is no request.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        with _opened(_Checked(host, port, adapter.timeout or 10, parts.scheme == "https", allowed)) as connection:
            connection.request(adapter.method, target, body, dict(headers))
            answer = connection.getresponse()
            said = answer.read(_LONGEST_ANSWER)
            connection.check_time()
            return answer.status, said
    except (OSError, http.client.HTTPException) as error:
        raise NotSent(f"{host} did not answer ({type(error).__name__})", away=True) from error


def signature(adapter: Adapter, secret: str, at: int) -> dict[str, str]:
    """Timestamp and signature of a request made `at` milliseconds since 1970, as the channel's description has them."""
    if not adapter.sign:
        return {}
    known = {"timestamp": str(at // UNITS[adapter.sign.get("unit", "ms")]), "secret": secret}
    key, text = (filled(adapter.sign[member], known).encode() for member in ("key", "text"))
    return {"timestamp": known["timestamp"], "sign": base64.b64encode(hmac.digest(key, text, "sha256")).decode()}


def _written(adapter: Adapter, path: str, query: str, body: Any) -> tuple[str, bytes | None, str]:
    """Target, body and content type."""
    if adapter.encode == "query":
        query = "&".join(filter(None, (query, urlencode(body))))
        return f"{path}?{query}" if query else path, None, ""
    target = f"{path}?{query}" if query else path
    if adapter.encode == "form":
        return target, urlencode(body).encode(), "application/x-www-form-urlencoded"
    return target, json.dumps(body, ensure_ascii=False).encode(), "application/json; charset=utf-8"


def _judge(adapter: Adapter, status: int, answer: bytes) -> None:
    """Gateways say yes with 200 and no within the answer: both must be right. Raises NotSent."""
    if status not in adapter.success["status"]:
        raise NotSent(f"the gateway answered {status}", away=status >= 500)
    member = adapter.success.get("member")
    if not member:
        return
    try:
        said: Any = json.loads(answer)
        for name in str(member).split("."):
            said = said[int(name)] if isinstance(said, list) else said[name]
    except (ValueError, KeyError, IndexError, TypeError):
        raise NotSent(f"the gateway's answer has no {member}") from None
    if said != adapter.success.get("equals"):
        raise NotSent(f"the gateway says {member} = {str(said)[:60]}")


class _Checked(http.client.HTTPConnection):
    """A connection to the very address that was checked, so that a name cannot lead elsewhere the second time."""

    def __init__(self, host: str, port: int, timeout: int, tls: bool, allowed: Collection[str]) -> None:
        super().__init__(host, port, timeout=timeout)
        self._tls, self._allowed = tls, allowed
        self._line: socket.socket | None = None
        self._late = False

    def connect(self) -> None:
        """Looks the name up once, refuses addresses of the own network, connects. Raises OSError, NotSent."""
        address = checked_address(self.host, self.port, self._allowed)
        self._line = self.sock = socket.create_connection((address, self.port), self.timeout)
        self.check_time()
        if self._tls:
            context = ssl.create_default_context()
            tls = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self._line = self.sock = tls
            tls.do_handshake()

    def cut(self) -> None:
        """The time is over: whatever waits for the other side stops waiting."""
        self._late = True
        with suppress(OSError):
            if self._line is not None:
                socket.socket.shutdown(self._line, socket.SHUT_RDWR)

    def check_time(self) -> None:
        """Raises TimeoutError where the time is over: what was read by then may be half an answer."""
        if self._late:
            raise TimeoutError


@contextmanager
def _opened(connection: _Checked) -> Iterator[_Checked]:
    """A connection that is cut when its time is over: a time-out of its socket alone begins anew with every byte."""
    watch = threading.Timer(float(connection.timeout or 0), connection.cut)
    watch.daemon = True
    watch.start()
    try:
        yield connection
    finally:
        watch.cancel()
        connection.close()


def checked_address(host: str, port: int, allowed: Collection[str]) -> str:
    """The address of a host; one of the own network (loopback, private, link-local, and IPv6 that carries such an
    IPv4) only where it is allowed by name.

    Raises NotSent, OSError.
    """
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except UnicodeError as error:  # a label too long, or none
        raise NotSent("the host's name cannot be one") from error
    if host not in allowed and not all(_is_outside(one) for one in found):
        raise NotSent(f"{host} lies in the own network; JINGWEI_GATEWAYS must name it")
    return found[0]


_CARRY_IPV4 = tuple(map(ipaddress.ip_network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48")))
"""IPv4-compatible (RFC 4291) and NAT64 (RFC 6052, 8215): a translator leads to the IPv4 address in the last bytes."""


def _is_outside(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in one for one in _CARRY_IPV4):
            return False
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return _is_outside(str(inner))
    return address.is_global and not address.is_multicast and not address.is_unspecified
