"""The practice city's cells are divided more evenly, by its year of reports and by its households."""

import csv
from pathlib import Path

import pytest

from jingwei.kernel.places.dividing.proposing import Carried, propose
from jingwei.kernel.places.geojson import read_layer
from jingwei.surfaces.console.demo import packs_folder
from jingwei.surfaces.console.practice.command import write_practice_pack
from jingwei.surfaces.console.practice.invented import Wanted, invent
from tests.kernel.places.test_dividing import sound, tree_of


@pytest.mark.parametrize("by", ["reports", "households"])
def test_a_community_of_the_practice_city_is_divided_more_evenly(tmp_path: Path, by: str) -> None:
    found = invent(Wanted(1, 60, 2_000, "2026-06-01"), packs_folder() / "practice")
    write_practice_pack(tmp_path / "city", found)
    places_folder = tmp_path / "city" / "places"
    with (places_folder / "cells.csv").open(encoding="utf-8-sig") as text:
        rows = {row["code"]: row for row in csv.DictReader(text)}
    flawed = {
        rows[code]["parent"] for code in (found.flaws.gap.cell, found.flaws.overlap.cell, found.flaws.overlap.over)
    }
    cells: dict[str, dict[str, bytes]] = {}
    for one in read_layer(places_folder / "cell.geojson.gz").features:
        row = rows[str(one.properties["code"])]
        if row["parent"] not in flawed:
            cells.setdefault(row["parent"], {})[row["code"]] = one.polygons.wkb
    largest = sorted(cells, key=lambda above: -len(cells[above]))[:3]
    cells = {above: cells[above] for above in largest}
    places, root = tree_of(cells)
    households = {code: float(row["households"]) for code, row in rows.items()}
    points = [(one.told.point, 1.0) for one in found.plan()]
    carried = Carried(points) if by == "reports" else Carried(whole=households)
    for above in largest:
        proposal = propose(places, places.by_code[above], carried, len(cells[above]))
        sound(places, proposal)
        now, then = proposal.before.spread, proposal.after.spread
        assert now is not None and then is not None
        assert then.variation <= now.variation and then.farthest < 0.2, above
    whole = propose(places, root, carried, sum(map(len, cells.values())))
    sound(places, whole)
    assert whole.better
