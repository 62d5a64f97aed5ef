"""Checks two levels against each other: what lies below an area should fill it and stay inside."""

from collections.abc import Iterator, Mapping

import numpy as np
import shapely

from jingwei.kernel.places.checking.coverage import Cells
from jingwei.kernel.places.checking.faults import Fault, Thresholds


def check_nesting(above: Cells, below: Cells, parents: Mapping[str, str], given: Thresholds) -> Iterator[Fault]:
    """Children that reach out of their parents, and land of a parent that no child holds; both on one plane.

    `parents` maps a child's code to its parent's; children of areas without a shape are not looked at.
    """
    at = {code: place for place, code in enumerate(above.codes)}
    known = [place for place, code in enumerate(below.codes) if parents.get(code) in at]
    if not known:
        return
    children = below.shapes[known]
    holders = np.array([at[parents[below.codes[place]]] for place in known])
    beyond = shapely.difference(children, above.shapes[holders])
    sizes, whole = shapely.area(beyond), shapely.area(children)
    for place in np.flatnonzero((sizes >= given.sliver_m2) & (sizes > given.outside_share * whole)).tolist():
        codes = (below.codes[known[place]], above.codes[holders[place]])
        yield _at(above, "outside_parent", codes, beyond[place], float(sizes[place]))
    for holder in np.unique(holders).tolist():
        rest = shapely.difference(above.shapes[holder], shapely.union_all(children[holders == holder]))
        for part in shapely.get_parts(rest):
            size = float(shapely.area(part))
            if size >= given.sliver_m2:
                yield _at(above, "uncovered", (above.codes[holder],), part, size)


def _at(cells: Cells, kind: str, codes: tuple[str, ...], shape: shapely.Geometry, size: float) -> Fault:
    inside = shapely.point_on_surface(shape)
    lon, lat = cells.plane.degrees(inside.x, inside.y)
    around = float(shapely.length(shape))
    return Fault(kind, codes, size, lon, lat, size_m=2 * size / around if around else None)
