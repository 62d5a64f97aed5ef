"""In which area something lies under the borders of another day, so that areas are comparable across a redraw.

A point tells it. Without one there is only the area it was put into: where that area's land, as it was on the day of
the report, lies in one area of the other day, the answer is that one; where it lies in several, nobody knows, and
nothing is guessed.
"""

import datetime
import uuid
from dataclasses import dataclass

import numpy as np
import shapely

from jingwei.kernel.places.checking.coverage import THIN_M, plane_of
from jingwei.kernel.places.snapshot import Drawn, Place, Places
from jingwei.kernel.values.coordinates import E7, Point

UNTOLD = "?"
"""In place of a code: it cannot be told in which area. No area has this code."""


@dataclass(frozen=True, slots=True)
class Era:
    """A span in which the same borders are in force (half open); the last has no end."""

    from_on: datetime.date
    until_on: datetime.date | None

    def day(self, today: datetime.date) -> datetime.date:
        """A day of it on which all is entered that ever was: the last, or today."""
        return self.until_on - datetime.timedelta(days=1) if self.until_on else max(self.from_on, today)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a matter is kept: its area (code), its point, how it was found (`Located.how`), and how many changes of
    boundaries there were up to the day of its report, both as far as they matter."""

    area: str | None
    point: Point | None
    located: str
    epoch: int


def eras(places: Places) -> list[Era]:
    """Every span of borders there was, is, or is decided to come, in order; a city that was never redrawn has one. The
    first boundary of an area that had none until then redraws nothing."""
    areas = places.by_id.values()
    days = {day for one in areas for day in (one.from_on, one.until_on) if day is not None}
    days.update(drawn.until_on for one in areas for drawn in places.shapes_of(one.code) if drawn.until_on is not None)
    first = sorted(days)
    return [Era(day, until) for day, until in zip(first, [*first[1:], None], strict=True)]


class Borders:
    """The borders of one day, and what lies where under them."""

    def __init__(self, places: Places, on: datetime.date) -> None:
        self._places, self.on = places, on
        self._known: dict[tuple[str, int, bool], frozenset[str | None]] = {}
        cells = [one for one in places.by_id.values() if places.is_cell(one) and self._moved(one)]
        touched = {code for one in cells for code in one.lineage}
        self.touched: frozenset[uuid.UUID] = frozenset(places.by_code[code].id for code in touched)
        """The areas of which a matter may lie elsewhere under these borders; all others are what they were."""

    def area_of(self, spot: Spot, level: str) -> str | None:
        """The code of the area of a level that it lies in; None for none, UNTOLD where it cannot be told."""
        kept = self._places.by_code[spot.area] if spot.area is not None else None
        if kept is not None and kept.id not in self.touched:
            return self._above(kept.code, level)
        found = {self._above(code, level) if code is not None else None for code in self._cells(spot, kept)}
        return found.pop() if len(found) == 1 else UNTOLD

    def _moved(self, cell: Place) -> bool:
        """Whether the cell is not there on the day, or had other borders at another time."""
        return not cell.on(self.on) or len(self._places.shapes_of(cell.code)) > 1

    def _above(self, code: str, level: str) -> str | None:
        known = self._places.by_code
        return next((one for one in known[code].lineage if known[one].level == level), None)

    def _cells(self, spot: Spot, kept: Place | None) -> frozenset[str | None]:
        """The areas it may lie in, none at all where nothing tells; None among them stands for land of no cell."""
        believed = spot.point is not None and self._believed(spot.point, spot, kept)
        cell = self._places.locate(spot.point, self.on) if believed else None
        if cell is not None:
            return frozenset({cell.code})
        if kept is None:
            root = self._places.root
            return frozenset({root.code if root else None})
        if believed and spot.located == "by_point":
            return frozenset({None})
        by_hand = spot.located == "by_hand"
        key = (kept.code, spot.epoch, by_hand)
        if key not in self._known:
            self._known[key] = self._cells_of(kept, spot.epoch, ever_since=by_hand)
        return self._known[key]

    def _believed(self, point: Point, spot: Spot, kept: Place | None) -> bool:
        """Whether the point tells the place: not where somebody put the matter into a cell that it never lay in."""
        if spot.located != "by_hand" or kept is None:
            return True
        land = self._land(kept, spot.epoch, ever_since=True)
        return any(shapely.intersects_xy(one, point.lon_e7 / E7, point.lat_e7 / E7) for one in land)

    def _cells_of(self, area: Place, epoch: int, *, ever_since: bool) -> frozenset[str | None]:
        """Where the land of an area lies under these borders. What is thinner than any alley does not count: two
        drawings of one border are never the same."""
        land = self._land(area, epoch, ever_since=ever_since)
        found: set[str | None] = set()
        for shape in land:
            shared = self._places.overlapped(shape, self.on)
            found.update(code for code, piece in shared if _is_land(piece))
            if _is_land(shapely.difference(shape, shapely.union_all([piece for _, piece in shared]))):
                found.add(None)
        if not land and area.on(self.on):
            found.add(area.code)
        return frozenset(found)

    def _land(self, area: Place, epoch: int, *, ever_since: bool) -> list[shapely.Geometry]:
        """The shapes, in degrees, of the area's cells on the day of a report; `ever_since` those of later days as well,
        as a person may have put the matter there on any of them. Where it had none on that day, all it ever had."""
        places = self._places
        below = [one for one in places.by_id.values() if area.code in one.lineage and places.is_cell(one)]
        drawn = [shape for one in below for shape in places.shapes_of(one.code)]
        day = places.changes[epoch - 1] if epoch else datetime.date.min
        chosen = [one for one in drawn if _holds(one, day, ever_since=ever_since)] or drawn
        return list(shapely.from_wkb([one.wkb for one in chosen]))


def _holds(one: Drawn, day: datetime.date, *, ever_since: bool) -> bool:
    over = one.until_on is not None and one.until_on <= day
    return not over and (ever_since or one.from_on <= day)


def _is_land(piece: shapely.Geometry) -> bool:
    """Whether some part of a shape in degrees is wide enough for anything to stand on it."""
    parts = shapely.get_parts(piece)
    parts = parts[shapely.area(parts) > 0]
    if not len(parts):
        return False
    flat = shapely.transform(parts, plane_of(parts).forward)
    return bool(np.any(2 * shapely.area(flat) >= THIN_M * shapely.length(flat)))
