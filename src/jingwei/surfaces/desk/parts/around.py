"""What else was reported near a matter and at about its time, of whatever class, open and closed."""

import datetime
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.alike import METRES_A_DEGREE, metres_between
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import READ, in_scope
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.reads.note import note_reads, seen
from jingwei.kernel.values.coordinates import E7, Point
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.matter_page import found_matter
from jingwei.surfaces.desk.queries import WorkRow, work_rows

_METRES = 200
_DAYS = 30
_MOST = 12
_LOOKED_AT = 300  # of the cells' matters within these days, the newest


@dataclass(frozen=True, slots=True)
class Near:
    """Another matter as a line of a list, and how far away it is (None where one of the two has no point)."""

    row: WorkRow
    metres: int | None


@dataclass(frozen=True, slots=True)
class Around:
    """What lies around a matter, the nearest first; `metres` is None where only its cell was looked at."""

    rows: tuple[Near, ...]
    metres: int | None
    days: int


@grants(READ)
@require_safe
def around(request: HttpRequest, number: str) -> HttpResponse:
    """The neighbours of one matter in place and time: a part of its page, and a page of its own."""
    with reading(cast(ActorRequest, request).actor) as scope:
        face, matter = face_of(scope), found_matter(scope, number)
        found = around_of(scope, matter)
    note_reads(scope.actor, "list", [seen(matter), *(one.row.seen for one in found.rows)])
    return show(request, "desk/matter/around.html", face, {"around": found, "number": matter.number})


def around_of(scope: Scope, matter: Matter) -> Around:
    """Matters in scope of the cells within reach of its point, or of its own cell where it has none. Two statements."""
    detail = matter.detail
    here = Point(detail.lon_e7, detail.lat_e7) if detail.lon_e7 is not None and detail.lat_e7 is not None else None
    if matter.area_id is None:
        return Around((), None, _DAYS)
    span = datetime.timedelta(days=_DAYS)
    wanted = Matter.objects.filter(
        in_scope(scope.actor),
        area_lft__in={matter.area_lft, *(_cells(scope, here) if here else ())},
        opened_at__range=(matter.opened_at - span, matter.opened_at + span),
    ).exclude(pk=matter.pk)
    points = wanted.order_by("-opened_at").values_list("pk", "detail__lon_e7", "detail__lat_e7")[:_LOOKED_AT]
    far = {
        key: metres_between(here, Point(lon, lat)) if here and lon is not None and lat is not None else None
        for key, lon, lat in points
    }
    if here:
        far = {key: metres for key, metres in far.items() if metres is not None and metres <= _METRES}
    nearest = sorted(far, key=lambda key: far[key] or 0)[:_MOST]
    rows = {
        row.seen.matter: row for row in work_rows(scope, Matter.objects.filter(in_scope(scope.actor), pk__in=nearest))
    }
    return Around(tuple(Near(rows[key], far[key]) for key in nearest if key in rows), _METRES if here else None, _DAYS)


def _cells(scope: Scope, here: Point) -> Iterator[int]:
    """The numbers, in the tree of areas, of the cells that a circle around a point passes through."""
    places = places_of(scope)
    high = _METRES / METRES_A_DEGREE * E7
    wide = high / max(math.cos(math.radians(here.lat_e7 / E7)), 0.01)
    for eighth in range(8):
        turn = eighth * math.pi / 4
        point = Point(round(here.lon_e7 + wide * math.sin(turn)), round(here.lat_e7 + high * math.cos(turn)))
        place = places.locate(point)
        if place is not None:
            yield place.lft
