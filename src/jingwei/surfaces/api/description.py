"""The description of the interface, with every act that a type declares: made from the declarations, so that it cannot
fall behind them."""

import json
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from dmr.openapi.views import OpenAPIJsonView

from jingwei.kernel.matters.types import Field, all_types
from jingwei.kit.acts.orders import fields_of

_WORDS: dict[str, dict[str, Any]] = {
    "number": {"type": "integer"},
    "yes_no": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
}
_NAMED = {"unit": "code of a unit", "post": "code of a post", "category": "code of a category"}


class Described(OpenAPIJsonView):
    """The document in OpenAPI 3.1."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The document, worked out once a process: the types are part of the release."""
        if not _made:
            _made.append(_whole(self.schema.convert(skip_validation=self.skip_validation)))
        return HttpResponse(_made[0], content_type=self.content_type)


_made: list[bytes] = []


def _whole(document: dict[str, Any]) -> bytes:
    known = document["components"]["schemas"]
    plain = known["ActBody"]
    known["ActOfAnyType"] = plain
    acts = {f"act.{one.key}.{key}": _act(plain, one.title.en, key, fields) for one in all_types() for key, fields in
            ((key, fields_of(one, key)) for key in _keys(one))}  # fmt: skip
    known |= acts
    of_types = [{"$ref": f"#/components/schemas/{name}"} for name in (*acts, "ActOfAnyType")]
    known["ActBody"] = {"title": "ActBody", "description": plain.get("description", ""), "anyOf": of_types}
    return json.dumps(document, ensure_ascii=False).encode()


def _keys(matter_type: Any) -> list[str]:
    offered = [one.key for one in matter_type.actions if one.offered]
    return offered + [f"ask.{rule.role}" for rule in matter_type.tasks]


def _act(plain: dict[str, Any], title: str, key: str, fields: Sequence[Field]) -> dict[str, Any]:
    """The body of one act: that of any, with its own key and fields."""
    said = {
        "type": "object",
        "properties": {one.key: _field(one) for one in fields},
        "required": [one.key for one in fields if one.required],
        "additionalProperties": False,
    }
    properties = {**plain["properties"], "act": {"const": key}, "fields": said}
    needed = ["act", "fields"] if said["required"] else ["act"]
    return {**plain, "title": f"{title}: {key}", "properties": properties, "required": needed}


def _field(field: Field) -> dict[str, Any]:
    """A declared field as JSON schema. Conditions have their choices from the class of the matter."""
    said = {"title": field.title.en, **_WORDS.get(field.kind, {"type": "string"})}
    if field.kind == "choice":
        said["enum"] = [key for key, _ in field.choices]
    if field.kind in ("line", "text"):
        said["maxLength"] = field.longest
    if field.kind == "number":
        said |= {
            name: bound for name, bound in (("minimum", field.least), ("maximum", field.most)) if bound is not None
        }
    if field.kind in _NAMED:
        said["description"] = _NAMED[field.kind]
    return said
