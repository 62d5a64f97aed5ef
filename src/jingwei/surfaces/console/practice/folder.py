"""Writes the practice city as a pack: the same seed gives the same bytes."""

import csv
import gzip
import io
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import shapely

from jingwei.surfaces.console.practice.agencies import Agencies
from jingwei.surfaces.console.practice.land.ground import EAST, NORTH
from jingwei.surfaces.console.practice.land.mesh import Spot
from jingwei.surfaces.console.practice.land.places import Cell, Places

_TAKEN_OVER = ("catalogue.csv", "limits.csv", "words.csv", "roles.toml", "reminders.toml")
_ABOVE = {"community": 12, "town": 9, "county": 6}  # level: how many digits of a cell's code name its area


Outlines = Mapping[str, Sequence[Spot]]
"""The cells' outlines as they are published, faults and all; those of the areas above are true."""


def write_pack(target: Path, base: Path, places: Places, agencies: Agencies, outlines: Outlines) -> None:
    """Makes the folder anew; `base` is the pack that catalogue, limits, roles and words come from."""
    if target.exists():
        shutil.rmtree(target)
    (target / "places").mkdir(parents=True)
    for name in _TAKEN_OVER:
        shutil.copyfile(base / name, target / name)
    shutil.copytree(base / "feeds", target / "feeds")
    shutil.copyfile(base.parent / "calendars" / "cn.csv", target / "calendar.csv")
    settings = (base / "pack.toml").read_text(encoding="utf-8")
    (target / "pack.toml").write_text(
        "practice = true  # invented whole: may run in simulated time, and every page says so\n" + settings,
        encoding="utf-8",
    )
    _write_places(target / "places", places, outlines)
    for name in ("units", "posts", "people", "routing"):
        write_table(target / f"{name}.csv", getattr(agencies, name))


def _write_places(folder: Path, places: Places, outlines: Outlines) -> None:
    write_table(
        folder / "areas.csv",
        [
            {
                "code": area.code,
                "level": area.level,
                "parent": area.parent,
                "name_zh": area.name.zh,
                "name_en": area.name.en,
            }
            for area in places.areas
            if area.level != "cell"  # cells come from their sheet alone
        ],
    )
    write_table(folder / "cells.csv", [_sheet_row(cell) for cell in places.cells])
    _write_layer(folder, "cell", [(code, [ring]) for code, ring in outlines.items()])
    for level, digits in _ABOVE.items():
        _write_layer(folder, level, _joined(places.cells, digits))


def _sheet_row(cell: Cell) -> dict[str, str]:
    return {
        "code": cell.code,
        "name": cell.name.zh,
        "name_en": cell.name.en,
        "parent": cell.parent,
        "worker": cell.worker.zh,
        "phone": cell.phone,
        "households": str(cell.households),
        "estates": "、".join(one.zh for one in cell.estates),
        "villages": "、".join(one.zh for one in cell.villages),
        "roads": "、".join(f"{road.name.zh}{road.low}-{road.high}号" for road in cell.roads),
    }


def _joined(cells: Iterable[Cell], digits: int) -> list[tuple[str, list[Sequence[Spot]]]]:
    """The outlines of the areas above, made of the cells' own corners."""
    groups: dict[str, list[shapely.Polygon]] = {}
    for cell in cells:
        groups.setdefault(cell.code[:digits].ljust(12, "0"), []).append(shapely.Polygon(cell.ring))
    found: list[tuple[str, list[Sequence[Spot]]]] = []
    for code, polygons in groups.items():
        parts = shapely.get_parts(shapely.coverage_union_all(polygons))
        corners = [shapely.get_coordinates(shapely.get_exterior_ring(part))[:-1] for part in parts]
        found.append((code, [[(round(x), round(y)) for x, y in ring] for ring in corners]))
    return found


def _write_layer(folder: Path, level: str, areas: Sequence[tuple[str, Sequence[Sequence[Spot]]]]) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {"type": "MultiPolygon", "coordinates": [[_degrees(ring)] for ring in rings]},
        }
        for code, rings in areas
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    with (folder / f"{level}.geojson.gz").open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as zipped:
        zipped.write(text.encode())


def _degrees(ring: Sequence[Spot]) -> list[list[float]]:
    closed = [*ring, ring[0]]
    return [[(EAST + x) / 100_000, (NORTH + y) / 100_000] for x, y in closed]


def write_table(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """A table with the columns of its first row."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
