"""The area tree and its layers: city, planning districts, neighbourhoods and the census tracts as cells."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shapely import make_valid
from shapely.geometry import shape

from tools.boston_pack.source import PACK, Polygon, read_layer, read_table, write_gzip, write_table

ROOT = "boston"


class Areas:
    """The three layers and the one tree made of them."""

    def __init__(self, data: Path) -> None:
        self.districts = read_layer(data, "planning_districts_2000")
        self.neighbourhoods = read_layer(data, "neighborhoods")
        tracts = read_layer(data, "tracts2010")
        self.tracts = [tract for tract in tracts if tract.properties["in_boston"] == 1]
        self.parents = _neighbourhood_parents(self.districts, self.neighbourhoods)
        self.parents |= {tract.properties["geoid"]: self._tract_parent(tract.properties) for tract in self.tracts}
        self.parents |= {district.properties["code"]: ROOT for district in self.districts}

    def _tract_parent(self, tract: Mapping[str, Any]) -> str:
        """The neighbourhood where it lies in the tract's own district, else that district, else the city."""
        district = tract["planning_district"] or ROOT
        neighbourhood = tract["neighborhood"]
        return str(neighbourhood if neighbourhood and self.parents[neighbourhood] == district else district)


def _neighbourhood_parents(districts: list[Polygon], neighbourhoods: list[Polygon]) -> dict[str, str]:
    """The district that holds more than half of a neighbourhood's area; the city where none does."""
    shapes = {district.properties["code"]: make_valid(shape(district.geometry)) for district in districts}
    parents = {}
    for neighbourhood in neighbourhoods:
        own = make_valid(shape(neighbourhood.geometry))
        code = max(shapes, key=lambda code: own.intersection(shapes[code]).area)
        held = own.intersection(shapes[code]).area / own.area
        parents[neighbourhood.properties["code"]] = code if held > 0.5 else ROOT
    return parents


def tract_number(geoid: str) -> str:
    """The census tract's short number: 25025010103 is 101.03, 25025000100 is 1."""
    whole, part = int(geoid[5:9]), geoid[9:]
    return str(whole) if part == "00" else f"{whole}.{part}"


def write_areas(areas: Areas) -> None:
    """Writes areas.csv (parents before children) and one layer a level."""
    names = {row["code"]: (row["zh"], row["en"]) for row in read_table(Path(__file__).with_name("area_names.csv"))}
    rows: list[tuple[str, ...]] = [(ROOT, "city", "", *names[ROOT])]
    for level, layer in (("district", areas.districts), ("neighbourhood", areas.neighbourhoods)):
        codes = [polygon.properties["code"] for polygon in layer]
        rows += [(code, level, areas.parents[code], *names[code]) for code in codes]
        _write_layer(level, layer, "code")
    for tract in areas.tracts:
        geoid = tract.properties["geoid"]
        number = tract_number(geoid)
        rows.append((geoid, "cell", areas.parents[geoid], f"普查区 {number}", f"Census tract {number}"))
    _write_layer("cell", areas.tracts, "geoid")
    write_table(PACK / "places" / "areas.csv", ("code", "level", "parent", "name_zh", "name_en"), rows)


def _write_layer(level: str, layer: list[Polygon], code: str) -> None:
    """The polygons as the source gives them: rounding further would put cases on two cells' common border."""
    features = [
        {"type": "Feature", "properties": {"code": polygon.properties[code]}, "geometry": polygon.geometry}
        for polygon in layer
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    write_gzip(PACK / "places" / f"{level}.geojson.gz", text + "\n")
