"""Figures under the borders of a named day: each matter where it would lie, what cannot be told, sums that agree."""

import datetime
from dataclasses import replace

import pytest
import shapely
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import PlaceMatter
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.measures.borders import compute_under
from jingwei.kernel.measures.compute import Figure, compute
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.flow import REPORTED
from jingwei.kernel.measures.registry import all_measures
from jingwei.kernel.places.borders import UNTOLD, eras
from jingwei.kernel.places.commands import NewArea, RedrawAreas, Redrawn, Shape
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.values.coordinates import Point, parse_degrees
from tests.city import FOUNDER, City, day_of_city
from tests.database import behind

TODAY = day_of_city()
BEFORE = TODAY - datetime.timedelta(days=1)
WEST, EAST = parse_degrees("117.25", "36.05"), parse_degrees("117.35", "36.05")
NOWHERE = "(none)"


def box(west: float, south: float, east: float, north: float) -> Shape:
    wkb = shapely.to_wkb(shapely.MultiPolygon([shapely.box(west, south, east, north)]), byte_order=1)
    return Shape(wkb=wkb, vertices=5, datum="WGS84", source="tests")


def redraw(city: City) -> None:
    """From today on the eastern half of T1-01 is a cell of the other district."""
    halves = (("T1-03", "T1", (117.2, 36.0, 117.3, 36.1)), ("T2-03", "T2", (117.3, 36.0, 117.4, 36.1)))
    adds = tuple(
        NewArea(code=code, level="cell", parent=parent, name=(code, code), shape=box(*sides), follows=("T1-01",))
        for code, parent, sides in halves
    )
    execute(FOUNDER, RedrawAreas(from_on=TODAY, basis="试城办〔2026〕9号", ends=("T1-01",), adds=adds), city.key())


def reported(city: City, point: Point | None, *, cell: str = "T1-01", early: bool = True) -> Matter:
    """A matter of the old cell ten days ago, or of today."""
    matter = city.report(cell=cell)
    lon, lat = (point.lon_e7, point.lat_e7) if point else ("NULL", "NULL")
    behind(f"UPDATE matters_detail SET lon_e7 = {lon}, lat_e7 = {lat} WHERE matter_id = '{matter.pk}'")
    if early:
        behind(f"UPDATE matters_matter SET opened_at = opened_at - interval '10 days' WHERE id = '{matter.pk}'")
    return matter


def where(city: City, matter: Matter, level: str, on: datetime.date) -> str:
    """The one group that a single matter counts in."""
    with reading(city.actor("auditor")) as scope:
        found = compute_under(scope, REPORTED, level, on, among=Q(pk=matter.pk))
    counted = [one for one in (*found.figures, found.untold) if one is not None]
    assert [one.numerator for one in counted] == [1] == [found.whole.numerator]
    return counted[0].group[0] or NOWHERE


@pytest.fixture
def redrawn(city: City) -> dict[str, Matter]:
    """What was reported around a split whose eastern half changes the district."""
    matters = {
        "west": reported(city, WEST),
        "east": reported(city, EAST),
        "no point": reported(city, None),
        "untouched": reported(city, None, cell="T1-02"),
        "other district": reported(city, None, cell="T2-01"),
        "no place": reported(city, None, cell=""),
    }
    redraw(city)
    matters["since"] = reported(city, WEST, early=False)
    return matters


OLD = {"west": "T1", "east": "T1", "no point": "T1", "since": "T1"}
NEW = {"west": "T1", "east": "T2", "no point": UNTOLD, "since": "T1"}
SAME = {"untouched": "T1", "other district": "T2", "no place": NOWHERE}


@pytest.mark.parametrize(("on", "expected"), [(BEFORE, OLD), (TODAY, NEW)])
def test_each_matter_counts_where_it_would_lie(
    city: City, redrawn: dict[str, Matter], on: datetime.date, expected: dict[str, str]
) -> None:
    assert {name: where(city, one, "district", on) for name, one in redrawn.items()} == {**expected, **SAME}


def test_cells_of_before_and_after(city: City, redrawn: dict[str, Matter]) -> None:
    cells = {
        on: [where(city, redrawn[one], "cell", on) for one in ("west", "east", "no point", "since")]
        for on in (BEFORE, TODAY)
    }
    assert cells == {BEFORE: ["T1-01"] * 4, TODAY: ["T1-03", "T2-03", UNTOLD, "T1-03"]}
    assert where(city, redrawn["no point"], "city", TODAY) == "T"  # whichever half it lay in


def test_all_sums_agree_in_every_view(city: City, redrawn: dict[str, Matter]) -> None:
    city.bring_to(redrawn["since"], "closed")
    with reading(city.actor("auditor"), datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=40)) as scope:
        for measure in all_measures():
            (whole,) = compute(scope, measure)
            filed = compute(scope, measure, group_by=("area:district",))
            assert _agree(measure, filed, whole), measure.key
            for on in (BEFORE, TODAY):
                under = compute_under(scope, measure, "district", on)
                assert under.whole == whole, measure.key
                parts = [*under.figures, *([under.untold] if under.untold else [])]
                assert _agree(measure, parts, whole), measure.key


def _agree(measure: Measure, parts: list[Figure], whole: Figure) -> bool:
    """The numerator of a mean is in whole seconds: each part may be half a second off."""
    seconds = len(parts) if measure.unit == "mean_seconds" else 0
    return (
        abs(sum(one.numerator for one in parts) - whole.numerator) <= seconds
        and sum(one.denominator for one in parts) == whole.denominator
        and sum(one.unknown for one in parts) == whole.unknown
    )


def test_one_statement_whatever_was_redrawn(city: City, redrawn: dict[str, Matter]) -> None:
    with reading(city.actor("auditor")) as scope:
        places_of(scope)
        with CaptureQueriesContext(connection) as queries:
            compute_under(scope, REPORTED, "district", BEFORE)
        assert len(queries) == 1


def test_a_reader_counts_own_matters_alone_also_where_they_would_lie_elsewhere(
    city: City, redrawn: dict[str, Matter]
) -> None:
    with reading(city.actor("grid-east")) as scope:
        under = compute_under(scope, REPORTED, "district", TODAY)
        (whole,) = compute(scope, REPORTED)
    assert [(one.group[0], one.numerator) for one in under.figures] == [("T1", 3), ("T2", 1)]
    assert under.untold is not None and under.untold.numerator == 1
    assert under.whole == whole
    with reading(public("matter.report")) as scope:
        assert compute_under(scope, REPORTED, "district", TODAY).whole.numerator == 0


def test_a_matter_handed_over_without_a_point_is_not_read_back_into_borders_it_never_lay_in(city: City) -> None:
    """T1-02 grew over the whole of T1-01; what was handed over to it may have lain in either."""
    matter = reported(city, None)
    grown = Redrawn(code="T1-02", shape=box(117.2, 36.0, 117.4, 36.2))
    execute(FOUNDER, RedrawAreas(from_on=TODAY, basis="合并", ends=("T1-01",), redraws=(grown,)), city.key())
    matter.refresh_from_db()
    placed = PlaceMatter(matter_id=matter.pk, area="T1-02", expected_version=matter.version)
    execute(city.actor("grid-east"), placed, city.key())
    assert where(city, matter, "cell", TODAY) == "T1-02"
    assert where(city, matter, "cell", BEFORE) == UNTOLD and where(city, matter, "district", BEFORE) == "T1"


def test_a_hair_of_another_drawing_does_not_make_a_cell_untold(city: City) -> None:
    matter = reported(city, None)
    shifted = Redrawn(code="T1-01", shape=box(117.20001, 36.0, 117.4, 36.1))  # 0.9 m
    execute(FOUNDER, RedrawAreas(from_on=TODAY, basis="重测", redraws=(shifted,)), city.key())
    assert where(city, matter, "cell", TODAY) == "T1-01"


def test_land_given_up_is_land_of_no_cell(city: City) -> None:
    east, unknown = reported(city, EAST), reported(city, None)
    smaller = Redrawn(code="T1-01", shape=box(117.2, 36.0, 117.3, 36.1))
    execute(FOUNDER, RedrawAreas(from_on=TODAY, basis="划出", redraws=(smaller,)), city.key())
    assert where(city, east, "cell", TODAY) == NOWHERE and where(city, unknown, "cell", TODAY) == UNTOLD


def test_eras_are_told_apart_by_the_days_of_redraws(city: City) -> None:
    with reading(FOUNDER) as scope:
        (only,) = eras(places_of(scope))
    redraw(city)
    with reading(FOUNDER) as scope:
        before, now = eras(places_of(scope))
    assert before == replace(only, until_on=TODAY) and (now.from_on, now.until_on) == (TODAY, None)
