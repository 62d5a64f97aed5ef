"""Finds the cell in which a point lies, in the process, from boundaries held in memory."""

import math
import uuid
from collections.abc import Sequence
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt
import shapely

from jingwei.kernel.values.coordinates import E7, METRES_PER_DEGREE

Key = TypeVar("Key", str, int, uuid.UUID)

_CHUNK = 32_768  # points turned into geometry at once: about 6 MB
_WIDEST_M = 50_000  # beyond this the local plane of `nearest` is no longer true to a metre in a hundred


class Locator(Generic[Key]):
    """
    The cells of one level. A cell holds its border; where cells share it, the lowest key wins.

    Nothing changes after construction, so that any number of threads may ask at once.
    """

    def __init__(self, keys: Sequence[Key], wkbs: Sequence[bytes]) -> None:
        """`wkbs[i]` holds the polygons of `keys[i]` in WGS-84 degrees as well-known binary; raises ValueError."""
        pairs = sorted(zip(keys, wkbs, strict=True), key=lambda pair: pair[0])
        self.keys: tuple[Key, ...] = tuple(key for key, _ in pairs)
        self._cells: npt.NDArray[np.object_] = np.asarray(shapely.from_wkb([wkb for _, wkb in pairs]), dtype=object)
        self._tree = shapely.STRtree(self._cells)
        shapely.prepare(self._cells)
        self._warm()

    def _warm(self) -> None:
        """GEOS builds a prepared polygon's index on its second use, without a lock: build it before threads come."""
        west, south, east, north = shapely.bounds(self._cells).reshape(-1, 4).T
        for _ in range(2):
            shapely.intersects_xy(self._cells, (west + east) / 2, (south + north) / 2)

    def locate(self, lon_e7: int, lat_e7: int) -> Key | None:
        """The key of the cell that holds the point, or None."""
        lon, lat = lon_e7 / E7, lat_e7 / E7
        near = self._tree.query(shapely.Point(lon, lat))
        held = near[shapely.intersects_xy(self._cells[near], lon, lat)]
        return self.keys[held.min()] if held.size else None

    def locate_many(self, lons_e7: npt.NDArray[np.int64], lats_e7: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """As `locate` for n points: n places in `keys`, -1 for a point in no cell."""
        if lons_e7.shape != lats_e7.shape or lons_e7.ndim != 1:
            raise ValueError(f"longitudes {lons_e7.shape} and latitudes {lats_e7.shape} are not two equal columns")
        found = np.empty(len(lons_e7), dtype=np.int64)
        for start in range(0, len(found), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            found[chunk] = self._places(lons_e7[chunk] / E7, lats_e7[chunk] / E7)
        return found

    def _places(self, lons: npt.NDArray[np.float64], lats: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        point, cell = self._tree.query(shapely.points(lons, lats))
        holds = shapely.intersects_xy(self._cells[cell], lons[point], lats[point])
        lowest = np.full(len(lons), len(self.keys), dtype=np.int64)
        np.minimum.at(lowest, point[holds], cell[holds])
        lowest[lowest == len(self.keys)] = -1
        return lowest

    def overlapped(self, shape: shapely.Geometry) -> list[tuple[Key, shapely.Geometry]]:
        """The cells that have land in common with a shape in degrees, by their keys, each with that land."""
        near = np.sort(self._tree.query(shape, predicate="intersects"))
        shared = shapely.intersection(self._cells[near], shape)
        return [(self.keys[cell], land) for cell, land in zip(near.tolist(), shared, strict=True) if land.area]

    def nearest(self, lon_e7: int, lat_e7: int, within_m: float) -> Key | None:
        """The cell that holds the point, else the nearest within so many metres (at most 50,000), else None."""
        if not 0 <= within_m <= _WIDEST_M:
            raise ValueError(f"within_m is {within_m}: it must lie between 0 and {_WIDEST_M}")
        held = self.locate(lon_e7, lat_e7)
        if held is not None:
            return held
        here = np.array([lon_e7 / E7, lat_e7 / E7])
        scale = np.array([METRES_PER_DEGREE * math.cos(math.radians(here[1])), METRES_PER_DEGREE])
        (west, south), (east, north) = here - within_m / scale, here + within_m / scale
        near = np.sort(self._tree.query(shapely.box(west, south, east, north)))
        if not near.size:
            return None
        metres = shapely.distance(_in_metres(self._cells[near], here, scale), shapely.Point(0, 0))
        best = int(metres.argmin())  # the first of equals: the lowest key
        return self.keys[near[best]] if metres[best] <= within_m else None


def _in_metres(
    cells: npt.NDArray[np.object_], here: npt.NDArray[np.float64], scale: npt.NDArray[np.float64]
) -> npt.NDArray[np.object_]:
    """The cells on the plane that touches the Earth at `here`."""
    return np.asarray(shapely.transform(cells, lambda degrees: (degrees - here) * scale), dtype=object)
