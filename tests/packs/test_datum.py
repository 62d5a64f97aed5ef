"""The datum that a pack states: its layers come in as WGS-84, and one that is unknown is named."""

import shutil
from pathlib import Path

import pytest

from jingwei.kernel.places.geojson import read_layer
from jingwei.kernel.values.coordinates import Datum
from jingwei.surfaces.console.pack.check import check
from jingwei.surfaces.console.pack.tables import read_pack

PACKS = Path(__file__).parents[2] / "packs"


def test_an_unknown_one_is_named(tmp_path: Path) -> None:
    shutil.copytree(PACKS / "boston", tmp_path / "city")
    path = tmp_path / "city" / "pack.toml"
    path.write_text(path.read_text("utf-8").replace('datum = "WGS84"', 'datum = "Mars"'), "utf-8")
    pack = read_pack(tmp_path / "city")
    check(pack)
    assert [one.what.en for one in pack.problems] == ["datum is not one of WGS84, CGCS2000, GCJ02, BD09"]


@pytest.mark.parametrize(("datum", "moves"), [("WGS84", False), ("CGCS2000", False), ("GCJ02", True), ("BD09", True)])
def test_a_layer_comes_in_as_wgs84(datum: str, moves: bool) -> None:
    ring = "[[116.40,39.90],[116.42,39.90,50],[116.42,39.92],[116.40,39.92],[116.40,39.90]]"
    area = f'{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}'
    text = f'{{"type":"FeatureCollection","features":[{area}]}}'.encode()
    (feature,) = read_layer(text, datum=Datum(datum)).features
    west, south, _, _ = feature.polygons.box
    assert (west != 116.40) is moves and abs(west - 116.40) < 0.02 and abs(south - 39.90) < 0.02
    broken = read_layer(text.replace(b"116.42,39.90,50", b'"east",39.90'), datum=Datum(datum))
    assert broken.problems and not broken.features
