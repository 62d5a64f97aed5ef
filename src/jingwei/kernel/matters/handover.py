"""Open matters by place: how many there are in each area, and those whose cell is no longer theirs after a redraw."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import OPEN, Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.places.finding import match_address
from jingwei.kernel.places.models import Succession
from jingwei.kernel.places.snapshot import Place, places_of
from jingwei.kernel.values.coordinates import Point

_COLUMNS = (
    *("pk", "number", "type", "type_version", "category", "state", "area_id", "unit_id", "holder_id", "opened_at"),
    *("due_at", "detail__lon_e7", "detail__lat_e7", "detail__fields__address"),
)


@dataclass(frozen=True, slots=True)
class HandOver:
    """One matter to be handed over: where it is kept, and where it lies today."""

    matter: uuid.UUID
    number: str
    type: tuple[str, int]
    category: str
    state: str
    unit: uuid.UUID | None
    holder: uuid.UUID | None
    opened_at: datetime.datetime
    due_at: datetime.datetime | None
    old: Place
    new: tuple[Place, ...]  # one by its point or address; else those that follow the old cell; () if none is known


@dataclass(frozen=True, slots=True)
class OpenHere:
    """One open matter of a cell that is about to be redrawn."""

    matter: uuid.UUID
    number: str
    type: tuple[str, int]
    category: str
    state: str
    unit: uuid.UUID | None
    due_at: datetime.datetime | None
    point: Point | None


def open_in(scope: Scope, area: uuid.UUID) -> list[OpenHere]:
    """The open matters in scope of one cell, by number. One statement."""
    rows = Matter.objects.filter(in_scope(scope.actor), OPEN, area=area).order_by("number")
    return [
        OpenHere(
            one.pk,
            one.number,
            (one.type, one.type_version),
            one.category,
            one.state,
            one.unit_id,
            one.due_at,
            Point(one.detail__lon_e7, one.detail__lat_e7) if one.detail__lon_e7 is not None else None,
        )
        for one in rows.values_list(*_COLUMNS, named=True)
    ]


def open_by_number(scope: Scope, place: Place) -> dict[int, int]:
    """Open matters in the reader's scope, by the number in the tree of each area within `place`. One statement."""
    inside = Matter.objects.filter(in_scope(scope.actor), OPEN, area_lft__gte=place.lft, area_lft__lte=place.rgt)
    return dict(inside.values_list("area_lft").annotate(count=Count("pk")).order_by())


def to_hand_over(scope: Scope, area: uuid.UUID | None = None) -> list[HandOver]:
    """Open matters in scope whose cell ended or was redrawn and which lie elsewhere today, by old cell and number.

    Two statements. A matter keeps the cell it was located in; only those that are still open are for somebody else now.
    """
    places = places_of(scope)
    cells = places.redrawn(scope.today) if area is None else {area}
    if not cells:
        return []
    rows = Matter.objects.filter(in_scope(scope.actor), OPEN, area__in=cells).order_by("number")
    found = list(rows.values_list(*_COLUMNS, named=True))
    points = [
        Point(one.detail__lon_e7, one.detail__lat_e7) if one.detail__lon_e7 is not None else None for one in found
    ]
    now_in = places.locate_many(points)
    followers = _followers(scope, {one.area_id for one in found})
    rows_out = []
    for one, point, cell in zip(found, points, now_in, strict=True):
        old = places.by_id[one.area_id]
        new: Sequence[Place] = [cell] if cell else []
        if cell is None and point is None:
            address = one.detail__fields__address
            best = match_address(address if isinstance(address, str) else "", scope.today, places).best
            new = [places.by_code[best.code]] if best else followers.get(old.id, [])
        if old.until_on is None and (not new or [place.id for place in new] == [old.id]):
            continue
        rows_out.append(
            HandOver(
                one.pk,
                one.number,
                (one.type, one.type_version),
                one.category,
                one.state,
                one.unit_id,
                one.holder_id,
                one.opened_at,
                one.due_at,
                old,
                tuple(new),
            )
        )
    return sorted(rows_out, key=lambda one: (one.old.code, one.number))


def _followers(scope: Scope, areas: set[uuid.UUID]) -> dict[uuid.UUID, list[Place]]:
    """The areas in force that follow each of these, in the order of their codes."""
    places = places_of(scope)
    found: dict[uuid.UUID, list[Place]] = {}
    pairs = Succession.objects.filter(earlier__in=areas).order_by("area__code").values_list("earlier_id", "area_id")
    for earlier, later in pairs:
        if places.by_id[later].on(scope.today):
            found.setdefault(earlier, []).append(places.by_id[later])
    return found
