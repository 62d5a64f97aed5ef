"""Checks one layer: its cells should meet without gap or overlap, corner to corner. All steps work on whole arrays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from jingwei.kernel.places.checking.faults import Fault, Thresholds
from jingwei.kernel.places.checking.plane import Plane

Shapes = npt.NDArray[np.object_]
THIN_M = 3.0  # mean width below which a piece is thinner than any alley: a drawing fault
_HAIR_M = 0.005  # corners nearer than this are the same corner


@dataclass(frozen=True, slots=True)
class Cells:
    """A layer: codes, and valid polygons on the plane in metres."""

    codes: Sequence[str]
    shapes: Shapes
    plane: Plane

    @classmethod
    def of(cls, codes: Sequence[str], wkbs: Sequence[bytes], plane: Plane | None = None) -> "Cells":
        """From well-known binary in WGS-84 degrees. Raises ValueError where there are none."""
        degrees = np.asarray(shapely.from_wkb(list(wkbs)), dtype=object)
        plane = plane or plane_of(degrees)
        return cls(codes, np.asarray(shapely.transform(degrees, plane.forward), dtype=object), plane)


def plane_of(degrees: Shapes) -> Plane:
    """The plane true at the middle latitude of some shapes in degrees. Raises ValueError where there are none."""
    if not len(degrees):
        raise ValueError("a layer without areas has no plane")
    _, south, _, north = shapely.total_bounds(degrees)
    return Plane(float(south + north) / 2)


def check_cells(cells: Cells, given: Thresholds) -> Iterator[Fault]:
    """Gaps, overlaps, duplicates, unmatched corners, slivers and large cells of a layer."""
    tree = shapely.STRtree(cells.shapes)
    yield from _overlaps(cells, tree, given)
    yield from _gaps(cells, tree, given)
    yield from _unmatched(cells, given)
    areas = shapely.area(cells.shapes)
    for place in np.flatnonzero(areas < given.cell_m2).tolist():
        yield _fault(cells, "sliver", (place,), cells.shapes[place])
    for place in np.flatnonzero(areas > given.cell_km2 * 1e6).tolist():
        yield _fault(cells, "too_large", (place,), cells.shapes[place])


def _overlaps(cells: Cells, tree: shapely.STRtree, given: Thresholds) -> Iterator[Fault]:
    first, second = tree.query(cells.shapes, predicate="intersects")
    first, second = first[first < second], second[first < second]
    shared = shapely.intersection(cells.shapes[first], cells.shapes[second])
    sizes = shapely.area(shared)
    own = np.minimum(shapely.area(cells.shapes[first]), shapely.area(cells.shapes[second]))
    larger = np.maximum(shapely.area(cells.shapes[first]), shapely.area(cells.shapes[second]))
    for place in np.flatnonzero(sizes >= given.least_m2).tolist():
        same = sizes[place] >= given.same_share * larger[place] and own[place] > 0
        pair = (int(first[place]), int(second[place]))
        yield _piece(cells, "duplicate" if same else "overlap", pair, _areal(shared[place]), given)


def _areal(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a shape: two cells may share a line beside a piece of land."""
    parts = [one for one in shapely.get_parts(shape) if shapely.get_dimensions(one) == 2]  # noqa: PLR2004  # areas
    return shapely.union_all(parts)


def _gaps(cells: Cells, tree: shapely.STRtree, given: Thresholds) -> Iterator[Fault]:
    """The holes of the whole; land outside the outer border is no gap (see nesting for what the parent says)."""
    whole = shapely.get_parts(shapely.union_all(cells.shapes))
    rings = [ring for polygon in whole for ring in shapely.get_rings(polygon)[1:]]
    if not rings:
        return
    holes = np.asarray(shapely.polygons(rings), dtype=object)
    holes = holes[shapely.area(holes) >= given.least_m2]
    hole, cell = tree.query(holes, predicate="dwithin", distance=_HAIR_M)
    for place, shape in enumerate(holes):
        yield _piece(cells, "gap", tuple(cell[hole == place].tolist()), shape, given)


def _unmatched(cells: Cells, given: Thresholds) -> Iterator[Fault]:
    """Corners of one cell on, or almost on, a border of another that has no corner there; one row for two cells."""
    borders = np.asarray(shapely.boundary(cells.shapes), dtype=object)
    corners, owner = shapely.get_coordinates(borders, return_index=True)
    inverse = _same_corner(corners)
    pairs = np.unique(np.column_stack([inverse, owner]), axis=0)
    alone = np.bincount(pairs[:, 0])[inverse] == 1
    corners, owner = corners[alone], owner[alone]
    points = np.asarray(shapely.points(corners), dtype=object)
    near, cell = shapely.STRtree(borders).query(points, predicate="dwithin", distance=given.snap_m)
    near, cell = near[owner[near] != cell], cell[owner[near] != cell]
    there, at = np.unique(cell, return_inverse=True)
    corners_of = np.array([shapely.MultiPoint(shapely.get_coordinates(one)) for one in borders[there]], dtype=object)
    apart = shapely.distance(points[near], corners_of[at])
    near, cell = near[apart > _HAIR_M], cell[apart > _HAIR_M]
    off = shapely.distance(points[near], borders[cell])
    groups: dict[tuple[int, int], list[int]] = {}
    for place, (one, other) in enumerate(zip(owner[near].tolist(), cell.tolist(), strict=True)):
        groups.setdefault((min(one, other), max(one, other)), []).append(place)
    for pair, places in sorted(groups.items()):
        worst = max(places, key=lambda place: off[place])
        lon, lat = cells.plane.degrees(*corners[near[worst]].tolist())
        codes = tuple(sorted(cells.codes[place] for place in pair))
        yield Fault("unmatched_vertices", codes, 0.0, lon, lat, size_m=float(off[worst]), count=len(places))


def _same_corner(corners: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """A number for every corner, equal where two are the same to the millimetre."""
    rounded = np.rint(corners * 1000).astype(np.int64)
    return np.unique(rounded, axis=0, return_inverse=True)[1].reshape(-1)


def _piece(cells: Cells, kind: str, places: tuple[int, ...], shape: shapely.Geometry, given: Thresholds) -> Fault:
    size = float(shapely.area(shape))
    around = float(shapely.length(shape))
    width = 2 * size / around if around else 0.0
    sliver = size < given.sliver_m2 or width < THIN_M
    return _fault(cells, kind, places, shape, width=width, sliver=sliver)


def _fault(
    cells: Cells,
    kind: str,
    places: tuple[int, ...],
    shape: shapely.Geometry,
    *,
    width: float | None = None,
    sliver: bool = False,
) -> Fault:
    inside = shapely.point_on_surface(shape)
    lon, lat = cells.plane.degrees(inside.x, inside.y)
    codes = tuple(sorted(cells.codes[place] for place in places))
    return Fault(kind, codes, float(shapely.area(shape)), lon, lat, size_m=width, sliver=sliver)
