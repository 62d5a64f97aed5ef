"""Redrawing: a dated act; what was located before stays, numbers are never given anew, every day has its own cells."""

import csv
import datetime
from pathlib import Path

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingwei.kernel.commands.actor import public, system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.commands import PlaceMatter
from jingwei.kernel.matters.handover import to_hand_over
from jingwei.kernel.matters.models import Detail, Matter
from jingwei.kernel.places.commands import EnterBoundary, NewArea, RedrawAreas, Redrawn, Shape
from jingwei.kernel.places.geojson import read_layer
from jingwei.kernel.places.models import Area, Succession
from jingwei.kernel.places.planning import Wanted, plan_redraw
from jingwei.kernel.places.snapshot import Drawn, Place, Places, places_of
from jingwei.kernel.values.coordinates import parse_degrees
from jingwei.kernel.values.errors import Conflict, Denied, Invalid
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.words import Text
from tests.city import FOUNDER, City, add_post, day_of_city
from tests.database import behind

TODAY = day_of_city()
BEFORE, LATER = TODAY - datetime.timedelta(days=1), TODAY + datetime.timedelta(days=30)


def box(west: float, south: float, east: float, north: float) -> Shape:
    wkb = shapely.to_wkb(shapely.MultiPolygon([shapely.box(west, south, east, north)]), byte_order=1)
    return Shape(wkb=wkb, vertices=5, datum="WGS84", source="tests")


CELL = box(117.0, 36.0, 117.1, 36.1)


def split(on: datetime.date = TODAY) -> RedrawAreas:
    """T1-01 becomes two: a western and an eastern half."""
    halves = (("T1-03", (117.2, 36.0, 117.3, 36.1)), ("T1-04", (117.3, 36.0, 117.4, 36.1)))
    adds = tuple(
        NewArea(code=code, level="cell", parent="T1", name=(code, code), shape=box(*sides), follows=("T1-01",))
        for code, sides in halves
    )
    return RedrawAreas(from_on=on, basis="试城办〔2026〕9号", ends=("T1-01",), adds=adds)


def places_now() -> Places:
    with reading(FOUNDER) as scope:
        return places_of(scope)


def test_a_split_ends_one_cell_and_begins_two_within_the_parent_s_numbers(city: City) -> None:
    before = {area.code: (area.lft, area.rgt) for area in Area.objects.all()}
    assert execute(FOUNDER, split(), "s") == {"added": 2, "ended": 1, "redrawn": 0}
    areas = {area.code: area for area in Area.objects.all()}
    assert {code: (areas[code].lft, areas[code].rgt) for code in before} == before
    parent, numbers = areas["T1"], {area.lft for area in areas.values()}
    assert all(parent.lft < areas[code].lft <= parent.rgt for code in ("T1-03", "T1-04"))
    assert len(numbers) == len(areas)
    assert areas["T1-01"].until_on == TODAY and areas["T1-03"].from_on == TODAY
    assert {(one.area.code, one.earlier.code) for one in Succession.objects.all()} == {
        ("T1-03", "T1-01"),
        ("T1-04", "T1-01"),
    }
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert {"places.area_ended", "places.area_entered"} <= kinds


def test_each_day_has_its_own_boundaries(city: City) -> None:
    point = parse_degrees("117.35", "36.05")
    execute(FOUNDER, split(), "s")
    places = places_now()
    found = [places.locate(point, on) for on in (BEFORE, TODAY, LATER)]
    assert [place.code if place else None for place in found] == ["T1-01", "T1-04", "T1-04"]
    many = places.locate_many([point, None, point], [BEFORE, BEFORE, TODAY])
    assert [place.code if place else None for place in many] == ["T1-01", None, "T1-04"]
    assert places.locate(point, datetime.date(1999, 12, 31)) is None
    assert "T1-01" in places.by_code and "T1-01" not in {place.code for place in places.in_force}


def test_another_day_is_seen_without_reading_again(city: City) -> None:
    execute(FOUNDER, split(LATER), "s")
    today = places_now()
    with reading(FOUNDER, datetime.datetime.combine(LATER, datetime.time(), datetime.UTC)) as scope:
        later = places_of(scope)
    assert "T1-01" in {place.code for place in today.in_force}
    assert {"T1-03", "T1-04"} <= {place.code for place in later.in_force} and later.gazetteer is today.gazetteer
    assert (today.today, later.today) == (TODAY, LATER)


def test_a_redraw_to_come_changes_nothing_today(city: City) -> None:
    execute(FOUNDER, split(LATER), "s")
    assert city.report(cell="T1-01").area.code == "T1-01"  # type: ignore[union-attr]  # it has an area


def test_old_matters_keep_their_cell_and_scope_and_open_ones_are_handed_over(city: City) -> None:
    still_open, closed = city.report(cell="T1-01"), city.bring_to(city.report(cell="T1-01"), "closed")
    elsewhere = city.report(cell="T2-01")
    execute(FOUNDER, split(), "s")
    for one in (still_open, elsewhere):
        assert Matter.objects.get(pk=one.pk).area_id == one.area_id
    with reading(city.actor("grid-east")) as scope:
        found = {one.number: one for one in to_hand_over(scope)}
    assert set(found) == {still_open.number} and closed.closed_at is not None
    assert found[still_open.number].old.code == "T1-01"
    assert [place.code for place in found[still_open.number].new] == ["T1-03"]
    with reading(city.actor("grid-west")) as scope:
        assert to_hand_over(scope) == []
    new = city.report(cell="T1-01")  # the same point, today
    assert new.area is not None and new.area.code == "T1-03"
    assert city.actor("grid-east").duty_for("matter.read", new.area_lft, None) is not None


def test_a_matter_without_a_point_is_offered_to_every_follower(city: City) -> None:
    matter = city.report(cell="T1-01")
    behind("UPDATE matters_detail SET lon_e7 = NULL, lat_e7 = NULL")
    execute(FOUNDER, split(), "s")
    with reading(city.actor("supervisor")) as scope:
        (found,) = to_hand_over(scope)
    assert found.number == matter.number and [place.code for place in found.new] == ["T1-03", "T1-04"]


def test_a_clerk_places_a_matter_by_hand(city: City) -> None:
    matter = city.report(cell="T1-01")
    execute(FOUNDER, split(), "s")
    command = PlaceMatter(matter_id=matter.pk, area="T1-04", expected_version=matter.version)
    execute(city.actor("grid-east"), command, "p")
    matter = Matter.objects.get(pk=matter.pk)
    assert matter.area is not None and matter.area.code == "T1-04" and matter.area_lft == matter.area.lft
    assert Detail.objects.get(pk=matter.pk).located == "by_hand"
    with reading(city.actor("supervisor")) as scope:
        assert to_hand_over(scope) == []  # a person has said where it is
    with pytest.raises(Conflict):
        execute(city.actor("grid-east"), command, "p2")
    for area in ("T1-01", "T2-01", "nowhere"):  # ended, beyond what the worker serves, not there
        command = PlaceMatter(matter_id=matter.pk, area=area, expected_version=matter.version)
        with pytest.raises(Invalid):
            execute(city.actor("grid-east"), command, f"p:{area}")
    with pytest.raises(Denied):
        execute(city.actor("auditor"), command, "p3")


def refusals() -> list[tuple[str, RedrawAreas]]:
    new = NewArea(code="T1-09", level="cell", parent="T1", name=("九", "Nine"))
    basis = "test"
    return [
        ("nothing", RedrawAreas(from_on=TODAY, basis=basis)),
        ("unknown", RedrawAreas(from_on=TODAY, basis=basis, ends=("T9",))),
        ("parent", RedrawAreas(from_on=TODAY, basis=basis, ends=("T1",))),
        ("used code", RedrawAreas(from_on=TODAY, basis=basis, adds=(_with(new, code="T1-02"),))),
        ("twice", RedrawAreas(from_on=TODAY, basis=basis, adds=(new, new))),
        ("no parent", RedrawAreas(from_on=TODAY, basis=basis, adds=(_with(new, parent="T9"),))),
        ("ended parent", RedrawAreas(from_on=TODAY, basis=basis, ends=("T1", "T1-01", "T1-02"), adds=(new,))),
        ("follows", RedrawAreas(from_on=TODAY, basis=basis, adds=(_with(new, follows=("T1-01",)),))),
        ("too early", RedrawAreas(from_on=datetime.date(1999, 1, 1), basis=basis, ends=("T1-01",))),
    ]


def _with(area: NewArea, **changes: object) -> NewArea:
    import dataclasses

    return dataclasses.replace(area, **changes)  # type: ignore[arg-type]  # fields of the dataclass


@pytest.mark.parametrize(("name", "command"), refusals())
def test_what_does_not_hold_together_is_refused_whole(city: City, name: str, command: RedrawAreas) -> None:
    count = Entry.objects.count()
    with pytest.raises(Invalid) as refused:
        execute(FOUNDER, command, "r")
    assert refused.value.reason.zh and refused.value.reason.en
    assert Entry.objects.count() == count


def test_only_who_edits_areas_may_redraw(city: City) -> None:
    with pytest.raises(Denied):
        execute(city.actor("intake"), split(), "d")
    with pytest.raises(Denied):
        execute(public(), split(), "d")


def test_a_post_redraws_what_lies_within_its_reach_and_nothing_else(city: City) -> None:
    for area in ("T1", "T2"):
        add_post(city, f"edits-{area}", "HOTLINE", area, "editor", ("places.edit",))
    with pytest.raises(Denied) as refused:
        execute(city.actor("edits-T2"), split(), "outside")
    assert "范围" in refused.value.reason.zh
    both = RedrawAreas(
        from_on=TODAY, basis="试", redraws=(Redrawn(code="T1-02", shape=CELL), Redrawn(code="T2-01", shape=CELL))
    )
    with pytest.raises(Denied):
        execute(city.actor("edits-T1"), both, "half of it outside")
    assert execute(city.actor("edits-T1"), split(), "inside")["added"] == 2


def test_a_parent_without_numbers_left_says_so(city: City) -> None:
    many = tuple(NewArea(code=f"X{number}", level="cell", parent="T1", name=("格", "Cell")) for number in range(1_001))
    with pytest.raises(Invalid) as refused:
        execute(FOUNDER, RedrawAreas(from_on=TODAY, basis="b", adds=many), "m")
    assert "T1" in refused.value.reason.en


def test_polygons_come_later_cell_by_cell(city: City) -> None:
    new = NewArea(code="T2-03", level="cell", parent="T2", name=("西三格", "West cell 3"))
    execute(FOUNDER, RedrawAreas(from_on=BEFORE, basis="b", adds=(new,)), "a")
    shape = box(116.9, 36.0, 117.0, 36.1)
    execute(FOUNDER, EnterBoundary(code="T2-03", from_on=TODAY, shape=shape), "b")
    point = parse_degrees("116.95", "36.05")
    places = places_now()
    assert places.locate(point, BEFORE) is None
    assert places.locate(point).code == "T2-03"  # type: ignore[union-attr]  # it is found
    with pytest.raises(Invalid):
        execute(FOUNDER, EnterBoundary(code="T2-03", from_on=LATER, shape=shape), "c")
    with pytest.raises(Invalid):
        execute(FOUNDER, EnterBoundary(code="nowhere", from_on=LATER, shape=shape), "d")


def test_a_redrawn_cell_goes_on_within_its_new_boundary(city: City) -> None:
    act = RedrawAreas(
        from_on=TODAY,
        basis="b",
        redraws=(
            Redrawn(code="T1-01", shape=box(117.2, 36.0, 117.4, 36.04)),
            Redrawn(code="T1-02", shape=box(117.2, 36.04, 117.4, 36.2)),
        ),
    )
    matter = city.report(cell="T1-01")  # at 36.05
    execute(FOUNDER, act, "r")
    with reading(city.actor("supervisor")) as scope:
        (found,) = to_hand_over(scope)
    assert (found.number, found.old.code, [one.code for one in found.new]) == (matter.number, "T1-01", ["T1-02"])


def test_a_new_layer_is_planned_as_one_act(city: City) -> None:
    layer = [
        Wanted("T1-02", ("东二格", "East 2"), "", box(117.2, 36.1, 117.4, 36.2)),  # as it is
        Wanted("N1", ("新一", "New 1"), "", box(117.2, 36.0, 117.4, 36.1)),  # for T1-01
        Wanted("N2", ("新二", "New 2"), "", box(117.0, 36.0, 117.2, 36.2)),  # T2-01 and T2-02 in one
    ]
    command = plan_redraw(places_now(), "cell", layer, TODAY, "b")
    assert command.ends == ("T1-01", "T2-01", "T2-02") and command.redraws == ()
    assert [(one.code, one.parent, one.follows) for one in command.adds] == [
        ("N1", "T1", ("T1-01",)),
        ("N2", "T2", ("T2-01", "T2-02")),
    ]
    execute(FOUNDER, command, "p")
    assert {place.code for place in places_now().in_force if place.level == "cell"} == {"T1-02", "N1", "N2"}


EDGES = st.integers(1, 9)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(EDGES, EDGES), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10))),
)
def test_every_point_has_exactly_one_cell_on_every_day(
    cuts: list[tuple[int, int]], points: list[tuple[int, int]]
) -> None:
    """Day by day another cut of a square into four; on a border the cell with the lowest code has the point."""
    start = datetime.date(2020, 1, 1)
    shapes, cells = [], {}
    for day, (x, y) in enumerate(cuts):
        from_on = start + datetime.timedelta(days=day)
        until_on = from_on + datetime.timedelta(days=1) if day + 1 < len(cuts) else None
        for name, sides in enumerate(((0, 0, x, y), (x, 0, 10, y), (0, y, x, 10), (x, y, 10, 10))):
            west, south, east, north = sides
            shape = shapely.box(117 + west / 100, 36 + south / 100, 117 + east / 100, 36 + north / 100)
            cells[day, f"c{name}"] = sides
            shapes.append(Drawn(f"c{name}", from_on, until_on, shapely.to_wkb(shape)))
    root = Place(new_id(), "r", "city", Text("城", "City"), None, 1, 99)
    known = [root] + [Place(new_id(), f"c{n}", "cell", Text("格", "Cell"), root.id, n + 2, n + 2) for n in range(4)]
    places = Places(known, shapes, [], start)
    asked = [(day, at) for day in range(len(cuts)) for at in points]
    degrees = [parse_degrees(f"{117 + x / 100:.2f}", f"{36 + y / 100:.2f}") for _, (x, y) in asked]
    days = [start + datetime.timedelta(days=day) for day, _ in asked]
    many = places.locate_many(degrees, days)
    for (day, (x, y)), point, on, found in zip(asked, degrees, days, many, strict=True):
        holding = [c for (d, c), (w, s, e, n) in cells.items() if d == day and w <= x <= e and s <= y <= n]
        assert found is not None and found.code == min(holding)
        assert places.locate(point, on) == found


def test_systems_without_the_grant_are_refused() -> None:
    with pytest.raises(Denied):
        execute(system("import"), split(), "x")


def test_the_census_tracts_of_jamaica_plain_from_2000_to_2010() -> None:
    """A real redraw: codes that stay, end and begin; each new tract follows those whose land it takes."""
    old = read_layer(Path(__file__).parent / "data" / "jamaica_plain_2000.geojson.gz").features
    pack = Path(__file__).parents[3] / "packs" / "boston" / "places"
    with (pack / "areas.csv").open(encoding="utf-8") as text:
        here = {row["code"] for row in csv.DictReader(text) if row["parent"] == "NB14"}
    new = [one for one in read_layer(pack / "cell.geojson.gz").features if one.properties["code"] in here]
    root = Place(new_id(), "NB14", "neighbourhood", Text("牙买加平原", "Jamaica Plain"), None, 1, 9_999, ("NB14",))
    codes = [str(one.properties["code"]) for one in old]
    cells = [
        Place(new_id(), code, "cell", Text(code, code), root.id, n, n, (code, "NB14"))
        for n, code in enumerate(codes, 2)
    ]
    since, on = datetime.date(2000, 1, 1), datetime.date(2010, 4, 1)
    shapes = [Drawn(code, since, None, one.polygons.wkb) for code, one in zip(codes, old, strict=True)]
    wanted = [
        Wanted(
            str(one.properties["code"]),
            ("格", "Cell"),
            "",
            Shape(wkb=one.polygons.wkb, vertices=one.polygons.vertices, datum="WGS84", source="2010"),
        )
        for one in new
    ]
    act = plan_redraw(Places([root, *cells], shapes, [], since), "cell", wanted, on, "Census 2010")
    kept = {"25025081200", "25025120400", "25025120500", "25025120600", "25025120700"}
    assert set(act.ends) == set(codes) - kept
    assert {one.code for one in act.redraws} <= kept
    assert {one.code for one in act.adds} == {one.code for one in wanted} - kept
    assert {one.parent for one in act.adds} == {"NB14"}
    followed = {code for one in act.adds for code in one.follows}
    assert followed <= set(act.ends) and {"25025120101", "25025120102"} <= followed
