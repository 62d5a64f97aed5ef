"""The check: true answers of Boston's layers, every planted defect with its size, nothing in a sound grid."""

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import mapping

from jingwei.kernel.places.checking.coverage import Cells, check_cells
from jingwei.kernel.places.checking.faults import KINDS, Fault, Thresholds
from jingwei.kernel.places.checking.layers import Level, check_file, check_levels
from jingwei.kernel.places.checking.nesting import check_nesting
from jingwei.kernel.places.checking.plane import Plane
from jingwei.kernel.places.geojson import read_layer
from jingwei.kernel.values.coordinates import METRES_PER_DEGREE

PACK = Path(__file__).parents[3] / "packs" / "boston" / "places"
PLANE = Plane(42.3)
Grid = Mapping[str, Any]  # polygons, on the plane or in degrees


def found_in(name: str, **thresholds: float) -> list[Fault]:
    given = Thresholds(**thresholds)  # type: ignore[arg-type]  # households is a whole number
    return list(check_file(read_layer(PACK / f"{name}.geojson.gz"), given))


def test_the_true_answers_of_the_neighbourhoods() -> None:
    """4 invalid rings, 1 overlap of 31 m², 2 inner gaps (README of the data)."""
    found = found_in("neighbourhood")
    counts = Counter(one.kind for one in found)
    assert (counts["invalid_ring"], counts["overlap"], counts["gap"]) == (4, 1, 2)
    assert [round(one.size_m2) for one in found if one.kind == "overlap"] == [31]


def test_the_true_answers_of_the_planning_districts() -> None:
    """1 invalid, 4 overlaps (10 m² with those below 1 m²), 9 gaps over 1 m² (39,721 m²), 19 slivers under 1,000 m²."""
    found = found_in("district")
    counts = Counter(one.kind for one in found)
    assert (counts["invalid_ring"], counts["overlap"], counts["gap"]) == (1, 4, 9)
    gaps = sum(one.size_m2 for one in found if one.kind == "gap")
    assert abs(gaps - 39_721) < 5  # another projection: 0.01 %
    fine = found_in("district", least_m2=0.01)
    assert round(sum(one.size_m2 for one in fine if one.kind == "overlap")) == 10
    assert sum(one.sliver and one.size_m2 < 1_000 for one in fine if one.kind == "gap") == 19


def test_the_true_answers_of_the_tracts() -> None:
    """12 invalid rings in Boston; after repair neither overlap nor gap."""
    counts = Counter(one.kind for one in found_in("cell"))
    assert (counts["invalid_ring"], counts["overlap"], counts["gap"], counts["duplicate"]) == (12, 0, 0, 0)


def test_tracts_laid_over_neighbourhoods_leave_75_slivers() -> None:
    """326 pieces, 75 of them under 5,000 m²."""
    tracts, areas = (
        Cells.of([str(one.index) for one in layer.features], [one.polygons.wkb for one in layer.features], PLANE)
        for layer in (read_layer(PACK / f"{name}.geojson.gz") for name in ("cell", "neighbourhood"))
    )
    first, second = shapely.STRtree(areas.shapes).query(tracts.shapes, predicate="intersects")
    pieces = shapely.intersection(tracts.shapes[first], areas.shapes[second])
    pieces = pieces[shapely.area(pieces) > 0.01]
    cells = Cells([str(number) for number in range(len(pieces))], pieces, PLANE)
    slivers = [one for one in check_cells(cells, Thresholds()) if one.kind == "sliver"]
    assert abs(len(pieces) - 326) <= 2 and abs(len(slivers) - 75) <= 2


@pytest.fixture(scope="module")
def tracts() -> Grid:
    """The 60 tracts of Boston nearest to its middle, after repair, on the plane in metres."""
    layer = read_layer(PACK / "cell.geojson.gz")
    wkbs = [one.polygons.wkb for one in layer.features]
    cells = Cells.of([str(one.properties["code"]) for one in layer.features], wkbs, PLANE)
    middle = shapely.transform(shapely.Point(-71.075, 42.31), PLANE.forward)
    nearest = np.argsort(shapely.distance(cells.shapes, middle), kind="stable")[:60]
    return {cells.codes[place]: cells.shapes[place] for place in sorted(nearest.tolist())}


def check(grid: Grid, **thresholds: float) -> list[Fault]:
    shapes = np.array(list(grid.values()), dtype=object)
    given = Thresholds(**thresholds)  # type: ignore[arg-type]  # households is a whole number
    return list(check_cells(Cells(list(grid), shapes, PLANE), given))


def longest_shared_edge(grid: Grid, seed: int) -> tuple[str, str, Any]:
    """Two inner neighbours, and the longest straight edge that they share; which pair follows from the seed."""
    codes, shapes = list(grid), np.array(list(grid.values()), dtype=object)
    outer = shapely.buffer(shapely.boundary(shapely.union_all(shapes)), 1)
    inner = [place for place, shape in enumerate(shapes) if not shapely.intersects(shape, outer)]
    chosen = np.random.default_rng(seed).permutation(inner)
    for one in chosen.tolist():
        near = [place for place in inner if place != one and shapely.touches(shapes[one], shapes[place])]
        for other in near:
            shared = shapely.line_merge(
                shapely.intersection(shapely.boundary(shapes[one]), shapely.boundary(shapes[other]))
            )
            edges = [
                shapely.LineString(pair)
                for line in shapely.get_parts(shared)
                if isinstance(line, shapely.LineString)
                for pair in zip(line.coords[:-1], line.coords[1:], strict=True)
            ]
            best = max(edges, key=lambda edge: edge.length, default=None)
            if best is not None and best.length > 60 and shapely.get_num_geometries(shapes[one]) == 1:
                return codes[one], codes[other], best
    raise AssertionError("no shared edge is long enough")


def sound(grid: Grid) -> Counter[tuple[str, tuple[str, ...]]]:
    return Counter((one.kind, one.cells) for one in check(grid))


def planted(grid: Grid, changed: Grid) -> list[Fault]:
    """What the check finds in the changed grid and not in the sound one."""
    known = sound(grid)
    return [one for one in check(changed) if (one.kind, one.cells) not in known]


def edge_points(edge: Any) -> tuple[Any, Any, Any]:
    """Its ends, and the unit vector across it."""
    (ax, ay), (bx, by) = edge.coords
    length = math.hypot(bx - ax, by - ay)
    return np.array([ax, ay]), np.array([bx, by]), np.array([-(by - ay) / length, (bx - ax) / length])


SEEDS = (1, 2, 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_gap(tracts: Grid, seed: int) -> None:
    one, other, edge = longest_shared_edge(tracts, seed)
    strip = shapely.buffer(edge, 6, cap_style="flat")
    changed = {**tracts, one: shapely.difference(tracts[one], strip)}
    size = shapely.area(tracts[one]) - shapely.area(changed[one])
    (gap,) = [fault for fault in planted(tracts, changed) if fault.kind == "gap"]
    assert gap.size_m2 == pytest.approx(size, rel=1e-6) and {one, other} <= set(gap.cells)
    assert gap.lon is not None and gap.lat is not None
    x, y = PLANE.forward(np.array([[gap.lon, gap.lat]]))[0]
    assert shapely.distance(strip, shapely.Point(x, y)) < 1


@pytest.mark.parametrize(("seed", "metres"), [(1, 5), (2, 15), (3, 30)])
def test_an_overlap_with_each_neighbour(tracts: Grid, seed: int, metres: int) -> None:
    one, _, _ = longest_shared_edge(tracts, seed)
    changed = {**tracts, one: shapely.buffer(tracts[one], metres)}
    sizes = {
        code: shapely.area(shapely.intersection(changed[one], shape)) for code, shape in tracts.items() if code != one
    }
    found = {
        next(code for code in fault.cells if code != one): fault
        for fault in planted(tracts, changed)
        if fault.kind == "overlap"
    }
    assert set(found) == {code for code, size in sizes.items() if size >= 1}
    assert all(fault.size_m2 == pytest.approx(sizes[code], rel=1e-6) for code, fault in found.items())


@pytest.mark.parametrize(("seed", "metres"), [(1, 1.0), (2, 2.0), (3, 3.0)])
def test_a_sliver(tracts: Grid, seed: int, metres: float) -> None:
    """One corner of a shared border is moved in one of the two: a thin gap or overlap, or both."""
    one, other, edge = longest_shared_edge(tracts, seed)
    start, _, across = edge_points(edge)
    moved = start + across * metres

    def move(coordinates: Any) -> Any:
        here = np.hypot(*(coordinates - start).T) < 0.01
        return np.where(here[:, None], moved, coordinates)

    changed = {**tracts, one: shapely.transform(tracts[one], move)}
    size = shapely.area(shapely.symmetric_difference(tracts[one], changed[one]))
    found = [fault for fault in planted(tracts, changed) if fault.kind in ("gap", "overlap")]
    assert found and all(fault.sliver for fault in found)
    assert sum(fault.size_m2 for fault in found) == pytest.approx(size, abs=2 * len(found))
    assert any(one in fault.cells or other in fault.cells for fault in found)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_missing_cell(tracts: Grid, seed: int) -> None:
    one, other, _ = longest_shared_edge(tracts, seed)
    changed = {code: shape for code, shape in tracts.items() if code != one}
    (gap,) = [fault for fault in planted(tracts, changed) if fault.kind == "gap"]
    assert gap.size_m2 == pytest.approx(shapely.area(tracts[one]), rel=1e-6)
    assert not gap.sliver and other in gap.cells and one not in gap.cells


@pytest.mark.parametrize("seed", SEEDS)
def test_a_duplicate(tracts: Grid, seed: int) -> None:
    one, _, _ = longest_shared_edge(tracts, seed)
    found = [fault for fault in planted(tracts, {**tracts, "twin": tracts[one]}) if not fault.note]
    assert [(fault.kind, fault.cells) for fault in found] == [("duplicate", tuple(sorted((one, "twin"))))]
    assert found[0].size_m2 == pytest.approx(shapely.area(tracts[one]), rel=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_unmatched_vertices(tracts: Grid, seed: int) -> None:
    one, other, edge = longest_shared_edge(tracts, seed)
    start, end, across = edge_points(edge)
    extra = (start + end) / 2 + across * 0.5
    ring = [np.array(corner) for corner in tracts[one].geoms[0].exterior.coords]
    at = next(
        place
        for place in range(len(ring) - 1)
        if {tuple(np.round(ring[place], 2)), tuple(np.round(ring[place + 1], 2))}
        == {tuple(np.round(start, 2)), tuple(np.round(end, 2))}
    )
    changed = {**tracts, one: shapely.MultiPolygon([shapely.Polygon([*ring[: at + 1], extra, *ring[at + 1 :]])])}
    new = planted(tracts, changed)
    found = [fault for fault in new if fault.kind == "unmatched_vertices"]
    assert [(fault.cells, fault.count) for fault in found] == [(tuple(sorted((one, other))), 1)]
    assert found[0].size_m == pytest.approx(0.5, abs=0.01)
    pieces = [fault for fault in new if fault.kind in ("gap", "overlap")]
    assert sum(fault.size_m2 for fault in pieces) == pytest.approx(edge.length * 0.5 / 2, rel=0.01)


def layer_of(grid: Grid, change: Callable[[dict[str, Any]], dict[str, Any]] = lambda geometry: geometry) -> bytes:
    """A GeoJSON file of cells given in degrees."""
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": change(mapping(shape))}
        for code, shape in grid.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


SQUARES = {f"s{n}": shapely.box(121 + n / 100, 30, 121 + (n + 1) / 100, 30.01) for n in range(3)}


def test_an_invalid_ring_is_found_with_the_change_of_its_area() -> None:
    bow = {**SQUARES, "s1": shapely.Polygon([(121.01, 30), (121.02, 30.01), (121.02, 30), (121.01, 30.01)])}
    found = [one for one in check_file(read_layer(layer_of(bow)), Thresholds()) if one.kind == "invalid_ring"]
    assert [one.cells for one in found] == [("s1",)]
    assert (found[0].lon, found[0].lat) == pytest.approx((121.015, 30.005))
    side = 0.01 * METRES_PER_DEGREE
    half = side * side * math.cos(math.radians(30)) / 2
    assert found[0].size_m2 == pytest.approx(half, rel=0.01)  # two triangles, of which the sum was nought


@pytest.mark.parametrize("change", ["swap", "project"])
def test_a_whole_layer_elsewhere(change: str) -> None:
    def moved(geometry: dict[str, Any]) -> dict[str, Any]:
        text: dict[str, Any] = json.loads(json.dumps(geometry))
        for ring in text["coordinates"]:
            ring[:] = [[y, x] if change == "swap" else [x * 1e5, y * 1e5] for x, y in ring]
        return text

    layer = read_layer(layer_of(SQUARES, moved), name="x.geojson", city=(121, 30, 121.1, 30.1))
    kinds = {one.kind for one in check_file(layer, Thresholds())}
    assert "misplaced" in kinds


def test_children_outside_and_land_uncovered() -> None:
    parent = {"P": shapely.box(121, 30, 121.03, 30.01)}
    children = {**SQUARES, "s2": shapely.box(121.02, 30, 121.025, 30.02)}
    above, below = (
        Cells.of(list(one), [shapely.to_wkb(shape) for shape in one.values()], Plane(30)) for one in (parent, children)
    )
    found = list(check_nesting(above, below, dict.fromkeys(children, "P"), Thresholds()))
    sizes = {(one.kind, one.cells): one.size_m2 for one in found}
    piece = (0.005 * METRES_PER_DEGREE * math.cos(math.radians(30))) * 0.01 * METRES_PER_DEGREE
    assert sizes == {
        ("outside_parent", ("s2", "P")): pytest.approx(piece, rel=0.01),
        ("uncovered", ("P",)): pytest.approx(piece, rel=0.01),
    }


def test_cells_too_large_by_land_or_households_and_those_without_a_boundary_are_notes() -> None:
    codes = list(SQUARES)
    wkbs = [shapely.to_wkb(shape) for shape in SQUARES.values()]
    level = Level("cell", codes, wkbs, households={"s0": 501, "s1": 500}, without=("s9",))
    found = list(check_levels([level], Thresholds(cell_km2=0.5)))
    assert Counter(one.kind for one in found) == {"too_large": 4, "no_boundary": 1}
    assert [one.count for one in found if one.cells == ("s0",)] == [1, 501]
    assert all(one.note for one in found)


def test_areas_on_the_plane_are_those_of_the_ellipsoid() -> None:
    """A degree square at 42° north: Snyder, table 6, gives its sides there as 82,853 m and 111,062 m."""
    degree = shapely.transform(shapely.box(-71.5, 41.5, -70.5, 42.5), Plane(42).forward)
    assert shapely.area(degree) / 1e6 == pytest.approx(82.853 * 111.062, rel=2e-3)
    lon, lat = Plane(42).degrees(*Plane(42).forward(np.array([[-71.0, 41.9]]))[0])
    assert (lon, lat) == pytest.approx((-71.0, 41.9), abs=1e-6)


def test_every_kind_has_words_in_both_languages_and_thresholds_are_checked() -> None:
    assert all(text.zh and text.en for kind in KINDS.values() for text in (kind.title, kind.remedy))
    with pytest.raises(ValueError, match="snap_m"):
        Thresholds(snap_m=0)
