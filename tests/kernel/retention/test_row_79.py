"""Twenty schedules over years: nothing is destroyed early or under a hold, nothing waits longer than a day, and of
everything a tombstone stays (trust: retention fires on time, holds stop it)."""

import datetime
import random
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters import types
from jingwei.kernel.matters.commands import Act, ReportMatter
from jingwei.kernel.matters.models import Detail, Matter
from jingwei.kernel.matters.types import Retention, type_of
from jingwei.kernel.retention.carrying_out import carry_out_approved
from jingwei.kernel.retention.commands import ReviewList
from jingwei.kernel.retention.due import barred, due
from jingwei.kernel.retention.models import DestructionList, Listed
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.words import Text
from tests.kernel.retention.archive import DESTROYED, hold, proposed, send
from tests.procedure import MONDAY, PROCEDURE, Procedure, named

SCHEDULES, CHECKED = 20, 10_000
DAY = datetime.timedelta(days=1)
BASIS = Text("试验", "test")


@pytest.fixture
def schedules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The procedure in twenty versions, each kept for another number of years."""
    for version in range(1, SCHEDULES + 1):
        one = replace(PROCEDURE, version=version, retention=(Retention(years=version, basis=BASIS),))
        monkeypatch.setitem(types._types, (one.key, version), one)
    yield


def closed_at(chance: random.Random) -> datetime.datetime:
    """A moment within ten days."""
    return MONDAY + datetime.timedelta(milliseconds=chance.randrange(10 * 86_400_000))


def closed_matters(procedure: Procedure, chance: random.Random, records: int) -> list[uuid.UUID]:
    """Matters of all schedules, each closed at a moment of its own."""
    keys = [new_id() for _ in range(records)]
    for place, key in enumerate(keys):
        report = ReportMatter(
            matter_id=key,
            type=PROCEDURE.key,
            version=place % SCHEDULES + 1,
            category="ROAD-1",
            fields={"title": "柳树下的坑", "request": "ask"},
            channel="portal",
        )
        execute(public("matter.report"), report, procedure.city.key(), now=MONDAY - DAY)
        answer = Act(matter_id=key, fields={}, **named("answer"))
        execute(procedure.city.actor("dispatcher"), answer, procedure.city.key(), now=closed_at(chance))
    return keys


@pytest.mark.parametrize(
    ("records", "of_them_held"),
    [pytest.param(200, 20, marks=pytest.mark.proof), pytest.param(10_000, 1_000, marks=pytest.mark.long)],
)
def test_retention_fires_on_time_and_holds_stop_it(
    procedure: Procedure, schedules: None, records: int, of_them_held: int
) -> None:
    chance = random.Random(79)
    keys = closed_matters(procedure, chance, records)
    held = set(chance.sample(keys, of_them_held))
    for matter in Matter.objects.filter(pk__in=held):
        hold(procedure, matter, MONDAY + 11 * DAY)
    ends = sorted(one.kept_until for one in Matter.objects.exclude(pk__in=held) if one.kept_until)
    proofs = dict(Entry.objects.filter(stream__in=keys).values_list("id", "hash"))
    today = MONDAY
    while today <= ends[-1] + DAY:
        if due(today).exists():
            one = proposed(procedure, today)
            send(procedure, "reviewer", ReviewList(list_id=one.pk, approve=True), today)
            while carry_out_approved(today, most=500):
                pass
        following = next((end for end in ends if end > today), today)
        today += DAY * max(1, (following - today) // DAY)
    late = {row.matter_id: row.ended_at - row.kept_until for row in Listed.objects.all() if row.ended_at}
    assert late.keys() == set(keys) - held, "each once; nothing that was held"
    assert min(late.values()) >= datetime.timedelta(0) and max(late.values()) <= DAY
    assert not [one for one in DestructionList.objects.all() if one.proposed_by == one.reviewed_by]
    gone = Matter.objects.filter(DESTROYED)
    assert {one.pk for one in gone} == late.keys()
    assert all(one.number and one.category and one.closed_at and one.destroyed for one in gone)
    assert not [one for one in Detail.objects.filter(matter__in=gone) if "title" in one.fields]
    assert proofs.items() <= dict(Entry.objects.filter(stream__in=keys).values_list("id", "hash")).items()


def test_no_rule_lets_one_go_early_or_under_a_hold(schedules: None) -> None:
    """Ten thousand records at moments around the end of their term, to the millisecond."""
    chance = random.Random(10_000)
    destroyed = 0
    for _ in range(CHECKED):
        at, held = closed_at(chance), chance.random() < 0.2
        version = chance.randint(1, SCHEDULES)
        matter = Matter(type=PROCEDURE.key, type_version=version, state="closed", closed_at=at, kept_until=at)
        ends = type_of(PROCEDURE.key, version).kept_until("closed", at)
        now = ends + chance.choice((-1, 0, 1)) * datetime.timedelta(milliseconds=1)
        free = barred(matter, held, now) == ""
        assert free == (now >= ends and not held)
        destroyed += free
    assert CHECKED // 2 < destroyed < CHECKED * 2 // 3
