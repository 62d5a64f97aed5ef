"""Rules at work: broken ones are named and passed, the record says so; a draft is tried on real matters, unwritten."""

import datetime
import json
from collections.abc import Mapping
from typing import Any

import pytest

from jingwei.kernel.agencies.commands import EnterUnit
from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.entries import entries_of
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.rules.comparing import Change
from jingwei.kernel.matters.rules.problems import problems_on, rules_problems
from jingwei.kernel.matters.rules.tryout import Tried, try_out
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, rules_of
from tests.city import FOUNDER, City, day_of_city
from tests.database import behind

READER = system("console", "matter.read")
TODAY = day_of_city()
RULE: Mapping[str, Any] = {"unit": "ROADS", "priority": 5, "category": "", "area": "", "condition": ""}
LONG_AGO = datetime.date(2000, 1, 1)


def set_value(parameter: str, subject: str, content: Mapping[str, Any], on: datetime.date = LONG_AGO) -> None:
    value = SetValue(parameter=parameter, subject=subject, from_on=on, content=content, basis="试城办 9 号")
    execute(FOUNDER, value, f"set:{parameter}:{subject}:{on}")


def problems() -> set[tuple[str, str, str]]:
    with reading(READER) as scope:
        found = rules_problems(scope)
        assert rules_problems(scope) is found, "worked out once"
    assert all(one.what.zh and one.what.en and one.remedy.zh and one.remedy.en for one in found)
    return {(one.parameter, one.subject, one.kind) for one in found if one.parameter != "calendar"}


def test_the_test_citys_rules_are_sound(city: City) -> None:
    assert problems() == set()


@pytest.mark.parametrize(
    ("subject", "content", "kind"),
    [
        ("x", {**RULE, "unit": "GHOST"}, "unit"),
        ("x", {**RULE, "category": "NOWHERE"}, "category"),
        ("x", {**RULE, "area": "T9"}, "area"),
        ("x", {**RULE, "category": "ROAD-1"}, "unreachable"),  # all roads are dealt with before
        ("x", {**RULE, "category": "ROAD-1", "area": "T1-01", "condition": "rain"}, "unreachable"),
        ("x", {**RULE, "priority": 10}, "unreachable"),  # behind the rule for the rest
    ],
)
def test_a_broken_rule_is_named(city: City, subject: str, content: Mapping[str, Any], kind: str) -> None:
    set_value("routing", subject, content)
    assert problems() == {("routing", subject, kind)}


def test_a_rule_that_only_a_broken_one_precedes_can_be_reached(city: City) -> None:
    set_value("routing", "a", {**RULE, "unit": "GHOST", "category": "ROAD-1", "priority": 0})
    assert problems() == {("routing", "a", "unit")}
    set_value("routing", "rest", {**RULE, "category": "PARK"}, TODAY)
    assert ("routing", "", "rest") in problems()


def test_a_rule_for_a_unit_without_a_post_is_named(city: City) -> None:
    unit = EnterUnit(code="EMPTY", kind="department", parent="CITY", area="T", name=("空", "Empty"))
    execute(FOUNDER, unit, "empty")
    set_value("routing", "x", {**RULE, "unit": "EMPTY"})
    assert problems() == {("routing", "x", "unit")}


@pytest.mark.parametrize(
    ("subject", "kinds"),
    [
        ("GONE//handle", {"category"}),
        ("ROAD//nap", {"clock"}),
        ("GONE//nap", {"category", "clock"}),
        ("request=dream//handle", {"category"}),
        ("request=consult//handle", set()),
        ("//handle", set()),
        ("ROAD//assist", set()),
    ],
)
def test_limits_that_nobody_asks_for_are_named(city: City, subject: str, kinds: set[str]) -> None:
    set_value("limit", subject, {"counting": "natural_day", "amount": 1, "unit": "day"})
    assert problems() == {("limit", subject, kind) for kind in kinds}


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        ("2026-11-30", []),
        ("2026-12-01", [2027]),
        ("2026-12-31", [2027]),
        ("2027-06-01", [2027]),
        ("2027-12-01", [2027, 2028]),
    ],
)
def test_a_year_without_its_notice_is_an_alarm_from_december(city: City, today: str, missing: list[int]) -> None:
    with reading(READER) as scope:
        on = datetime.date.fromisoformat(today)
        found = list(problems_on(rules_of(scope), agencies_of(scope), places_of(scope), on))
    assert [one.kind for one in found] == ["calendar"] * len(missing)
    assert all(str(year) in one.what.zh for year, one in zip(missing, found, strict=True))


# --- Past a broken rule -----------------------------------------------------------------------------------------------


def route_of(matter: Matter) -> dict[str, Any]:
    facts: dict[str, Any] = entries_of(matter.pk)[0].facts["route"]
    return facts


def unit_of(matter: Matter) -> str:
    return Unit.objects.get(matter=matter).code


def test_past_a_broken_rule_the_next_one_that_applies_gets_the_matter_and_the_record_says_so(city: City) -> None:
    set_value("routing", "first", {**RULE, "unit": "GHOST", "category": "ROAD-1", "priority": 0})
    matter = city.report(category="ROAD-1")
    assert unit_of(matter) == "ROADS"
    assert route_of(matter) == {"rule": "road", "lost": [], "broken": ["first"]}


def test_where_no_rule_works_the_nearest_unit_that_dispatches_gets_it(city: City) -> None:
    for name, priority in (("road", 1), ("park", 2), ("rest", 9)):
        set_value("routing", name, {**RULE, "unit": "GHOST", "priority": priority}, TODAY)
    matter = city.report(category="ROAD-1")
    assert unit_of(matter) == "HOTLINE"
    assert route_of(matter) == {"rule": "", "lost": [], "broken": ["road", "park", "rest"]}


def test_the_winner_and_the_losers_stand_in_the_record(city: City) -> None:
    assert route_of(city.report(category="PARK-1")) == {"rule": "park", "lost": [["road", "category"]]}


# --- A draft on real matters ------------------------------------------------------------------------------------------


def tried(*changes: Change, since: datetime.date = LONG_AGO, until: datetime.date | None = None) -> Tried:
    """Tries a draft and looks that nothing was written."""
    before = (Entry.objects.count(), Matter.objects.count())
    with reading(READER) as scope:
        found = try_out(scope, changes, since, until)
    assert (Entry.objects.count(), Matter.objects.count()) == before
    return found


def aged(matter: Matter, days: int) -> None:
    """Makes a matter as old as that, with its clocks; closed or not it stays."""
    for clock in Clock.objects.filter(stream_id=matter.pk):
        for segment in clock.segments:
            at = datetime.datetime.fromisoformat(segment["at"]) - datetime.timedelta(days=days)
            segment["at"] = at.isoformat()
        behind("UPDATE clocks_clock SET segments = %s WHERE id = %s", json_of(clock.segments), clock.pk)
    behind("UPDATE matters_matter SET opened_at = opened_at - %s * interval '1 day' WHERE id = %s", days, matter.pk)


def json_of(segments: Any) -> str:
    return json.dumps(segments)


def test_which_matters_would_go_elsewhere(city: City) -> None:
    east, west = city.report(cell="T1-01"), city.report(cell="T2-01")
    tree = city.report(category="PARK-1", cell="T1-01")
    found = tried(("routing", "east", {**RULE, "unit": "CHECK", "area": "T1", "priority": 0}))
    assert (found.matters, found.moved, found.clocks) == (3, 2, 0)
    assert {(move.before, move.after): move.examples for move in found.moves} == {
        ("ROADS", "CHECK"): (east.number,),
        ("PARKS", "CHECK"): (tree.number,),
    }
    assert {(part.key, part.moved) for part in found.by_category} == {("ROAD-1", 1), ("PARK-1", 1)}
    assert west.number not in str(found.moves)
    gone = tried(("routing", "road", None))
    assert {(move.before, move.after, move.count) for move in gone.moves} == {("ROADS", "HOTLINE", 2)}
    assert tried(("routing", "road", {**RULE, "category": "ROAD", "priority": 1})).moved == 0


def test_which_matters_would_be_late_and_which_no_longer(city: City) -> None:
    pothole, tree, dark = city.report(), city.report(category="PARK-1"), city.report(category="ROAD-2")
    for matter, days in ((pothole, 3), (tree, 3), (dark, 60)):
        aged(matter, days)
    one_day = {"counting": "continuous", "amount": 1, "unit": "day"}
    year = {"counting": "continuous", "amount": 365, "unit": "day"}
    found = tried(("limit", "ROAD-1//handle", one_day), ("limit", "PARK-1//handle", year))
    assert (found.matters, found.moved, found.clocks) == (3, 0, 2)
    assert (found.late_before, found.late_after) == (1, 1)
    assert (found.becomes_late.examples, found.no_longer_late.examples) == ((pothole.number,), (tree.number,))
    parts = {part.key: (part.becomes_late, part.no_longer_late) for part in found.by_category}
    assert parts == {"ROAD-1": (1, 0), "PARK-1": (0, 1)}
    assert {part.key for part in found.by_unit} == {"ROADS", "PARKS"}
    without = tried(("limit", "ROAD//handle", None))
    assert (without.late_before, without.late_after) == (1, 0), "the lamp that is late has no limit any more"


def test_another_calendar_is_replayed_on_every_clock(city: City) -> None:
    pothole = city.report()
    aged(pothole, 60)
    with reading(READER) as scope:
        dated = rules_of(scope).calendar(CITY_CALENDAR, TODAY)
        assert dated is not None
        content = dated.content
    off = {(TODAY - datetime.timedelta(days=number)).isoformat(): "off" for number in range(90)}
    found = tried(("calendar", CITY_CALENDAR, {**content, "days": {**content["days"], **off}}))
    assert found.no_longer_late.examples == (pothole.number,)
    assert found.clocks == Clock.objects.filter(stream_id=pothole.pk).count()


def test_only_the_matters_of_the_asked_days_are_tried(city: City) -> None:
    old, new = city.report(), city.report()
    aged(old, 30)
    changes = ("routing", "road", None)
    week = TODAY - datetime.timedelta(days=7)
    assert [move.examples for move in tried(changes, since=week).moves] == [(new.number,)]
    assert [move.examples for move in tried(changes, until=week).moves] == [(old.number,)]
