"""Locating: equal to asking every cell in turn, on borders and vertices too, whatever the order, from any thread."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from jingwei.kernel.places.locator import Locator
from jingwei.kernel.values.coordinates import E7, Point, metres_between

Cells = dict[str, shapely.Geometry]
Points = npt.NDArray[np.int64]  # n × 2: lon_e7, lat_e7


def on_grid(degrees: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Moved to whole units of 1e-7 degree, so that a point can lie exactly on a vertex."""
    return np.rint(degrees * E7) / E7


def voronoi(seed: int, count: int = 40) -> Cells:
    """Cells of random seeds around Nantong; some are cut by a hole or joined with a far one."""
    rng = np.random.default_rng(seed)
    frame = shapely.box(120, 31, 121, 32)
    raw = shapely.voronoi_polygons(shapely.multipoints(rng.random((count, 2)) + (120, 31)), extend_to=frame)
    cells = [shapely.transform(shapely.intersection(cell, frame), on_grid) for cell in shapely.get_parts(raw)]
    cells[0] = shapely.difference(cells[0], shapely.transform(shapely.buffer(cells[0].centroid, 0.01), on_grid))
    cells[1:3] = [shapely.union_all(cells[1:3])]
    codes = rng.permutation(len(cells))
    return {f"{code:03}": cell for code, cell in zip(codes, cells, strict=True)}


def squares(side: int) -> Cells:
    """Cells of a tenth of a degree whose borders are exact in both axes."""
    cells: Cells = {}
    for x in range(side):
        for y in range(side):
            west, south, east, north = ((step / 10) for step in (x, y, x + 1, y + 1))
            cells[f"{x:02}{y:02}"] = shapely.box(west, south, east, north)
    return cells


def locator_of(cells: Cells) -> Locator[str]:
    return Locator(list(cells), [shapely.to_wkb(cell) for cell in cells.values()])


def slow(cells: Cells, lon_e7: int, lat_e7: int) -> str | None:
    point = shapely.Point(lon_e7 / E7, lat_e7 / E7)
    return min((code for code, cell in cells.items() if shapely.intersects(cell, point)), default=None)


def points_of(cells: Cells, seed: int) -> Points:
    """Every vertex, the middle of every edge, and random points in and around the cells."""
    vertices = np.concatenate([shapely.get_coordinates(cell) for cell in cells.values()])
    middles = (vertices[1:] + vertices[:-1]) / 2
    low, high = vertices.min(axis=0) - 0.05, vertices.max(axis=0) + 0.05
    anywhere = low + np.random.default_rng(seed).random((200, 2)) * (high - low)
    points: Points = np.rint(np.concatenate([vertices, middles, anywhere]) * E7).astype(np.int64)
    return points


def codes_of(locator: Locator[str], points: Points) -> list[str | None]:
    places = locator.locate_many(points[:, 0], points[:, 1]).tolist()
    return [locator.keys[place] if place >= 0 else None for place in places]


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1))
def test_equal_to_asking_every_cell_in_turn(seed: int) -> None:
    cells = voronoi(seed)
    locator, points = locator_of(cells), points_of(cells, seed)
    expected = [slow(cells, lon, lat) for lon, lat in points.tolist()]
    assert codes_of(locator, points) == expected
    assert [locator.locate(lon, lat) for lon, lat in points.tolist()] == expected
    assert None in expected and len(set(expected)) > len(cells) // 2


def test_on_a_shared_border_or_vertex_the_lowest_code_wins() -> None:
    cells = squares(4)
    locator, points = locator_of(cells), points_of(cells, 1)
    assert locator.locate(1_000_000, 1_000_000) == "0000"  # four cells meet
    assert locator.locate(2_000_000, 2_500_000) == "0102"  # two cells meet
    assert locator.locate(4_000_000, 4_000_000) == "0303"  # the outermost corner
    assert locator.locate(4_000_001, 4_000_000) is None
    assert codes_of(locator, points) == [slow(cells, lon, lat) for lon, lat in points.tolist()]


@settings(max_examples=10)
@given(st.randoms(use_true_random=False))
def test_the_order_in_which_cells_are_given_does_not_matter(random: object) -> None:
    cells = squares(4)
    names = list(cells)
    random.shuffle(names)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    points = points_of(cells, 2)
    shuffled = locator_of({name: cells[name] for name in names})
    assert shuffled.keys == tuple(sorted(cells))
    assert codes_of(shuffled, points) == codes_of(locator_of(cells), points)


def test_keys_may_be_numbers() -> None:
    cells = [shapely.to_wkb(shapely.box(0, 0, 1, 1)), shapely.to_wkb(shapely.box(1, 0, 2, 1))]
    assert Locator([10, 9], cells).locate(1 * E7, 0) == 9


def test_a_point_in_a_hole_or_beside_an_island_is_in_no_cell() -> None:
    ring = shapely.difference(shapely.box(0, 0, 1, 1), shapely.box(0.4, 0.4, 0.6, 0.6))
    locator = locator_of({"A": shapely.union(ring, shapely.box(3, 0, 4, 1))})
    assert locator.locate(5_000_000, 5_000_000) is None
    assert locator.locate(4_000_000, 5_000_000) == "A"  # the border of the hole belongs to the cell
    assert locator.locate(20_000_000, 5_000_000) is None
    assert locator.locate(35_000_000, 5_000_000) == "A"


def test_more_points_than_one_chunk_keep_their_order() -> None:
    cells = squares(3)
    locator = locator_of(cells)
    points = np.tile(points_of(cells, 3), (120, 1))
    assert len(points) > 32_768
    once = codes_of(locator, points[: len(points) // 120])
    assert codes_of(locator, points) == once * 120


def test_no_cells_and_no_points() -> None:
    empty = locator_of({})
    none = np.empty(0, dtype=np.int64)
    assert empty.locate(0, 0) is None
    assert empty.nearest(0, 0, 1_000) is None
    assert empty.locate_many(none, none).tolist() == []
    assert empty.locate_many(np.array([5]), np.array([5])).tolist() == [-1]


def test_unequal_columns_and_damaged_cells_are_refused() -> None:
    with pytest.raises(ValueError, match="two equal columns"):
        locator_of(squares(1)).locate_many(np.array([1, 2]), np.array([1]))
    with pytest.raises(ValueError):
        Locator(["A", "B"], [shapely.to_wkb(shapely.box(0, 0, 1, 1))])
    with pytest.raises(shapely.errors.GEOSException):
        Locator(["A"], [b"\x01\x03\x00"])


@pytest.mark.parametrize("lat", [0.0, 31.0, 60.0])
def test_nearest_measures_in_metres_in_both_directions(lat: float) -> None:
    locator = locator_of({"W": shapely.box(0, lat, 0.1, lat + 0.1), "E": shapely.box(0.2, lat, 0.3, lat + 0.1)})
    middle = round((lat + 0.05) * E7)
    assert locator.nearest(1_400_000, middle, 20_000) == "W"
    assert locator.nearest(1_600_000, middle, 20_000) == "E"
    away = metres_between(Point(1_000_000, middle), Point(1_400_000, middle))
    assert locator.nearest(1_400_000, middle, away * 0.999) is None
    assert locator.nearest(1_400_000, middle, away * 1.001) == "W"
    above = round((lat + 0.11) * E7)
    north = metres_between(Point(500_000, round((lat + 0.1) * E7)), Point(500_000, above))
    assert locator.nearest(500_000, above, north * 0.999) is None
    assert locator.nearest(500_000, above, north * 1.001) == "W"


def test_nearest_prefers_the_cell_that_holds_the_point_and_the_lowest_of_equals() -> None:
    locator = locator_of({"B": shapely.box(0, 0, 1, 1), "A": shapely.box(2, 0, 3, 1), "C": shapely.box(0, 1, 1, 2)})
    assert locator.nearest(5_000_000, 5_000_000, 0) == "B"
    assert locator.nearest(-100_000, 10_000_000, 5_000) == "B"  # B and C share the nearest vertex
    with pytest.raises(ValueError, match="within_m"):
        locator.nearest(0, 0, math.inf)
    with pytest.raises(ValueError, match="within_m"):
        locator.nearest(0, 0, -1)


def test_many_threads_may_ask_a_locator_at_once() -> None:
    cells = voronoi(11, count=300)
    points = points_of(cells, 11)
    expected = codes_of(locator_of(cells), points)
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            fresh = locator_of(cells)
            assert all(found == expected for found in pool.map(lambda _, at=fresh: codes_of(at, points), range(16)))
