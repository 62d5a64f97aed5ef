"""The grid from the console, from end to end: a sheet of cells, their first boundaries, a redraw; each dry first."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.handover import to_hand_over
from jingwei.kernel.places.models import Boundary
from jingwei.kernel.places.snapshot import Places, places_of
from jingwei.kernel.values.coordinates import Datum, from_wgs84, parse_degrees
from jingwei.surfaces.console.main import main
from jingwei.surfaces.console.places import run
from tests.city import FOUNDER, IN_CELL, City

HEAD = ["编码", "名称", "上级", "网格员", "电话", "户数", "小区", "村", "道路", "门牌"]
CELLS = [
    ["T1-08", "八格", "T1", "赵甲", "0543-1234567", "320", "阳光花园", "", "", ""],
    ["T1-09", "九格", "T1", "", "", "", "", "李庄村", "", ""],
]
Box = tuple[float, float, float, float]


@pytest.fixture(autouse=True)
def _console(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """The console's commands in this process, which serves the test city already."""
    monkeypatch.setattr(run, "become", lambda _: None)
    monkeypatch.setattr(run, "enter_city", lambda _: "tests")


def places() -> Places:
    with reading(FOUNDER) as scope:
        return places_of(scope)


def sheet(path: Path, rows: list[list[str]]) -> str:
    with path.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([HEAD, *rows])
    return str(path)


def layer(path: Path, areas: dict[str, Box], datum: Datum = Datum.WGS84, **properties: Any) -> str:
    """A GeoJSON file of boxes, as a map in this datum has them."""

    def corner(lon: float, lat: float) -> list[float]:
        point = from_wgs84(parse_degrees(f"{lon:.7f}", f"{lat:.7f}"), datum)
        return [point.lon_e7 / 1e7, point.lat_e7 / 1e7]

    features = []
    for code, (west, south, east, north) in areas.items():
        ring = [corner(*one) for one in ((west, south), (east, south), (east, north), (west, north), (west, south))]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"code": code, **properties}, "geometry": geometry})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return str(path)


def test_a_sheet_of_cells_is_taken_in_after_its_dry_run(tmp_path: Path) -> None:
    file, before = sheet(tmp_path / "cells.csv", CELLS), Entry.objects.count()
    assert main(["places", "cells", file, "--dry-run"]) == 0
    assert Entry.objects.count() == before and "T1-08" not in places().by_code
    assert main(["places", "cells", file]) == 0
    assert {"T1-08", "T1-09"} <= places().by_code.keys()
    assert main(["places", "locate", "--address", "阳光花园3号楼"]) == 0
    assert main(["places", "cells", file]) == 0, "the same sheet once more changes no cell"


def test_a_sheet_with_faults_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = Entry.objects.count()
    wrong = [CELLS[0], ["T1-09", "九格", "T9", "", "", "", "", "", "", ""]]
    assert main(["places", "cells", sheet(tmp_path / "cells.csv", wrong)]) == 1
    assert "row 3, column 上级" in capsys.readouterr().out
    assert Entry.objects.count() == before


def test_first_boundaries_come_later_in_the_datum_they_were_drawn_in(tmp_path: Path) -> None:
    assert main(["places", "cells", sheet(tmp_path / "cells.csv", CELLS)]) == 0
    east = {"T1-08": (117.4, 36.0, 117.5, 36.1), "T1-09": (117.5, 36.0, 117.6, 36.1)}
    file = layer(tmp_path / "cells.geojson", east, Datum.GCJ02)
    assert main(["places", "boundaries", file, "--datum", "GCJ02"]) == 0
    assert set(Boundary.objects.filter(area__code__in=east).values_list("datum", flat=True)) == {"GCJ02"}
    found = {lon: places().locate(parse_degrees(lon, "36.05")) for lon in ("117.4001", "117.4999", "117.5001")}
    assert {lon: place and place.code for lon, place in found.items()} == {
        "117.4001": "T1-08",
        "117.4999": "T1-08",
        "117.5001": "T1-09",
    }
    assert main(["places", "locate", "117.55", "36.05"]) == 0
    assert main(["places", "boundaries", str(tmp_path / "cells.csv")]) == 1


def test_a_redraw_is_said_first_then_done_and_leaves_a_list(
    city: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    matter = city.report(cell="T1-01")
    kept = {
        "T1-02": (117.2, 36.1, 117.4, 36.2),
        "T2-01": (117.0, 36.0, 117.2, 36.1),
        "T2-02": (117.0, 36.1, 117.2, 36.2),
    }
    halves = {"T1-03": (117.2, 36.0, 117.3, 36.1), "T1-04": (117.3, 36.0, 117.4, 36.1)}
    file = layer(tmp_path / "cells.geojson", {**kept, **halves})
    content = json.loads(Path(file).read_text("utf-8"))
    for one in content["features"]:
        one["properties"]["parent"] = one["properties"]["code"][:2]
    Path(file).write_text(json.dumps(content), "utf-8")
    today = places().today.isoformat()
    words = ["places", "redraw", file, "--level", "cell", "--from", today, "--basis", "试城办〔2026〕9号", "--json"]
    before = Entry.objects.count()
    assert main([*words, "--dry-run"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["ends"], said["begins"], said["done"]) == (1, 2, False) and Entry.objects.count() == before
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["done"] is True
    now = places().locate(IN_CELL["T1-01"])
    assert now is not None and now.code in halves
    with reading(city.actor("intake")) as scope:
        (left,) = to_hand_over(scope)
    assert left.number == matter.number and [one.code for one in left.new] == [now.code]
    assert main(["places", "redraw", file, "--level", "street", "--from", today, "--basis", "x"]) == 2


def test_a_file_of_boundaries_with_a_fault_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All that is wrong with it is told at once, and the sound ones of it are not entered either."""
    assert main(["places", "cells", sheet(tmp_path / "cells.csv", CELLS)]) == 0
    before, box = Entry.objects.count(), (117.4, 36.0, 117.5, 36.1)
    file = layer(tmp_path / "cells.geojson", {"T1-08": box, "NOPE": box, "T1-01": box})
    assert main(["places", "boundaries", file]) == 1
    said = capsys.readouterr().err
    assert "NOPE: there is no area with this code; correct it" in said and "T1-01: it has a boundary" in said
    content = json.loads(Path(file).read_text("utf-8"))
    content["features"] = [content["features"][0]] * 2
    Path(file).write_text(json.dumps(content), "utf-8")
    assert main(["places", "boundaries", file]) == 1
    assert "T1-08: the code stands on two features" in capsys.readouterr().err
    content["features"][1]["geometry"]["coordinates"] = [[[117.4, 36.0], [117.5, 36.0]]]
    Path(file).write_text(json.dumps(content), "utf-8")
    assert main(["places", "boundaries", file]) == 1
    said = capsys.readouterr().err
    assert "has only 2 positions" in said and "A ring has at least four positions" in said and "环至少四点" in said
    assert Entry.objects.count() == before


def test_a_redraw_that_cannot_be_is_refused_in_the_dry_run_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = layer(tmp_path / "cells.geojson", {"T1-01": (117.2, 36.0, 117.4, 36.1)}, parent="T9")
    today = places().today.isoformat()

    def refused(level: str, day: str, basis: str) -> str:
        assert main(["places", "redraw", file, "--level", level, "--from", day, "--basis", basis, "--dry-run"]) > 0
        return capsys.readouterr().err

    assert "T1-01: there is no area T9 above it" in refused("cell", today, "试城办〔2026〕9号")
    assert "no area of the level cell is in force on 1900-01-01; take a later day" in refused("cell", "1900-01-01", "x")
    assert "it has: " in refused("parish", today, "x")
    assert "--basis is empty" in refused("cell", today, " ")


def test_points_and_layers_of_a_public_map_are_read_in_its_datum(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A point just inside a cell is told from its neighbour only if the map's offset is taken off."""
    shown = from_wgs84(parse_degrees("117.2001", "36.05"), Datum.BD09)
    point = [f"{one / 1e7:.7f}" for one in (shown.lon_e7, shown.lat_e7)]
    assert main(["places", "locate", *point, "--datum", "BD09"]) == 0
    assert capsys.readouterr().out.startswith("T1-01")
    file = layer(tmp_path / "cells.geojson", {"A": (117.2, 36.0, 117.201, 36.001)}, Datum.GCJ02)
    assert main(["places", "check", "--layer", file, "--datum", "GCJ02", "--cell-m2", "20000", "--json"]) == 0
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert abs(fault["lon"] - 117.2005) < 1e-5 and abs(fault["lat"] - 36.0005) < 1e-5


def test_a_layer_where_a_code_stands_twice_or_the_property_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = layer(tmp_path / "cells.geojson", {"A": (117.2, 36.0, 117.21, 36.01), "B": (117.21, 36.0, 117.22, 36.01)})
    Path(file).write_text(Path(file).read_text("utf-8").replace('"B"', '"A"'), "utf-8")
    assert main(["places", "check", "--layer", file]) == 1
    assert "FAULT repeated_code | A | 117.215, 36.005 | features[1]" in capsys.readouterr().out
    assert main(["places", "check", "--layer", file, "--code", "geoid"]) == 2
    assert "no feature has the property 'geoid' of --code; there are: code" in capsys.readouterr().err
