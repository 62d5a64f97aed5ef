"""The line that cuts a cell, as it was drawn, typed or sent: GeoJSON (RFC 7946), or a place on each line of a text."""

import json
import math
import re
from typing import Any

from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

LONGEST = 20_000
"""Characters of a line as text."""

MOST_CORNERS = 500
_NUMBER = re.compile(r"[-+]?\d{1,3}(?:\.\d{1,15})?")

Line = tuple[tuple[float, float], ...]
"""Longitude and latitude in degrees (WGS-84), two places at least."""


def read_line(text: str) -> Line:
    """The line of a text: a GeoJSON LineString (or a feature, or a collection, of one), else `lon, lat` line by line.
    Raises Invalid at `line`."""
    text = text.strip()
    if not text:
        raise _wrong(_NONE)
    if len(text) > LONGEST:
        raise _wrong(_TOO_LONG)
    corners = _of_geojson(text) if text.startswith("{") else _of_lines(text)
    kept = tuple(one for at, one in enumerate(corners) if at == 0 or one != corners[at - 1])
    if len(kept) > MOST_CORNERS:
        raise _wrong(_TOO_LONG)
    if len(kept) < 2:  # noqa: PLR2004  # a line has two ends
        raise _wrong(_NONE)
    return kept


def written(line: Line) -> str:
    """The same as a text for the form, six decimals (0.1 m)."""
    return "\n".join(f"{lon:.6f}, {lat:.6f}" for lon, lat in line)


def _of_lines(text: str) -> list[tuple[float, float]]:
    found = []
    for number, row in enumerate(text.splitlines(), 1):
        if row.strip():
            numbers = _NUMBER.findall(row)
            if len(numbers) != 2:  # noqa: PLR2004  # longitude, latitude
                raise _wrong(
                    Text(
                        f"第 {number} 行不是“经度, 纬度”。", f"Row {number} is not a longitude, a comma and a latitude."
                    )
                )
            found.append(_place(numbers))
    return found


def _of_geojson(text: str) -> list[tuple[float, float]]:
    try:
        part: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _wrong(_NO_LINE) from error
    if isinstance(part, dict) and part.get("type") == "FeatureCollection":
        features = part.get("features")
        part = features[0] if isinstance(features, list) and len(features) == 1 else None
    if isinstance(part, dict) and part.get("type") == "Feature":
        part = part.get("geometry")
    corners = part.get("coordinates") if isinstance(part, dict) and part.get("type") == "LineString" else None
    if not isinstance(corners, list) or len(corners) > MOST_CORNERS:
        raise _wrong(_NO_LINE)
    return [_place(one[:2] if isinstance(one, list) else []) for one in corners]


def _place(numbers: list[Any]) -> tuple[float, float]:
    try:
        lon, lat = (float(one) for one in numbers)
    except (TypeError, ValueError, OverflowError) as error:
        raise _wrong(_NO_LINE) from error
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):  # noqa: PLR2004  # degrees
        raise _wrong(Text("坐标超出范围；先写经度，再写纬度。", "Out of range: longitude first, then latitude."))
    return lon, lat


def _wrong(reason: Text) -> Invalid:
    return Invalid(reason, place="line")


_NONE = Text("请画一条至少有两点的线。", "Draw a line of two places at least.")
_TOO_LONG = Text(f"线太长：最多 {MOST_CORNERS} 点。", f"The line is too long: {MOST_CORNERS} places at most.")
_NO_LINE = Text(
    "读不出线：请给一条 GeoJSON LineString，或每行写“经度, 纬度”。",
    "No line can be read: give one GeoJSON LineString, or a longitude, a comma and a latitude on each row.",
)
