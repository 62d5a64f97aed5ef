"""The area tree and today's cells as they stand, read once an edition and shared by all requests of a process."""

import datetime
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db.models import Q

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.places.locator import Locator
from jingwei.kernel.places.models import Area, Boundary
from jingwei.kernel.values.coordinates import Point
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, slots=True)
class Place:
    """One area of the tree, without its shape."""

    id: uuid.UUID
    code: str
    level: str
    name: Text
    parent: uuid.UUID | None
    lft: int
    rgt: int
    lineage: tuple[str, ...] = field(default=())  # its code and those above it, nearest first


class Places:
    """The tree, and the locator of its cells."""

    def __init__(self, places: Sequence[Place], locator: Locator[str]) -> None:
        self.by_code = {place.code: place for place in places}
        self.by_id = {place.id: place for place in places}
        self.root = next((place for place in places if place.parent is None), None)
        self._locator = locator

    @property
    def located_cells(self) -> int:
        """How many cells have a boundary today."""
        return len(self._locator.keys)

    def locate(self, point: Point | None) -> Place | None:
        """The cell in which a point lies; on a border the one with the lowest code; None outside all cells."""
        code = self._locator.locate(point.lon_e7, point.lat_e7) if point else None
        return self.by_code[code] if code is not None else None

    def locate_many(self, points: Sequence[Point | None]) -> list[Place | None]:
        """As `locate`, for many points at once."""
        known = [place for place, point in enumerate(points) if point is not None]
        lons = np.fromiter((points[place].lon_e7 for place in known), np.int64, len(known))  # type: ignore[union-attr]  # known are points
        lats = np.fromiter((points[place].lat_e7 for place in known), np.int64, len(known))  # type: ignore[union-attr]  # as above
        found: list[Place | None] = [None] * len(points)
        for place, index in zip(known, self._locator.locate_many(lons, lats).tolist(), strict=True):
            if index >= 0:
                found[place] = self.by_code[self._locator.keys[index]]
        return found

    def children(self, code: str) -> list[Place]:
        """The areas right below, in the tree's order."""
        parent = self.by_code[code].id
        return sorted((place for place in self.by_code.values() if place.parent == parent), key=lambda place: place.lft)


_lock = threading.Lock()
_held: tuple[tuple[int, datetime.date], Places] | None = None


def places_of(scope: Scope) -> Places:
    """The places at the edition and day of this transaction; reads them (two statements) when either has moved on."""
    global _held
    wanted = (scope.edition("places"), scope.now.date())
    held = _held
    if held is not None and held[0] == wanted:
        return held[1]
    with _lock:
        places = _read(wanted[1])
        _held = (wanted, places)
    return places


def _read(day: datetime.date) -> Places:
    rows = list(Area.objects.order_by("lft"))
    codes = {row.pk: row for row in rows}
    lineages: dict[uuid.UUID, tuple[str, ...]] = {}
    places = []
    for row in rows:
        above = lineages.get(row.parent_id, ()) if row.parent_id else ()
        lineages[row.pk] = (row.code, *above)
        name = Text(row.name_zh, row.name_en)
        places.append(Place(row.pk, row.code, row.level, name, row.parent_id, row.lft, row.rgt, lineages[row.pk]))
    in_force = Q(from_on__lte=day) & (Q(until_on=None) | Q(until_on__gt=day))
    shapes = Boundary.objects.filter(in_force, area__in=[row for row in rows if row.rgt == row.lft])
    cells = sorted((codes[shape.area_id].code, bytes(shape.wkb)) for shape in shapes)
    return Places(places, Locator([code for code, _ in cells], [wkb for _, wkb in cells]))
