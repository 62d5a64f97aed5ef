"""Reads the open data (folders boston311 and boston_areas) and writes the pack's tables."""

import csv
import datetime
import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PACK = Path(__file__).parents[2] / "packs" / "boston"
MOMENT = "%Y-%m-%d %H:%M:%S"
NO_PLACE = ("-71.0587", "42.3594")  # City Hall: the source's default for "place unknown"

Row = dict[str, str]


@dataclass(frozen=True)
class Cases:
    """The file of cases: its header and its rows in order."""

    columns: tuple[str, ...]
    rows: list[Row]


@dataclass(frozen=True)
class Polygon:
    """One polygon of a layer: its properties and its GeoJSON geometry."""

    properties: dict[str, Any]
    geometry: dict[str, Any]


def read_cases(data: Path) -> Cases:
    """All cases of the half-year."""
    with gzip.open(data / "boston311" / "requests.csv.gz", "rt", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    return Cases(tuple(reader.fieldnames or ()), rows)


def read_layer(data: Path, name: str) -> list[Polygon]:
    """The polygons of one layer of boston_areas, in the file's order."""
    with gzip.open(data / "boston_areas" / f"{name}.geojson.gz", "rt", encoding="utf-8") as file:
        features = json.load(file)["features"]
    return [Polygon(feature["properties"], feature["geometry"]) for feature in features]


def read_table(path: Path) -> list[Row]:
    """The rows of a table of the pack."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Writes a table of the pack."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_gzip(path: Path, text: str) -> None:
    """Writes a compressed text whose bytes do not depend on the moment of writing."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(text.encode())


def moment(text: str) -> datetime.datetime | None:
    """A local wall-clock time of the source, without zone; None where the cell is empty."""
    return datetime.datetime.strptime(text, MOMENT) if text else None
