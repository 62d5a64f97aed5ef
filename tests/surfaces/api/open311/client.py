"""A client of Open311 GeoReport v2, written from the specification alone: standard library only, nothing of Jingwei.

It reads both forms into one: a list or an object whose values are texts, numbers, truth values, lists, or None.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen
from xml.etree import ElementTree

ITEM_OF = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
Answer = tuple[int, bytes]
Send = Callable[[str, str, bytes | None, Mapping[str, str]], Answer]


class Unreadable(ValueError):
    """What came is not a document of GeoReport v2."""


def read(content: bytes, kind: str) -> Any:
    """The document, `xml` or `json`, in one form for both. Raises Unreadable."""
    try:
        if kind == "json":
            return json.loads(content.decode("utf-8"))
        return _plain(ElementTree.fromstring(content))
    except (ValueError, ElementTree.ParseError) as error:
        raise Unreadable(str(error)) from error


def _plain(element: ElementTree.Element) -> Any:
    if element.tag in ITEM_OF:
        strange = [one.tag for one in element if one.tag != ITEM_OF[element.tag]]
        if strange:
            raise Unreadable(f"{strange[0]} in {element.tag}")
        return [_plain(one) for one in element]
    if not len(element):
        return (element.text or "").strip() or None
    members: dict[str, Any] = {}
    for one in element:
        if one.tag == "attribute":  # San Francisco leaves the list around its attributes out
            members.setdefault("attributes", []).append(_plain(one))
        else:
            members[one.tag] = _plain(one)
    return members


def _over_http(method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    with urlopen(Request(url, body, dict(headers), method=method), timeout=10) as answer:
        return answer.status, answer.read()


@dataclass
class Client:
    """Speaks to one endpoint (the `url` that discovery names) in one format."""

    base: str
    kind: str
    api_key: str = ""
    send: Send = _over_http
    said: list[Answer] = field(default_factory=list)

    def services(self) -> Any:
        """GET Service List."""
        return self._get("services")

    def definition(self, code: str) -> Any:
        """GET Service Definition."""
        return self._get(f"services/{quote(code, safe='')}")

    def report(self, attributes: Mapping[str, str] | None = None, /, **fields: str) -> Any:
        """POST Service Request; gives the request as it was answered."""
        sent = {**fields, **{f"attribute[{key}]": value for key, value in (attributes or {}).items()}}
        if self.api_key:
            sent["api_key"] = self.api_key
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        return self._ask("POST", f"{self.base}/requests.{self.kind}", urlencode(sent).encode(), headers)

    def requests(self, **filters: str) -> Any:
        """GET Service Requests."""
        return self._get("requests", **filters)

    def request(self, known: str) -> Any:
        """GET Service Request."""
        return self._get(f"requests/{quote(known, safe='')}")

    def token(self, token: str) -> Any:
        """GET service_request_id from a token."""
        return self._get(f"tokens/{quote(token, safe='')}")

    def _get(self, path: str, **asked: str) -> Any:
        if self.api_key:
            asked["api_key"] = self.api_key
        query = f"?{urlencode(asked)}" if asked else ""
        return self._ask("GET", f"{self.base}/{path}.{self.kind}{query}", None, {})

    def _ask(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Any:
        answer = self.send(method, url, body, headers)
        self.said.append(answer)
        return read(answer[1], self.kind)
