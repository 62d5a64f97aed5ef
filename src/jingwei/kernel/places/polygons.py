"""From the coordinates of one GeoJSON geometry to valid polygons; everything is counted before geometry is made."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from jingwei.kernel.places.problems import Findings
from jingwei.kernel.values.coordinates import METRES_PER_DEGREE

_NESTING = {"Polygon": 1, "MultiPolygon": 2}  # lists between the coordinates and a ring
_SMALLEST_RING = 4
_DIMENSIONS = (2, 3)  # a height is read and dropped
_OVERLAPS_PER_EDGE, _OVERLAPS_FREE = 8, 1_000  # real boundaries have 3 to 4 an edge, itself and its neighbours included
_EDGES_AT_ONCE = 64
_MOST_PIECES = 4_000  # their union takes 1.5 s; the time grows with the square

Ring = npt.NDArray[np.float64]  # n × 2: longitude, latitude in degrees


class _BadRing(Exception):
    """A ring that cannot be read; only ever seen inside this module."""

    def __init__(self, code: str, position: int | None = None, **values: object) -> None:
        self.code = code
        self.position = position
        self.values = values


@dataclass(frozen=True, slots=True)
class Repair:
    """What was wrong with a shape as it was written."""

    reason: str  # as GEOS says it, without the place
    lon: float  # degrees, where it was found
    lat: float
    wkb: bytes  # the shape as written


@dataclass(frozen=True, slots=True)
class Polygons:
    """A valid MultiPolygon."""

    wkb: bytes  # little endian, two dimensions, WGS-84 degrees
    box: tuple[float, float, float, float]  # west, south, east, north
    vertices: int
    repair: Repair | None = None


def count_vertices(geometry: dict[str, Any]) -> int:
    """The positions of a Polygon or MultiPolygon as written, without a look at them."""
    return sum(len(ring) for _, _, ring in _rings(geometry) if isinstance(ring, list))


def read_polygons(geometry: dict[str, Any], place: str, findings: Findings) -> Polygons | None:
    """The polygons of a Polygon or MultiPolygon, repaired where needed; None with every ring's first problem told."""
    parts: dict[int, list[Ring]] = {}
    before = len(findings.problems)
    for part, where, ring in _rings(geometry):
        try:
            parts.setdefault(part, []).append(_read_ring(ring, geometry["type"]))
        except _BadRing as bad:
            at = "" if bad.position is None else f"[{bad.position}]"
            findings.problem(bad.code, f"{place}.coordinates{where}{at}", **bad.values)
    if not parts or len(findings.problems) > before:
        if len(findings.problems) == before:
            findings.problem("no_area", place)
        return None
    if _tangled([ring for rings in parts.values() for ring in rings]):
        findings.problem("tangled", place)
        return None
    shape = shapely.MultiPolygon([(rings[0], rings[1:]) for rings in parts.values()])
    return _finished(shape, place, findings)


def _rings(geometry: dict[str, Any]) -> Iterator[tuple[int, str, object]]:
    """Part, place and value of each ring; what is not a list is handed on as if it were a ring, to be refused."""
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list):
        yield 0, "", coordinates
        return
    several = _NESTING[geometry["type"]] > 1
    for part, rings in enumerate(coordinates if several else [coordinates]):
        prefix = f"[{part}]" if several else ""
        if not isinstance(rings, list):
            yield part, prefix, rings
            continue
        for number, ring in enumerate(rings):
            yield part, f"{prefix}[{number}]", ring


def _read_ring(ring: object, kind: str) -> Ring:
    if not isinstance(ring, list):
        raise _BadRing("not_positions", kind=kind)
    for number, position in enumerate(ring):
        if not _is_position(position):
            raise _position_fault(position, number, kind)
    try:
        degrees = np.array([position[:2] for position in ring], dtype=np.float64).reshape(-1, 2)
    except OverflowError:  # a whole number beyond any float
        raise _BadRing("not_finite") from None
    _check_range(degrees)
    if len(degrees) < _SMALLEST_RING:
        raise _BadRing("short_ring", count=len(degrees))
    if not np.array_equal(degrees[0], degrees[-1]):
        raise _BadRing("open_ring")
    return degrees


def _is_position(value: object) -> bool:
    return (
        type(value) is list
        and len(value) in _DIMENSIONS
        and all(type(number) is float or type(number) is int for number in value)
    )


def _position_fault(value: object, number: int, kind: str) -> _BadRing:
    if not isinstance(value, list) or any(isinstance(inner, list) for inner in value):
        return _BadRing("not_positions", number, kind=kind)
    if len(value) not in _DIMENSIONS:
        return _BadRing("wrong_dimension", number, count=len(value))
    wrong = next(inner for inner in value if type(inner) is not float and type(inner) is not int)
    return _BadRing("not_number", number, value=json.dumps(wrong))


def _check_range(degrees: Ring) -> None:
    finite = np.isfinite(degrees).all(axis=1)
    if not finite.all():
        raise _BadRing("not_finite", int(finite.argmin()))
    within = (np.abs(degrees) <= (180, 90)).all(axis=1)
    if not within.all():
        first = int(within.argmin())
        code = "swapped" if (np.abs(degrees) <= (90, 180)).all() else "out_of_range"
        raise _BadRing(code, first, lon=degrees[first, 0], lat=degrees[first, 1])


def _tangled(rings: list[Ring]) -> bool:
    """
    Whether the boxes of so many edges overlap that validity or repair could take minutes, or gigabytes.

    A GEOS call cannot be stopped: a ring of 1,000 edges that all cross takes 3.5 s and 300 MB to repair, a valid
    comb of 50,000 slanting edges 18 s to check.
    """
    count = sum(len(ring) - 1 for ring in rings)
    allowed = _OVERLAPS_PER_EDGE * count + _OVERLAPS_FREE
    if count * count <= allowed:
        return False
    ends = np.concatenate([np.stack([ring[:-1], ring[1:]], axis=1) for ring in rings])
    edges = np.asarray(shapely.linestrings(ends), dtype=object)
    tree = shapely.STRtree(edges)
    met = 0
    for start in range(0, count, _EDGES_AT_ONCE):
        met += tree.query(edges[start : start + _EDGES_AT_ONCE]).shape[1]
        if met > allowed:
            return True
    return False


def _finished(shape: shapely.MultiPolygon, place: str, findings: Findings) -> Polygons | None:
    sound: shapely.Geometry | None = shape if shapely.is_valid(shape) else _repaired(shape)
    if sound is None or shapely.is_empty(sound):
        findings.problem("tangled" if sound is None else "no_area", place)
        return None
    repair = None
    if sound is not shape:
        reason = shapely.is_valid_reason(shape)
        findings.note("repaired", place, reason=reason, before=_km2(shape), after=_km2(sound))
        repair = _repair(shape, reason)
    west, south, east, north = (float(degree) for degree in shapely.bounds(sound))
    wkb: bytes = shapely.to_wkb(sound, output_dimension=2, byte_order=1)
    return Polygons(wkb, (west, south, east, north), int(shapely.get_num_coordinates(sound)), repair)


def _repair(shape: shapely.MultiPolygon, reason: str) -> Repair:
    """GEOS writes where it found the first fault: Self-intersection[-71.06 42.35]."""
    kind, _, at = reason.rstrip("]").partition("[")
    try:
        lon, lat = (float(part) for part in at.split()[:2])
    except ValueError:
        lon, lat = shapely.get_coordinates(shape)[0].tolist()
    return Repair(kind, lon, lat, shapely.to_wkb(shape, output_dimension=2, byte_order=1))


def _repaired(shape: shapely.MultiPolygon) -> shapely.Geometry | None:
    """Each part made valid, then the parts made one where they overlap; None if that union could take minutes."""
    pieces = _polygonal(shapely.make_valid(shapely.get_parts(shape), method="structure", keep_collapsed=False))
    whole = shapely.MultiPolygon(pieces)
    if shapely.is_valid(whole):
        return whole
    if len(pieces) > _MOST_PIECES:
        return None
    return shapely.MultiPolygon(_polygonal(shapely.union_all(pieces)))


def _polygonal(shapes: Any) -> list[shapely.Polygon]:
    """The polygons among the shapes and, two levels deep, among their parts."""
    parts = shapely.get_parts(shapely.get_parts(shapes))
    return [part for part in parts if isinstance(part, shapely.Polygon) and not part.is_empty]


def _km2(shape: shapely.Geometry) -> str:
    """The area on the plane that touches the Earth at the middle latitude; good enough to compare two readings."""
    _, south, _, north = shapely.bounds(shape)
    per_degree = METRES_PER_DEGREE / 1000
    return f"{shapely.area(shape) * per_degree**2 * math.cos(math.radians((south + north) / 2)):.6f}"
