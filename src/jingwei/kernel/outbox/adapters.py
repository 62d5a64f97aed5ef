"""Channels described as data: how a gateway is spoken to, and the only words that may ever go through it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from jingwei.kernel.values.complaints import called, instead_of, missing, none_of, not_so, not_whole
from jingwei.kernel.values.words import Text

PLACEHOLDERS = frozenset({"number", "link", "text", "more", "id", "address", "secret", "timestamp", "sign"})
"""What a description may name. There is none for a field, a name or a place: a message is number and link only."""

KINDS = ("http", "mail", "webhook")
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
_OF_WEBHOOK = frozenset("kind title url post topics timeout".split())


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
    post: str = ""  # of a webhook: whose reach it tells of
    topics: tuple[str, ...] = ()  # of a webhook: what it tells; all where none is named

    @property
    def tells_people(self) -> bool:
        """Whether its receivers are persons; a webhook's is another system."""
        return self.kind != "webhook"

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
            content.get("post", ""),
            tuple(content.get("topics", ())),
        )


def problems_of_channel(content: Mapping[str, Any]) -> Iterator[Text]:
    """What is wrong with a description, a sentence each."""
    known = _OF_WEBHOOK if content.get("kind") == "webhook" else _MEMBERS
    for member in sorted(content.keys() - known):
        words = ", ".join(sorted(known))
        yield Text(f"没有 {member} 这一项，只有：{words}", f"{member} is not known; there are: {words}")
    if content.get("kind") not in KINDS:
        yield none_of("kind", content.get("kind"), KINDS)
    title = content.get("title")
    if not isinstance(title, Mapping) or not all(
        isinstance(title.get(one), str) and title[one] for one in ("zh", "en")
    ):
        yield Text("“名称”缺少中文或英文", "title is missing in Chinese or English")
    if content.get("address", "none") not in ADDRESSES:
        yield none_of("address", content.get("address"), ADDRESSES)
    for member, most in (("per_hour", 1000), ("per_day", 10_000), ("timeout", 60)):
        if type(content.get(member, 0)) is not int or not 0 <= content.get(member, 0) <= most:
            yield not_whole(member, content.get(member), 0, most)
    for member in ("everybody", "residents"):
        if type(content.get(member, False)) is not bool:
            yield Text(f"“{called(member).zh}”应为是或否", f"{member} is neither true nor false")
    if check := _OF_KIND.get(str(content.get("kind"))):
        yield from check(content)


def _webhook_problems(content: Mapping[str, Any]) -> Iterator[Text]:
    """An address without placeholders, user or fragment; the post whose reach is told of; known topics."""
    text = content.get("url")
    try:
        parts = urlsplit(text) if isinstance(text, str) and text.isascii() and text.isprintable() else None
        sound = parts is not None and parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, sound = None, False
    if parts is None or not sound or parts.username is not None or parts.fragment or set("{}\\") & set(str(text)):
        like = "https://partner.example.com/events"
        yield not_so("url", f"{like} 这样的普通网址", f"a plain address like {like}")
    if not isinstance(content.get("post"), str) or not content["post"]:
        yield missing("post", Text("即以其可见范围告知的岗位代码", ": the code of the post whose reach it tells of"))
    topics = content.get("topics", [])
    if not isinstance(topics, list) or not all(isinstance(one, str) and one.startswith("matter.") for one in topics):
        words = ("matter.reported", "matter.acted", "matter.clock_rang")
        yield not_so("topics", f"一组 {'、'.join(words)} 这样的词", f"a list of texts like {', '.join(words)}")


def _http_problems(content: Mapping[str, Any]) -> Iterator[Text]:
    parts = urlsplit(content["url"]) if isinstance(content.get("url"), str) else None
    if parts is None or parts.scheme not in ("https", "http") or not parts.hostname or "{" in parts.netloc:
        like = "https://sms.example.com/send"
        yield not_so("url", f"写明主机的网址，如 {like}", f"an address whose host is written out, like {like}")
    if content.get("method", "POST") not in ("POST", "PUT", "GET"):
        yield instead_of("method", content.get("method"), "POST、PUT 或 GET", "POST, PUT or GET")
    if content.get("encode", "json") not in _ENCODINGS:
        yield none_of("encode", content.get("encode"), _ENCODINGS)
    headers, success = content.get("headers", {}), content.get("success")
    if not isinstance(headers, Mapping) or not all(isinstance(one, str) for one in headers.values()):
        yield not_so("headers", "名称和文字对应的表", "a table of texts")
    if not isinstance(content.get("body", {}), Mapping):
        yield not_so("body", "一个表", "a table")
    if not isinstance(success, Mapping) or not success.get("status"):
        yield missing(
            "success",
            Text(
                "应写 status = [200]；回答里另有说明的，再写 member 和 equals",
                ": a table with status = [200], and member and equals where the answer says more",
            ),
        )
    yield from _sign_problems(content.get("sign", {}))
    known = PLACEHOLDERS if content.get("sign") else PLACEHOLDERS - {"timestamp", "sign"}
    for text in _texts([content.get("url", ""), headers, content.get("body", {})]):
        for name in _NAMED.findall(text):
            if name not in known:
                words = ", ".join(sorted(known))
                yield Text(f"没有 {{{name}}} 这个占位，只有：{words}", f"{{{name}}} is not one of {words}")


def _sign_problems(sign: Any) -> Iterator[Text]:
    if not sign:
        return
    if not isinstance(sign, Mapping) or not {"key", "text"} <= sign.keys() <= {"key", "text", "unit"}:
        yield not_so("sign", "含 key、text（可再有 unit）的表", "a table of key, text and perhaps unit")
        return
    if sign.get("unit", "ms") not in UNITS:
        yield none_of("sign.unit", sign["unit"], UNITS)
    for member in ("key", "text"):
        names = _NAMED.findall(sign[member]) if isinstance(sign[member], str) else ["?"]
        if not set(names) <= set(SIGNED):
            yield not_so(
                f"sign.{member}",
                f"文字，占位只能是 {'、'.join(SIGNED)}",
                f"a text with no other placeholders than {', '.join(SIGNED)}",
            )


_OF_KIND = {"http": _http_problems, "webhook": _webhook_problems}


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
