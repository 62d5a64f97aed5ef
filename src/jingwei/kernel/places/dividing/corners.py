"""Borders that meet corner to corner: a neighbour takes a new corner of a changed cell into its own border."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import shapely

from jingwei.kernel.places.commands.enter import Shape
from jingwei.kernel.places.commands.redraw import Redrawn

_ON_IT = 1e-8
"""Degrees (1 mm): a corner this near to a border lies on it, and one this near to a corner is the same."""


def neighbours_with_corners(
    changed: Sequence[shapely.Geometry], others: Mapping[str, shapely.Geometry], source: str
) -> tuple[Redrawn, ...]:
    """The `others` (by code) on whose border a changed shape has a corner that theirs lacks, drawn with it.

    Their land stays what it was: a border only gains places on it. Degrees.
    """
    if not others or not changed:
        return ()
    codes = list(others)
    tree = shapely.STRtree([others[code] for code in codes])
    corners = np.unique(np.concatenate([shapely.get_coordinates(one) for one in changed]), axis=0)
    points = np.asarray(shapely.points(corners), dtype=object)
    at, near = tree.query(points, predicate="dwithin", distance=_ON_IT)
    found = []
    for other in np.unique(near).tolist():
        shape = others[codes[other]]
        new = _lacking(shape, points[at[near == other]])
        if len(new):
            drawn = with_corners(shape, new)
            wkb: bytes = shapely.to_wkb(drawn, output_dimension=2, byte_order=1)
            vertices = int(shapely.get_num_coordinates(drawn))
            found.append(
                Redrawn(code=codes[other], shape=Shape(wkb=wkb, vertices=vertices, datum="WGS84", source=source))
            )
    return tuple(found)


def _lacking(shape: shapely.Geometry, points: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """The points that lie on the border of a shape where it has no corner."""
    on_border = shapely.distance(points, shapely.boundary(shape)) <= _ON_IT
    corners = shapely.MultiPoint(shapely.get_coordinates(shape))
    return points[on_border & (shapely.distance(points, corners) > _ON_IT)]


def with_corners(shape: shapely.Geometry, points: npt.NDArray[np.object_]) -> shapely.MultiPolygon:
    """The same area with these places on its border as corners."""
    polygons = []
    for polygon in shapely.get_parts(shape).tolist():
        shell, *holes = (_ring(ring, points) for ring in shapely.get_rings(polygon).tolist())
        polygons.append(shapely.Polygon(shell, holes))
    return shapely.MultiPolygon(polygons)


def _ring(ring: shapely.Geometry, points: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    corners = shapely.get_coordinates(ring)
    mine = points[shapely.distance(points, ring) <= _ON_IT]
    if not len(mine):
        return corners
    steps = np.hypot(*np.diff(corners, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    where = shapely.line_locate_point(np.full(len(mine), ring, dtype=object), mine)
    order = np.argsort(np.concatenate([along, where]), kind="stable")
    return np.asarray(np.concatenate([corners, shapely.get_coordinates(mine)])[order])
