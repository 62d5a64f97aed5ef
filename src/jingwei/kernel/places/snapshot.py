"""The area tree with its boundaries of every day, read once an edition and shared by all requests of a process."""

import bisect
import copy
import datetime
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.places.addresses.gazetteer import Gazetteer, KnownName
from jingwei.kernel.places.addresses.matching import AreaNames
from jingwei.kernel.places.locator import Locator
from jingwei.kernel.places.models import FOUNDED, Area, Boundary, PlaceName
from jingwei.kernel.values.coordinates import Point
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, slots=True)
class Place:
    """One area of the tree, without its shape; in force from one day until another (half open)."""

    id: uuid.UUID
    code: str
    level: str
    name: Text
    parent: uuid.UUID | None
    lft: int
    rgt: int
    lineage: tuple[str, ...] = field(default=())  # its code and those above it, nearest first
    from_on: datetime.date = FOUNDED
    until_on: datetime.date | None = None

    def on(self, day: datetime.date) -> bool:
        """Whether the area is in force on that day."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The shape of a cell from one day until another (half open)."""

    code: str
    from_on: datetime.date
    until_on: datetime.date | None
    wkb: bytes


class Places:
    """All areas that ever were, and the cell of a point on any day; `by_code` and `by_id` know those that ended."""

    def __init__(
        self, places: Sequence[Place], shapes: Sequence[Drawn], names: Sequence[KnownName], today: datetime.date
    ) -> None:
        self.by_code = {place.code: place for place in places}
        self.by_id = {place.id: place for place in places}
        self.root = next((place for place in places if place.parent is None), None)
        self.gazetteer = Gazetteer(names)
        self.lineages = {place.code: place.lineage for place in places}
        self._parents = {place.parent for place in places}
        self._shapes = shapes
        self._shapes_of: dict[str, tuple[Drawn, ...]] = {}
        for one in sorted(shapes, key=lambda drawn: drawn.from_on):
            self._shapes_of[one.code] = (*self._shapes_of.get(one.code, ()), one)
        self._changes = sorted({day for one in shapes for day in (one.from_on, one.until_on) if day is not None})
        self._locators: dict[int, Locator[str]] = {}
        self._lock = threading.Lock()
        self._look(today)

    def _look(self, today: datetime.date) -> None:
        """What depends on the day."""
        self.today = today
        self.in_force = tuple(place for place in self.by_id.values() if place.on(today))
        above = [place for place in self.in_force if place.id in self._parents and place is not self.root]
        self.area_names = AreaNames(above)
        holding = {place.parent for place in self.in_force if self.is_cell(place) and place.parent}
        self.with_cells = tuple(sorted((self.by_id[one] for one in holding), key=lambda place: place.lft))
        self.above_cells = self._above_cells()

    def _above_cells(self) -> str:
        """The level right above the cells that are in force; that of the cells where only the root is above them."""
        levels = {place.level for place in self.with_cells if place is not self.root}
        return next((place.level for place in self.in_force if place.level in levels), self.innermost)

    def seen_on(self, today: datetime.date) -> "Places":
        """The same places on another day; names and locators are shared."""
        other = copy.copy(self)
        other._look(today)
        return other

    def lies_outside(self, point: Point) -> bool:
        """Whether a point is in no cell of today; never in a city that has still to draw one of its cells."""
        if self.locate(point) is not None:  # first: nearly every point lies inside, and the cells are not counted then
            return False
        return self.located_cells >= sum(self.is_cell(place) for place in self.in_force)

    @property
    def located_cells(self) -> int:
        """How many cells have a boundary today."""
        return len(self._locator(self.today).keys)

    @property
    def innermost(self) -> str:
        """The level of the cells; "" in a city that has none yet."""
        return next((place.level for place in self.by_id.values() if place.lft == place.rgt), "")

    def is_cell(self, place: Place) -> bool:
        """Whether the area has, and ever had, none below it."""
        return place.id not in self._parents

    def locate(self, point: Point | None, on: datetime.date | None = None) -> Place | None:
        """The cell in which a point lies on that day (today if None); on a border the one with the lowest code."""
        code = self._locator(on or self.today).locate(point.lon_e7, point.lat_e7) if point else None
        return self.by_code[code] if code is not None else None

    def locate_many(
        self, points: Sequence[Point | None], days: Sequence[datetime.date] | None = None
    ) -> list[Place | None]:
        """As `locate`, for many points at once, each on its own day (today if `days` is None)."""
        found: list[Place | None] = [None] * len(points)
        by_epoch: dict[int, list[int]] = {}
        for place, point in enumerate(points):
            if point is not None:
                by_epoch.setdefault(self._epoch(days[place] if days else self.today), []).append(place)
        for epoch, known in by_epoch.items():
            lons = np.fromiter((points[place].lon_e7 for place in known), np.int64, len(known))  # type: ignore[union-attr]  # known are points
            lats = np.fromiter((points[place].lat_e7 for place in known), np.int64, len(known))  # type: ignore[union-attr]  # as above
            locator = self._locator_of(epoch)
            for place, index in zip(known, locator.locate_many(lons, lats).tolist(), strict=True):
                if index >= 0:
                    found[place] = self.by_code[locator.keys[index]]
        return found

    def children(self, code: str) -> list[Place]:
        """The areas right below that are in force today, in the tree's order."""
        parent = self.by_code[code].id
        return sorted((place for place in self.in_force if place.parent == parent), key=lambda place: place.lft)

    @property
    def changes(self) -> tuple[datetime.date, ...]:
        """The days, in order, from which on another set of boundaries is in force."""
        return tuple(self._changes)

    def shapes_of(self, code: str) -> tuple[Drawn, ...]:
        """All shapes that a cell ever had, in the order of their days."""
        return self._shapes_of.get(code, ())

    def overlapped(self, shape: shapely.Geometry, on: datetime.date) -> list[tuple[str, shapely.Geometry]]:
        """The cells that have land in common with a shape (degrees) on that day, each with that land."""
        return self._locator(on).overlapped(shape)

    def shapes_on(self, day: datetime.date) -> list[Drawn]:
        """The shapes of the cells that are in force on that day."""
        return [one for one in self._shapes if one.from_on <= day and (one.until_on is None or day < one.until_on)]

    def redrawn(self, day: datetime.date) -> set[uuid.UUID]:
        """The cells that ended, or had their boundary changed, up to that day."""
        ended = {place.id for place in self.by_id.values() if place.until_on is not None and place.until_on <= day}
        moved = {self.by_code[one.code].id for one in self._shapes if one.until_on is not None and one.until_on <= day}
        return ended | moved

    def _epoch(self, day: datetime.date) -> int:
        """Which of the spans between two changes of boundaries the day lies in."""
        return bisect.bisect_right(self._changes, day)

    def _locator(self, day: datetime.date) -> Locator[str]:
        return self._locator_of(self._epoch(day))

    def _locator_of(self, epoch: int) -> Locator[str]:
        held = self._locators.get(epoch)
        if held is None:
            with self._lock:
                held = self._locators.get(epoch) or self._built(epoch)
                self._locators[epoch] = held
        return held

    def _built(self, epoch: int) -> Locator[str]:
        """The locator of one span, built when somebody first asks of a day in it."""
        if epoch == 0:
            return Locator([], [])
        there = self.shapes_on(self._changes[epoch - 1])
        return Locator([one.code for one in there], [one.wkb for one in there])


_lock = threading.Lock()
_held: tuple[int, Places] | None = None


def places_of(scope: Scope) -> Places:
    """The places at the edition and day of this transaction; reads them (three statements) when the edition has moved
    on. Another day needs no reading: all that ever was is held."""
    global _held
    edition, today = scope.edition("places"), scope.today
    held = _held
    if held is not None and held[0] == edition and held[1].today == today:
        return held[1]
    with _lock:
        places = _held[1].seen_on(today) if _held is not None and _held[0] == edition else _read(today)
        _held = (edition, places)
    return places


def _read(today: datetime.date) -> Places:
    rows = list(Area.objects.order_by("lft"))
    lineages: dict[uuid.UUID, tuple[str, ...]] = {}
    places = []
    for row in rows:
        above = lineages.get(row.parent_id, ()) if row.parent_id else ()
        lineages[row.pk] = (row.code, *above)
        name, dates = Text(row.name_zh, row.name_en), (row.from_on, row.until_on)
        places.append(
            Place(row.pk, row.code, row.level, name, row.parent_id, row.lft, row.rgt, lineages[row.pk], *dates)
        )
    codes = {row.pk: row.code for row in rows}
    parents = {row.parent_id for row in rows}
    cells = [row.pk for row in rows if row.pk not in parents]
    shapes = [
        Drawn(codes[one.area_id], one.from_on, one.until_on, bytes(one.wkb))
        for one in Boundary.objects.filter(area__in=cells)
    ]
    return Places(places, shapes, _names(codes), today)


def _names(codes: dict[uuid.UUID, str]) -> list[KnownName]:
    columns = ("area_id", "kind", "name", "low", "high", "side", "origin", "from_on", "until_on")
    rows = PlaceName.objects.order_by("pk").values_list(*columns)
    return [KnownName(codes[area], *rest) for area, *rest in rows]
