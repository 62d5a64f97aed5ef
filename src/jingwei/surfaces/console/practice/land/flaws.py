"""Faults planted in the grid, each with what a check must find."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from jingwei.surfaces.console.practice.land.ground import EAST, NORTH
from jingwei.surfaces.console.practice.land.mesh import Spot, doubled_area, middle
from jingwei.surfaces.console.practice.land.places import Cell, Places

_METRES = 111_194.9  # a degree of latitude on the sphere of the Earth's mean radius
_LEAST_GAP = 4_000  # square units, a little less than as many square metres
OVERFULL = 1_260


@dataclass(frozen=True, slots=True)
class Gap:
    """A triangle that no cell covers: the cell it was cut from, its size and its middle in degrees."""

    cell: str
    square_metres: int
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class Overlap:
    """A triangle that two cells cover: the one it belongs to, the one that was drawn over it, and its size."""

    cell: str
    over: str
    square_metres: int


@dataclass(frozen=True, slots=True)
class Flaws:
    """The outlines as published, with what is wrong with the grid."""

    outlines: Mapping[str, Sequence[Spot]]
    certain: Mapping[str, Sequence[Spot]]  # what lies in one cell and no other
    gap: Gap
    overlap: Overlap
    overfull: str  # the cell with far too many households


def plant(places: Places, chance: random.Random) -> Flaws:
    """Cuts a corner off one cell's outline, draws one over another, and fills one beyond measure (in `places`)."""
    shared: dict[Spot, int] = {}
    for cell in places.cells:
        for spot in cell.ring:
            shared[spot] = shared.get(spot, 0) + 1
    order = [cell for cell in places.cells if not cell.urban]
    chance.shuffle(order)
    (cut, corner), (under, lost) = islice((found for one in order if (found := _corner(one, shared))), 2)
    outlines: dict[str, Sequence[Spot]] = {one.code: one.ring for one in places.cells}
    outlines[cut.code] = [spot for spot in cut.ring if spot != corner]
    certain = {**outlines, under.code: [spot for spot in under.ring if spot != lost]}
    before, after = _beside(under, lost)
    over = next(one for one in places.cells if _runs(one, lost, before))
    outlines[over.code] = _with(outlines[over.code], lost, after)
    full = chance.choice([one for one in places.cells if one.urban])
    full.households = OVERFULL
    overlap = Overlap(under.code, over.code, _square_metres([before, lost, after]))
    return Flaws(outlines, certain, _gap(cut, corner), overlap, full.code)


def _beside(cell: Cell, spot: Spot) -> tuple[Spot, Spot]:
    """The corners before and after one of a cell's."""
    place = cell.ring.index(spot)
    return cell.ring[place - 1], cell.ring[(place + 1) % len(cell.ring)]


def _runs(cell: Cell, begin: Spot, end: Spot) -> bool:
    """Whether a cell's border runs straight from one spot to the other."""
    return begin in cell.ring and _beside(cell, begin)[1] == end


def _with(ring: Sequence[Spot], before: Spot, added: Spot) -> list[Spot]:
    place = list(ring).index(before)
    return [*ring[: place + 1], added, *ring[place + 1 :]]


def _corner(cell: Cell, shared: Mapping[Spot, int]) -> tuple[Cell, Spot] | None:
    """A corner of the cell that lies inside the city, is convex and not too small."""
    ring = cell.ring
    if len(ring) < 5:
        return None
    for place, spot in enumerate(ring):
        triangle = [ring[place - 1], spot, ring[(place + 1) % len(ring)]]
        if shared[spot] < 3 or not _LEAST_GAP < doubled_area(triangle) / 2 < doubled_area(ring) / 8:
            continue
        if not any(_within(triangle, other) for other in ring if other not in triangle):
            return cell, spot
    return None


def _within(triangle: Sequence[Spot], spot: Spot) -> bool:
    corners = zip(triangle, [*triangle[1:], triangle[0]], strict=True)
    return all(doubled_area([one, other, spot]) >= 0 for one, other in corners)


def _gap(cell: Cell, corner: Spot) -> Gap:
    before, after = _beside(cell, corner)
    triangle = [before, corner, after]
    x, y = middle(triangle)
    east, north = round((EAST + x) / 100_000, 5), round((NORTH + y) / 100_000, 5)
    return Gap(cell.code, _square_metres(triangle), east, north)


def _square_metres(triangle: Sequence[Spot]) -> int:
    latitude = (NORTH + middle(triangle)[1]) / 100_000
    unit = (_METRES / 100_000) ** 2 * math.cos(math.radians(latitude))
    return round(doubled_area(triangle) / 2 * unit)
