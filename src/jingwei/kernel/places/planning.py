"""From a new layer of boundaries to the redraw it means: which areas go on, end, begin, and what follows what."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from jingwei.kernel.places.checking.coverage import Cells, plane_of
from jingwei.kernel.places.commands.enter import Shape
from jingwei.kernel.places.commands.redraw import NewArea, RedrawAreas, Redrawn
from jingwei.kernel.places.snapshot import Places
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

SAME_M2 = 1.0  # of difference: the same boundary, written anew
FOLLOWS_SHARE = 0.05  # of the old or the new area; less is how two surveys of one border differ


@dataclass(frozen=True, slots=True)
class Wanted:
    """One area of the new layer."""

    code: str
    name: tuple[str, str]  # Chinese, English; used where the area is new
    parent: str  # code, or "" to lie where most of its land lay before
    shape: Shape


def plan_redraw(
    places: Places, level: str, wanted: Sequence[Wanted], from_on: datetime.date, basis: str
) -> RedrawAreas:
    """The act that makes `wanted` the whole of a level from a day on. Raises Invalid where a new area has no parent."""
    drawn = {one.code: one.wkb for one in places.shapes_on(from_on) if places.by_code[one.code].level == level}
    in_force = [place.code for place in places.by_code.values() if place.level == level and place.on(from_on)]
    new = {one.code: one for one in wanted}
    overlaps = _overlaps(drawn, {one.code: one.shape.wkb for one in wanted})
    ends = tuple(code for code in in_force if code not in new)
    adds = tuple(_new_area(places, level, one, overlaps, ends) for one in wanted if one.code not in in_force)
    redraws = tuple(
        Redrawn(code=one.code, shape=one.shape)
        for one in wanted
        if one.code in in_force and _differs(drawn.get(one.code), one.shape.wkb)
    )
    return RedrawAreas(from_on=from_on, basis=basis, ends=ends, adds=adds, redraws=redraws)


@dataclass(frozen=True, slots=True)
class _Shared:
    """How much of a new area lay in an old one: square metres, and the larger share of either."""

    old: str
    m2: float
    share: float


def _overlaps(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> dict[str, list[_Shared]]:
    """For each new code what it shares with old ones, the most first."""
    if not old or not new:
        return {}
    plane = plane_of(np.asarray(shapely.from_wkb([*old.values(), *new.values()]), dtype=object))
    before, after = (Cells.of(list(one), list(one.values()), plane) for one in (old, new))
    mine, theirs = shapely.STRtree(before.shapes).query(after.shapes, predicate="intersects")
    m2 = shapely.area(shapely.intersection(after.shapes[mine], before.shapes[theirs]))
    share = np.maximum(m2 / shapely.area(after.shapes[mine]), m2 / shapely.area(before.shapes[theirs]))
    found: dict[str, list[_Shared]] = {}
    for one, other, size, part in zip(mine.tolist(), theirs.tolist(), m2.tolist(), share.tolist(), strict=True):
        found.setdefault(after.codes[one], []).append(_Shared(before.codes[other], size, part))
    return {code: sorted(shared, key=lambda one: (-one.m2, one.old)) for code, shared in found.items()}


def _new_area(
    places: Places, level: str, one: Wanted, overlaps: Mapping[str, Sequence[_Shared]], ends: Sequence[str]
) -> NewArea:
    shared = overlaps.get(one.code, ())
    parent = one.parent or (_parent_of(places, shared[0].old) if shared else "")
    if not parent:
        reason = Text(f"新区域“{one.code}”没有上级。", f"The new area “{one.code}” has no parent.")
        raise Invalid(reason, place=one.code)
    follows = tuple(sorted(part.old for part in shared if part.old in ends and part.share >= FOLLOWS_SHARE))
    return NewArea(
        code=one.code,
        level=level,
        parent=parent,
        name=one.name,
        shape=one.shape,
        follows=follows,
        cell=level == places.innermost,
    )


def _parent_of(places: Places, code: str) -> str:
    lineage = places.by_code[code].lineage
    return lineage[1] if len(lineage) > 1 else ""


def _differs(old: bytes | None, new: bytes) -> bool:
    if old is None:
        return True
    one, other = shapely.from_wkb(old), shapely.from_wkb(new)
    plane = plane_of(np.asarray([one, other], dtype=object))
    flat = shapely.transform(np.asarray([one, other], dtype=object), plane.forward)
    return bool(shapely.area(shapely.symmetric_difference(flat[0], flat[1])) >= SAME_M2)
