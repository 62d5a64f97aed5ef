"""A year of the practice city in simulated time: the declared measures give the answers known beforehand."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.models import Matter, Party
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.measures.compute import compute
from jingwei.kernel.measures.registry import measure_of
from jingwei.kernel.outbox.models import Message
from jingwei.surfaces.console.answer import Answer
from jingwei.surfaces.console.demo import packs_folder
from jingwei.surfaces.console.pack.check import check
from jingwei.surfaces.console.pack.enter import enter
from jingwei.surfaces.console.pack.tables import read_pack
from jingwei.surfaces.console.practice import carry
from jingwei.surfaces.console.practice.acts import VERSION
from jingwei.surfaces.console.practice.answers import Tally, right_answers, tallied
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
    tally = Tally(WANTED.ends, type_of("grid_event").version)
    plan = list(tallied(invented.plan(VERSION), tally))
    carry.forget()
    for start in range(0, len(plan), 100):
        carry.carry_batch(plan[start : start + 100], WANTED.seed, WANTED.ends)
    carry.link_duplicates(tally.duplicates, WANTED.seed, WANTED.ends)
    yield Lived(plan, right_answers(invented, tally))
    carry.forget()


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


def every_matter_stands_as_planned(lived: Lived) -> None:
    stands = {row.pk: row for row in Matter.objects.select_related("unit")}
    assert len(stands) == WANTED.matters
    for planned in lived.plan:
        row = stands[carry.matter_id(WANTED.seed, planned.number, planned.told.opened)]
        closed = planned.closed.replace(microsecond=0, tzinfo=ZONE) if planned.closed else None
        assert (row.opened_at, row.closed_at) == (planned.told.opened.replace(tzinfo=ZONE), closed)
        assert row.due_at == planned.due.replace(tzinfo=ZONE)
        assert row.unit is not None and row.unit.code == planned.stands_with
        assert row.area is not None and row.area.code == planned.told.cell.code


def the_record_says_that_the_year_was_simulated(lived: Lived) -> None:
    entries = Entry.objects.filter(kind__startswith="matter.")
    assert all(b'"simulated":true' in bytes(body) for body in entries.values_list("body", flat=True))
    assert entries.count() == sum(len(one.steps) + 1 for one in lived.plan) + len(
        lived.answers["planted"]["duplicates"]
    )
    oldest = WANTED.ends.replace(tzinfo=ZONE) - carry.NEWS - datetime.timedelta(hours=1)
    assert all(message.created_at > oldest for message in Message.objects.all())


def reporters_are_marked_and_reach_nobody(lived: Lived) -> None:
    contacts = [party.contact for party in Party.objects.all()]
    assert contacts
    assert all(one["name"].endswith("（演练）") and one["phone"].startswith("140") for one in contacts)


def test_a_year_of_the_practice_city(lived: Lived) -> None:
    """One test, for the year is made once."""
    measures_give_the_known_answers(lived)
    every_matter_stands_as_planned(lived)
    the_record_says_that_the_year_was_simulated(lived)
    reporters_are_marked_and_reach_nobody(lived)
