"""The areas of one level with their borders as they are kept, in degrees: for other systems, which draw them on maps of
their own (a page draws `sheets`, which are lighter)."""

import datetime
import functools
from collections.abc import Mapping

import shapely

from jingwei.kernel.commands.scope import Scope
from jingwei.kit.maps.sheets import Held, held_of


def outlines_of(scope: Scope, level: str, on: datetime.date | None = None) -> Mapping[str, shapely.Geometry]:
    """The shape of each area of a level that has one on that day (today if None), by code, in the tree's order. Worked
    out once for each edition of the places and day: a cell's as it was drawn, that of an area above as the union of its
    cells'."""
    return _outlines(held_of(scope, on), level)


@functools.lru_cache(maxsize=16)
def _outlines(held: Held, level: str) -> Mapping[str, shapely.Geometry]:
    places = held.places
    chosen = {one.code for one in places.in_force if one.level == level}
    parts: dict[str, list[shapely.Geometry]] = {}
    for drawn in places.shapes_on(places.today):
        owner = next((code for code in places.by_code[drawn.code].lineage if code in chosen), None)
        if owner is not None:
            parts.setdefault(owner, []).append(shapely.from_wkb(drawn.wkb))
    order = sorted(parts, key=lambda code: places.by_code[code].lft)
    return {code: _joined(parts[code]) for code in order}


def _joined(shapes: list[shapely.Geometry]) -> shapely.Geometry:
    if len(shapes) == 1:
        return shapes[0]
    return shapely.union_all([one if shapely.is_valid(one) else shapely.make_valid(one) for one in shapes])
