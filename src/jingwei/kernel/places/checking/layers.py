"""Checks files of boundaries, and the boundaries of a whole tree, level by level."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import shapely

from jingwei.kernel.places.checking.coverage import Cells, check_cells, plane_of
from jingwei.kernel.places.checking.faults import Fault, Thresholds
from jingwei.kernel.places.checking.nesting import check_nesting
from jingwei.kernel.places.checking.plane import Plane
from jingwei.kernel.places.geojson import Box, Feature, Layer
from jingwei.kernel.values.words import Text

_ELSEWHERE = ("outside_city", "layer_swapped", "swapped", "out_of_range")  # problems of reading that mean the place


@dataclass(frozen=True, slots=True)
class Level:
    """The areas of one level that have a shape, and which area each lies in."""

    key: str
    codes: Sequence[str]
    wkbs: Sequence[bytes]
    parents: Mapping[str, str] = field(default_factory=dict)  # code: code of the area above
    households: Mapping[str, int] = field(default_factory=dict)
    without: Sequence[str] = ()  # codes of areas without a shape


def check_levels(levels: Sequence[Level], given: Thresholds) -> Iterator[Fault]:
    """Every level by itself, then each against the level right above it that has shapes; outermost first."""
    drawn = [level for level in levels if level.codes]
    plane = plane_of(shapely.from_wkb([wkb for level in drawn for wkb in level.wkbs])) if drawn else None
    cells = {level.key: Cells.of(level.codes, level.wkbs, plane) for level in drawn}
    for level in levels:
        if level.key in cells:
            found = check_cells(cells[level.key], given)
            yield from (one for one in found if one.kind != "too_large" or level is drawn[-1])  # a county is no cell
        yield from (Fault("no_boundary", (code,), 0.0, None, None) for code in level.without)
        yield from _crowded(level, given)
    for above, below in zip(drawn, drawn[1:], strict=False):
        yield from check_nesting(cells[above.key], cells[below.key], below.parents, given)


def _crowded(level: Level, given: Thresholds) -> Iterator[Fault]:
    for code, households in sorted(level.households.items()):
        if households > given.households:
            detail = Text(
                f"{households} 户，上限 {given.households} 户", f"{households} households of {given.households}"
            )
            yield Fault("too_large", (code,), 0.0, None, None, count=households, detail=detail)


def check_file(layer: Layer, given: Thresholds, code_column: str = "code") -> Iterator[Fault]:
    """What reading a file found, then the faults of its cells by themselves."""
    for problem in layer.problems:
        kind = "misplaced" if problem.code in _ELSEWHERE else "unreadable"
        place = f"{problem.file} {problem.place}".strip()
        detail = Text(
            f"{place}：{problem.text.zh}{problem.remedy.zh}", f"{place}: {problem.text.en} {problem.remedy.en}"
        )
        yield Fault(kind, (), 0.0, None, None, detail=detail)
    yield from repairs(layer.features, code_column)
    if layer.features:
        codes = [code_of(feature, code_column) for feature in layer.features]
        yield from _repeated(codes, layer.features)
        yield from check_cells(Cells.of(codes, [one.polygons.wkb for one in layer.features]), given)


def _repeated(codes: Sequence[str], features: Sequence[Feature]) -> Iterator[Fault]:
    """Each code that an earlier feature has already, at the middle of the later one."""
    seen: set[str] = set()
    for code, feature in zip(codes, features, strict=True):
        if code in seen:
            west, south, east, north = feature.polygons.box
            detail = Text(f"features[{feature.index}]", f"features[{feature.index}]")
            yield Fault("repeated_code", (code,), 0.0, (west + east) / 2, (south + north) / 2, detail=detail)
        seen.add(code)


def code_of(feature: Feature, column: str = "code") -> str:
    """The code of a feature: the named property, else its place in the file."""
    return str(feature.properties.get(column) or f"features[{feature.index}]")


def repairs(features: Sequence[Feature], code_column: str = "code") -> Iterator[Fault]:
    """The rings that had to be repaired; the size is by how much the area changed."""
    for feature in features:
        repair = feature.polygons.repair
        if repair is None:
            continue
        plane = Plane((feature.polygons.box[1] + feature.polygons.box[3]) / 2)
        before, after = (
            float(shapely.area(shapely.transform(shapely.from_wkb(wkb), plane.forward)))
            for wkb in (repair.wkb, feature.polygons.wkb)
        )
        reason = Text(repair.reason, repair.reason)
        yield Fault(
            "invalid_ring",
            (code_of(feature, code_column),),
            abs(after - before),
            repair.lon,
            repair.lat,
            detail=reason,
        )


def box_of(layers: Sequence[Layer]) -> Box | None:
    """The box around all areas of some layers; None where there are none."""
    boxes = [feature.polygons.box for layer in layers for feature in layer.features]
    if not boxes:
        return None
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    return west, south, max(box[2] for box in boxes), max(box[3] for box in boxes)
