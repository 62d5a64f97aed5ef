"""A plane divided into faces that share their vertices: what is cut out of it tiles exactly, whatever is rounded."""

import math
from collections.abc import Iterator, Sequence

Spot = tuple[int, int]
"""A vertex on the whole-number grid (x east, y north)."""

_SNAP = 0.12  # a cut that meets an edge within this share of its end goes through the end


class NoCut(ValueError):
    """A line that does not divide a face into two."""


class Mesh:
    """Faces as rings of vertex numbers, counter-clockwise; an edge broken on one side is broken on the other."""

    def __init__(self, outline: Sequence[Spot]) -> None:
        self.spots: list[Spot] = list(outline)
        self.rings: dict[int, list[int]] = {0: list(range(len(outline)))}
        self._face_at: dict[tuple[int, int], int] = {}
        self._claim(0)

    def ring(self, face: int) -> list[Spot]:
        """The corners of a face, the first not repeated."""
        return [self.spots[number] for number in self.rings[face]]

    def nearest(self, face: int, spot: Spot) -> int:
        """The vertex of a face that lies nearest to a spot."""
        return min(self.rings[face], key=lambda number: math.dist(self.spots[number], spot))

    def crossings(self, face: int, through: tuple[float, float], angle: float) -> tuple[int, int]:
        """The two vertices where a line through an inner point meets the ring, made where there are none.

        Raises NoCut when the line runs along an edge or does not leave the face on both sides.
        """
        found: list[int] = []
        hits = list(self._hits(face, through, angle))
        for wanted in (max, min):
            side = [hit for hit in hits if (hit[0] < 0) == (wanted is max)]
            if not side:
                raise NoCut("the line leaves the face on one side only")
            _, edge, share = wanted(side)
            found.append(self._vertex_on(edge, share))
        if found[0] == found[1] or self._adjacent(face, found[0], found[1]):
            raise NoCut("the line cuts off nothing")
        return found[0], found[1]

    def divide(self, face: int, begin: int, end: int, between: Sequence[Spot] = ()) -> tuple[int, int]:
        """Two faces out of one along a path between two of its vertices; the first lies to the left of the path."""
        ring = self.rings[face]
        first, last = ring.index(begin), ring.index(end)
        new = list(range(len(self.spots), len(self.spots) + len(between)))
        self.spots.extend(between)
        there = ring[first : last + 1] if first < last else ring[first:] + ring[: last + 1]
        back = ring[last : first + 1] if last < first else ring[last:] + ring[: first + 1]
        other = len(self.rings)
        self.rings[face] = there + new[::-1]
        self.rings[other] = back + new
        self._claim(face)
        self._claim(other)
        return other, face

    def _claim(self, face: int) -> None:
        ring = self.rings[face]
        for start, end in zip(ring, ring[1:] + ring[:1], strict=True):
            self._face_at[start, end] = face

    def _hits(
        self, face: int, through: tuple[float, float], angle: float
    ) -> Iterator[tuple[float, tuple[int, int], float]]:
        """(distance along the line, edge, share of the edge) of every meeting of line and ring."""
        east, north = math.cos(angle), math.sin(angle)
        ring = self.rings[face]
        for start, end in zip(ring, ring[1:] + ring[:1], strict=True):
            (x1, y1), (x2, y2) = self.spots[start], self.spots[end]
            left = (x1 - through[0]) * north - (y1 - through[1]) * east
            right = (x2 - through[0]) * north - (y2 - through[1]) * east
            if (left < 0) == (right < 0):
                continue
            share = left / (left - right)
            x, y = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
            yield (x - through[0]) * east + (y - through[1]) * north, (start, end), share

    def _vertex_on(self, edge: tuple[int, int], share: float) -> int:
        start, end = edge
        if share < _SNAP:
            return start
        if share > 1 - _SNAP:
            return end
        (x1, y1), (x2, y2) = self.spots[start], self.spots[end]
        number = len(self.spots)
        self.spots.append((round(x1 + share * (x2 - x1)), round(y1 + share * (y2 - y1))))
        for a, b in ((start, end), (end, start)):
            face = self._face_at.pop((a, b), None)
            if face is not None:
                ring = self.rings[face]
                ring.insert(ring.index(a) + 1, number)
                self._face_at[a, number] = self._face_at[number, b] = face
        return number

    def _adjacent(self, face: int, one: int, other: int) -> bool:
        ring = self.rings[face]
        apart = abs(ring.index(one) - ring.index(other))
        return apart in (1, len(ring) - 1)


def doubled_area(ring: Sequence[Spot]) -> int:
    """Twice the area of a ring in whole units, positive when it runs counter-clockwise."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True))


def middle(ring: Sequence[Spot]) -> tuple[float, float]:
    """The centre of gravity of a ring."""
    twice = doubled_area(ring)
    x = y = 0.0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x1 * y2 - x2 * y1
        x += (x1 + x2) * cross
        y += (y1 + y2) * cross
    return x / (3 * twice), y / (3 * twice)


def clear(ring: Sequence[Spot], path: Sequence[Spot]) -> bool:
    """Whether a path between two corners of a ring runs inside it and touches it nowhere else."""
    for start, end in zip(path, path[1:], strict=False):
        for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
            if start not in (a, b) and end not in (a, b) and _cross(start, end, a, b):
                return False
        if not inside(ring, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)):
            return False
    return True


def inside(ring: Sequence[Spot], spot: tuple[float, float]) -> bool:
    """Whether a spot lies within a ring."""
    odd = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > spot[1]) != (y2 > spot[1]) and spot[0] < x1 + (spot[1] - y1) * (x2 - x1) / (y2 - y1):
            odd = not odd
    return odd


def _cross(a: Spot, b: Spot, c: Spot, d: Spot) -> bool:
    def side(p: Spot, q: Spot, r: Spot) -> int:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) <= 0 and side(c, d, a) * side(c, d, b) <= 0
