"""A draft tried piece by piece comes to what it comes to at once; no day is left out, however much happened on it."""

import datetime
import uuid
from collections.abc import Sequence, Set
from functools import partial, reduce
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.commands import ReportMatter
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.rules import tryout
from jingwei.kernel.matters.rules.comparing import Change, Compared, Difference, RealMatter, in_parts, within_reach
from jingwei.kernel.matters.rules.tryout import Sight, Tried, together, try_out
from jingwei.kernel.values.ids import new_id
from tests.city import City, day_of_city, point_in

READER = system("console", "matter.read")
SOURCE = system("source", "matter.report", "matter.read")
QUARTER = datetime.timedelta(days=91)
AGES = (0, 0, 0, 0, 1, 5, 5, 5, 20, 20, 40, 41)
"""How many days ago the matters were reported; four of them today."""

HOUR = {"counting": "continuous", "amount": 1, "unit": "hour"}
YEAR = {"counting": "continuous", "amount": 365, "unit": "day"}
EAST = {"unit": "CHECK", "priority": 0, "category": "", "area": "T1", "condition": ""}
CHANGES: tuple[Change, ...] = (
    ("routing", "east", EAST),
    ("routing", "road", None),
    ("limit", "ROAD//handle", HOUR),
    ("limit", "ROAD//handle", YEAR),
    ("limit", "PARK//handle", HOUR),
    ("limit", "ROAD//handle", None),
)


@pytest.fixture
def old(city: City) -> City:
    """The city with matters of several classes, places and days, of which some were dispatched."""
    now = datetime.datetime.now(datetime.UTC)
    for number, age in enumerate(AGES):
        report = ReportMatter(
            matter_id=new_id(),
            type="grid_event",
            category=("ROAD-1", "PARK-1")[number % 2],
            fields={"title": "路面有坑", "text": "路面有一个大坑", "address": "东一路 1 号"},
            channel="phone",
            point=point_in(("T1-01", "T2-01", "T1-02")[number % 3]),
            happened_at=now - datetime.timedelta(days=age),
        )
        execute(SOURCE, report, city.key())
        if number % 4 == 1:
            city.bring_to(Matter.objects.get(pk=report.matter_id), "closed")
    return city


def opened_on(scope: Scope, since: datetime.date, until: datetime.date | None) -> set[datetime.date]:
    """The days of a time on which anything was reported."""
    days = {scope.day_of(at) for at in Matter.objects.values_list("opened_at", flat=True)}
    return {day for day in days if since <= day and (until is None or day < until)}


def in_pieces(changes: Sequence[Change], most: int, examples: int, in_sight: Sight) -> Tried:
    """What the parts of a quarter come to, put together."""
    whole, days = None, []
    with reading(READER) as scope:
        for since, until in in_parts(scope, scope.today - QUARTER, None, most):
            part = try_out(scope, changes, since, until, examples=examples, in_sight=in_sight)
            if part.matters > most:
                assert len(opened_on(scope, since, until)) == 1, "a whole day, and no other"
            whole = together(whole, part, examples) if whole else part
            days.append((since, until))
    assert all(one[0] == other[1] for one, other in zip(days, days[1:], strict=False)), "no day twice, none left out"
    assert days[-1][0] == day_of_city() - QUARTER
    assert whole is not None
    return whole


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=some.lists(some.sampled_from(CHANGES), min_size=1, max_size=3, unique_by=lambda one: one[:2]),
    most=some.integers(1, len(AGES) + 1),
    examples=some.integers(0, 4),
    sight=some.integers(0, 3),
)
def test_the_parts_come_to_what_the_whole_comes_to(
    old: City, changes: list[Change], most: int, examples: int, sight: int
) -> None:
    """Whatever is put into one part, however many are named, and whichever of them may be."""
    keys = list(Matter.objects.order_by("pk").values_list("pk", flat=True))
    in_sight = set(keys[sight::sight] if sight else keys).intersection
    with reading(READER) as scope:
        whole = try_out(scope, changes, scope.today - QUARTER, examples=examples, in_sight=in_sight)
    assert whole.matters == len(AGES)
    assert in_pieces(changes, most, examples, in_sight) == whole


DAY = datetime.date(2026, 11, 2)
PAIRS = [(f"UNIT-{one}", f"OTHER-{one % 71}") for one in range(5000)]


def different(way: tuple[str, str], late: int) -> Difference:
    """A matter that would go this way; its clock becomes late, is no longer late, or neither."""
    key = new_id()
    at = datetime.datetime(2026, 11, 2, tzinfo=datetime.UTC)
    matter = RealMatter(
        key, f"2611{key.int % 10**10:010}", "grid_event", 1, "ROAD", None, way[0], at, None, None, (), DAY
    )
    return Difference(matter, way, 1, 0, 0, ["handle"] * (late == 1), ["handle"] * (late == 2))


@settings(max_examples=60)
@given(
    ways=some.lists(some.tuples(some.integers(0, 6), some.integers(0, 2)), max_size=60),
    cuts=some.lists(some.integers(0, 60), max_size=4),
    limits=some.tuples(some.integers(0, 4), some.integers(0, 12)),
    sight=some.integers(0, 3),
)
def test_parts_with_more_ways_than_can_be_named_come_to_the_whole(
    ways: list[tuple[int, int]], cuts: list[int], limits: tuple[int, int], sight: int
) -> None:
    """However few are named for how many ways; a part names more under each than the whole does."""
    examples, in_all = limits
    every = [different(PAIRS[way], late) for way, late in ways]
    in_sight = {one.matter.id for one in (every[sight::sight] if sight else every)}.intersection
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tryout, "IN_ALL", in_all)
        whole = tried(patched, every, examples, in_sight)
        bounds = [0, *sorted(cuts), len(every)]
        parts = [
            tried(patched, every[begun:ended], examples, in_sight)
            for begun, ended in zip(bounds, bounds[1:], strict=False)
        ]
        assert reduce(partial(together, examples=examples), parts) == whole
    assert sum(len(move.examples) for move in whole.moves) <= in_all


def tried(patched: pytest.MonkeyPatch, some: Sequence[Difference], examples: int, in_sight: Sight) -> Tried:
    """What comes of it where these are all that the draft would treat otherwise."""
    patched.setattr(tryout, "compare", lambda *_: Compared(len(some), tuple(some)))
    return try_out(cast(Scope, None), (), DAY, examples=examples, in_sight=in_sight)


def test_sight_is_asked_of_no_more_than_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all only by whom nearly nothing may be seen, and then in few questions."""
    asked: list[int] = []
    every = [different(PAIRS[one % 3], 0) for one in range(3000)]

    def of(seen: Set[uuid.UUID]) -> Sight:
        asked.clear()

        def known(keys: Set[uuid.UUID]) -> Set[uuid.UUID]:
            asked.append(len(keys))
            return keys & seen

        return known

    keys = [one.matter.id for one in every]
    assert len(tried(monkeypatch, every, 40, of(set(keys))).moves[0].examples) == 40 and asked == [120]
    assert len(tried(monkeypatch, every, 40, of(set(keys[::2]))).moves[0].examples) == 40 and asked == [120, 840]
    assert tried(monkeypatch, every, 40, of({keys[-1]})).moves[2].examples == (every[-1].matter.number,)
    assert asked == [120, 840, 2040]


def test_the_trial_of_these_matters_says_something(old: City) -> None:
    """So that the test above compares more than nothing with nothing."""
    with reading(READER) as scope:
        found = try_out(scope, CHANGES[:3], scope.today - QUARTER)
    assert len(found.moves) > 1 and found.becomes_late.count > 1 and 0 < found.still_open < found.matters
    newest = Matter.objects.order_by("-opened_at", "-pk").values_list("number", flat=True)
    numbers = list(newest)
    for move in found.moves:
        assert list(move.examples) == sorted(move.examples, key=numbers.index), "the newest first"


def test_a_day_with_more_than_the_limit_is_tried_whole(old: City) -> None:
    today = day_of_city()
    with reading(READER) as scope:
        assert within_reach(scope, today - QUARTER, None, 1) == today, "four were reported today"
        assert within_reach(scope, today - QUARTER, None, 4) == today
        assert within_reach(scope, today - QUARTER, None, 5) == today - datetime.timedelta(days=4)
        fifth = today - datetime.timedelta(days=5)
        before = fifth + datetime.timedelta(days=1)
        assert within_reach(scope, today - QUARTER, before, 2) == fifth, "three on that day, before which it stops"
        assert within_reach(scope, today - QUARTER, None, len(AGES)) == today - QUARTER
        assert within_reach(scope, today, today - QUARTER, 1) == today, "a time without a day"


def test_a_matter_with_several_clocks_is_one_matter(city: City) -> None:
    """Clocks are counted by themselves; what becomes late are matters."""
    matter = city.bring_to(city.report(), "dispatched")
    changes: list[Change] = [("limit", f"ROAD//{clock}", HOUR) for clock in ("handle", "sign")]
    with reading(READER, datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=70)) as scope:
        found = try_out(scope, changes, scope.today - QUARTER)
    assert found.clocks == found.late_after - found.late_before == 2
    assert (found.becomes_late.count, found.becomes_late.examples) == (1, (matter.number,))
