"""The invented ground tiles exactly, and everything about the city follows from its seed."""

import random
from pathlib import Path

import pytest
import shapely

from jingwei.surfaces.console.demo import packs_folder
from jingwei.surfaces.console.practice.acts import CLOSING, REOPENING, WAYS
from jingwei.surfaces.console.practice.command import write_practice_pack
from jingwei.surfaces.console.practice.invented import Invented, Wanted, invent
from jingwei.surfaces.console.practice.land.flaws import OVERFULL
from jingwei.surfaces.console.practice.land.ground import Ground, lay_out
from jingwei.surfaces.console.practice.land.mesh import doubled_area
from jingwei.surfaces.console.practice.land.places import ROOT, TOO_MANY

SEEDS = (1, 2, 3)


def made(seed: int = 1, cells: int = 60) -> Invented:
    return invent(Wanted(seed, cells, 50, "2026-06-01"), packs_folder() / "practice")


def ground(seed: int, cells: int) -> Ground:
    return lay_out(cells, random.Random(f"{seed}/ground"))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("cells", [60, 400])
def test_cells_tile_exactly(seed: int, cells: int) -> None:
    """Every edge belongs to two cells that run it in opposite directions, or to one and the city's border."""
    land = ground(seed, cells)
    faces = [cell.face for cell in land.cells()]
    assert len(faces) == cells
    edges: set[tuple[int, int]] = set()
    for face in faces:
        ring = land.mesh.rings[face]
        assert doubled_area(land.mesh.ring(face)) > 0
        for edge in zip(ring, ring[1:] + ring[:1], strict=True):
            assert edge not in edges
            edges.add(edge)
    border = dict(edge for edge in edges if edge[::-1] not in edges)
    walked = [next(iter(border))]
    while border[walked[-1]] != walked[0]:
        walked.append(border[walked[-1]])
    assert len(walked) == len(border), "the border is one ring"
    outline = [land.mesh.spots[number] for number in walked]
    assert sum(doubled_area(land.mesh.ring(face)) for face in faces) == doubled_area(outline)
    assert all(shapely.is_valid(shapely.Polygon(land.mesh.ring(face))) for face in faces)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_cell_is_a_sliver(seed: int) -> None:
    land = ground(seed, 1000)
    for cell in land.cells():
        shape = shapely.Polygon(land.mesh.ring(cell.face))
        assert 4 * 3.1416 * shape.area / shape.length**2 > 0.2
        assert shape.area > 50_000


def test_the_tree_is_a_city_of_four_counties_and_twenty_towns() -> None:
    places = made(cells=1000).places
    count = {level: len(places.of_level(level)) for level in ("city", "county", "town", "community", "cell")}
    assert count == {"city": 1, "county": 4, "town": 20, "community": 120, "cell": 1000}
    for area in places.areas:
        assert len(area.code) == (15 if area.level == "cell" else 12) and area.code.startswith(ROOT[:4])
    assert len({area.code for area in places.areas}) == len(places.areas)


def test_every_cell_has_a_sheet_and_every_name_is_marked_as_invented() -> None:
    found = made()
    for cell in found.places.cells:
        assert cell.roads and (cell.estates or cell.villages)
        assert cell.worker.zh.endswith("（演练）") and cell.phone.startswith("140") and len(cell.phone) == 11
    assert {row["post"] for row in found.agencies.people} == {row["code"] for row in found.agencies.posts}
    assert all(row["name"].endswith("（演练）") for row in found.agencies.people)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        write_practice_pack(tmp_path / name, made(seed))
    files = {path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file()}
    assert {path.name for path in files} >= {"pack.toml", "people.csv", "cells.csv", "cell.geojson.gz", "routing.csv"}
    same = {name: (tmp_path / "one" / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in files}
    assert all(same.values()), same
    changed = [
        name for name in files if (tmp_path / "one" / name).read_bytes() != (tmp_path / "other" / name).read_bytes()
    ]
    assert Path("places/areas.csv") in changed and Path("places/cell.geojson.gz") in changed


def test_the_same_seed_plans_the_same_year() -> None:
    assert [repr(one) for one in made().plan()] == [repr(one) for one in made().plan()]


def test_a_year_goes_every_way_and_every_act_of_the_flow_is_done() -> None:
    plan = list(invent(Wanted(1, 60, 6000, "2026-06-01"), packs_folder() / "practice").plan())
    assert {one.way for one in plan} == set(WAYS)
    done = {step.action for one in plan for step in one.steps}
    assert done >= {*CLOSING, *REOPENING, "dispatch_first", "verify_meanwhile", "uphold", "overrule", "recall"}
    assert done >= {"grant_extension", "grant_hang_up", "fail_check", "feed_back_shown", "call_back", "recheck"}
    assert done >= {"decide_appeal", "contact", "file_by_phone", "file_unverified"}
    for one in plan:
        assert [step.at for step in one.steps] == sorted(step.at for step in one.steps)
        assert one.told.contact or "contact" not in {step.action for step in one.steps}


def test_what_is_fixed_on_the_spot_is_fixed_on_its_day() -> None:
    plan = invent(Wanted(1, 1000, 2000, "2026-11-27"), packs_folder() / "practice").plan()
    fixed = [one for one in plan if one.way == "fixed" and one.steps]
    assert fixed
    assert all(one.steps[0].at.date() == one.told.opened.date() for one in fixed)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_planted_gap_is_where_it_is_said_to_be(seed: int) -> None:
    found = made(seed)
    flaws, true = found.flaws, {cell.code: shapely.Polygon(cell.ring) for cell in found.places.cells}
    published = {code: shapely.Polygon(ring) for code, ring in flaws.outlines.items()}
    assert {code for code in true if published[code] != true[code]} == {flaws.gap.cell, flaws.overlap.over}
    hole = true[flaws.gap.cell] - published[flaws.gap.cell]
    east, north = flaws.gap.longitude * 100_000 - 12_350_000, flaws.gap.latitude * 100_000 - 3_500_000
    assert hole.buffer(2).contains(shapely.Point(east, north))
    assert flaws.gap.square_metres == pytest.approx(hole.area * 1.112**2 * 0.82, rel=0.02)
    households = {cell.code: cell.households for cell in found.places.cells}
    assert [code for code, number in households.items() if number > TOO_MANY] == [flaws.overfull]
    assert households[flaws.overfull] == OVERFULL


@pytest.mark.parametrize("seed", SEEDS)
def test_the_planted_overlap_lies_in_two_cells_and_no_report_does(seed: int) -> None:
    flaws = made(seed).flaws
    published = {code: shapely.Polygon(ring) for code, ring in flaws.outlines.items()}
    both = published[flaws.overlap.cell] & published[flaws.overlap.over]
    assert flaws.overlap.square_metres == pytest.approx(both.area * 1.112**2 * 0.82, rel=0.02)
    assert all(shapely.is_valid(one) for one in published.values())
    certain = shapely.Polygon(flaws.certain[flaws.overlap.cell])
    assert (certain & published[flaws.overlap.over]).area == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_no_house_number_lies_in_two_cells(seed: int) -> None:
    taken: dict[str, set[int]] = {}
    for cell in made(seed, 400).places.cells:
        for road in cell.roads:
            numbers = set(range(road.low, road.high + 1))
            assert not numbers & taken.get(road.name.zh, set()), (cell.code, road.name.zh)
            taken.setdefault(road.name.zh, set()).update(numbers)
