"""The outline of a cell as a small drawing, with the point in it."""

import math
import uuid
from dataclasses import dataclass
from functools import lru_cache

import shapely
from django.db.models import Q

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.places.models import Boundary
from jingwei.kernel.values.coordinates import E7, Point

_WIDTH, _HEIGHT, _MARGIN = 320, 200, 14
_FINEST = 0.6  # of a unit of the drawing: what is smaller is left out


@dataclass(frozen=True, slots=True)
class Outline:
    """A path and a point in a box of 320 × 200 units."""

    path: str
    point: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class _Plan:
    """How degrees become units of the drawing."""

    west: float
    north: float
    across: float  # units a degree of longitude
    up: float
    left: float
    top: float

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        return self.left + (lon - self.west) * self.across, self.top + (self.north - lat) * self.up


def outline_of(scope: Scope, area: uuid.UUID, point: Point | None) -> Outline | None:
    """The area's shape as it is today; None where it has none. One statement, once for an edition of the places."""
    found = _drawn(area, scope.edition("places"), scope.today.toordinal())
    if found is None:
        return None
    path, plan = found
    if point is None:
        return Outline(path, None)
    x, y = plan.place(point.lon_e7 / E7, point.lat_e7 / E7)
    inside = 0 <= x <= _WIDTH and 0 <= y <= _HEIGHT
    return Outline(path, (round(x), round(y)) if inside else None)


@lru_cache(maxsize=1024)
def _drawn(area: uuid.UUID, edition: int, day: int) -> tuple[str, _Plan] | None:
    shapes = Boundary.objects.filter(area=area).filter(Q(until_on=None)).values_list("wkb", flat=True)
    wkb = shapes.first()
    if wkb is None:
        return None
    shape = shapely.from_wkb(bytes(wkb))
    plan = _plan(shapely.bounds(shape).tolist())
    rings = [
        ring
        for polygon in shapely.get_parts(shape)
        for ring in (shapely.get_exterior_ring(polygon), *shapely.get_rings(polygon)[1:])
    ]
    return " ".join(_path(plan, ring) for ring in rings), plan


def _plan(bounds: list[float]) -> _Plan:
    west, south, east, north = bounds
    narrow = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * narrow, 1e-9), max(north - south, 1e-9)
    scale = min((_WIDTH - 2 * _MARGIN) / wide, (_HEIGHT - 2 * _MARGIN) / high)
    return _Plan(west, north, scale * narrow, scale, (_WIDTH - wide * scale) / 2, (_HEIGHT - high * scale) / 2)


def _path(plan: _Plan, ring: shapely.Geometry) -> str:
    placed = shapely.LineString([plan.place(lon, lat) for lon, lat in shapely.get_coordinates(ring).tolist()])
    corners = shapely.get_coordinates(shapely.simplify(placed, _FINEST)).tolist()
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "Z"
