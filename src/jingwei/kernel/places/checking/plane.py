"""A flat map on which areas are true: the cylindrical equal-area projection of the WGS-84 ellipsoid."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

_AXIS = 6_378_137.0
_FLATTENING = 1 / 298.257223563
_E2 = _FLATTENING * (2 - _FLATTENING)
_E = math.sqrt(_E2)

Coordinates = npt.NDArray[np.float64]  # n × 2


def _authalic(lat: Coordinates) -> Coordinates:
    """q of Snyder, Map Projections: A Working Manual (USGS 1395), 3-12; `lat` in radians."""
    sine = np.sin(lat)
    inner = np.log((1 - _E * sine) / (1 + _E * sine)) / (2 * _E)
    return np.asarray((1 - _E2) * (sine / (1 - _E2 * sine * sine) - inner))


class Plane:
    """Degrees to metres and back. Areas are exact everywhere; lengths within 1 % up to half a degree from `lat`."""

    def __init__(self, lat: float) -> None:
        """`lat` in degrees: where lengths are true in every direction."""
        middle = math.radians(lat)
        self._narrow = math.cos(middle) / math.sqrt(1 - _E2 * math.sin(middle) ** 2)
        self._lats = np.radians(np.linspace(max(lat - 5, -89.9), min(lat + 5, 89.9), 20_001))
        self._ys = self._y(self._lats)

    def _y(self, lat: Coordinates) -> Coordinates:
        return np.asarray(_AXIS * _authalic(lat) / (2 * self._narrow))

    @property
    def forward(self) -> Callable[[Coordinates], Coordinates]:
        """Longitudes and latitudes in degrees to metres."""
        return lambda degrees: np.column_stack(
            [_AXIS * self._narrow * np.radians(degrees[:, 0]), self._y(np.radians(degrees[:, 1]))]
        )

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        """The longitude and latitude of a place on the plane, to a metre."""
        lat = float(np.interp(y, self._ys, self._lats))
        return math.degrees(x / (_AXIS * self._narrow)), math.degrees(lat)
