"""The Boston pack agrees with itself: one tree, every category mapped and routed, a sample the feed can read."""

import csv
import datetime
import gzip
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from jingwei.kernel.clocks.counting import Counting, Limit
from jingwei.kernel.matters.types import type_of

PACK = Path(__file__).parents[2] / "packs" / "boston"
LEVELS = ("city", "district", "neighbourhood", "cell")


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table; a row with too many or too few cells fails."""
    with (PACK / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert rows
    assert all(None not in row and None not in row.values() for row in rows), name
    return rows


def feed() -> dict[str, Any]:
    return tomllib.loads((PACK / "feeds" / "boston311.toml").read_text(encoding="utf-8"))


def sample() -> tuple[list[str], list[dict[str, str]]]:
    with gzip.open(PACK / "sample" / "boston311.csv.gz", "rt", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    return list(reader.fieldnames or ()), rows


AREAS = {row["code"]: row for row in table("places/areas.csv")}
UNITS = {row["code"]: row for row in table("units.csv")}
CATALOGUE = {row["code"]: row for row in table("catalogue.csv")}
GENERAL = {code: row for code, row in CATALOGUE.items() if not row["type"]}
"""What residents report; the other classes belong to a type."""


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("places/areas.csv", "code"),
        ("units.csv", "code"),
        ("posts.csv", "code"),
        ("catalogue.csv", "code"),
        ("routing.csv", "rule"),
        ("limits.csv", "category,clock"),
        ("calendar.csv", "date"),
        ("words.csv", "key"),
    ],
)
def test_keys_are_unique(name: str, key: str) -> None:
    keys = [tuple(row[part] for part in key.split(",")) for row in table(name)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", ["places/areas.csv", "units.csv", "catalogue.csv"])
def test_parents_stand_before_their_children(name: str) -> None:
    seen = {""}
    for row in table(name):
        assert row["parent"] in seen, row
        seen.add(row["code"])


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("places/areas.csv", "name_zh", "name_en"),
        ("units.csv", "name_zh", "name_en"),
        ("posts.csv", "title_zh", "title_en"),
        ("catalogue.csv", "title_zh", "title_en"),
        ("calendar.csv", "title_zh", "title_en"),
        ("words.csv", "zh", "en"),
    ],
)
def test_every_text_stands_in_both_languages(name: str, zh: str, en: str) -> None:
    for row in table(name):
        assert re.search(r"[\u4e00-\u9fff]", row[zh]), row
        assert row[en].strip() and not re.search(r"[\u4e00-\u9fff]", row[en]), row


def test_the_areas_are_one_tree_of_181_cells() -> None:
    levels = [row["level"] for row in AREAS.values()]
    assert [levels.count(level) for level in LEVELS] == [1, 16, 26, 181]
    assert [code for code, row in AREAS.items() if not row["parent"]] == ["boston"]
    for row in AREAS.values():
        if row["parent"]:
            assert LEVELS.index(AREAS[row["parent"]]["level"]) < LEVELS.index(row["level"])


def test_tracts_hang_as_sources_say() -> None:
    above = [AREAS[row["parent"]]["level"] for row in AREAS.values() if row["level"] == "cell"]
    assert {level: above.count(level) for level in above} == {"neighbourhood": 161, "district": 19, "city": 1}


@pytest.mark.parametrize("level", LEVELS[1:])
def test_every_area_of_a_layer_has_one_polygon(level: str) -> None:
    with gzip.open(PACK / "places" / f"{level}.geojson.gz", "rt", encoding="utf-8") as file:
        features = json.load(file)["features"]
    codes = [feature["properties"]["code"] for feature in features]
    assert sorted(codes) == sorted(code for code, row in AREAS.items() if row["level"] == level)
    assert all(feature["geometry"]["type"] in ("Polygon", "MultiPolygon") for feature in features)


def test_units_and_posts_name_what_exists() -> None:
    roles = tomllib.loads((PACK / "roles.toml").read_text(encoding="utf-8"))["role"]
    for row in UNITS.values():
        assert row["kind"] in ("city", "department", "centre", "team")
        assert row["area"] in AREAS
    posts = table("posts.csv")
    for row in posts:
        assert row["unit"] in UNITS and row["area"] in AREAS and row["role"] in roles, row
    assert {row["role"] for row in posts} == set(roles)


def test_the_catalogue_has_three_levels_and_known_urgencies() -> None:
    depth = {"": 0}
    for code, row in CATALOGUE.items():
        depth[code] = depth[row["parent"]] + 1
        assert row["urgency"] in ("U1", "U2", "U3", "U4") and row["open"] in ("0", "1")
        assert "/" not in code
    general = [level for code, level in depth.items() if code in GENERAL]
    assert [general.count(level) for level in (1, 2, 3)] == [7, 38, 141]


def test_whoever_may_choose_a_class_finds_it_from_the_top() -> None:
    chosen = [row for row in CATALOGUE.values() if row["open"] == "1"]
    assert all(CATALOGUE[row["parent"]]["open"] == "1" for row in chosen if row["parent"])


def test_every_category_of_the_feed_is_mapped_once_to_its_titles() -> None:
    rows = table("feeds/catalogue_codes.csv")
    for row in rows:
        reason = CATALOGUE[CATALOGUE[row["code"]]["parent"]]
        titles = (CATALOGUE[reason["parent"]]["title_en"], reason["title_en"], CATALOGUE[row["code"]]["title_en"])
        assert titles == (row["subject"], row["reason"], row["type"])
    leaves = set(GENERAL) - {row["parent"] for row in GENERAL.values()}
    assert sorted(row["code"] for row in rows) == sorted(leaves)


def test_every_limit_can_be_counted() -> None:
    own, *derived = table("limits.csv")
    assert (own["category"], own["clock"]) == ("", "disagree")
    rows = [row for row in derived if row["category"] in GENERAL]
    of_types = [row for row in derived if row not in rows]
    assert {(row["category"], row["clock"]) for row in of_types} == {
        ("IN", clock.key) for clock in type_of("instruction").clocks
    }
    assert all(row["basis"].startswith("own practice") for row in of_types)
    assert len(rows) >= 10
    for row in rows:
        assert row["category"] in CATALOGUE and row["clock"] == "handle"
        Limit(Counting(row["counting"]), int(row["amount"]), row["unit"])
        datetime.date.fromisoformat(row["from_on"])
        fits, targets = map(int, re.findall(r"\d+", row["basis"])[:2])
        assert 0.9 * targets <= fits <= targets
    known = {row["category"]: (row["counting"], row["amount"]) for row in rows}
    assert known["IS-HO-ULC"] == ("natural_day", "120")
    assert known["PK-TR-MNT"] == ("natural_day", "545")


def test_every_rule_routes_to_a_unit_and_the_last_takes_everything() -> None:
    rows = table("routing.csv")
    for row in rows:
        assert row["unit"] in UNITS, row
        assert not row["category"] or row["category"] in CATALOGUE, row
        assert not row["area"] or row["area"] in AREAS, row
    last = max(rows, key=lambda row: int(row["priority"]))
    assert (last["category"], last["area"], last["condition"], last["unit"]) == ("", "", "", "INFO")
    assert sum(row["priority"] == last["priority"] for row in rows) == 1


def test_every_reason_has_a_rule_of_its_own() -> None:
    ruled = {row["category"] for row in table("routing.csv") if not row["area"]}
    assert {code for code in GENERAL if code.count("-") == 1} <= ruled


def test_the_calendar_covers_its_years() -> None:
    rows = table("calendar.csv")
    days = [datetime.date.fromisoformat(row["date"]) for row in rows]
    assert days == sorted(days)
    assert {day.year for day in days} == set(range(2011, 2028))
    assert {row["kind"] for row in rows} == {"off", "work"}
    assert all(day.weekday() < 5 for day, row in zip(days, rows, strict=True) if row["kind"] == "work")


def test_the_sample_has_the_columns_and_values_of_the_feed() -> None:
    header, rows = sample()
    declared = feed()
    assert header == declared["columns"] and len(header) == 31
    assert len({row["case_enquiry_id"] for row in rows}) == len(rows)
    mapped = {(row["subject"], row["reason"], row["type"]) for row in table("feeds/catalogue_codes.csv")}
    for row in rows:
        assert re.fullmatch(declared["key"]["pattern"], row["case_enquiry_id"])
        assert row["source"] in declared["channel"]["map"]
        assert declared["unit"]["map"][row["department"]] in UNITS
        assert row["case_status"] in declared["state"]["open"] + declared["state"]["closed"]
        assert (row["subject"], row["reason"], row["type"]) in mapped


def test_the_sample_holds_every_department_and_peculiarity() -> None:
    _, rows = sample()
    keys = {row["case_enquiry_id"]: row for row in rows}
    assert {row["department"] for row in rows} == set(feed()["unit"]["map"])
    assert any((row["longitude"], row["latitude"]) == ("-71.0587", "42.3594") for row in rows)
    named = [row for row in rows if row["duplicate_of"]]
    assert any(row["duplicate_of"] == row["case_enquiry_id"] for row in named)
    assert any(row["duplicate_of"] not in keys for row in named)
    linked = [row for row in named if row["duplicate_of"] in keys and row["duplicate_of"] != row["case_enquiry_id"]]
    assert any(keys[row["duplicate_of"]] in linked for row in linked)
    assert any(row["open_dt"].startswith("2011-11-06 01:") for row in rows)
    assert any(row["target_dt"] and row["target_dt"] < row["open_dt"] for row in rows)
    assert any(row["case_status"] == "Open" and row["ontime"] == "OVERDUE" for row in rows)


def test_values_of_the_sample_have_words() -> None:
    words = {row["key"] for row in table("words.csv")}
    channels = {f"channel.{channel}" for channel in feed()["channel"]["map"].values()}
    assert channels <= words
    for row in sample()[1]:
        for key, column in (("closure", "closure_code"), ("neighborhood", "neighborhood"), ("state", "case_status")):
            assert not row[column] or f"boston311.{key}.{row[column]}" in words, row
