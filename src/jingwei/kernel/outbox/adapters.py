"""Channels described as data: how a gateway is spoken to, and the only words that may ever go through it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from jingwei.kernel.values.words import Text

PLACEHOLDERS = frozenset({"number", "link", "text", "more", "id", "address", "secret", "timestamp", "sign"})
"""What a description may name. There is none for a field, a name or a place: a message is number and link only."""

KINDS = ("http", "mail")
SIGNED = ("timestamp", "secret")
"""What a signature may be made of."""
UNITS = {"ms": 1, "s": 1000}
ADDRESSES = ("phone", "email", "own", "none")
_ENCODINGS = ("json", "form", "query")
_NAMED = re.compile(r"\{([^{}]*)\}")
_MEMBERS = frozenset(
    "kind title address url method headers body encode success sign".split()
    + "per_hour per_day everybody residents timeout".split()
)


@dataclass(frozen=True, slots=True)
class Adapter:
    """One channel as its description has it."""

    name: str
    kind: str
    title: Text
    address: str  # where the receiver's address comes from
    url: str
    method: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    encode: str
    success: Mapping[str, Any]  # status: list of codes; member and equals: what the JSON answer must say
    per_hour: int  # to one receiver; 0: no bound
    per_day: int
    everybody: bool  # used for those who chose nothing
    residents: bool  # tells reporters too
    timeout: int  # seconds, for the whole exchange
    sign: Mapping[str, str]  # key, text (what is signed) and unit of the timestamp: HMAC-SHA256, as base64

    @property
    def asks_secret(self) -> bool:
        """Whether its description names the secret."""
        return any("{secret}" in text for text in _texts([self.url, self.headers, self.body, self.sign]))

    @classmethod
    def of(cls, name: str, content: Mapping[str, Any]) -> "Adapter":
        """The adapter that a checked description means."""
        return cls(
            name,
            content["kind"],
            Text(content["title"]["zh"], content["title"]["en"]),
            content.get("address", "none"),
            content.get("url", ""),
            content.get("method", "POST"),
            content.get("headers", {}),
            content.get("body", {}),
            content.get("encode", "json"),
            content.get("success", {}),
            content.get("per_hour", 0),
            content.get("per_day", 0),
            content.get("everybody", False),
            content.get("residents", False),
            content.get("timeout", 10),
            content.get("sign", {}),
        )


def problems_of_channel(content: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a description, a sentence each."""
    for member in sorted(content.keys() - _MEMBERS):
        yield f"{member} is not known; there are: {', '.join(sorted(_MEMBERS))}"
    if content.get("kind") not in KINDS:
        yield f"kind is {content.get('kind')!r}, not one of {', '.join(KINDS)}"
    title = content.get("title")
    if not isinstance(title, Mapping) or not all(
        isinstance(title.get(one), str) and title[one] for one in ("zh", "en")
    ):
        yield "title is missing in Chinese or English"
    if content.get("address", "none") not in ADDRESSES:
        yield f"address is {content.get('address')!r}, not one of {', '.join(ADDRESSES)}"
    for member, most in (("per_hour", 1000), ("per_day", 10_000), ("timeout", 60)):
        if type(content.get(member, 0)) is not int or not 0 <= content.get(member, 0) <= most:
            yield f"{member} is {content.get(member)!r}, not a whole number from 0 to {most:,}"
    for member in ("everybody", "residents"):
        if type(content.get(member, False)) is not bool:
            yield f"{member} is neither true nor false"
    if content.get("kind") == "http":
        yield from _http_problems(content)


def _http_problems(content: Mapping[str, Any]) -> Iterator[str]:
    parts = urlsplit(content["url"]) if isinstance(content.get("url"), str) else None
    if parts is None or parts.scheme not in ("https", "http") or not parts.hostname or "{" in parts.netloc:
        yield "url is not an address whose host is written out, like https://sms.example.com/send"
    if content.get("method", "POST") not in ("POST", "PUT", "GET"):
        yield f"method is {content.get('method')!r}, not POST, PUT or GET"
    if content.get("encode", "json") not in _ENCODINGS:
        yield f"encode is {content.get('encode')!r}, not one of {', '.join(_ENCODINGS)}"
    headers, success = content.get("headers", {}), content.get("success")
    if not isinstance(headers, Mapping) or not all(isinstance(one, str) for one in headers.values()):
        yield "headers is not a table of texts"
    if not isinstance(content.get("body", {}), Mapping):
        yield "body is not a table"
    if not isinstance(success, Mapping) or not success.get("status"):
        yield "success is missing: a table with status = [200], and member and equals where the answer says more"
    yield from _sign_problems(content.get("sign", {}))
    known = PLACEHOLDERS if content.get("sign") else PLACEHOLDERS - {"timestamp", "sign"}
    for text in _texts([content.get("url", ""), headers, content.get("body", {})]):
        for name in _NAMED.findall(text):
            if name not in known:
                yield f"{{{name}}} is not one of {', '.join(sorted(known))}"


def _sign_problems(sign: Any) -> Iterator[str]:
    if not sign:
        return
    if not isinstance(sign, Mapping) or not {"key", "text"} <= sign.keys() <= {"key", "text", "unit"}:
        yield "sign is not a table of key, text and perhaps unit"
        return
    if sign.get("unit", "ms") not in UNITS:
        yield f"sign.unit is {sign['unit']!r}, not one of {', '.join(UNITS)}"
    for member in ("key", "text"):
        names = _NAMED.findall(sign[member]) if isinstance(sign[member], str) else ["?"]
        if not set(names) <= set(SIGNED):
            yield f"sign.{member} is not a text with no other placeholders than {', '.join(SIGNED)}"


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for member in part.values():
            yield from _texts(member)
    elif isinstance(part, list):
        for member in part:
            yield from _texts(member)


def filled(part: Any, values: Mapping[str, str]) -> Any:
    """The same shape with its placeholders filled in; what is filled in is never read again as a placeholder."""
    if isinstance(part, str):
        return _NAMED.sub(lambda found: values[found.group(1)], part)
    if isinstance(part, Mapping):
        return {name: filled(member, values) for name, member in part.items()}
    return [filled(member, values) for member in part] if isinstance(part, list) else part


MAIL = Adapter.of(
    "mail",
    {
        "kind": "mail",
        "title": {"zh": "电子邮件", "en": "E-mail"},
        "address": "email",
        "residents": True,
        "per_hour": 12,
        "per_day": 60,
    },
)
"""Mail, as soon as a mail server is set (JINGWEI_SMTP_HOST), where the rulebook describes no channel of this name."""
