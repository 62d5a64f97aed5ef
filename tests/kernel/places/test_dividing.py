"""A balanced division: contiguous, inside the parent, more even than now, on Boston's real workload; and as an act."""

import csv
import datetime
import gzip
from functools import cache
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingwei.kernel.places.checking.coverage import Cells, check_cells
from jingwei.kernel.places.checking.faults import Thresholds
from jingwei.kernel.places.dividing.balancing import anew, from_present, in_one_piece
from jingwei.kernel.places.dividing.pieces import pieces_of
from jingwei.kernel.places.dividing.proposing import (
    MOST,
    Carried,
    Part,
    Proposal,
    plan_division,
    proposal_of,
    propose,
)
from jingwei.kernel.places.geojson import read_layer
from jingwei.kernel.places.snapshot import Drawn, Place, Places
from jingwei.kernel.values.coordinates import Point, parse_degrees
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.words import Text

DATA = Path(__file__).parent / "data"
PACK = Path(__file__).parents[3] / "packs" / "boston" / "places"
SINCE, ON = datetime.date(2000, 1, 1), datetime.date(2026, 12, 1)


def grid(columns: int, rows: int, side: float = 0.01) -> dict[str, bytes]:
    """Square cells beside each other, by codes c00, c01, …"""
    return {
        f"c{x}{y}": shapely.to_wkb(
            shapely.box(117 + x * side, 36 + y * side, 117 + (x + 1) * side, 36 + (y + 1) * side)
        )
        for x in range(columns)
        for y in range(rows)
    }


def tree_of(cells: dict[str, dict[str, bytes]]) -> tuple[Places, Place]:
    """A city of areas (by code) with these cells."""
    root = Place(new_id(), "r", "city", Text("城", "City"), None, 1, 9_999, ("r",))
    places, shapes, number = [root], [], 2
    for above, mine in cells.items():
        area = Place(new_id(), above, "town", Text(above, above), root.id, number, number + 999, (above, "r"))
        places.append(area)
        for at, (code, wkb) in enumerate(mine.items(), number + 1):
            places.append(Place(new_id(), code, "cell", Text(code, code), area.id, at, at, (code, above, "r")))
            shapes.append(Drawn(code, SINCE, None, wkb))
        number += 1000
    return Places(places, shapes, [], ON), root


@cache
def boston() -> tuple[Places, Place, Carried]:
    """Two neighbourhoods of Boston with the cases of the second half of 2011 (data/SOURCE.md)."""
    with (PACK / "areas.csv").open(encoding="utf-8") as text:
        above = {row["code"]: row["parent"] for row in csv.DictReader(text)}
    cells: dict[str, dict[str, bytes]] = {"NB14": {}, "NB19": {}}
    for one in read_layer(PACK / "cell.geojson.gz").features:
        code = str(one.properties["code"])
        if above.get(code) in cells:
            cells[above[code]][code] = one.polygons.wkb
    places, root = tree_of(cells)
    with gzip.open(DATA / "boston311_points.csv.gz", "rt", encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    points = [(parse_degrees(row["longitude"], row["latitude"]), float(row["cases"])) for row in rows]
    return places, root, Carried(points)


def sound(places: Places, proposal: Proposal) -> None:
    """All land and all load is there, once; each cell in one piece as far as the present ones allow, in its parent."""
    drawn = {one.code: shapely.from_wkb(one.wkb) for one in places.shapes_on(places.today)}
    for part in proposal.parts:
        mine = {code: shapely.to_wkb(drawn[code]) for code in drawn if places.by_code[code].lineage[1] == part.above}
        pieces, areas = pieces_of(mine, part.wanted), np.array(part.areas)
        for area in np.unique(areas).tolist():
            assert nx.is_connected(pieces.graph.subgraph(np.flatnonzero(areas == area).tolist()))
        parent = shapely.union_all(list(map(shapely.from_wkb, mine.values())))
        new = [one.shape for one in proposal.cells if one.above == part.above]
        beyond = shapely.difference(shapely.union_all(new), parent)
        assert shapely.area(beyond) < 1e-6 * shapely.area(parent)
        assert sum(map(shapely.area, new)) == pytest.approx(shapely.area(parent), rel=1e-4)
        for at, one in enumerate(new):
            for other in new[at + 1 :]:
                assert shapely.area(shapely.intersection(one, other)) < 1e-6 * shapely.area(parent)
    assert proposal.before.spread is not None and proposal.after.spread is not None
    assert proposal.after.spread.total == pytest.approx(proposal.before.spread.total)


def test_the_real_workload_of_boston_is_shared_out_evenly() -> None:
    places, root, carried = boston()
    for code in ("NB14", "NB19"):
        held = sum(code in place.lineage[1:] for place in places.in_force)
        proposal = propose(places, places.by_code[code], carried, held)
        sound(places, proposal)
        now, then = proposal.before.spread, proposal.after.spread
        assert now is not None and then is not None and proposal.better
        assert then.variation < now.variation / 4 and then.farthest < 0.15
        assert then.cells == now.cells == held and 0 < proposal.moved < now.total
    assert proposal == propose(places, places.by_code["NB19"], carried, held), "the same twice"


def test_cells_are_shared_out_among_areas_by_their_load() -> None:
    places, root, carried = boston()
    proposal = propose(places, root, carried, len(places.shapes_on(ON)))
    sound(places, proposal)
    then = proposal.after.spread
    assert then is not None and proposal.better and then.variation < 0.15
    wanted = {one.above: one.wanted for one in proposal.parts}
    assert sum(wanted.values()) == len(places.shapes_on(ON))


def test_a_division_is_an_act_that_leaves_no_new_fault() -> None:
    places, root, carried = boston()
    place = places.by_code["NB14"]
    proposal = propose(places, place, carried, 12)
    act = plan_division(places, place, proposal, ON, "b")
    drawn: dict[str, shapely.Geometry] = {one.code: shapely.from_wkb(one.wkb) for one in places.shapes_on(ON)}
    before = found(drawn)
    assert len(act.adds) == 1 and act.ends == () and act.adds[0].parent == "NB14"
    assert act.adds[0].code not in places.by_code
    redrawn = {one.code: shapely.from_wkb(one.shape.wkb) for one in act.redraws}
    begun = {one.code: shapely.from_wkb(one.shape.wkb) for one in act.adds if one.shape is not None}
    after = found({**drawn, **redrawn, **begun})
    assert after == pytest.approx(before, abs=20.0)
    fewer = propose(places, place, carried, 9)
    assert len(plan_division(places, place, fewer, ON, "b").ends) == 2


def found(drawn: dict[str, shapely.Geometry]) -> tuple[float, float]:
    """Square metres of gaps and of overlaps."""
    cells = Cells.of(list(drawn), [shapely.to_wkb(one) for one in drawn.values()])
    faults = list(check_cells(cells, Thresholds()))
    gaps, overlaps = (sum(one.size_m2 for one in faults if one.kind == kind) for kind in ("gap", "overlap"))
    return gaps, overlaps


def test_a_proposal_is_kept_as_its_parts_and_refused_once_cells_have_changed() -> None:
    places, root = tree_of({"A": grid(2, 2)})
    carried = Carried(whole={"c00": 90.0, "c01": 10.0, "c10": 10.0, "c11": 10.0})
    proposal = propose(places, root, carried, 4)
    assert proposal_of(places, root, carried, proposal.parts) == proposal and proposal.better
    with pytest.raises(Invalid):
        proposal_of(places, root, carried, [Part("A", 4, (0, 1, 2))])
    with pytest.raises(Invalid):
        proposal_of(places, root, carried, [Part("B", 4, proposal.parts[0].areas)])


def test_what_cannot_be_divided_is_refused() -> None:
    places, root = tree_of({"A": grid(2, 1), "B": {"b": shapely.to_wkb(shapely.box(118, 36, 118.01, 36.01))}})
    for count in (1, MOST + 1):
        with pytest.raises(Invalid) as refused:
            propose(places, root, Carried(), count)
        assert refused.value.place == "count"
    with pytest.raises(Invalid):
        propose(places, places.by_code["b"], Carried(), 1)
    with pytest.raises(Invalid) as refused:
        propose(places, root, Carried(), 3)
    assert refused.value.place == "by"
    one = propose(places, places.by_code["B"], Carried(whole={"b": 5.0}), 1)
    assert not one.better
    with pytest.raises(Invalid):
        plan_division(places, places.by_code["B"], one, ON, "b")
    idle = propose(places, root, Carried(whole={"b": 5.0}), 4)
    assert {part.above: part.wanted for part in idle.parts} == {"A": 1, "B": 3}


def test_land_across_water_stays_with_what_is_nearest() -> None:
    cells = {
        "c": shapely.to_wkb(shapely.box(117, 36, 117.02, 36.01)),
        "d": shapely.to_wkb(
            shapely.union_all([shapely.box(117.02, 36, 117.04, 36.01), shapely.box(117.045, 36, 117.05, 36.01)])
        ),
    }
    pieces = pieces_of(cells, 2)
    assert nx.is_connected(pieces.graph)
    loads = pieces.m2.copy()
    for areas in (from_present(pieces, loads), anew(pieces, loads, 3)):
        for area in np.unique(areas).tolist():
            assert nx.is_connected(pieces.graph.subgraph(np.flatnonzero(areas == area).tolist()))
    torn = np.where(pieces.middles[:, 0] % 700 < 350, 0, 1)
    whole = in_one_piece(pieces, loads, torn)
    for area in np.unique(whole).tolist():
        assert nx.is_connected(pieces.graph.subgraph(np.flatnonzero(whole == area).tolist()))


SPOTS = st.lists(st.tuples(st.integers(1, 299), st.integers(1, 199), st.integers(1, 50)), min_size=1, max_size=40)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SPOTS, st.integers(1, 8))
def test_whatever_is_carried_where_nothing_is_lost_or_torn(spots: list[tuple[int, int, int]], count: int) -> None:
    places, root = tree_of({"A": grid(3, 2)})
    points = [(Point(1_170_000_000 + x * 1_000, 360_000_000 + y * 1_000), float(load)) for x, y, load in spots]
    proposal = propose(places, root, Carried(points), count)
    sound(places, proposal)
    before, after = proposal.before.spread, proposal.after.spread
    assert before is not None and after is not None and after.total == sum(load for _, _, load in spots)
    assert after.cells <= count
    if count == 6:
        assert after.variation <= before.variation + 1e-9
