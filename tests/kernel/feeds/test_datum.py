"""The datum of a feed's degrees: points come in as WGS-84, and one that is unknown is named."""

import csv
from pathlib import Path

import pytest

from jingwei.kernel.feeds.definition import feed_of, feed_problems
from jingwei.kernel.feeds.rows import read_rows
from jingwei.kernel.values.coordinates import Datum, from_wgs84, metres_between, parse_degrees
from tests.kernel.feeds.conftest import declaration, read_extract

BEIJING = parse_degrees("116.377817", "39.911954")


@pytest.mark.parametrize("datum", Datum)
def test_points_are_kept_in_wgs84(tmp_path: Path, datum: Datum) -> None:
    said, place = from_wgs84(BEIJING, datum), declaration()["place"]
    row = {**read_extract()[0], place["lon"]: f"{said.lon_e7 / 1e7:.7f}", place["lat"]: f"{said.lat_e7 / 1e7:.7f}"}
    with (tmp_path / "one.csv").open("w", encoding="utf-8", newline="") as text:
        rows = csv.DictWriter(text, list(row))
        rows.writeheader()
        rows.writerow(row)
    (found,) = read_rows(feed_of("x", {**declaration(), "datum": datum.value}), tmp_path / "one.csv")
    assert found.point is not None and metres_between(found.point, BEIJING) < 0.1


def test_a_datum_that_nobody_knows_is_named() -> None:
    assert [one.en for one in feed_problems({**declaration(), "datum": "Mars"})] == [
        "datum is 'Mars', not one of WGS84, CGCS2000, GCJ02, BD09"
    ]
