"""The areas of one level as a drawing: their shapes with common borders kept, in whole units of a sheet.

A path is written as SVG writes it, corners as steps from the one before; pages show it as it is, and the map that a
script draws reads the same text. A whole sheet stays within `HEAVIEST`, however many cells the city has.
"""

import datetime
import functools
import gzip
import hashlib
import itertools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.places.snapshot import Places, places_of
from jingwei.kernel.values.coordinates import E7, Point
from jingwei.kernel.values.words import Text

GRADES = ((4000, 2.0), (4000, 4.0), (2000, 2.0), (2000, 4.0), (1200, 3.0), (800, 3.0))
"""Units of the sheet's longer side (4000: of a city 40 km across 10 m each) and how far a border may be off, in them;
the first grade that is light enough is taken."""

HEAVIEST = 150_000
"""Bytes of a whole sheet, compressed."""

MOST_NAMES = 400
"""Of a sheet with more areas none has its name written on it."""

_POLYGON = 3  # shapely's number for it
_MARGIN = 0.02


@dataclass(frozen=True, slots=True)
class Frame:
    """How degrees become units of the sheet (and back: `west + x / across`, `north - y / up`)."""

    west: float
    north: float
    across: float  # units a degree of longitude
    up: float
    width: int
    height: int

    def place(self, point: Point) -> tuple[int, int]:
        """Where a point lies on the sheet; it may lie beside it."""
        x, y = (point.lon_e7 / E7 - self.west) * self.across, (self.north - point.lat_e7 / E7) * self.up
        return round(x), round(y)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One area: its outline as the text of an SVG path, a point inside and the width that a name has there (0 where
    the sheet has too many)."""

    code: str
    name: Text
    path: str
    middle: tuple[int, int]
    room: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The areas of a level that have a shape today; `version` changes with any of them."""

    level: str
    frame: Frame
    areas: tuple[Drawn, ...]
    version: str
    packed: bytes
    """The same as JSON, compressed: for the script that draws it."""

    @property
    def box(self) -> str:
        """The view box of a drawing of all of it."""
        return f"0 0 {self.frame.width} {self.frame.height}"


def sheet_of(scope: Scope, level: str, within: str = "") -> Sheet | None:
    """The sheet of a level, inside one area if `within` is its code; None where nothing has a shape. Worked out once
    for each edition of the places and day; the places' statements at most."""
    return _sheet(held_of(scope), level, within)


@dataclass(frozen=True, slots=True)
class Held:
    """Places that are compared by their edition and day alone."""

    places: Places
    key: tuple[int, int]

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Held) and other.key == self.key


def held_of(scope: Scope, on: datetime.date | None = None) -> Held:
    """The places of today or of another day, as a key under which what is worked out from them is kept: all days
    between two changes of boundaries have one."""
    places = places_of(scope)
    if on is not None and on != places.today:
        places = places.seen_on(max((day for day in places.changes if day <= on), default=on))
    return Held(places, (scope.edition("places"), places.today.toordinal()))


@functools.lru_cache(maxsize=64)
def _sheet(held: Held, level: str, within: str) -> Sheet | None:
    places = held.places
    wanted = (one for one in places.in_force if one.level == level and (not within or within in one.lineage))
    chosen = {one.code: one for one in sorted(wanted, key=lambda one: one.lft)}
    owners, shapes = [], []
    for drawn in places.shapes_on(places.today):
        owner = next((code for code in places.by_code[drawn.code].lineage if code in chosen), None)
        if owner is not None:
            owners.append(owner)
            shapes.append(shapely.from_wkb(drawn.wkb))
    names = {code: one.name for code, one in chosen.items()}
    above = {
        code: [places.by_code[up].name for up in one.lineage[1:] if places.by_code[up].parent]
        for code, one in chosen.items()
    }
    return sheet_of_shapes(level, names, owners, shapes, above)


def sheet_of_shapes(
    level: str,
    names: Mapping[str, Text],
    owners: Sequence[str],
    shapes: Sequence[shapely.Geometry],
    above: Mapping[str, Sequence[Text]] = MappingProxyType({}),
) -> Sheet | None:
    """A sheet of shapes in degrees, each of them (a part of) the area with the code beside it in `owners`; in the order
    of `names`. `above` names the areas that each lies in, the nearest first. None where there are none."""
    if not shapes:
        return None
    for size, tolerance in GRADES[min(len(shapes) // 1000, len(GRADES) - 2) :]:  # finer ones would be too heavy
        frame = _frame(shapely.total_bounds(shapes).tolist(), size)
        flat = np.asarray(shapely.transform(shapes, functools.partial(_on_sheet, frame)), dtype=object)
        sheet = _written(level, frame, _joined(owners, flat, tolerance), names, above)
        if len(sheet.packed) <= HEAVIEST:
            break
    return sheet


def _frame(bounds: Sequence[float], size: int) -> Frame:
    west, south, east, north = bounds
    narrow = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * narrow, 1e-6), max(north - south, 1e-6)
    scale = size * (1 - 2 * _MARGIN) / max(wide, high)
    edge = size * _MARGIN
    width, height = round(wide * scale + 2 * edge), round(high * scale + 2 * edge)
    return Frame(west - edge / (scale * narrow), north + edge / scale, scale * narrow, scale, width, height)


def _on_sheet(frame: Frame, degrees: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return (degrees - (frame.west, frame.north)) * (frame.across, -frame.up)


def _joined(owners: Sequence[str], shapes: npt.NDArray[np.object_], tolerance: float) -> dict[str, shapely.Geometry]:
    """One shape for each owner; neighbours keep their common border, so that simpler shapes leave no gaps."""
    simpler = shapely.coverage_simplify(shapes, tolerance)
    parts: dict[str, list[shapely.Geometry]] = {}
    for owner, shape in zip(owners, simpler, strict=True):
        parts.setdefault(owner, []).append(shape)
    return {
        owner: found[0] if len(found) == 1 else shapely.union_all([shapely.make_valid(one) for one in found])
        for owner, found in parts.items()
    }


def _written(
    level: str,
    frame: Frame,
    shapes: dict[str, shapely.Geometry],
    names: Mapping[str, Text],
    above: Mapping[str, Sequence[Text]],
) -> Sheet:
    named = len(shapes) <= MOST_NAMES
    drawn = [_drawn(code, name, shapes[code], named) for code, name in names.items() if code in shapes]
    areas = tuple(one for one in drawn if one.path)
    document: dict[str, Any] = {
        "width": frame.width,
        "height": frame.height,
        "west": round(frame.west, 7),
        "north": round(frame.north, 7),
        "across": round(frame.across, 4),
        "up": round(frame.up, 4),
        "areas": [[one.code, one.name.zh, one.name.en, one.path] for one in areas],
        "above": _runs([above.get(one.code, ()) for one in areas]),
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Sheet(level, frame, areas, hashlib.sha256(text).hexdigest()[:16], gzip.compress(text, mtime=0))


def _runs(above: Sequence[Sequence[Text]]) -> list[list[list[Any]]]:
    """By level, the nearest first: the areas above as their name in Chinese, in English and how many areas of the sheet
    one after the other lie in them. Said so, names that many cells share weigh little."""
    found: list[list[list[Any]]] = []
    for level in range(max(map(len, above), default=0)):
        named = itertools.groupby(above, key=lambda names: names[level : level + 1])
        found.append([[*((one[0].zh, one[0].en) if one else ("", "")), len(list(members))] for one, members in named])
    return found


def _drawn(code: str, name: Text, shape: shapely.Geometry, named: bool) -> Drawn:
    """The outline, and with `named` where a name has most room."""
    shape = shape if shapely.is_valid(shape) else shapely.make_valid(shape)
    polygons = [one for one in shapely.get_parts(shape).tolist() if shapely.get_type_id(one) == _POLYGON]
    path = "".join(_ring(ring) for polygon in polygons for ring in shapely.get_rings(polygon))
    if not path or not named:
        return Drawn(code, name, path, (0, 0), 0)
    largest = max(polygons, key=shapely.area)
    middle = shapely.point_on_surface(largest)
    left, _, right, _ = shapely.bounds(largest).tolist()
    across = shapely.intersection(largest, shapely.LineString([(left - 1, middle.y), (right + 1, middle.y)]))
    room = max((one.length for one in shapely.get_parts(across) if one.distance(middle) < 1), default=0)
    return Drawn(code, name, path, (round(middle.x), round(middle.y)), round(room))


def _ring(ring: shapely.Geometry) -> str:
    """A ring in whole units, corners that fall together left out; "" for one that has no extent."""
    corners = np.rint(shapely.get_coordinates(ring)).astype(int)
    moved = np.any(np.diff(corners, axis=0) != 0, axis=1)
    kept = corners[np.concatenate([[True], moved])][:-1] if moved.any() else corners[:0]
    if len(kept) < 3:
        return ""
    steps = "".join(f"{x}{y if y < 0 else f' {y}'}" if x < 0 else f" {x}{y if y < 0 else f' {y}'}"
                    for x, y in np.diff(kept, axis=0).tolist())  # fmt: skip
    return f"M{kept[0][0]} {kept[0][1]}l{steps.strip()}z"
