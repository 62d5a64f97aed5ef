"""Reads a layer of boundaries from GeoJSON (RFC 7946): limits first, then every problem at once, then geometry."""

import gzip
import io
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from jingwei.kernel.places.layer_wording import NOTES, PROBLEMS
from jingwei.kernel.places.polygons import Polygons, count_vertices, read_polygons
from jingwei.kernel.places.problems import Findings, Note, Problem
from jingwei.kernel.values.coordinates import E7, Datum, Point, to_wgs84

Box = tuple[float, float, float, float]  # west, south, east, north in degrees

_GZIP = b"\x1f\x8b"
_QUOTE, _COMMA = b'",'
_STEPS = np.zeros(256, dtype=np.int8)  # what a byte outside strings adds to the depth
_STEPS[list(b"[{")], _STEPS[list(b"]}")] = 1, -1


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a layer may hold; the defaults bound the memory of a reading to some 400 MB."""

    unpacked_bytes: int = 64 * 1024 * 1024
    depth: int = 16  # brackets within brackets
    features: int = 20_000
    vertices_each: int = 50_000  # of one feature
    vertices: int = 1_000_000  # of the layer

    @property
    def values(self) -> int:
        """Brackets and commas: four for a position in three dimensions, some dozens for the properties of a feature."""
        return 4 * self.vertices + 64 * self.features


@dataclass(frozen=True, slots=True)
class Feature:
    """One area of a layer: where it stood in the file, its properties as they were, its valid polygons."""

    index: int
    properties: Mapping[str, Any]
    polygons: Polygons


@dataclass(frozen=True, slots=True)
class Layer:
    """What a file holds; it may be used only if there are no problems."""

    features: tuple[Feature, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]


_DEFAULT = Limits()


def read_layer(
    source: Path | bytes,
    limits: Limits = _DEFAULT,
    *,
    name: str = "",
    city: Box | None = None,
    datum: Datum = Datum.WGS84,
) -> Layer:
    """
    The areas of a GeoJSON FeatureCollection of polygons, plain or gzip; never raises for its content.

    Its degrees are of `datum`, and come out as WGS-84. `name` is what problems call the file (default: its name); a
    layer wholly outside `city` is a problem.
    """
    findings = Findings(name or (source.name if isinstance(source, Path) else ""), PROBLEMS, NOTES)
    features: list[Feature] = []
    raw = _unpacked(source, limits, findings)
    items = None if raw is None else _items(raw, limits, findings)
    if items is not None:
        features = _features(items, limits, findings, datum)
    if features and city is not None:
        _check_city(features, city, findings)
    return Layer(tuple(features), tuple(findings.problems), tuple(findings.notes))


def _unpacked(source: Path | bytes, limits: Limits, findings: Findings) -> bytes | None:
    """The bytes of the text, never more than the limit held at once."""
    most = limits.unpacked_bytes
    try:
        with source.open("rb") if isinstance(source, Path) else io.BytesIO(source) as stream:
            packed = stream.read(2) == _GZIP
            stream.seek(0)
            raw = gzip.GzipFile(fileobj=stream).read(most + 1) if packed else stream.read(most + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as fault:
        findings.problem("gzip_broken", reason=fault)
        return None
    except OSError as fault:
        findings.problem("unreadable", reason=fault.strerror)
        return None
    if len(raw) > most:
        findings.problem("too_large", limit=most)
        return None
    return raw


def _items(raw: bytes, limits: Limits, findings: Findings) -> list[Any] | None:
    """The members of the FeatureCollection."""
    try:
        layer = json.loads(raw.decode("utf-8-sig")) if _harmless(raw, limits, findings) else None
    except UnicodeDecodeError as fault:
        findings.problem("not_utf8", f"byte {fault.start}")
    except json.JSONDecodeError as fault:
        findings.problem("not_json", f"line {fault.lineno}, column {fault.colno}", reason=fault.msg)
    except ValueError as fault:  # a whole number of thousands of digits
        findings.problem("not_json", reason=fault)
    if findings.problems:
        return None
    if not isinstance(layer, dict) or layer.get("type") != "FeatureCollection":
        findings.problem("not_collection")
        return None
    items = layer.get("features")
    if not isinstance(items, list):
        findings.problem("not_collection")
        return None
    if "crs" in layer:
        findings.note("crs_ignored", "crs")
    if not items:
        findings.problem("no_features")
    elif len(items) > limits.features:
        findings.problem("too_many_features", count=len(items), limit=limits.features)
        return None
    return items


def _harmless(raw: bytes, limits: Limits, findings: Findings) -> bool:
    """Counts brackets and commas outside strings, so that no text can make the parser fill the memory or the stack."""
    plain = np.frombuffer(raw.replace(rb"\\", b"").replace(rb"\"", b""), dtype=np.uint8)  # quotes left delimit strings
    outside = np.cumsum(plain == _QUOTE, dtype=np.uint8) % 2 == 0
    steps = _STEPS[plain[outside]]
    values = np.count_nonzero(steps > 0) + np.count_nonzero(outside & (plain == _COMMA))
    if values > limits.values:
        findings.problem("too_many_values", limit=limits.values)
        return False
    depth = int(np.cumsum(steps[steps != 0], dtype=np.int32).max(initial=0))
    if depth > limits.depth:
        findings.problem("too_deep", depth=depth, limit=limits.depth)
        return False
    return True


def _features(items: list[Any], limits: Limits, findings: Findings, datum: Datum) -> list[Feature]:
    features: list[Feature] = []
    vertices = 0
    for index, item in enumerate(items):
        place = f"features[{index}]"
        if not _is_feature(item):
            findings.problem("not_feature", place)
            continue
        geometry = item["geometry"]
        kind = geometry.get("type") if isinstance(geometry, dict) else geometry
        if kind not in ("Polygon", "MultiPolygon"):
            findings.problem("not_areal", f"{place}.geometry", kind=json.dumps(kind))
            continue
        here = count_vertices(geometry)
        vertices += here
        if vertices > limits.vertices:
            findings.problem("too_many_vertices", place, count=vertices, limit=limits.vertices)
            break
        if here > limits.vertices_each:
            findings.problem("too_many_vertices_here", place, count=here, limit=limits.vertices_each)
            continue
        if datum not in (Datum.WGS84, Datum.CGCS2000):
            geometry = {**geometry, "coordinates": _moved(geometry.get("coordinates"), datum)}
        polygons = read_polygons(geometry, f"{place}.geometry", findings)
        if polygons is not None:
            features.append(Feature(index, item["properties"], polygons))
    return features


def _moved(part: Any, datum: Datum) -> Any:
    """The same nest of positions in WGS-84; what is no position stays as it is, for the reader to name."""
    if not isinstance(part, list):
        return part
    lon, lat, *rest = part if len(part) >= 2 else ([], [])
    if not all(isinstance(one, int | float) for one in (lon, lat)):
        return [_moved(one, datum) for one in part]
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        return part
    point = to_wgs84(Point(round(lon * E7), round(lat * E7)), datum)
    return [point.lon_e7 / E7, point.lat_e7 / E7, *rest]


def _is_feature(item: object) -> bool:
    return (
        isinstance(item, dict)
        and item.get("type") == "Feature"
        and "geometry" in item
        and isinstance(item.get("properties"), dict)
    )


def _check_city(features: list[Feature], city: Box, findings: Findings) -> None:
    boxes = np.array([feature.polygons.box for feature in features])
    west, south = boxes[:, :2].min(axis=0).tolist()
    east, north = boxes[:, 2:].max(axis=0).tolist()
    if _meet((west, south, east, north), city):
        return
    code = "layer_swapped" if _meet((south, west, north, east), city) else "outside_city"
    findings.problem(code, box=_written((west, south, east, north)), city=_written(city))


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _written(box: Box) -> str:
    return f"({box[0]:.4f}, {box[1]:.4f})–({box[2]:.4f}, {box[3]:.4f})"
