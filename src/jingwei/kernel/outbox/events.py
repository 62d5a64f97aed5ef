"""An event told to another system: CloudEvents 1.0 in its JSON form, signed and numbered as Standard Webhooks has it.

The event says that something happened to a matter, by its public number and by keys; what the matter is now is asked
of the interface, under the receiver's own key. Sent again, it is the same to the byte and has the same id.
"""

import base64
import binascii
import hmac
import json
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from jingwei.kernel.outbox.adapters import Adapter
from jingwei.kernel.outbox.gateway import NotSent, exchange
from jingwei.kernel.outbox.models import Delivery
from jingwei.kernel.values.canonical import moment_text

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"

_TOLD = ("number", "action", "type", "clock", "mark", "late", "task", "answer")
"""What of a message an event carries: the public number and keys of declarations."""
_PREFIX = "whsec_"  # Standard Webhooks: before the base64 of a secret
_FIRST_FREE_PORT = 1024
_LEAST_SECRET = 24  # bytes, as Standard Webhooks demands


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it goes out: its id, and the bytes that are signed."""

    id: str
    body: bytes


def event_of(row: Delivery, site: str) -> Event:
    """The event of a delivery. `site` is the address of the site, its source; "" where the installation has none."""
    message = row.message
    number = str(message.body.get("number", ""))
    content: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(row.pk),
        "source": site or "urn:jingwei",
        "type": f"jingwei.{message.topic}",
        "subject": number,
        "time": moment_text(message.created_at),
        "datacontenttype": "application/json",
        "data": {key: message.body[key] for key in _TOLD if key in message.body},
    }
    if site:
        content["data"]["url"] = f"{site}/api/v1/reports/{number}"
    return Event(str(row.pk), json.dumps(content, ensure_ascii=False, sort_keys=True).encode())


def signature_of(secret: str, event: Event, at: int) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over “id.timestamp.body”; `at` is in seconds since 1970. Raises NotSent for a
    secret that is not the base64 of at least 24 bytes."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if len(key) < _LEAST_SECRET:
        raise NotSent(f"the secret is not {_PREFIX} and the base64 of at least {_LEAST_SECRET} bytes")
    signed = hmac.digest(key, f"{event.id}.{at}.".encode() + event.body, "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"


def send_event(adapter: Adapter, event: Event, secret: str, allowed: Collection[str]) -> None:
    """Sends one event; any 2xx is its receipt, and a redirect is none. Raises NotSent."""
    _check_way(adapter.url, allowed)
    at = int(time.time())
    headers = {
        "User-Agent": "jingwei",
        "Content-Type": CONTENT_TYPE,
        "webhook-id": event.id,
        "webhook-timestamp": str(at),
        "webhook-signature": signature_of(secret, event, at),
    }
    try:
        status, _ = exchange(adapter, adapter.url, headers, event.body, allowed)
    except ValueError as error:
        raise NotSent(f"the request cannot be made ({type(error).__name__})") from error
    if not 200 <= status < 300:
        raise NotSent(f"the receiver answered {status}", away=status >= 500)


def _check_way(url: str, allowed: Collection[str]) -> None:
    """Without TLS, or at the port of another protocol, only hosts that the operator named are spoken to. Raises
    NotSent."""
    parts = urlsplit(url)
    if parts.hostname in allowed:
        return
    if parts.scheme != "https":
        raise NotSent("only https reaches a host that JINGWEI_GATEWAYS does not name")
    if parts.port is not None and parts.port != 443 and parts.port < _FIRST_FREE_PORT:
        raise NotSent(f"port {parts.port} belongs to another protocol")
