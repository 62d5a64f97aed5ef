"""Points on the Earth as whole numbers, distances between them, and the four datums in use in China."""

import enum
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

E7 = 10_000_000  # units in one degree: 1e-7 degree is at most 11 mm on the ground
METRES_PER_DEGREE = 6_371_008.8 * math.pi / 180  # IUGG mean radius
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{0,30})?")


class Datum(enum.StrEnum):
    """What a pair of degrees is measured against; all points are kept in WGS84."""

    WGS84 = "WGS84"
    CGCS2000 = "CGCS2000"  # GB 22021-2008; within a decimetre of WGS84, so that it is kept unchanged
    GCJ02 = "GCJ02"  # the offset of public maps in China (GB 20263-2006)
    BD09 = "BD09"  # Baidu's further offset on top of GCJ02


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """Longitude and latitude in units of 1e-7 degree; raises `Invalid` outside ±180° and ±90°."""

    lon_e7: int
    lat_e7: int

    def __post_init__(self) -> None:
        if not -180 * E7 <= self.lon_e7 <= 180 * E7:
            raise Invalid(_out_of_range("经度", "longitude", self.lon_e7, 180), place="lon")
        if not -90 * E7 <= self.lat_e7 <= 90 * E7:
            raise Invalid(_out_of_range("纬度", "latitude", self.lat_e7, 90), place="lat")


def parse_degrees(lon: str, lat: str) -> Point:
    """The point of two decimal texts ("-71.0587"), exact to 1e-7 degree, half to even; raises `Invalid`."""
    return Point(_e7(lon, "lon"), _e7(lat, "lat"))


def metres_between(one: Point, other: Point) -> float:
    """The great-circle distance in metres (haversine on the mean sphere; within 0.6 % of the ellipsoid)."""
    lat1, lat2 = math.radians(one.lat_e7 / E7), math.radians(other.lat_e7 / E7)
    half_lon = math.radians((other.lon_e7 - one.lon_e7) / E7) / 2
    chord = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return math.degrees(2 * math.asin(math.sqrt(min(1.0, chord)))) * METRES_PER_DEGREE


def to_wgs84(point: Point, datum: Datum) -> Point:
    """The WGS84 point that a point given in `datum` means (the inverse of `from_wgs84`, within 0.1 m)."""
    return _rounded(_invert(_FROM_WGS84[datum], point.lon_e7 / E7, point.lat_e7 / E7))


def from_wgs84(point: Point, datum: Datum) -> Point:
    """The same point as a map in `datum` shows it; outside China no datum shifts."""
    return _rounded(_FROM_WGS84[datum](point.lon_e7 / E7, point.lat_e7 / E7))


def _e7(text: str, place: str) -> int:
    plain = text.strip().replace("\N{MINUS SIGN}", "-")
    if not _DEGREES.fullmatch(plain):
        reason = Text(
            f"“{text[:40]}”不是以度为单位的小数；请写成如 -71.0587。",
            f"“{text[:40]}” is not a decimal number of degrees: write it like -71.0587.",
        )
        raise Invalid(reason, place=place)
    return int((Decimal(plain) * E7).to_integral_value(ROUND_HALF_EVEN))


def _out_of_range(zh: str, en: str, value_e7: int, limit: int) -> Text:
    degrees = Decimal(value_e7) / E7
    return Text(
        f"{zh}{degrees}超出±{limit}度；请检查经纬度是否颠倒。",
        f"The {en} {degrees} is beyond ±{limit} degrees: check whether longitude and latitude are swapped.",
    )


_Degrees = tuple[float, float]  # longitude, latitude
_AXIS, _FLATTENING = 6_378_245.0, 0.00669342162296594323  # Krasovsky 1940 and its squared eccentricity
_BD_TURN = math.pi * 3000 / 180
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)  # west, south, east, north of where the offset is in use
_CLOSE = 1e-9  # degrees: 0.1 mm


def _unshifted(lon: float, lat: float) -> _Degrees:
    return lon, lat


def _shifts_at(lon: float, lat: float) -> bool:
    west, south, east, north = _CHINA
    return west <= lon <= east and south <= lat <= north


def _gcj02(lon: float, lat: float) -> _Degrees:
    """The published form of the offset: waves over the distance from 105°E 35°N, in metres, then in degrees."""
    if not _shifts_at(lon, lat):
        return lon, lat
    x, y = lon - 105, lat - 35
    root = math.sqrt(abs(x))
    short = 20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (short + _waves(y, (20, 1), (40, 3)) + _waves(y, (160, 12), (320, 30))) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (short + _waves(x, (20, 1), (40, 3)) + _waves(x, (150, 12), (300, 30))) * 2 / 3
    bend = 1 - _FLATTENING * math.sin(math.radians(lat)) ** 2
    per_lat = _AXIS * (1 - _FLATTENING) / (bend * math.sqrt(bend))
    per_lon = _AXIS / math.sqrt(bend) * math.cos(math.radians(lat))
    return lon + math.degrees(east / per_lon), lat + math.degrees(north / per_lat)


def _waves(at: float, *heights: tuple[int, int]) -> float:
    return sum(height * math.sin(at / length * math.pi) for height, length in heights)


def _bd09(lon: float, lat: float) -> _Degrees:
    if not _shifts_at(lon, lat):
        return lon, lat
    x, y = _gcj02(lon, lat)
    radius = math.hypot(x, y) + 0.00002 * math.sin(y * _BD_TURN)
    angle = math.atan2(y, x) + 0.000003 * math.cos(x * _BD_TURN)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006


_FROM_WGS84: dict[Datum, Callable[[float, float], _Degrees]] = {
    Datum.WGS84: _unshifted,
    Datum.CGCS2000: _unshifted,
    Datum.GCJ02: _gcj02,
    Datum.BD09: _bd09,
}


def _invert(shift: Callable[[float, float], _Degrees], lon: float, lat: float) -> _Degrees:
    """Steps back by the miss until it is under 0.1 mm; the shift is so smooth that each step gains three digits."""
    x, y = lon, lat
    for _ in range(20):
        seen_x, seen_y = shift(x, y)
        x, y = x + lon - seen_x, y + lat - seen_y
        if max(abs(lon - seen_x), abs(lat - seen_y)) < _CLOSE:
            break
    return x, y


def _rounded(degrees: _Degrees) -> Point:
    return Point(round(degrees[0] * E7), round(degrees[1] * E7))
