"""Faults planted in the grid, each with what a check must find."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
class Flaws:
    """The outlines as published, with what is wrong with the grid."""

    outlines: Mapping[str, Sequence[Spot]]
    gap: Gap
    overfull: str  # the cell with far too many households


def plant(places: Places, chance: random.Random) -> Flaws:
    """Cuts a corner off one cell's outline and fills another beyond measure (in `places`)."""
    shared: dict[Spot, int] = {}
    for cell in places.cells:
        for spot in cell.ring:
            shared[spot] = shared.get(spot, 0) + 1
    order = [cell for cell in places.cells if not cell.urban]
    chance.shuffle(order)
    cell, corner = next(found for one in order if (found := _corner(one, shared)))
    outlines = {one.code: one.ring for one in places.cells}
    outlines[cell.code] = [spot for spot in cell.ring if spot != corner]
    full = chance.choice([one for one in places.cells if one.urban])
    full.households = OVERFULL
    return Flaws(outlines, _gap(cell, corner), full.code)


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
    place = cell.ring.index(corner)
    triangle = [cell.ring[place - 1], corner, cell.ring[(place + 1) % len(cell.ring)]]
    x, y = middle(triangle)
    latitude = (NORTH + y) / 100_000
    unit = (_METRES / 100_000) ** 2 * math.cos(math.radians(latitude))
    square_metres = round(doubled_area(triangle) / 2 * unit)
    return Gap(cell.code, square_metres, round((EAST + x) / 100_000, 5), round(latitude, 5))
