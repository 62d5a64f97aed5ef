"""A year of the practice city in simulated time: the declared measures give the answers known beforehand."""

import datetime
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from jingwei.kernel.agencies.duty import on_duty, on_roster
from jingwei.kernel.agencies.models import Person, Roster
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.models import HandOver, Matter, Party
from jingwei.kernel.matters.rules.problems import rules_problems
from jingwei.kernel.measures.compute import compute
from jingwei.kernel.measures.registry import measure_of
from jingwei.kernel.outbox.models import Message
from jingwei.kernel.places.checking.survey import survey_of
from jingwei.kernel.places.models import Area
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.sealing import reveal
from jingwei.surfaces.command_map.hot_spots import hot_spots_of
from jingwei.surfaces.command_map.seat import seat_of
from jingwei.surfaces.console.answer import Answer
from jingwei.surfaces.console.demo import packs_folder
from jingwei.surfaces.console.pack.check import check
from jingwei.surfaces.console.pack.enter import enter
from jingwei.surfaces.console.pack.tables import read_pack
from jingwei.surfaces.console.practice.acts import PAUSING
from jingwei.surfaces.console.practice.answers import Tally, right_answers
from jingwei.surfaces.console.practice.carrying import carry, turns
from jingwei.surfaces.console.practice.carrying.duty import enter_duty, hand_over_shifts
from jingwei.surfaces.console.practice.carrying.latest import is_latest
from jingwei.surfaces.console.practice.command import appoint_people, founding, write_practice_pack
from jingwei.surfaces.console.practice.days import ZONE
from jingwei.surfaces.console.practice.invented import Wanted, invent
from jingwei.surfaces.console.practice.plan import Planned

WANTED = Wanted(5, 60, 300, "2026-06-01")
READER = system("tests", "matter.read", "measures.read")


@dataclass(frozen=True)
class Lived:
    """What was planned, and the answers."""

    plan: list[Planned]
    answers: dict[str, Any]
    impossible: set[str]


def make_impossible(plan: list[Planned]) -> set[str]:
    """Has a wrong post sign in a matter that is over, and in one that is still news; gives the keys of the steps."""
    with_sign = [one for one in plan if "sign" in [step.action for step in one.steps] and not one.original]
    keys = set()
    for one in (with_sign[0], with_sign[-1]):
        place = [step.action for step in one.steps].index("sign")
        one.steps[place] = replace(one.steps[place], who="head")
        keys.add(f"practice|{one.number}|{place}")
    assert [is_latest(one, WANTED.ends) for one in (with_sign[0], with_sign[-1])] == [False, True]
    return keys


@pytest.fixture
def lived(db: None, fresh_snapshots: None, tmp_path: Path) -> Iterator[Lived]:
    """The small practice city with its year, in a transaction that the test's end rolls back."""
    invented = invent(WANTED, packs_folder() / "practice")
    write_practice_pack(tmp_path / "city", invented)
    pack = read_pack(tmp_path / "city")
    layers = check(pack)
    assert pack.problems == []
    enter(pack, layers, now=founding(WANTED))
    appoint_people(tmp_path / "city", WANTED, Answer(as_json=True))
    enter_duty(invented.agencies, WANTED.ends)
    tally = Tally(WANTED.ends, invented.agencies)
    plan = list(invented.plan())
    impossible = make_impossible(plan)
    turns.forget()
    families, refused = list(carry.families(plan)), []
    for start in range(0, len(families), 100):
        carried = carry.carry_batch(families[start : start + 100], WANTED.seed, WANTED.ends)
        refused += carried.refused
        for one in carried.matters:
            tally.add(one)
    refused += carry.link_duplicates(tally.duplicates, WANTED.seed, WANTED.ends)
    hand_over_shifts(invented.agencies, WANTED.ends)
    yield Lived(plan, right_answers(invented, tally, refused), impossible)
    turns.forget()


def what_the_city_refuses_ends_its_matter_alone(lived: Lived) -> None:
    assert {one["key"] for one in lived.answers["refused"]} == lived.impossible
    assert all(one["reason"] for one in lived.answers["refused"])


def measures_give_the_known_answers(lived: Lived) -> None:
    as_of = WANTED.ends.replace(tzinfo=ZONE)
    with reading(READER) as scope:
        for key, expected in lived.answers["figures"].items():
            (figure,) = compute(scope, measure_of(f"grid_event.{key}"), as_of=as_of)
            assert (figure.numerator, figure.denominator) == tuple(expected), key
        share = measure_of("grid_event.share_closed_in_time")
        units = {
            one.group[0]: (one.numerator, one.denominator)
            for one in compute(scope, share, group_by=("unit",), as_of=as_of)
            if one.denominator
        }
    assert units == {unit: tuple(pair) for unit, pair in lived.answers["closed_in_time_by_unit"].items()}
    late = lived.answers["planted"]["late_units"]
    assert late == ["PS", "ZF-03"]
    shares = {unit: share / whole for unit, (share, whole) in units.items() if whole >= 5}
    assert set(sorted(shares, key=lambda unit: shares[unit])[:2]) & set(late)


def open_matters_are_counted_by_county(lived: Lived) -> None:
    still_open = Matter.objects.filter(closed_at=None)
    overdue = still_open.filter(due_at__lt=WANTED.ends.replace(tzinfo=ZONE))
    for key, found in (("open_by_county", still_open), ("open_overdue_by_county", overdue)):
        codes = Counter(f"{code[:6]}000000" for code in found.values_list("area__code", flat=True))
        assert codes == lived.answers[key], key


def every_matter_stands_as_planned(lived: Lived) -> None:
    stands = {row.pk: row for row in Matter.objects.select_related("unit")}
    assert len(stands) == WANTED.matters
    for planned in lived.plan:
        row = stands[turns.matter_id(WANTED.seed, planned.number, planned.told.opened)]
        closed = planned.closed.replace(microsecond=0, tzinfo=ZONE) if planned.closed else None
        assert (row.opened_at, row.closed_at) == (planned.told.opened.replace(tzinfo=ZONE), closed)
        deferred = bool(planned.steps) and planned.steps[-1].action in PAUSING
        assert row.due_at == (None if deferred else planned.due.replace(tzinfo=ZONE))
        assert row.unit is not None and row.unit.code == planned.stands_with
        assert row.area is not None and row.area.code == planned.told.cell.code


def the_record_says_that_the_year_was_simulated(lived: Lived) -> None:
    entries = Entry.objects.filter(kind__startswith="matter.")
    assert all(b'"simulated":true' in bytes(body) for body in entries.values_list("body", flat=True))
    planned = entries.filter(kind__in=("matter.reported", "matter.acted", "matter.linked", "matter.merged_in"))
    assert planned.count() + supervised(lived) == sum(len(one.steps) + 1 for one in lived.plan) + len(
        lived.answers["planted"]["duplicates"]
    )
    oldest = WANTED.ends.replace(tzinfo=ZONE) - turns.NEWS - datetime.timedelta(hours=1)
    assert all(message.created_at > oldest for message in Message.objects.all())


def supervised(lived: Lived) -> int:
    return sum(step.action == "supervise" for one in lived.plan for step in one.steps)


def reporters_are_marked_and_reach_nobody(lived: Lived) -> None:
    contacts = [party.contact for party in reveal(list(Party.objects.all()))]
    assert contacts
    assert all(one["name"].endswith("（演练）") and one["phone"].startswith("140") for one in contacts)


def the_grid_s_check_finds_what_was_planted(lived: Lived) -> None:
    with reading(READER) as scope:
        faults = survey_of(scope).faults
    planted = lived.answers["planted"]
    gap, overlap = planted["gap"], planted["overlap"]
    (hole,) = [one for one in faults if one.kind == "gap"]
    assert gap["cell"] in hole.cells
    assert hole.size_m2 == pytest.approx(gap["square_metres"], rel=0.01)
    (double,) = [one for one in faults if one.kind == "overlap"]
    assert set(double.cells) == {overlap["cell"], overlap["over"]}
    assert double.size_m2 == pytest.approx(overlap["square_metres"], rel=0.01)
    full = [one.cells for one in faults if one.kind == "too_large" and one.count > 1]
    assert full == [(planted["overfull_cell"],)]


def the_alarms_name_the_broken_rule_and_the_missing_year(lived: Lived) -> None:
    planted = lived.answers["planted"]
    december = datetime.datetime(planted["calendar_missing_after"], 12, 5, tzinfo=ZONE)
    with reading(READER, december) as scope:
        found = {(one.kind, one.subject) for one in rules_problems(scope)}
    assert ("unit", planted["broken_rule"]["rule"]) in found
    assert [kind for kind, _ in found].count("unit") == 1
    assert "calendar" in {kind for kind, _ in found}
    with reading(READER, december.replace(month=6)) as scope:
        assert "calendar" not in {one.kind for one in rules_problems(scope)}


def somebody_is_on_duty_at_every_hour(lived: Lived) -> None:
    end = WANTED.ends.replace(tzinfo=ZONE)
    names = dict(Person.objects.values_list("pk", "account__username"))
    with reading(READER) as scope:
        rosters = list(Roster.objects.values_list("pk", flat=True))
        for hours in range(-24 * 14 + 8, 24 * 10, 6):
            assert len(on_roster(rosters, end + datetime.timedelta(hours=hours))) == len(rosters), hours
        county = Area.objects.get(code=lived.plan[0].told.cell.county)
        (here,) = on_duty(scope, county.lft, end - datetime.timedelta(hours=1))
        city = next(one for one in places_of(scope).by_id.values() if one.parent is None)
        present = on_duty(scope, city.lft, end + datetime.timedelta(hours=12))
    assert names[here.person].startswith("dispatcher-")
    assert [names[one.person] for one in present if one.stands_in_for] == ["supervisor"]
    given = HandOver.objects.filter(kind="shift")
    assert given.filter(accepted_at=None).count() == given.exclude(accepted_at=None).count() == len(rosters)


def clocks_of_open_matters_rang_at_their_marks(lived: Lived) -> None:
    end = WANTED.ends.replace(tzinfo=ZONE)
    assert not Clock.objects.filter(fires_at__lt=end).exists()
    running = list(Clock.objects.filter(status="running").values_list("stream_id", "key", "due_at"))
    assert running
    for stream, key, due in running:
        rang = Entry.objects.filter(stream=stream, kind="matter.clock_rang").order_by("seq")
        told = [one for one in (json.loads(bytes(row.body))["facts"] for row in rang) if one["clock"] == key]
        assert due is not None and (100 in [one["mark"] for one in told]) == (due < end), (stream, key)
        assert not any("late_minutes" in one for one in told)


def the_command_map_shows_where_the_storm_struck(lived: Lived) -> None:
    storm, evening = lived.answers["planted"]["storm"], WANTED.ends.replace(tzinfo=ZONE) - datetime.timedelta(minutes=1)
    with reading(READER, evening) as scope:
        spots = hot_spots_of(scope, seat_of(scope))
        titles = {places_of(scope).by_code[code].name for code in storm["communities"]}
    assert spots and {spot.place for spot in spots} <= titles, spots
    assert all(spot.count > spot.usual for spot in spots)


def test_a_year_of_the_practice_city(lived: Lived) -> None:
    """One test, for the year is made once."""
    what_the_city_refuses_ends_its_matter_alone(lived)
    measures_give_the_known_answers(lived)
    open_matters_are_counted_by_county(lived)
    every_matter_stands_as_planned(lived)
    the_record_says_that_the_year_was_simulated(lived)
    reporters_are_marked_and_reach_nobody(lived)
    the_grid_s_check_finds_what_was_planted(lived)
    the_alarms_name_the_broken_rule_and_the_missing_year(lived)
    somebody_is_on_duty_at_every_hour(lived)
    the_command_map_shows_where_the_storm_struck(lived)
    clocks_of_open_matters_rang_at_their_marks(lived)
