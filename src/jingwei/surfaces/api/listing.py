"""The reports within a key's reach: page by page as JSON, or whole as a file for analysts' programs."""

import datetime
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, ClassVar, Literal

import msgspec
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from dmr import Path, Query, validate
from dmr.files import FileResponseSpec
from dmr.openapi.objects import SecurityRequirement
from dmr.plugins.msgspec.json import MsgspecJsonRenderer
from dmr.renderers import FileRenderer
from msgspec import Meta

from jingwei.kernel.commands.scope import Scope, as_uuid, reading
from jingwei.kernel.matters.models import OPEN, Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.reads.note import Seen, note_reads
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.tables.writing import Page
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.listing import MOST as MOST_IN_FILE
from jingwei.kit.page import face_of
from jingwei.surfaces.api.answering import JSON, KEYED, Answering, refusals
from jingwei.surfaces.api.bodies import ReportShown, Titled
from jingwei.surfaces.api.tables import CSV, PARQUET, table_answer

MOST = 1000
"""Reports of one page."""

_COLUMNS = ("id", "number", "type", "category", "state", "area__code", "unit__code", "opened_at", "due_at", "closed_at")
_HEADS = ("matter", *(name.removesuffix("__code") for name in _COLUMNS[1:]))
_TOO_MANY = Text(
    f"超过 {MOST_IN_FILE:,} 件；请缩短日期范围。", f"These are more than {MOST_IN_FILE:,}: ask for fewer days."
)
_NO_MOMENT = Text("没有这个时间。", "There is no such moment.")
_NOT_AN_ID = Text("不是事项的 id。", "This is not the id of a matter.")

Moment = Annotated[datetime.datetime, Meta(tz=True)]
Code = Annotated[str, Meta(max_length=60, pattern=r"^[^\x00]*$")]


class ReportsWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which reports of those within reach."""

    type: Annotated[Code, Meta(description="key of a type")] = ""
    category: Annotated[Code, Meta(description="code of a category, with all below it")] = ""
    area: Annotated[Code, Meta(description="code of an area, with all within it")] = ""
    status: Literal["", "open", "closed"] = ""
    opened_from: Annotated[Moment | None, Meta(description="with an offset")] = None
    opened_until: Annotated[Moment | None, Meta(description="with an offset, exclusive")] = None


class PageWanted(ReportsWanted, frozen=True, kw_only=True):
    """A page of them."""

    after: Annotated[str, Meta(max_length=36, description="`matter` of the last report of the page before")] = ""
    limit: Annotated[int, Meta(ge=1, le=MOST)] = 100


class ExportPath(msgspec.Struct, frozen=True):
    """The form of a file."""

    form: Literal["csv", "parquet"]


def page_of(scope: Scope, wanted: PageWanted) -> list[Matter]:
    """A page of the reports within reach, in the order of their ids: the same at every question. Raises Invalid."""
    chosen = _found(scope, wanted)
    if wanted.after:
        after = as_uuid(wanted.after)
        if after is None:
            raise Invalid(_NOT_AN_ID, place="after")
        chosen = chosen.filter(pk__gt=after)
    return list(chosen.select_related("area", "unit").order_by("pk")[: wanted.limit])


def shown(matter: Matter) -> ReportShown:
    """A report as the interface tells of it; area and unit were read with it."""
    return ReportShown(
        matter=str(matter.pk),
        number=matter.number,
        type=matter.type,
        category=matter.category,
        state=matter.state,
        state_title=Titled.of(type_of(matter.type, matter.type_version).state(matter.state).title),
        area=matter.area.code if matter.area else None,
        unit=matter.unit.code if matter.unit else None,
        opened_at=matter.opened_at,
        due_at=matter.due_at,
        closed_at=matter.closed_at,
    )


def _found(scope: Scope, wanted: ReportsWanted) -> QuerySet[Matter]:
    """The matters that are asked for, in no order. Raises Invalid."""
    condition = Q()
    if wanted.type:
        condition &= Q(type=wanted.type)
    if wanted.category:
        condition &= Q(category__in=rules_of(scope).below(wanted.category, scope.today))
    if wanted.area:
        area = places_of(scope).by_code.get(wanted.area)
        if area is None:
            raise Invalid(Text(f"没有区域 {wanted.area}。", f"There is no area {wanted.area}."), place="area")
        condition &= Q(area_lft__gte=area.lft, area_lft__lte=area.rgt)
    if wanted.status:
        condition &= OPEN if wanted.status == "open" else ~Q(OPEN)
    if wanted.opened_from:
        condition &= Q(opened_at__gte=_in_utc(wanted.opened_from, "opened_from"))
    if wanted.opened_until:
        condition &= Q(opened_at__lt=_in_utc(wanted.opened_until, "opened_until"))
    return Matter.objects.filter(in_scope(scope.actor), condition)


def _in_utc(moment: datetime.datetime, place: str) -> datetime.datetime:
    """The same moment: the database takes no offset of a day. Raises Invalid at the ends of the calendar."""
    try:
        return moment.astimezone(datetime.UTC)
    except OverflowError as error:
        raise Invalid(_NO_MOMENT, place=place) from error


class Export(Answering):
    """The reports within reach as one file."""

    keyed = KEYED
    security: ClassVar[Sequence[SecurityRequirement]] = ({"key": []},)
    kinds = (CSV, PARQUET, JSON)  # the last is what refusals are; whoever asks for it has the file as well
    renderers = (FileRenderer(CSV), FileRenderer(PARQUET), MsgspecJsonRenderer())

    @validate(
        FileResponseSpec(as_attachment=True, limit_to_content_types={CSV, PARQUET}),
        *refusals(
            HTTPStatus.UNAUTHORIZED,
            HTTPStatus.NOT_ACCEPTABLE,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            HTTPStatus.TOO_MANY_REQUESTS,
        ),
    )
    def get(self, parsed_path: Path[ExportPath], parsed_query: Query[ReportsWanted]) -> HttpResponse:
        """All reports within reach that are asked for, typed, as CSV or Parquet (up to 100,000).

        Each is noted as read by the key.
        """
        actor = self.asker.actor
        with reading(actor) as scope:
            face = face_of(scope)
            chosen = _found(scope, parsed_query).order_by("pk")[: MOST_IN_FILE + 1]
            rows = list(chosen.values_list(*_COLUMNS, "area_lft", "unit_id", named=True))
        if len(rows) > MOST_IN_FILE:
            raise Invalid(_TOO_MANY, place="opened_from")
        note_reads(actor, "export", (Seen(one.id, one.area_lft, one.unit_id) for one in rows))
        page = Page("", _HEADS, ([str(one.id), *one[1 : len(_COLUMNS)]] for one in rows))
        return table_answer(face, page, parsed_path.form, "reports", {"list": "reports"})
