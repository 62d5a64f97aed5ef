"""Requests as Open311 tells of them: state, dates, class, unit, and the place where it is nobody's own affair.

A key reads what its post may read, and each row is noted in the read log; without one somebody reads the own request
(`own.py`). Nobody is told the words of a report or who reported it, as on the city's public pages.
"""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import OPEN, Detail, Matter, Step
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.coordinates import E7
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.ids import read_number
from jingwei.kernel.values.words import Text
from jingwei.kit.page import face_of
from jingwei.kit.saying import category_title, public_title
from jingwei.surfaces.api.open311.asking import Question
from jingwei.surfaces.api.open311.offers import reportable

MOST = 1000
"""Rows of one answer, and days of one question: “a span of 90 days or first 1000 requests, whichever is smallest”."""
SPAN = datetime.timedelta(days=90)
DEEPEST = 10_000
"""Rows that pages reach; who wants more narrows the dates or takes the bulk file."""

_STATES = ("open", "closed")
_NOT_A_MOMENT = Text(
    "不是时间；请写成 2026-11-28T08:00:00Z。", "This is not a moment: write it like 2026-11-28T08:00:00Z."
)
_BACKWARDS = Text("end_date 须晚于 start_date。", "end_date must come after start_date.")
_NOT_A_STATE = Text("status 只有 open 和 closed。", "status is open or closed.")
_TOO_DEEP = Text(
    f"分页最多到第 {DEEPEST:,} 行；请缩短日期范围，或使用批量导出。",
    f"Pages reach to row {DEEPEST:,}: ask for fewer days, or take the bulk file.",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: named requests, or those of some services and states opened between two moments."""

    numbers: tuple[str, ...]
    services: tuple[str, ...]
    since: datetime.datetime
    until: datetime.datetime
    states: frozenset[str]


def wanted_of(question: Question, scope: Scope, span: datetime.timedelta = SPAN) -> Wanted:
    """The filters of the address; without dates the latest `span`. Raises Invalid."""
    zone = face_of(scope).zone
    since, until = (_moment(question.asked(name), name, zone) for name in ("start_date", "end_date"))
    if until is None:
        until = min(since + span, scope.now) if since else scope.now
    if since is None:
        since = until - span
    if until < since:
        raise Invalid(_BACKWARDS, place="end_date")
    if until - since > span:
        raise Invalid(Text(f"最多 {span.days} 天。", f"At most {span.days} days."), place="end_date")
    states = frozenset(_listed(question.asked("status").lower()) or _STATES)
    if not states <= set(_STATES):
        raise Invalid(_NOT_A_STATE, place="status")
    named = question.request.GET.get("service_request_id", "")[: 20 * MOST]
    return Wanted(_listed(named)[:MOST], _listed(question.asked("service_code")), since, until, states)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (one.strip() for one in text.split(","))))


def _moment(text: str, place: str, zone: ZoneInfo) -> datetime.datetime | None:
    """A moment of the W3C's form of ISO 8601; without an offset it is read on the city's clock. A plus that came as a
    blank is one. Raises Invalid."""
    if not text:
        return None
    try:
        moment = datetime.datetime.fromisoformat(text.replace(" ", "+"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(datetime.UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(_NOT_A_MOMENT, place=place) from error


def page_of(question: Question) -> tuple[int, int]:
    """The first row and how many, by `page` and `page_size` (the extension that most cities have). Raises Invalid."""
    page, size = _counted(question, "page", 1), min(_counted(question, "page_size", MOST), MOST)
    if page * size > DEEPEST:
        raise Invalid(_TOO_DEEP, place="page")
    return (page - 1) * size, size


def _counted(question: Question, name: str, usual: int) -> int:
    text = question.asked(name)
    if not text:
        return usual
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 10**6:
        raise Invalid(Text("须为大于 0 的整数。", "This must be a whole number above 0."), place=name)
    return int(text)


def found(scope: Scope, wanted: Wanted) -> QuerySet[Matter]:
    """The matters within reach, the newest first. Named ones override all else, as the specification has it."""
    types = [one.key for one in reportable(scope)]
    chosen = Matter.objects.filter(in_scope(scope.actor), type__in=types).select_related("area", "unit")
    if wanted.numbers:
        chosen = chosen.filter(number__in=[read_number(one) for one in wanted.numbers])
    else:
        chosen = chosen.filter(opened_at__gte=wanted.since, opened_at__lte=wanted.until)
        if wanted.services:
            chosen = chosen.filter(category__in=wanted.services)
        if len(wanted.states) == 1:
            chosen = chosen.filter(OPEN if "open" in wanted.states else ~Q(OPEN))
    return chosen.order_by("-opened_at", "id")


class Telling:
    """Says of matters what Open311 says; two statements for as many as are given at once."""

    def __init__(self, scope: Scope, matters: Sequence[Matter]) -> None:
        self._scope, self._zone = scope, face_of(scope).zone
        self._language = get_language() or "zh-hans"
        keys = [one.pk for one in matters]
        self._details: Mapping[uuid.UUID, Detail] = {one.pk: one for one in Detail.objects.filter(pk__in=keys)}
        going = [one.pk for one in matters if one.closed_at is None]
        last = Step.objects.filter(matter__in=going).order_by("matter_id", "-at", "-id").distinct("matter_id")
        self._changed = dict(last.values_list("matter_id", "at"))

    def row(self, matter: Matter, known: str = "") -> dict[str, Any]:
        """The request, as the specification names its parts; `known` is the id by which somebody without a key knows
        the own one, who is told of the place no more than the area."""
        place, unit = self._place(matter, exactly=not known), matter.unit
        return {
            "service_request_id": known or matter.number,
            "status": "closed" if matter.closed_at else "open",
            "status_notes": self.state(matter),
            "service_name": category_title(self._scope, matter.category).in_(self._language),
            "service_code": matter.category,
            "description": None,
            "agency_responsible": Text(unit.name_zh, unit.name_en).in_(self._language) if unit else None,
            "service_notice": None,
            "requested_datetime": self.moment(matter.opened_at),
            "updated_datetime": self.moment(self.changed(matter)),
            "expected_datetime": self.moment(matter.due_at) if matter.due_at else None,
            "address": place["address"],
            "address_id": matter.area.code if matter.area else None,
            "zipcode": None,
            "lat": place["lat"],
            "long": place["long"],
            "media_url": None,
        }

    BULK = (
        *("service_request_id", "requested_datetime", "updated_datetime", "closed_date", "status_description"),
        *("status_notes", "source", "service_name", "service_subtype", "description", "agency_responsible"),
        *("address", "lat", "long"),
    )
    """The columns of the bulk specification, in its order."""

    def bulk(self, matter: Matter) -> dict[str, Any]:
        """The same as the bulk specification names it."""
        row, word = self.row(matter), rules_of(self._scope).word
        source = word(f"channel.{matter.channel}", self._scope.today)
        said = {
            **row,
            "closed_date": self.moment(matter.closed_at) if matter.closed_at else None,
            "status_description": row["status"],
            "source": source.in_(self._language) if source else matter.channel,
            "service_subtype": None,
        }
        return {name: said[name] for name in self.BULK}

    def state(self, matter: Matter) -> str:
        """What residents are told of the state."""
        return public_title(type_of(matter.type, matter.type_version), matter.state).in_(self._language)

    def changed(self, matter: Matter) -> datetime.datetime:
        """When it was closed, else when it last went on."""
        return matter.closed_at or self._changed.get(matter.pk) or matter.opened_at

    def moment(self, at: datetime.datetime) -> str:
        """A moment with the offset of the city's clock."""
        return at.astimezone(self._zone).isoformat(timespec="seconds")

    def _place(self, matter: Matter, *, exactly: bool) -> dict[str, Any]:
        """Address and point of what is seen at its place; of what is somebody's own affair, and of what was destroyed,
        the area alone, which also stands where nobody gave an address."""
        named = places_of(self._scope).by_id.get(matter.area_id) if matter.area_id else None
        area = named.name.in_(self._language) if named else None
        category = rules_of(self._scope).categories(self._scope.today).get(matter.category)
        detail = self._details.get(matter.pk)
        if not exactly or detail is None or category is None or not category.seen_at_place or matter.destroyed:
            return {"address": area, "lat": None, "long": None}
        return {
            "address": detail.fields.get("address") or area,
            "lat": detail.lat_e7 / E7 if detail.lat_e7 is not None else None,
            "long": detail.lon_e7 / E7 if detail.lon_e7 is not None else None,
        }
