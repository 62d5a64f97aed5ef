"""The endpoints: report, look up a report, categories, areas."""

from collections.abc import Sequence
from decimal import Decimal
from http import HTTPStatus
from typing import Any, ClassVar

from dmr import Body, Headers, Path, Query, modify
from dmr.openapi.objects import SecurityRequirement
from msgspec import structs

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope, as_uuid, reading
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.matters.commands import Contact, ReportMatter
from jingwei.kernel.matters.fields import clean_text
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.types import Field, MatterType
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.reads.note import note_reads, seen
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.coordinates import E7, Point, parse_degrees
from jingwei.kernel.values.errors import Invalid, not_found
from jingwei.kernel.values.ids import read_number
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import composed_or_typed
from jingwei.kit.intake import asked_fields, follow_digest, type_to_report, types_for
from jingwei.kit.proving.receipts import receipt_of
from jingwei.surfaces.api.answering import KEYED, Answering, refusals
from jingwei.surfaces.api.bodies import (
    AreaShown,
    CategoryShown,
    ChoiceShown,
    FieldShown,
    FileNamed,
    NumberPath,
    ReportBody,
    ReportHeaders,
    ReportShown,
    ReportTaken,
    Titled,
    TypeShown,
)
from jingwei.surfaces.api.listing import PageWanted, page_of, shown

_SHORTEST_PUBLIC_KEY = 16  # without a partner's key all share one space of request keys, so they must not be guessable


class Reports(Answering):
    """Reports of every type that the asker may report, and those within a key's reach."""

    keyed = ("GET", "HEAD")

    @modify(
        extra_responses=refusals(HTTPStatus.UNAUTHORIZED, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS)
    )
    def get(self, parsed_query: Query[PageWanted]) -> list[ReportShown]:
        """The matters in the scope of the key, page by page, in an order that stays.

        A page of fewer than `limit` is the last. Each is noted as read by the key.
        """
        actor = self.asker.actor
        with reading(actor) as scope:
            matters = page_of(scope, parsed_query)
        note_reads(actor, "api", [seen(one) for one in matters])
        return [shown(one) for one in matters]

    @modify(
        status_code=HTTPStatus.CREATED,
        extra_responses=refusals(
            HTTPStatus.UNAUTHORIZED,
            HTTPStatus.FORBIDDEN,
            HTTPStatus.NOT_FOUND,
            HTTPStatus.CONFLICT,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            HTTPStatus.TOO_MANY_REQUESTS,
        ),
    )
    def post(self, parsed_headers: Headers[ReportHeaders], parsed_body: Body[ReportBody]) -> ReportTaken:
        """Take a report.

        Sent again under the same Idempotency-Key it changes nothing and is answered with the same bytes; another body
        under that key is refused.
        """
        asker, key, body = self.asker, parsed_headers.idempotency_key, parsed_body
        if asker.is_public:
            _check_public(key, body)
        code = asker.follow_code(key)
        if body.area:
            _check_area(asker.actor, body.area)
        point = _point(body)
        with reading(asker.actor) as scope:
            wanted = type_to_report(scope, asker.actor, body.type)
            if point and not (body.area or body.address.strip()):
                check_inside(scope, point, place="longitude")
        command = ReportMatter(
            matter_id=asker.matter_id(key),
            type=wanted.key,
            category=body.category,
            fields=_fields(body),
            files=files_given(body.files),
            channel=body.channel or "api",
            point=point,
            area=body.area,
            unit=body.unit,
            contact=_contact(body, code),
        )
        result = execute(asker.actor, command, key)
        receipt = receipt_of(result, wanted)
        return ReportTaken(
            str(result["matter"]),
            str(result["number"]),
            text_or_none(result["due"]),
            code,
            receipt.text if receipt else None,
        )


class Report(Answering):
    """One report."""

    keyed = KEYED
    security: ClassVar[Sequence[SecurityRequirement]] = ({"key": []},)

    @modify(extra_responses=refusals(HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS))
    def get(self, parsed_path: Path[NumberPath]) -> ReportShown:
        """A matter in the scope of the key, by its number."""
        number = read_number(parsed_path.number)
        with reading(self.asker.actor) as scope:
            chosen = Matter.objects.filter(in_scope(scope.actor), number=number).select_related("area", "unit")
            matter = chosen.first()
        if matter is None:
            raise not_found()
        note_reads(self.asker.actor, "api", [seen(matter)])
        return shown(matter)


class Types(Answering):
    """The types of matters that may be reported."""

    @modify(extra_responses=refusals(HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS))
    def get(self) -> list[TypeShown]:
        """The types in use in this city that the asker may report, with the fields of their reports and their
        states."""
        with reading(self.asker.actor) as scope:
            known = types_for(scope, self.asker.actor)
        return [_type(one, staff=not self.asker.is_public) for one in known]


class Categories(Answering):
    """The catalogue."""

    @modify(extra_responses=refusals(HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS))
    def get(self) -> list[CategoryShown]:
        """The categories in force today, by code; without a key those that residents may choose."""
        with reading(self.asker.actor) as scope:
            known = rules_of(scope).categories(scope.today)
        return [
            CategoryShown(one.code, one.parent, Titled.of(one.title), one.urgency, one.leaf, one.type)
            for one in sorted(known.values(), key=lambda one: one.code)
            if one.open or not self.asker.is_public
        ]


class Areas(Answering):
    """The areas of the city."""

    @modify(extra_responses=refusals(HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS))
    def get(self) -> list[AreaShown]:
        """The area tree, from the whole city down to the cells."""
        with reading(self.asker.actor) as scope:
            places = places_of(scope)
        return [
            AreaShown(one.code, places.by_id[one.parent].code if one.parent else None, one.level, Titled.of(one.name))
            for one in sorted(places.by_code.values(), key=lambda one: one.lft)
        ]


def _type(one: MatterType, *, staff: bool) -> TypeShown:
    return TypeShown(
        key=one.key,
        version=one.version,
        title=Titled.of(one.title),
        public=one.public,
        names_unit=one.names_unit,
        fields=[field_shown(field) for field in asked_fields(one, staff=staff)],
        states=[ChoiceShown(state.key, Titled.of(state.title)) for state in one.states],
    )


def field_shown(field: Field) -> FieldShown:
    """A declared field as the interface tells of it."""
    return FieldShown(
        key=field.key,
        title=Titled.of(field.title),
        kind=field.kind,
        required=field.required,
        choices=[ChoiceShown(key, Titled.of(title)) for key, title in field.choices],
    )


def check_key_length(key: str) -> None:
    """Without a partner's key a request key must not be guessable. Raises Invalid."""
    if len(key) < _SHORTEST_PUBLIC_KEY:
        raise Invalid(
            Text(
                f"请求编号至少 {_SHORTEST_PUBLIC_KEY} 个字符，建议用随机的 UUID。",
                f"A request key has at least {_SHORTEST_PUBLIC_KEY} characters; a random UUID is best.",
            ),
            place="key",
        )


def check_inside(scope: Scope, point: Point, *, place: str) -> None:
    """A program that sends a point alone learns that it lies outside, as residents read at the portal; with an area or
    an address besides the report is taken, and lies there. Raises Invalid."""
    if places_of(scope).lies_outside(point):
        lon, lat = (format(Decimal(one) / E7, "f") for one in (point.lon_e7, point.lat_e7))
        raise Invalid(
            Text(
                f"经度 {lon}、纬度 {lat} 不在本市的任何一格里；请核对是否为 WGS-84、经纬度是否颠倒，或者加上地址。",
                f"Longitude {lon}, latitude {lat} is in no cell of this city: check that it is WGS-84 and that the two "
                "are not swapped, or give the address as well.",
            ),
            place=place,
        )


def _check_public(key: str, body: ReportBody) -> None:
    check_key_length(key)
    if body.channel:
        raise Invalid(Text("只有接口密钥可以注明渠道。", "Only a partner's key may name the channel."), place="channel")


def _check_area(actor: Actor, code: str) -> None:
    with reading(actor) as scope:
        if code not in places_of(scope).by_code:
            raise Invalid(Text(f"没有区域 {code}。", f"There is no area {code}."), place="area")


def _point(body: ReportBody) -> Point | None:
    if body.longitude is None and body.latitude is None:
        return None
    if body.longitude is None or body.latitude is None:
        missing = "longitude" if body.longitude is None else "latitude"
        raise Invalid(Text("经度和纬度须同时给出。", "Longitude and latitude go together."), place=missing)
    return parse_degrees(_degrees(body.longitude), _degrees(body.latitude))


def _fields(body: ReportBody) -> dict[str, Any]:
    plain = {"title": body.title, "text": body.text, "address": body.address}
    given = {**{name: value for name, value in plain.items() if value}, **body.fields}
    return {name: composed_or_typed(value) if isinstance(value, str) else value for name, value in given.items()}


def files_given(files: Sequence[FileNamed]) -> tuple[FileGiven, ...]:
    """The files that were sent before, by their ids. Raises Invalid for what is no id."""
    given = [(one.rule, as_uuid(one.file)) for one in files]
    for rule, key in given:
        if key is None:
            raise Invalid(Text("不是文件编号。", "This is not the id of a file."), place=f"files.{rule}")
    return tuple(FileGiven(rule=rule, upload=key) for rule, key in given if key is not None)


def _degrees(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.7f}"


def _contact(body: ReportBody, code: str | None) -> Contact | None:
    follow = follow_digest(code) if code else None
    if body.contact is None:
        return Contact(follow=follow) if follow else None
    return Contact(**{name: _clean(name, value) for name, value in structs.asdict(body.contact).items()}, follow=follow)


def _clean(name: str, value: str) -> str:
    try:
        return clean_text(value, len(value))
    except ValueError as error:
        reason = Text(f"不能这样填：{error}", f"This cannot be taken: {error}")
        raise Invalid(reason, place=f"contact.{name}") from error


def text_or_none(value: str | int | bool | None) -> str | None:
    """A part of a command's result as text."""
    return None if value is None else str(value)
