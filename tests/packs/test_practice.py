"""The practice pack, what a Chinese city may start from: 96 classes, each with limits, a unit, a way of checking."""

import csv
import re
import tomllib
from pathlib import Path

import pytest

from jingwei.kernel.clocks.counting import Counting, Limit
from jingwei.kernel.feeds.definition import feed_of
from jingwei.kernel.matters.types import MatterType, all_types
from jingwei.kernel.values.canonical import canonical
from jingwei.surfaces.console.pack.tables import read_pack

PACK = Path(__file__).parents[2] / "packs" / "practice"
STAGES = ("accept", "dispatch", "sign", "contact", "check")


def table(name: str) -> list[dict[str, str]]:
    with (PACK / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert rows and all(None not in row and None not in row.values() for row in rows), name
    return rows


CATALOGUE = {row["code"]: row for row in table("catalogue.csv")}
GENERAL = {code: row for code, row in CATALOGUE.items() if not row["type"]}
CLASSES = {code: row for code, row in GENERAL.items() if row["parent"]}
OWN_RULES = {*(f"HZ{number:02}" for number in range(1, 9)), "PJ", "QY"}
OWN = {one.key: one for one in all_types() if one.classes == "own"}
LIMITS = {(row["category"], row["condition"], row["clock"]): row for row in table("limits.csv")}


def test_its_feed_can_be_kept_and_means_what_it_says() -> None:
    """Words of a source are of any script; what is kept has names of members in ASCII alone."""
    content = read_pack(PACK).feeds["hotline12345"]
    assert canonical(content)
    feed = feed_of("hotline12345", content)
    assert feed.channels["微信"] == "app" and feed.returning is not None
    assert {one.title: one.words for one in feed.returning.columns}["是否按期"] == {"yes": "是", "no": "否"}


def test_twelve_by_eight_classes() -> None:
    majors = [code for code, row in GENERAL.items() if not row["parent"]]
    assert majors == [f"{number:02}" for number in range(1, 13)]
    assert list(CLASSES) == [f"{major}{number:02}" for major in majors for number in range(1, 9)]
    assert all(code.startswith(row["parent"]) for code, row in CLASSES.items())


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("units.csv", "name_zh", "name_en"),
        ("posts.csv", "title_zh", "title_en"),
        ("catalogue.csv", "title_zh", "title_en"),
        ("words.csv", "zh", "en"),
    ],
)
def test_every_text_stands_in_both_languages(name: str, zh: str, en: str) -> None:
    for row in table(name):
        assert re.search(r"[\u4e00-\u9fff]", row[zh]), row
        assert row[en].strip() and not re.search(r"[\u4e00-\u9fff]", row[en]), row


def test_every_class_says_how_it_is_verified_and_checked() -> None:
    for code, row in CLASSES.items():
        assert row["verify"] in ("site", "phone", "none"), code
        assert row["check"] in ("site", "picture", "reporter", "sample"), code
        assert bool(row["sample"]) == (row["check"] == "sample"), code
        assert row["urgency"] != "U1" or row["verify"] != "site", f"{code}: life and danger does not wait for a visit"


def test_every_class_has_a_limit_for_closing_and_for_every_stage() -> None:
    assert len(LIMITS) == len(table("limits.csv"))
    for code in CLASSES:
        assert (code, "", "handle") in LIMITS and (code, "01", "handle") in LIMITS
        assert all((code, "", stage) in LIMITS for stage in STAGES)


def test_every_limit_can_be_counted_and_all_five_countings_occur() -> None:
    limits = [Limit(Counting(row["counting"]), int(row["amount"]), row["unit"]) for row in LIMITS.values()]
    assert {limit.counting for limit in limits} == set(Counting)


@pytest.mark.parametrize("name", ["limits.csv", "routing.csv"])
def test_the_basis_of_a_rule_is_words_that_residents_read_and_no_mark_of_a_paper(name: str) -> None:
    odd = [one for one in {row["basis"] for row in table(name)} if re.search(r"(^|；)[A-Z] |（[A-Z]）|第\d节", one)]
    assert odd == [], "the clock of every report shows it"


def test_danger_never_waits_for_working_hours() -> None:
    for code, row in CLASSES.items():
        if row["urgency"] == "U1":
            stages = {LIMITS[code, "", stage]["counting"] for stage in ("accept", "dispatch", "sign", "contact")}
            assert stages == {"continuous"}, code


def test_conditions_have_words_and_belong_to_a_class() -> None:
    words = {row["key"] for row in table("words.csv")}
    for category, condition, _ in LIMITS:
        assert category in CATALOGUE or category == "" or "=" in category
        assert not condition or f"condition.{category}-{condition}" in words
    assert all(f"closing.{code}" in words for code in CLASSES)


def test_every_class_is_routed_and_the_last_rule_takes_everything() -> None:
    rules, units = table("routing.csv"), {row["code"] for row in table("units.csv")}
    assert {row["unit"] for row in rules} <= units
    assert {row["category"] for row in rules if not row["condition"] and row["category"]} == set(CLASSES) | set(
        OWN_RULES
    )
    last = max(rules, key=lambda row: int(row["priority"]))
    assert (last["category"], last["area"], last["condition"]) == ("", "", "")
    for row in rules:
        assert not row["condition"] or (row["category"], row["condition"], "handle") in LIMITS, row


def test_every_unit_that_handles_has_a_post() -> None:
    posts, roles = table("posts.csv"), tomllib.loads((PACK / "roles.toml").read_text(encoding="utf-8"))["role"]
    manned = {row["unit"] for row in posts}
    assert {row["unit"] for row in table("routing.csv")} <= manned
    assert {row["role"] for row in posts} <= set(roles)


@pytest.mark.parametrize("matter_type", OWN.values(), ids=lambda one: one.key)
def test_every_type_with_classes_of_its_own_is_in_use_with_limits_and_people(matter_type: MatterType) -> None:
    """A class of its own, a limit for every clock that no promised day sets, a role for every grant."""
    rows = [row for row in CATALOGUE.values() if row["type"] == matter_type.key]
    (root,) = [row["code"] for row in rows if not row["parent"]]
    assert len(rows) > 1
    promised = {action.promises.clock for action in matter_type.actions if action.promises}
    named = {f"{field.key}={choice}" for field in matter_type.fields if field.limits for choice, _ in field.choices}
    limited = {clock for category, _, clock in LIMITS if category in {root, *named}}
    assert {clock.key for clock in matter_type.clocks} == limited - {
        task.limit for task in matter_type.tasks
    } | promised
    roles = tomllib.loads((PACK / "roles.toml").read_text(encoding="utf-8"))["role"]
    manned = {grant for row in table("posts.csv") for grant in roles[row["role"]]["grants"]}
    everywhere = {grant for role in roles.values() for grant in role["grants"]}
    assert set(matter_type.grants) <= everywhere
    assert {grant for grant in matter_type.grants if not grant.startswith("matter.")} <= manned
