"""The small pieces that cells are put together from: each cell cut along a lattice of squares, and what touches what.

A piece never crosses a border of today, so the present division is one of those that can be made of them, and a piece
never leaves the area it lies in. What a cell is known to carry lies at its points; what is known of the cell as a whole
(households, reports without a point) is spread over its pieces by their area.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
import numpy.typing as npt
import shapely

from jingwei.kernel.places.checking.coverage import Cells
from jingwei.kernel.places.checking.plane import Plane
from jingwei.kernel.values.coordinates import E7, METRES_PER_DEGREE, Point

EACH = 25
"""Squares of a cell of middle size (with what borders cut off there are more pieces): fine enough to come within some
hundredths of equal loads, and few enough to try them all."""

LEAST_M = 20.0  # sides of the squares: finer than a block of flats no border is drawn
GRID = 1e-9
"""Degrees (0.1 mm) that all corners of pieces stand on, so that neighbours have the very same ones."""

_MEET_M = 0.5  # two pieces this near to each other touch: borders of two cells may be a hair apart
_SHARED_M = 2.0  # of common border at least; less is a corner
_SMALLEST_M2 = 1.0  # what the lattice cuts off smaller is rounding


@dataclass(frozen=True, slots=True)
class Pieces:
    """n pieces of the cells of one area."""

    codes: tuple[str, ...]  # of the cells
    owner: npt.NDArray[np.int64]  # n: the place in `codes` of the cell that a piece is cut from
    shapes: npt.NDArray[np.object_]  # n: degrees
    m2: npt.NDArray[np.float64]  # n
    middles: npt.NDArray[np.float64]  # n × 2: metres on a plane
    graph: "nx.Graph[int]"
    """Nodes 0 … n-1; edges with `border` (metres in common) and `far` (metres from middle to middle)."""

    def at(self, points: Sequence[Point]) -> npt.NDArray[np.int64]:
        """The piece that holds each point, on a border the first; -1 where none does."""
        where = shapely.points([(one.lon_e7 / E7, one.lat_e7 / E7) for one in points])
        found = np.full(len(points), -1, dtype=np.int64)
        point, piece = shapely.STRtree(self.shapes).query(where, predicate="intersects")
        order = np.lexsort((-piece, point))  # the lowest piece is written last
        found[point[order]] = piece[order]
        return found

    def spread(self, of_cells: Mapping[str, float]) -> npt.NDArray[np.float64]:
        """n loads: what each cell carries as a whole, by area."""
        whole = np.bincount(self.owner, weights=self.m2, minlength=len(self.codes))
        carried = np.array([of_cells.get(code, 0.0) for code in self.codes])
        return np.asarray(carried[self.owner] * self.m2 / whole[self.owner])


def pieces_of(cells: Mapping[str, bytes], wanted: int) -> Pieces:
    """Cells (well-known binary by code) cut along squares, fine enough for as many cells as are `wanted`.

    Raises ValueError where there are none. The same cells and number give the same pieces in the same order.
    """
    codes = tuple(sorted(cells))
    whole = np.asarray(shapely.from_wkb([cells[code] for code in codes]), dtype=object)
    total = shapely.area(Cells.of(codes, [cells[code] for code in codes]).shapes).sum()
    side = max(LEAST_M, math.sqrt(float(total) / (EACH * max(wanted, len(codes)))))
    squares = _squares(shapely.total_bounds(whole).tolist(), side)
    cell, square = shapely.STRtree(squares).query(whole, predicate="intersects")
    cut = shapely.intersection(whole[cell], squares[square], grid_size=GRID)
    parts, of = shapely.get_parts(cut, return_index=True)
    areal = shapely.get_dimensions(parts) == 2  # noqa: PLR2004  # a square may touch along a line
    parts, owner = parts[areal], cell[of[areal]]
    plane = Plane(float(shapely.total_bounds(whole)[[1, 3]].mean()))
    flat = np.asarray(shapely.transform(parts, plane.forward), dtype=object)
    kept = shapely.area(flat) >= _SMALLEST_M2
    parts, owner, flat = parts[kept], owner[kept], flat[kept]
    middles = shapely.get_coordinates(shapely.centroid(flat))
    graph = _graph(flat, middles)
    return Pieces(codes, owner.astype(np.int64), parts, shapely.area(flat), middles, graph)


def _squares(bounds: Sequence[float], side: float) -> npt.NDArray[np.object_]:
    """Squares of so many metres over a box in degrees, row by row from the south-west."""
    west, south, east, north = bounds
    up = side / METRES_PER_DEGREE
    across = up / math.cos(math.radians((south + north) / 2))
    xs = west + across * np.arange(math.ceil((east - west) / across) + 1)
    ys = south + up * np.arange(math.ceil((north - south) / up) + 1)
    left, low = (one.ravel() for one in np.meshgrid(xs[:-1], ys[:-1]))
    right, high = (one.ravel() for one in np.meshgrid(xs[1:], ys[1:]))
    return np.asarray(shapely.box(left, low, right, high), dtype=object)


def _graph(flat: npt.NDArray[np.object_], middles: npt.NDArray[np.float64]) -> "nx.Graph[int]":
    """What touches what along a border; parts that water or a gap keeps apart are tied where they are nearest."""
    tree = shapely.STRtree(flat)
    one, other = tree.query(flat, predicate="dwithin", distance=_MEET_M)
    one, other = one[one < other], other[one < other]
    near = shapely.buffer(flat, _MEET_M)[one]  # once a piece: it meets several
    border = shapely.length(shapely.intersection(near, shapely.boundary(flat[other])))
    touch = border > _SHARED_M
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(flat)))
    for a, b, metres in zip(one[touch].tolist(), other[touch].tolist(), border[touch].tolist(), strict=True):
        graph.add_edge(a, b, border=metres, far=_far(middles, a, b))
    apart = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(part)))
    joined = set(apart[0]) if apart else set()
    for part in apart[1:]:
        mine, rest = sorted(part), np.array(sorted(joined))
        beside, gaps = shapely.STRtree(flat[rest]).query_nearest(flat[mine], return_distance=True, all_matches=False)
        first = int(np.argmin(gaps))
        a, b = mine[int(beside[0][first])], int(rest[beside[1][first]])
        graph.add_edge(a, b, border=0.0, far=_far(middles, a, b))
        joined |= part
    return graph


def _far(middles: npt.NDArray[np.float64], one: int, other: int) -> float:
    return float(np.hypot(*(middles[one] - middles[other])))
