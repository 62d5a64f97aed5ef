"""The ground of the practice city: a river, two ring roads, four counties, divided down to the grid cell."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from jingwei.surfaces.console.practice.land.mesh import Mesh, NoCut, Spot, clear, inside, middle

EAST, NORTH = 12_350_000, 3_500_000
"""The city's middle in 1e-5 degree: open water of the Yellow Sea, so that no point is anybody's address."""

_STRETCH = 1.22  # degrees of longitude are shorter than those of latitude here
_CITY, _OUTER, _INNER = 40_000, 9_000, 4_500  # radii of the city and its ring roads, in 1e-5 degree of latitude
_FEWEST_TOWNS = 4


@dataclass(slots=True)
class Piece:
    """One area of the tree with its face; the parts of a cell are empty."""

    level: str  # city, county, town, community, cell
    face: int
    urban: bool
    parts: list["Piece"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ground:
    """The whole: the mesh and the tree of its faces (only cells have one to themselves in the end)."""

    mesh: Mesh
    city: Piece

    def cells(self) -> list[Piece]:
        """All cells in the order of the tree."""
        return [
            cell
            for county in self.city.parts
            for town in county.parts
            for community in town.parts
            for cell in community.parts
        ]


def lay_out(cells: int, chance: random.Random) -> Ground:
    """Divides the city into so many cells (60 at least for all levels to be there)."""
    mesh = Mesh(_outline(chance))
    north, south = _river(mesh, chance)
    towns = _towns_of(cells)
    counties = []
    for half, up in ((north, 1), (south, -1)):
        rural, urban = _half_ring(mesh, half, _OUTER, up)
        counties += [Piece("county", urban, True), Piece("county", rural, False)]
    counties.sort(key=lambda piece: not piece.urban)
    for county, number in zip(counties, _shares(towns, (0.3, 0.3, 0.2, 0.2)), strict=True):
        up = 1 if middle(mesh.ring(county.face))[1] > 0 else -1
        county.parts = [Piece("town", face, county.urban) for face in _towns(mesh, county, number, up, chance)]
    every = [town for county in counties for town in county.parts]
    _communities(mesh, every, cells, chance)
    return Ground(mesh, Piece("city", 0, False, counties))


def _towns_of(cells: int) -> int:
    """Twenty for a thousand cells, some 150 for ten thousand."""
    return max(_FEWEST_TOWNS, cells // 50 if cells <= 1000 else 20 + (cells - 1000) * 134 // 9000)


def _shares(whole: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers that add up, one at least each, nearly by weight."""
    spare, total = whole - len(weights), sum(weights)
    exact = [spare * weight / total for weight in weights]
    parts = [int(one) for one in exact]
    order = sorted(range(len(weights)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: spare - sum(parts)]:
        parts[place] += 1
    return [part + 1 for part in parts]


def _polar(radius: float, angle: float) -> Spot:
    return round(radius * _STRETCH * math.cos(angle)), round(radius * math.sin(angle))


def _outline(chance: random.Random) -> list[Spot]:
    """A border that bends in and out; its westernmost and easternmost vertices are the river's ends."""
    count = 40
    return [_polar(_CITY * (1 + chance.uniform(-0.09, 0.09)), 2 * math.pi * place / count) for place in range(count)]


def _river(mesh: Mesh, chance: random.Random) -> tuple[int, int]:
    """From the west border to the east, with a vertex on each ring road; gives the land north and south of it."""
    west, east = 20, 0
    fixed = {round(side * radius * _STRETCH) for side in (-1, 1) for radius in (_INNER, _OUTER)}
    begin, end = mesh.spots[west][0], mesh.spots[east][0]
    stations = sorted(fixed | {round(begin + (end - begin) * place / 14) for place in range(1, 14)})
    stations = [x for x in stations if x in fixed or all(abs(x - other) > 1500 for other in fixed)]
    bends = []
    for x in stations:
        swing = 1600 * math.sin(x / 6500) + chance.uniform(-500, 500)
        bends.append((x, round(swing * 0.1 if x in fixed else swing)))  # bridges stand where the ring roads meet it
    return mesh.divide(0, west, east, bends)


def _half_ring(mesh: Mesh, face: int, radius: int, up: int) -> tuple[int, int]:
    """A half ring road from bank to bank on one side of the river; gives the land outside and inside."""
    begin = mesh.nearest(face, (round(-radius * _STRETCH), 0))
    end = mesh.nearest(face, (round(radius * _STRETCH), 0))
    turns = 12
    angles = [math.pi * (1 - place / turns) * up for place in range(1, turns)]
    road = [_polar(radius, angle) for angle in angles]
    left, right = mesh.divide(face, begin, end, road)
    return (left, right) if up > 0 else (right, left)


def _towns(mesh: Mesh, county: Piece, number: int, up: int, chance: random.Random) -> list[int]:
    """An urban county has streets inside its inner ring road and outside of it; all are cut like a cake first."""
    rings = [(county.face, _OUTER * 2.4, number)]
    if county.urban and number >= 2:
        outside, inside = _half_ring(mesh, county.face, _INNER, up)
        rings = [(inside, _INNER * 0.5, (number + 1) // 2), (outside, _INNER * 1.5, number // 2)]
    faces: list[int] = []
    for face, radius, wanted in rings:
        slices = min(wanted, 4)
        parts = _sliced(mesh, face, _Cake(slices, radius, up), chance)
        for part, count in zip(parts, _shares(wanted, [1.0] * slices), strict=True):
            faces += Divider(mesh, chance).parts(part, count)
    return faces


@dataclass(frozen=True, slots=True)
class _Cake:
    """How a half ring is cut: into how many slices, where half its width lies, on which side of the river."""

    slices: int
    radius: float
    up: int


def _sliced(mesh: Mesh, face: int, cake: _Cake, chance: random.Random) -> list[int]:
    """Cuts that lead away from the city's middle, the slices from west to east."""
    done, rest = [], face
    for place in range(1, cake.slices):
        angle = math.pi * (1 - place / cake.slices) + chance.uniform(-0.08, 0.08)
        through = (cake.radius * _STRETCH * math.cos(angle), cake.radius * cake.up * math.sin(angle))
        ends = mesh.crossings(rest, through, math.atan2(through[1], through[0]))
        parts = mesh.divide(rest, *ends, _bends(mesh, rest, ends, chance))
        west, rest = parts if cake.up > 0 else parts[::-1]
        done.append(west)
    return [*done, rest]


def _communities(mesh: Mesh, towns: Sequence[Piece], cells: int, chance: random.Random) -> None:
    number = max(len(towns), round(cells * 0.12))
    of_town = _shares(number, [chance.uniform(0.8, 1.3) * (1.2 if town.urban else 1) for town in towns])
    for town, count in zip(towns, of_town, strict=True):
        faces = Divider(mesh, chance, middle(mesh.ring(town.face))).parts(town.face, count)
        town.parts = [Piece("community", face, town.urban) for face in faces]
    every = [community for town in towns for community in town.parts]
    of_community = _shares(cells, [chance.uniform(0.7, 1.4) for _ in every])
    for community, count in zip(every, of_community, strict=True):
        faces = Divider(mesh, chance).parts(community.face, count)
        community.parts = [Piece("cell", face, community.urban) for face in faces]


@dataclass(frozen=True, slots=True)
class Divider:
    """Divides a face again and again, across its longer side; smaller parts lie nearer to `centre`, if there is one."""

    mesh: Mesh
    chance: random.Random
    centre: tuple[float, float] | None = None

    def parts(self, face: int, number: int) -> list[int]:
        """So many faces out of one."""
        if number == 1:
            return [face]
        less = number // 2
        left, right = self._halved(face, less / number)
        return [*self.parts(right, less), *self.parts(left, number - less)]

    def _halved(self, face: int, share: float) -> tuple[int, int]:
        """Two faces; the one to the right of the cut holds about this share of the weight."""
        ring = self.mesh.ring(face)
        along = _long_direction(ring)
        bend = self.chance.uniform(-0.2, 0.2)
        for turn in (0.0, 0.35, -0.35, 0.8, -0.8, 1.57):
            angle = along + math.pi / 2 + bend + turn
            try:
                ends = self.mesh.crossings(face, self._through(ring, angle, share), angle)
            except NoCut:
                continue
            if clear(self.mesh.ring(face), [self.mesh.spots[end] for end in ends]):
                return self.mesh.divide(face, *ends, _bends(self.mesh, face, ends, self.chance))
        raise NoCut(f"no line divides the face {face}")

    def _through(self, ring: Sequence[Spot], angle: float, share: float) -> tuple[float, float]:
        """A point that the line of this direction goes through so as to leave `share` of the weight to its right."""
        side = (math.sin(angle), -math.cos(angle))
        heights = [x * side[0] + y * side[1] for x, y in ring]
        low, high = min(heights), max(heights)
        for _ in range(9):
            height = (low + high) / 2
            right = _clipped(ring, side, height)
            left = _clipped(ring, (-side[0], -side[1]), -height)
            weight = self._weight(right)
            if weight / (weight + self._weight(left)) > share:
                low = height
            else:
                high = height
        touching = _on_line(ring, side, (low + high) / 2)
        return (touching[0][0] + touching[1][0]) / 2, (touching[0][1] + touching[1][1]) / 2

    def _weight(self, ring: Sequence[tuple[float, float]]) -> float:
        if len(ring) < 3:
            return 0.0
        twice, x, y = 0.0, 0.0, 0.0
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            twice += x1 * y2 - x2 * y1
        if self.centre is None or abs(twice) < 1:
            return abs(twice)
        x, y = sum(one for one, _ in ring) / len(ring), sum(one for _, one in ring) / len(ring)
        return abs(twice) / (math.sqrt(abs(twice)) + math.dist((x, y), self.centre))


def _bends(mesh: Mesh, face: int, ends: tuple[int, int], chance: random.Random) -> list[Spot]:
    """A long border is not straight; its middle keeps away from the ring."""
    (x1, y1), (x2, y2) = (mesh.spots[end] for end in ends)
    length = math.dist((x1, y1), (x2, y2))
    if length < 1200:
        return []
    off = chance.uniform(-0.06, 0.06)
    spot = round((x1 + x2) / 2 - (y2 - y1) * off), round((y1 + y2) / 2 + (x2 - x1) * off)
    ring = mesh.ring(face)
    path = [(x1, y1), spot, (x2, y2)]
    return [spot] if _far_inside(ring, spot, length * 0.15) and clear(ring, path) else []


def _long_direction(ring: Sequence[Spot]) -> float:
    """The direction in which a ring is longest, by its second moments."""
    x0, y0 = middle(ring)
    xx = yy = xy = 0.0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        length = math.dist((x1, y1), (x2, y2))
        x, y = (x1 + x2) / 2 - x0, (y1 + y2) / 2 - y0
        xx, yy, xy = xx + length * x * x, yy + length * y * y, xy + length * x * y
    return 0.5 * math.atan2(2 * xy, xx - yy)


def _clipped(
    ring: Sequence[tuple[float, float]], side: tuple[float, float], height: float
) -> list[tuple[float, float]]:
    """The part of a ring that lies beyond a line."""
    kept: list[tuple[float, float]] = []
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        one, other = x1 * side[0] + y1 * side[1] - height, x2 * side[0] + y2 * side[1] - height
        if one >= 0:
            kept.append((x1, y1))
        if (one >= 0) != (other >= 0):
            share = one / (one - other)
            kept.append((x1 + share * (x2 - x1), y1 + share * (y2 - y1)))
    return kept


def _on_line(ring: Sequence[Spot], side: tuple[float, float], height: float) -> list[tuple[float, float]]:
    """The ends of the longest stretch of a line within a ring."""
    found: list[tuple[float, float]] = []
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        one, other = x1 * side[0] + y1 * side[1] - height, x2 * side[0] + y2 * side[1] - height
        if (one >= 0) != (other >= 0):
            share = one / (one - other)
            found.append((x1 + share * (x2 - x1), y1 + share * (y2 - y1)))
    found.sort(key=lambda spot: -spot[0] * side[1] + spot[1] * side[0])
    pairs = [(found[place], found[place + 1]) for place in range(0, len(found) - 1, 2)]
    return list(max(pairs, key=lambda pair: math.dist(*pair)))


def _far_inside(ring: Sequence[Spot], spot: Spot, distance: float) -> bool:
    """Whether a spot lies within a ring and keeps this distance from all its edges."""
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        length = math.dist((x1, y1), (x2, y2)) or 1.0
        share = ((spot[0] - x1) * (x2 - x1) + (spot[1] - y1) * (y2 - y1)) / (length * length)
        share = min(1.0, max(0.0, share))
        if math.dist(spot, (x1 + share * (x2 - x1), y1 + share * (y2 - y1))) < distance:
            return False
    return inside(ring, spot)
