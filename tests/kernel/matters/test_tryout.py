"""A draft tried piece by piece comes to what it comes to at once; no day is left out, however much happened on it."""

import datetime
import uuid
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.commands import ReportMatter
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.rules.comparing import Change, in_parts, within_reach
from jingwei.kernel.matters.rules.tryout import Tried, together, try_out
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


def in_pieces(changes: Sequence[Change], most: int, examples: int, named: set[uuid.UUID] | None) -> Tried:
    """What the parts of a quarter come to, put together."""
    whole, days = None, []
    with reading(READER) as scope:
        for since, until in in_parts(scope, scope.today - QUARTER, None, most):
            part = try_out(scope, changes, since, until, examples=examples, named=named)
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
    named = set(keys[sight::sight]) if sight else None
    with reading(READER) as scope:
        whole = try_out(scope, changes, scope.today - QUARTER, examples=examples, named=named)
    assert whole.matters == len(AGES)
    assert in_pieces(changes, most, examples, named) == whole


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
