"""How much each part of the grid has to do: what was reported in twelve months and what is open, by place.

Counted within reach of the post that redraws areas, which need not read a single matter; a count shows none.
"""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import OPEN, Matter
from jingwei.kernel.matters.policies import in_reach
from jingwei.kernel.places.snapshot import Place, places_of
from jingwei.kernel.values.coordinates import Point

DAYS = 365
"""Days that are looked back from the last report: a year, so that no season weighs more than another."""

REDRAWS = "places.edit"


@dataclass(frozen=True, slots=True)
class Spot:
    """Matters at one place. `cell` is the cell in force today that the point lies in, or that a matter without a point
    was put into; "" where there is none (found by no address, or put into an area above the cells)."""

    cell: str
    point: Point | None
    reported: int  # in the last DAYS, whatever became of them
    open: int


@dataclass(frozen=True, slots=True)
class Work:
    """What one cell has to do."""

    reported: int = 0
    open: int = 0


def last_report(scope: Scope) -> datetime.datetime:
    """When the last matter in reach that has a place was reported, now where there is none: the twelve months that are
    looked at end there, so that a city which brought old records along is looked at where it has some.

    One statement.
    """
    found = Matter.objects.filter(in_reach(scope.actor, REDRAWS), area__isnull=False).order_by("-opened_at")
    return found.values_list("opened_at", flat=True).first() or scope.now


def spots(scope: Scope, place: Place) -> list[Spot]:
    """What was reported in, or is open within, an area, by place. Two statements and those of the places."""
    places = places_of(scope)
    recent = Q(opened_at__gte=last_report(scope) - datetime.timedelta(days=DAYS))
    inside = Matter.objects.filter(in_reach(scope.actor, REDRAWS), area_lft__gte=place.lft, area_lft__lte=place.rgt)
    grouped = (
        inside.filter(recent | OPEN)
        .values_list("area_id", "detail__lon_e7", "detail__lat_e7")
        .annotate(reported=Count("pk", filter=recent), open=Count("pk", filter=OPEN))
    )
    rows = list(grouped.order_by("area_id", "detail__lon_e7", "detail__lat_e7"))
    points = [Point(lon, lat) if lon is not None and lat is not None else None for _, lon, lat, _, _ in rows]
    found = []
    for (area, _, _, reported, still), point, cell in zip(rows, points, places.locate_many(points), strict=True):
        kept = places.by_id.get(area) if point is None else None
        here = cell or (kept if kept is not None and kept.on(places.today) and places.is_cell(kept) else None)
        found.append(Spot(here.code if here else "", point, reported, still))
    return found


def by_cell(found: list[Spot]) -> dict[str, Work]:
    """The same by the code of the cell."""
    loads: dict[str, Work] = {}
    for one in found:
        before = loads.get(one.cell, Work())
        loads[one.cell] = Work(before.reported + one.reported, before.open + one.open)
    return loads
