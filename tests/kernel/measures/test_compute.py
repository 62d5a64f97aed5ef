"""Figures of the test city: what they count, within whose scope, at which moment, and the matters behind them."""

import dataclasses
import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from jingwei.capabilities.grid_events.measures import (
    OPEN_OVERDUE,
    SHARE_CLOSED_IN_TIME,
    SHARE_OF_CLOSED_IN_TIME,
    SHARE_PLACED,
    SHARE_REOPENED,
)
from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.measures.compute import (
    Asked,
    Cut,
    Figure,
    compute,
    compute_groupings,
    compute_together,
    drill,
)
from jingwei.kernel.measures.declared import Measure, NullRule
from jingwei.kernel.measures.predicates import First, Is, Last, NotNull, SameUnit, Span, Within
from jingwei.kernel.places.models import Area
from jingwei.kernel.values.words import Text
from tests.city import City
from tests.database import behind

_LATER = datetime.timedelta(days=40)


@pytest.fixture
def busy(city: City) -> City:
    """Two closed in time, one of them opened again since; two open, one of them without a place."""
    city.bring_to(city.report(cell="T1-01"), "closed")
    city.act("supervisor", city.bring_to(city.report(cell="T2-01"), "closed"), "reopen", reason="又坏了")
    city.report(cell="T1-02")
    city.report(cell="")
    return city


def _figure(city: City, measure: Measure, post: str = "auditor", later: bool = True) -> Figure:
    with reading(city.actor(post), datetime.datetime.now(datetime.UTC) + (_LATER if later else 0 * _LATER)) as scope:
        (figure,) = compute(scope, measure)
    return figure


def test_overdue_open_matters_count_against_the_share(busy: City) -> None:
    assert _figure(busy, SHARE_CLOSED_IN_TIME) == Figure((), 1, 4, 0, Decimal("0.25"))


def test_before_anything_is_due_there_is_no_share(busy: City) -> None:
    assert _figure(busy, SHARE_CLOSED_IN_TIME, later=False) == Figure((), 0, 0, 0, None)
    assert _figure(busy, OPEN_OVERDUE, later=False) == Figure((), 0, 3, 0, Decimal(0))


def test_open_overdue_is_a_count(busy: City) -> None:
    assert _figure(busy, OPEN_OVERDUE) == Figure((), 3, 3, 0, Decimal(3))


def test_share_reopened(busy: City) -> None:
    assert _figure(busy, SHARE_REOPENED) == Figure((), 1, 2, 0, Decimal("0.5"))


def test_a_matter_without_a_due_moment_is_unknown_and_counted_apart(city: City) -> None:
    no_limit = city.report(category="ROAD-1")
    assert no_limit.due_at is not None
    behind("UPDATE matters_matter SET due_at = NULL, closed_at = opened_at")
    city.bring_to(city.report(), "closed")
    assert _figure(city, SHARE_OF_CLOSED_IN_TIME) == Figure((), 1, 1, 1, Decimal(1))
    against = dataclasses.replace(SHARE_OF_CLOSED_IN_TIME, null_rule="count_as_no")
    assert _figure(city, against) == Figure((), 1, 2, 1, Decimal("0.5"))


def test_a_share_of_too_few_has_no_value(busy: City) -> None:
    assert _figure(busy, dataclasses.replace(SHARE_PLACED, least_sample=5)).value is None
    assert _figure(busy, dataclasses.replace(SHARE_PLACED, least_sample=4)).value == Decimal("0.75")


@pytest.mark.parametrize(("post", "seen"), [("auditor", 4), ("grid-east", 2), ("grid-west", 1), ("handler-parks", 0)])
def test_a_figure_is_of_the_readers_scope(busy: City, post: str, seen: int) -> None:
    assert _figure(busy, SHARE_PLACED, post).denominator == seen


def test_whoever_reaches_nothing_gets_an_empty_figure(busy: City) -> None:
    with reading(public("matter.report")) as scope:
        assert compute(scope, SHARE_PLACED) == [Figure((), 0, 0, 0, None)]
        assert compute(scope, SHARE_PLACED, group_by=("state",)) == []
        assert compute_groupings(scope, [Asked(SHARE_PLACED)], ((), ("state",)), Cut()) == [
            [[Figure((), 0, 0, 0, None)]],
            [[]],
        ]
        assert drill(scope, SHARE_PLACED, "numerator") == []


def test_several_groupings_are_counted_in_one_statement_as_each_alone(busy: City) -> None:
    asked = [Asked(OPEN_OVERDUE), Asked(SHARE_PLACED, Q(state="reported"))]
    groupings = (("unit", "state"), (), ("area:district",), ("category",))
    with reading(busy.actor("auditor")) as scope:
        with CaptureQueriesContext(connection) as queries:
            found = compute_groupings(scope, asked, groupings, Cut())
        assert len(queries) == 1
        assert found == [compute_together(scope, asked, group_by=one) for one in groupings]
        assert [len(figures) for figures, _ in found][1:] == [1, 3, 1], "two districts, and one whose place is unknown"


def test_groups_by_columns_and_levels_of_the_area_tree_in_one_statement(busy: City) -> None:
    with reading(busy.actor("auditor")) as scope:
        with CaptureQueriesContext(connection) as queries:
            figures = compute(scope, SHARE_PLACED, group_by=("area:district", "unit"))
        assert len(queries) == 1
        assert [(figure.group, figure.denominator) for figure in figures] == [
            (("T1", "ROADS"), 2),
            (("T2", "ROADS"), 1),
            ((None, "ROADS"), 1),
        ]
        with pytest.raises(LookupError, match="no column 'colour'"):
            compute(scope, SHARE_PLACED, group_by=("colour",))


def test_a_further_condition_narrows_the_matters(busy: City) -> None:
    east = Area.objects.get(code="T1")
    with reading(busy.actor("auditor")) as scope:
        assert compute(scope, SHARE_PLACED, where=Within(east.lft, east.rgt))[0].denominator == 2
        assert compute(scope, SHARE_PLACED, where=Is("state", "closed"))[0].denominator == 1


def test_an_earlier_moment_knows_nothing_of_what_came_later(busy: City) -> None:
    closed = Matter.objects.get(state="closed")
    with reading(busy.actor("auditor")) as scope:
        assert closed.closed_at is not None
        before = closed.closed_at - datetime.timedelta(milliseconds=1)
        assert compute(scope, SHARE_OF_CLOSED_IN_TIME, as_of=before)[0].denominator == 0
        assert compute(scope, SHARE_OF_CLOSED_IN_TIME, as_of=closed.closed_at)[0].denominator == 1
        first = Matter.objects.order_by("opened_at")[0].opened_at
        assert compute(scope, SHARE_PLACED, as_of=first - datetime.timedelta(milliseconds=1))[0].denominator == 0


def test_the_matters_behind_a_figure_are_as_many_as_it_says(busy: City) -> None:
    with reading(busy.actor("auditor"), datetime.datetime.now(datetime.UTC) + _LATER) as scope:
        (figure,) = compute(scope, SHARE_CLOSED_IN_TIME)
        behind = {
            part: drill(scope, SHARE_CLOSED_IN_TIME, part)
            for part in ("numerator", "denominator", "remainder", "unknown")
        }
        assert len(behind["numerator"]) == figure.numerator and len(behind["denominator"]) == figure.denominator
        assert len(behind["unknown"]) == figure.unknown == 0
        assert behind["numerator"] + behind["remainder"] != []
        assert {one.id for one in behind["denominator"]} == {
            one.id for part in ("numerator", "remainder") for one in behind[part]
        }
        in_group = drill(scope, SHARE_CLOSED_IN_TIME, "denominator", Cut(group={"area:district": None}))
        assert [one.number for one in in_group] == [Matter.objects.get(area=None).number]


def test_pages_of_the_matters_behind_a_figure_meet_without_gap(busy: City) -> None:
    with reading(busy.actor("auditor")) as scope:
        whole = drill(scope, SHARE_PLACED, "denominator")
        first = drill(scope, SHARE_PLACED, "denominator", limit=3)
        rest = drill(scope, SHARE_PLACED, "denominator", after=first[-1].id, limit=3)
        assert first + rest == whole and len(whole) == 4


def _mean(null_rule: NullRule) -> Measure:
    return Measure(
        key="test.mean",
        title=Text("平均处置时间", "Mean time to handle"),
        unit="mean_seconds",
        topic="pace",
        denominator=NotNull(First(("sign",))),
        numerator=Span(First(("sign",)), Last(("feed_back",))),
        null_rule=null_rule,
        basis="tests",
    )


def test_a_mean_is_of_the_matters_that_have_the_span_and_says_how_many(busy: City) -> None:
    signed = busy.bring_to(Matter.objects.get(area__code="T1-02"), "signed")
    at = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
    hours = {"sign": 0, "feed_back": 2}
    for action, after in hours.items():
        behind("UPDATE matters_step SET at = %s WHERE action = %s", at + datetime.timedelta(hours=after), action)
    behind("UPDATE matters_matter SET opened_at = %s", at - datetime.timedelta(days=1))
    with reading(busy.actor("auditor"), at + datetime.timedelta(hours=8)) as scope:
        assert compute(scope, _mean("leave_out")) == [Figure((), 2 * 7200, 2, 1, Decimal(7200))]
        (running,) = compute(scope, _mean("count_until_now"))
        assert running == Figure((), 2 * 7200 + 8 * 3600, 3, 0, Decimal(14400))
        assert [one.number for one in drill(scope, _mean("leave_out"), "unknown")] == [signed.number]
        assert len(drill(scope, _mean("leave_out"), "numerator")) == 2
        assert drill(scope, _mean("leave_out"), "remainder") == []
        few = dataclasses.replace(_mean("leave_out"), least_sample=3)
        assert compute(scope, few)[0].value is None


def test_acts_by_posts_of_one_unit(busy: City) -> None:
    both = dataclasses.replace(SHARE_PLACED, numerator=SameUnit(("file",), ("dispatch",)))
    assert _figure(busy, both).numerator == 2  # intake clerk and dispatcher sit in the hotline centre
    apart = dataclasses.replace(SHARE_PLACED, numerator=SameUnit(("feed_back",), ("pass_check",)))
    assert _figure(busy, apart).numerator == 0
