"""What the interface takes and gives, as declared shapes; and the strict reading of JSON."""

import datetime
import json
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from dmr.parsers import DeserializeFunc, Parser, Raw
from msgspec import Meta

from jingwei.kernel.values.words import Text
from jingwei.surfaces.api.problems import Unanswerable

LARGEST_BODY = 64 * 1024  # bytes


class ContactBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the reporter may be reached, as far as given. Kept apart from the matter and shown to those who handle it."""

    name: Annotated[str, Meta(max_length=120)] = ""
    phone: Annotated[str, Meta(max_length=40)] = ""
    email: Annotated[str, Meta(max_length=200)] = ""


class FileNamed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file sent before, under a rule of the type."""

    rule: Annotated[str, Meta(min_length=1, max_length=30)]
    file: Annotated[str, Meta(min_length=36, max_length=36, description="as POST /api/v1/files answered it")]


class ReportBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One report. A point goes before an area; without both the place stays unknown. A point alone must lie in a cell
    of the city."""

    category: Annotated[str, Meta(min_length=1, max_length=60, description="code of a category without any below it")]
    type: Annotated[str, Meta(max_length=30, description="key of GET /api/v1/types; its first if empty")] = ""
    fields: Annotated[dict[str, str | int | bool], Meta(max_length=40, description="further fields of the type")] = (
        msgspec.field(default_factory=dict)
    )
    text: Annotated[str, Meta(max_length=4000)] = ""
    title: Annotated[str, Meta(max_length=200)] = ""
    address: Annotated[str, Meta(max_length=300)] = ""
    longitude: Annotated[str | float | None, Meta(description="WGS-84 degrees; as text to keep every digit")] = None
    latitude: Annotated[str | float | None, Meta(description="WGS-84 degrees; as text to keep every digit")] = None
    area: Annotated[str, Meta(max_length=40, description="code of an area")] = ""
    unit: Annotated[
        str, Meta(max_length=40, description="code of the unit that it is for, of types with `names_unit`; else empty")
    ] = ""
    contact: ContactBody | None = None
    files: Annotated[tuple[FileNamed, ...], Meta(max_length=9)] = ()
    channel: Annotated[
        str, Meta(max_length=20, pattern="^[a-z0-9_]*$", description="how it came in; with a key only")
    ] = ""


class ReportHeaders(msgspec.Struct, frozen=True):
    """The header that makes a repeated request harmless."""

    idempotency_key: Annotated[
        str,
        Meta(
            description="visible ASCII, new for each report; 1 to 200 characters, without a partner's key at least 16"
        ),
    ] = msgspec.field(name="Idempotency-Key")


class ReportTaken(msgspec.Struct, frozen=True):
    """The answer to a report. `follow_code` lets the public follow it; it is shown here and nowhere else. `receipt` is
    a signed note, the city's word that the report stands in the record; /proofs/ and verifier.py check it."""

    matter: str
    number: str
    due: str | None
    follow_code: str | None = None
    receipt: str | None = None


class Titled(msgspec.Struct, frozen=True):
    """A text in the two languages."""

    zh: str
    en: str

    @classmethod
    def of(cls, text: Text) -> "Titled":
        """From a declared text."""
        return cls(text.zh, text.en)


class NumberPath(msgspec.Struct, frozen=True):
    """The number of a matter as people write it."""

    number: str


class ReportShown(msgspec.Struct, frozen=True):
    """A matter in the scope of the key, without anything personal."""

    matter: str
    number: str
    type: str
    category: str
    state: str
    state_title: Titled
    area: str | None
    unit: str | None
    opened_at: datetime.datetime
    due_at: datetime.datetime | None
    closed_at: datetime.datetime | None


class ChoiceShown(msgspec.Struct, frozen=True):
    """One key with its title."""

    key: str
    title: Titled


class FieldShown(msgspec.Struct, frozen=True):
    """A field that a report of a type may fill in."""

    key: str
    title: Titled
    kind: str
    required: bool
    choices: list[ChoiceShown]


class TypeShown(msgspec.Struct, frozen=True):
    """A type of matters that the asker may report."""

    key: str
    version: int
    title: Titled
    public: bool
    names_unit: bool
    fields: list[FieldShown]
    states: list[ChoiceShown]


class CategoryShown(msgspec.Struct, frozen=True):
    """A category of the catalogue in force today. Reports name one whose `leaf` is true."""

    code: str
    parent: str
    title: Titled
    urgency: str
    leaf: bool
    type: str  # key of the type whose category it is; empty for the general catalogue


class AreaShown(msgspec.Struct, frozen=True):
    """An area of the tree, those above it before it."""

    code: str
    parent: str | None
    level: str
    name: Titled


class StrictJson(Parser):
    """Reads JSON without a second meaning: one object of the name each, no NaN, UTF-8, nothing empty."""

    __slots__ = ()
    content_type = "application/json"

    def parse(
        self, to_deserialize: Raw, deserializer_hook: DeserializeFunc | None = None, *, request: HttpRequest, model: Any
    ) -> Any:
        """The plain value. Raises Unanswerable: 400."""
        if not to_deserialize.strip():
            raise _unreadable(Text("请求没有内容。", "The request has no body."))
        try:
            return json.loads(to_deserialize.decode("utf-8"), object_pairs_hook=_distinct, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise _unreadable(Text(f"不是正确的 JSON：{error}", f"This is not sound JSON: {error}")) from error


def _unreadable(reason: Text) -> Unanswerable:
    return Unanswerable(HTTPStatus.BAD_REQUEST, reason)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:60]!r} ×2")
    return members


def _no_constant(name: str) -> None:
    raise ValueError(name)
