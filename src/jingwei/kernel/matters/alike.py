"""What may be the same: open matters of one type and class near by and at about the same time."""

import datetime
import math
import uuid
from dataclasses import dataclass

from django.db.models import QuerySet

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import Detail, Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.proposing.classes import speaking
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.places.snapshot import Place
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.coordinates import E7, Point

NEAR_METRES = 50
NEAR_IN_TIME = datetime.timedelta(hours=48)
_MOST = 10
_LOOKED_THROUGH = 50  # newest matters of an area that are held against a text
METRES_A_DEGREE = 111_320  # of latitude; of longitude at the equator


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An open matter that may be the same: how far away, and when it was reported."""

    number: str
    state: str
    metres: int
    opened_at: datetime.datetime


def merge_suggestions(scope: Scope, matter_id: uuid.UUID) -> list[Suggestion]:
    """Open matters of the same type and class within 50 m and 48 h, the nearest first, at most ten. Two statements.

    A suggestion only: whether they are the same is for the clerk to say. Empty where the matter has no point.
    """
    detail = Detail.objects.filter(pk=matter_id).select_related("matter").first()
    if detail is None or detail.lon_e7 is None or detail.lat_e7 is None:
        return []
    matter = detail.matter
    here = Point(detail.lon_e7, detail.lat_e7)
    near = (
        _open_around(scope, here, NEAR_METRES)
        .filter(type=matter.type, category=matter.category)
        .filter(opened_at__range=(matter.opened_at - NEAR_IN_TIME, matter.opened_at + NEAR_IN_TIME))
        .exclude(pk=matter.pk)
    )
    found = [
        Suggestion(number, state, metres_between(here, Point(lon, lat)), opened_at)
        for number, state, opened_at, lon, lat in near.values_list(
            "number", "state", "opened_at", "detail__lon_e7", "detail__lat_e7"
        )
        if lon is not None and lat is not None
    ]
    within = [one for one in found if one.metres <= NEAR_METRES]
    return sorted(within, key=lambda one: (one.metres, one.number))[:_MOST]


def open_near(scope: Scope, matter_type: str, category: str, here: Point) -> list[tuple[Matter, int]]:
    """Open matters of a type and class as near to a point as the city says (its number `alike.near`, else 50 m), with
    their distance in metres, the nearest first, at most ten. One statement."""
    most = rules_of(scope).number("alike.near", scope.today) or NEAR_METRES
    near = _open_around(scope, here, most).filter(type=matter_type, category=category).select_related("detail")
    found = [
        (one, metres_between(here, Point(one.detail.lon_e7, one.detail.lat_e7)))
        for one in near
        if one.detail.lon_e7 is not None and one.detail.lat_e7 is not None
    ]
    within = [(one, metres) for one, metres in found if metres <= most]
    return sorted(within, key=lambda one: (one[1], one[0].number))[:_MOST]


def open_within(
    scope: Scope, matter_type: MatterType, category: str, place: Place, text: str, *, unplaced: bool = False
) -> list[Matter]:
    """Open matters of a type and class in an area whose text says the same as this one, those that share most words
    first, then the newest, at most ten. `unplaced`: only those of which no point is known. One statement.

    Compared are the words that speak for the class, which the city itself publishes: nobody can try out what else
    somebody wrote.
    """
    rules, on = rules_of(scope), scope.today
    asked = speaking(rules, text, on, category)
    if not asked:
        return []
    there = Matter.objects.filter(
        in_scope(scope.actor),
        closed_at__isnull=True,
        type=matter_type.key,
        category=category,
        area_lft__range=(place.lft, place.rgt),
    ).select_related("detail")
    if unplaced:
        there = there.filter(detail__lon_e7__isnull=True)
    told = [one.key for one in matter_type.fields if one.searchable and one.kind in ("text", "line")]
    shared = []
    for one in there.order_by("-opened_at", "id")[:_LOOKED_THROUGH]:
        said = " ".join(str(one.detail.fields.get(key, "")) for key in told)
        shared.append((len(asked & speaking(rules, said, on, category)), one))
    found = [(many, one) for many, one in shared if many]
    return [one for _, one in sorted(found, key=lambda pair: -pair[0])][:_MOST]


def _open_around(scope: Scope, here: Point, metres: int) -> QuerySet[Matter]:
    """Open matters in the scope within a box around a point."""
    high = math.ceil(metres / METRES_A_DEGREE * E7)
    wide = math.ceil(high / max(math.cos(math.radians(here.lat_e7 / E7)), 0.01))
    return Matter.objects.filter(
        in_scope(scope.actor),
        closed_at__isnull=True,
        detail__lon_e7__range=(here.lon_e7 - wide, here.lon_e7 + wide),
        detail__lat_e7__range=(here.lat_e7 - high, here.lat_e7 + high),
    )


def metres_between(here: Point, there: Point) -> int:
    """The distance of two points in whole metres, rounded up; plane geometry serves for so near a place."""
    east = (there.lon_e7 - here.lon_e7) / E7 * METRES_A_DEGREE * math.cos(math.radians(here.lat_e7 / E7))
    north = (there.lat_e7 - here.lat_e7) / E7 * METRES_A_DEGREE
    return math.ceil(math.hypot(east, north))
