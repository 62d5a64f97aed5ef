"""One cell cut in two by a line, and the redraw that this means: the old cell ends, two follow it."""

import datetime
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import shapely

from jingwei.kernel.places.checking.coverage import Cells
from jingwei.kernel.places.commands.enter import Shape
from jingwei.kernel.places.commands.redraw import NewArea, RedrawAreas
from jingwei.kernel.places.dividing.corners import neighbours_with_corners
from jingwei.kernel.places.dividing.lines import Line
from jingwei.kernel.places.snapshot import Place, Places
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

SOURCE = "split"
"""What a boundary says of where it comes from, where a person drew the line."""

_BEYOND = 1e-6  # degrees that an end goes past the border it is led to: 0.1 m, so that the two surely cross
_ASIDE = 1e-3  # of a stretch of the line: how far to the left and right of it a side is looked for
_LEAST_M2 = 1.0  # less is no half but rounding
_NUMBERED = re.compile(r"(.*?)(\d+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Half:
    """One side of a cut: a valid polygon or several, WGS-84 degrees; `m2` of it, and its share of the whole."""

    shape: shapely.Geometry
    m2: float
    share: float


@dataclass(frozen=True, slots=True)
class Named:
    """What a half is to be called."""

    code: str
    name: tuple[str, str]  # Chinese, English


def cut(wkb: bytes, line: Line) -> tuple[Half, Half]:
    """The two sides of a cell, the western one first. An end inside the cell is led on to the border, straight on.

    A line may cross the border more than twice: each side is all that lies on it, islands with what is nearest. Raises
    Invalid at `line` where it cuts nothing off or crosses itself.
    """
    shape = shapely.from_wkb(wkb)
    drawn = _led_on(shape, shapely.LineString(line))
    if not drawn.is_simple:
        raise _wrong(_CROSSES_ITSELF)
    faces = _faces(shape, drawn)
    sides = _sides(faces, shapely.intersection(shape, drawn))
    halves = [shapely.union_all([faces[at] for at in sorted(side)]) for side in sides]
    if any(shapely.is_empty(half) for half in halves):
        raise _wrong(_CUTS_NOTHING)
    halves.sort(key=lambda half: (half.centroid.x, half.centroid.y))
    flat = Cells.of(["", ""], [shapely.to_wkb(half) for half in halves]).shapes
    sizes = shapely.area(flat).tolist()
    if min(sizes) < _LEAST_M2:
        raise _wrong(_CUTS_NOTHING)
    first, second = (Half(half, m2, m2 / sum(sizes)) for half, m2 in zip(halves, sizes, strict=True))
    return first, second


def shape_of(geometry: shapely.Geometry, source: str) -> Shape:
    """A drawn area as it is entered."""
    parts = [one for one in shapely.get_parts(geometry) if shapely.get_dimensions(one) == 2]  # noqa: PLR2004  # areas
    whole = shapely.MultiPolygon(parts)
    wkb: bytes = shapely.to_wkb(whole, output_dimension=2, byte_order=1)
    return Shape(wkb=wkb, vertices=int(shapely.get_num_coordinates(whole)), datum="WGS84", source=source)


def plan_split(
    places: Places, place: Place, sides: Sequence[tuple[Half, Named]], from_on: datetime.date, basis: str
) -> RedrawAreas:
    """The act: the cell ends on that day, its halves begin and follow it; neighbours take over the ends of the line as
    corners of their own, so that the borders still meet corner to corner."""
    shapes = {named.code: half.shape for half, named in sides}
    drawn = {one.code: shapely.from_wkb(one.wkb) for one in places.shapes_on(from_on)}
    adds = tuple(
        NewArea(
            code=named.code,
            level=place.level,
            parent=place.lineage[1],
            name=named.name,
            shape=shape_of(half.shape, SOURCE),
            follows=(place.code,),
        )
        for half, named in sides
    )
    drawn.pop(place.code, None)
    return RedrawAreas(
        from_on=from_on,
        basis=basis,
        ends=(place.code,),
        adds=adds,
        redraws=neighbours_with_corners(list(shapes.values()), drawn, SOURCE),
    )


def free_codes(places: Places, like: Place, count: int) -> list[str]:
    """Codes that no area ever had, for new areas beside one: their numbers go on where those of the others stopped."""
    beside = [one.code for one in places.by_code.values() if one.parent == like.parent and one.level == like.level]
    return list(_free(places, like.code, beside, count))


def _free(places: Places, like: str, beside: Sequence[str], count: int) -> Iterator[str]:
    found = _NUMBERED.fullmatch(like)
    stem, digits = (found[1], found[2]) if found else (f"{like}-", "0")
    numbers = [int(code[len(stem) :]) for code in beside if code.startswith(stem) and code[len(stem) :].isdecimal()]
    number = max(numbers, default=0)
    for _ in range(count):
        number += 1
        while f"{stem}{number:0{len(digits)}}" in places.by_code:
            number += 1
        yield f"{stem}{number:0{len(digits)}}"


def _led_on(shape: shapely.Geometry, line: shapely.LineString) -> shapely.LineString:
    """The line with both ends outside the cell."""
    corners = [tuple(one) for one in shapely.get_coordinates(line).tolist()]
    for _ in range(2):  # first the start, then the end
        corners.reverse()
        if shapely.intersects_xy(shape, *corners[-1]):
            corners.append(_way_out(shape, corners[-2], corners[-1]))
    return shapely.LineString(corners)


def _way_out(shape: shapely.Geometry, before: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """Straight on from a place inside, just past the first border."""
    west, south, east, north = shapely.bounds(shape).tolist()
    across, up = end[0] - before[0], end[1] - before[1]
    length = math.hypot(across, up)
    across, up = across / length, up / length
    far = math.hypot(east - west, north - south) + _BEYOND
    ray = shapely.LineString([end, (end[0] + across * far, end[1] + up * far)])
    met = shapely.get_coordinates(shapely.intersection(shapely.boundary(shape), ray))
    nearest = min((math.hypot(x - end[0], y - end[1]) for x, y in met.tolist()), default=0.0) + _BEYOND
    return end[0] + across * nearest, end[1] + up * nearest


def _faces(shape: shapely.Geometry, line: shapely.LineString) -> list[shapely.Geometry]:
    """What the border and the line together enclose of the cell."""
    drawn = shapely.union_all([shapely.boundary(shape), line])
    faces = shapely.get_parts(shapely.polygonize([drawn])).tolist()
    return [one for one in faces if shapely.contains(shape, one.point_on_surface())]


def _sides(faces: Sequence[shapely.Geometry], inner: shapely.Geometry) -> tuple[set[int], set[int]]:
    """The faces to the left and to the right of the stretches of the line inside the cell, by their places."""
    left, right = set[int](), set[int]()
    for stretch in shapely.get_parts(inner).tolist():
        corners = shapely.get_coordinates(stretch).tolist()
        if len(corners) > 1:
            (ax, ay), (bx, by) = max(zip(corners, corners[1:], strict=False), key=lambda two: math.dist(*two))
            across, up = (bx - ax) * _ASIDE, (by - ay) * _ASIDE
            x, y = (ax + bx) / 2, (ay + by) / 2
            left |= _holding(faces, x - up, y + across)
            right |= _holding(faces, x + up, y - across)
    if left & right:
        raise _wrong(_TURNS_BACK)
    known = {at: left for at in left} | {at: right for at in right}
    for at, face in enumerate(faces):
        if at not in known and known:
            nearest = min(known, key=lambda other: shapely.distance(face, faces[other]))
            known[nearest].add(at)
    return left, right


def _holding(faces: Sequence[shapely.Geometry], x: float, y: float) -> set[int]:
    return {at for at, one in enumerate(faces) if shapely.intersects_xy(one, x, y)}


def _wrong(reason: Text) -> Invalid:
    return Invalid(reason, place="line")


_CROSSES_ITSELF = Text("线与自身相交；请重画。", "The line crosses itself: draw it anew.")
_TURNS_BACK = Text(
    "线绕了回来，分不出两边；请画一条从边界到边界的线。",
    "The line turns back on itself, so that it has no two sides: draw it from border to border.",
)
_CUTS_NOTHING = Text(
    "这条线没有把网格分成两块；请从一侧边界画到另一侧。",
    "The line does not cut the cell in two: draw it from one border to another.",
)
