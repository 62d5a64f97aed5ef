"""One answer in two forms: XML, and JSON as the specification maps it (the “Spark convention”: a list is a list, an
object an object, and what XML needs as a name around each item is left out)."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from django.http import HttpResponse

FORMATS = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
"""Content types by the ending of the address (GeoReport v2, “Format Support”)."""

_ITEMS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
"""What one item of each list is called in XML."""

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Answer = Mapping[str, Any] | Sequence[Any]


def written(root: str, answer: Answer, kind: str) -> bytes:
    """The answer in UTF-8. `root` is XML's outermost element; `kind` is `xml` or `json`."""
    if kind == "json":
        return json.dumps(answer, ensure_ascii=False).encode()
    top = ElementTree.Element(root)
    _fill(top, answer)
    body: bytes = ElementTree.tostring(top, encoding="utf-8", xml_declaration=True)
    return body


def answered(root: str, answer: Answer, kind: str, status: int = 200) -> HttpResponse:
    """The same as a response that no cache keeps."""
    response = HttpResponse(written(root, answer, kind), status=status, content_type=FORMATS[kind])
    response["Cache-Control"] = "no-store"
    return response


def _fill(element: ElementTree.Element, value: Any) -> None:
    """An empty element stands for nothing, as in the documents of the cities that answer so."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            _fill(ElementTree.SubElement(element, name), member)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            _fill(ElementTree.SubElement(element, _ITEMS[element.tag]), item)
    elif value is not None:
        element.text = _NOT_IN_XML.sub("\ufffd", json.dumps(value) if not isinstance(value, str) else value)
