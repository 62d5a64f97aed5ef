"""A cell cut by a line: both sides whole, borders corner to corner, the redraw dated; refusals say what to do."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.places.checking.coverage import Cells, check_cells
from jingwei.kernel.places.checking.faults import Thresholds
from jingwei.kernel.places.dividing.corners import neighbours_with_corners
from jingwei.kernel.places.dividing.cutting import Named, cut, free_codes, plan_split
from jingwei.kernel.places.dividing.lines import LONGEST, MOST_CORNERS, read_line, written
from jingwei.kernel.places.dividing.spread import spread_of
from jingwei.kernel.places.geojson import read_layer
from jingwei.kernel.places.models import Area
from jingwei.kernel.places.snapshot import Places, places_of
from jingwei.kernel.values.errors import Invalid
from tests.city import FOUNDER, City, day_of_city

TODAY = day_of_city()
BOSTON = Path(__file__).parents[3] / "packs" / "boston" / "places" / "cell.geojson.gz"
SQUARE = shapely.to_wkb(shapely.MultiPolygon([shapely.box(117.2, 36.0, 117.4, 36.1)]))


def places_now() -> Places:
    with reading(FOUNDER) as scope:
        return places_of(scope)


@pytest.mark.parametrize(
    "text",
    [
        "117.30, 35.9\n117.30, 36.2",  # from beyond the border to beyond it
        "117.30, 36.04\n117.30, 36.06",  # both ends inside: led on
        "117.30 36.2\n117.30 36.04",
        '{"type": "LineString", "coordinates": [[117.3, 35.9, 4], [117.3, 36.2, 4]]}',
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, '
        '"geometry": {"type": "LineString", "coordinates": [[117.3, 35.9], [117.3, 36.2]]}}]}',
    ],
)
def test_a_line_cuts_a_cell_in_two_the_western_half_first(text: str) -> None:
    west, east = cut(SQUARE, read_line(text))
    assert west.share == pytest.approx(0.5, abs=1e-9) and east.share == pytest.approx(0.5, abs=1e-9)
    assert shapely.bounds(west.shape).tolist() == pytest.approx([117.2, 36.0, 117.3, 36.1])
    assert west.m2 == pytest.approx(9_000 * 11_100, rel=0.02)


def test_each_side_is_all_that_lies_on_it_islands_with_what_is_nearest() -> None:
    notched = shapely.difference(shapely.box(0, 0, 0.3, 0.3), shapely.box(0.1, 0.1, 0.2, 0.3))
    shape = shapely.to_wkb(shapely.union_all([notched, shapely.box(0.5, 0, 0.6, 0.1)]))
    north, south = cut(shape, read_line("-0.1, 0.2\n0.4, 0.2"))
    if north.share > south.share:
        north, south = south, north
    assert len(shapely.get_parts(north.shape)) == 2  # both legs of the notch
    assert len(shapely.get_parts(south.shape)) == 2  # the rest, and the island


@pytest.mark.parametrize(
    "text",
    [
        "",
        "117.3, 36.05",
        "117.3, 36.05\n117.3, 36.05",
        "117.1, 35.9\n117.5, 35.9",  # beside the cell
        "117.25, 36.02\n117.26, 36.03\n117.25, 36.03\n117.26, 36.02",  # crosses itself
        "36.0, 117.3\n36.1, 117.3",  # latitude first
        "a road\nanother",
        "{",
        "{" * 3000,
        '{"type": "Point", "coordinates": [1, 2]}',
        '{"type": "LineString", "coordinates": [[1e400, 2], [3, 4]]}',
        '{"type": "LineString", "coordinates": [["x", null], 4]}',
        json.dumps({"type": "LineString", "coordinates": [[n / 1e4, 1] for n in range(MOST_CORNERS + 1)]}),
        "1" * (LONGEST + 1),
    ],
)
def test_what_is_no_line_across_the_cell_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        cut(SQUARE, read_line(text))
    assert refused.value.place == "line" and refused.value.reason.zh and refused.value.reason.en


def test_a_line_is_written_as_it_is_read() -> None:
    line = read_line("117.25, 36.02\n\n117.3 36.08\n")
    assert read_line(written(line)) == line == ((117.25, 36.02), (117.3, 36.08))


ANGLES = st.floats(0, math.pi, exclude_max=True)


@settings(deadline=None)  # a busy machine is not a slow cut
@given(ANGLES, st.floats(-0.6, 0.6), st.integers(3, 24))
def test_two_halves_are_the_whole_and_share_no_land(angle: float, off: float, corners: int) -> None:
    """Any straight line through any regular polygon, however near to a corner."""
    turn = [2 * math.pi * n / corners for n in range(corners)]
    shape = shapely.Polygon([(math.cos(one) / 10, math.sin(one) / 10) for one in turn])
    across, up = math.cos(angle), math.sin(angle)
    middle = (-up * off / 20, across * off / 20)
    ends = tuple((middle[0] + across * far, middle[1] + up * far) for far in (-0.5, 0.5))
    try:
        first, second = cut(shapely.to_wkb(shape), ends)
    except Invalid:  # less than a square metre on one side
        assert not shapely.LineString(ends).crosses(shape.buffer(-1e-5))
        return
    assert shapely.area(first.shape) + shapely.area(second.shape) == pytest.approx(shape.area, rel=1e-9)
    assert shapely.area(shapely.intersection(first.shape, second.shape)) < 1e-15
    assert first.share + second.share == pytest.approx(1)


def test_a_split_is_a_dated_redraw_and_leaves_no_fault_behind(city: City) -> None:
    places = places_now()
    place = places.by_code["T1-01"]
    drawn = {one.code: one.wkb for one in places.shapes_on(TODAY)}
    halves = cut(drawn["T1-01"], read_line("117.3, 35.9\n117.31, 36.2"))
    codes = free_codes(places, place, 2)
    assert codes == ["T1-03", "T1-04"]
    sides = [(half, Named(code, (code, code))) for half, code in zip(halves, codes, strict=True)]
    command = plan_split(places, place, sides, TODAY, "试城办〔2026〕9号")
    assert command.ends == ("T1-01",) and [one.follows for one in command.adds] == [("T1-01",)] * 2
    assert [one.code for one in command.redraws] == ["T1-02"], "its southern border gains the end of the line"
    execute(FOUNDER, command, "s")
    after = {one.code: one.wkb for one in places_now().shapes_on(TODAY)}
    cells = Cells.of(list(after), list(after.values()))
    assert list(check_cells(cells, Thresholds(cell_km2=1000))) == []
    before = Cells.of(list(drawn), list(drawn.values()))
    assert shapely.area(cells.shapes).sum() == pytest.approx(shapely.area(before.shapes).sum(), rel=1e-12)
    assert Area.objects.get(code="T1-01").until_on == TODAY


def test_a_neighbour_on_another_layer_or_apart_is_left_alone() -> None:
    one, touching, apart = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(3, 0, 4, 1)
    changed = shapely.Polygon([(0, 0), (1, 0), (1, 0.4), (1, 1), (0, 1)])
    (found,) = neighbours_with_corners([changed], {"b": touching, "c": apart}, "x")
    assert found.code == "b"
    drawn = shapely.from_wkb(found.shape.wkb)
    assert shapely.equals(drawn, touching) and (1.0, 0.4) in set(map(tuple, shapely.get_coordinates(drawn).tolist()))
    assert neighbours_with_corners([one], {"b": touching}, "x") == () == neighbours_with_corners([], {}, "x")


def test_real_census_tracts_of_boston_are_split_without_a_new_fault() -> None:
    """Ten tracts of the pack, each cut from west to east through its middle; what was found before is found after."""
    features = read_layer(BOSTON).features
    shapes = {str(one.properties["code"]): one.polygons.wkb for one in features}
    codes = sorted(shapes)[10:120:11]
    drawn: dict[str, shapely.Geometry] = {code: shapely.from_wkb(wkb) for code, wkb in shapes.items()}
    west, south, east, north = np.array([shapely.bounds(drawn[code]) for code in codes]).T
    before = _gaps_and_overlaps(drawn)
    for at, code in enumerate(codes):
        middle = float(shapely.get_y(shapely.point_on_surface(drawn[code])))
        halves = cut(shapely.to_wkb(drawn[code]), ((west[at] - 0.001, middle), (east[at] + 0.001, middle + 1e-4)))
        whole = drawn.pop(code)
        assert sum(shapely.area(half.shape) for half in halves) == pytest.approx(shapely.area(whole), rel=1e-9)
        for redrawn in neighbours_with_corners([half.shape for half in halves], drawn, "x"):
            again = shapely.from_wkb(redrawn.shape.wkb)
            assert shapely.area(shapely.symmetric_difference(again, drawn[redrawn.code])) < 1e-13
            drawn[redrawn.code] = again
        drawn |= {f"{code}/{n}": half.shape for n, half in enumerate(halves)}
    assert _gaps_and_overlaps(drawn) == pytest.approx(before, abs=0.5)


def _gaps_and_overlaps(drawn: dict[str, shapely.Geometry]) -> tuple[float, float]:
    """Square metres of gaps, and of overlaps, of one square metre and more."""
    cells = Cells.of(list(drawn), [shapely.to_wkb(one) for one in drawn.values()])
    found = list(check_cells(cells, Thresholds()))
    return tuple(sum(one.size_m2 for one in found if one.kind == kind) for kind in ("gap", "overlap"))  # type: ignore[return-value]  # two kinds


def test_the_figures_of_a_division() -> None:
    assert spread_of([]) is None and spread_of([0, 0]) is None
    found = spread_of([10, 20, 30])
    assert found is not None and (found.mean, found.farthest) == (20, 0.5)
    assert found.variation == pytest.approx(math.sqrt(200 / 3) / 20)
