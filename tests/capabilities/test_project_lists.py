"""Projects: three lists, reports that others verify, a score with its objection, changes, lateness, the figures."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from jingwei.capabilities.project_lists import capability
from jingwei.kernel.agencies.commands import TakeUpPost
from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import AskTask
from jingwei.kernel.matters.models import Detail, Task
from jingwei.kernel.measures.compute import compute
from jingwei.kernel.measures.registry import measure_of
from jingwei.kernel.values.errors import Denied, Invalid
from tests.city import FOUNDER, City
from tests.own_types import Led, moment, use

OWN, VERIFY, SCORE, LEAD = (f"project-{one}" for one in ("own", "verify", "score", "lead"))
UNIT = "handler-roads"
PROPOSED: dict[str, Any] = {"goal": "降低事故", "indicator": "整治点位", "target": 20, "budget": 300}
ROLES = {"chief": "市长", "deputy": "副市长", "unit": "ROADS"}
LOOKED = {"sampled": "三个点位", "finding": "属实"}
SCORED: dict[str, Any] = {"achieved": 18, "result": 90, "formula": "18 ÷ 20"}


@pytest.fixture
def lists(city: City, settings: Settings, tmp_path: Path) -> City:
    """The test city with projects in use."""
    settings.FILES = tmp_path / "files"
    use(city, "project")
    return city


def library(city: City, at: str) -> Led:
    return Led(city, "project", at, by=OWN, title="道路隐患治理", text="事故多发", year=2026)


def executing(city: City, at: str, by: str = "2026-12-31") -> Led:
    one = library(city, at).act(OWN, "propose", at, **PROPOSED).act(OWN, "decompose", at, work="分三批", due_on=by)
    return one.act(OWN, "assign", at, **ROLES).act(UNIT, "implement", at, done="已进场")


def verified(city: City, at: str, percent: int = 50) -> Led:
    one = executing(city, at).act(UNIT, "self_report", at, percent=percent, done="完成一批")
    return one.act(VERIFY, "pass_verify", at, **LOOKED)


def test_the_table_of_contents() -> None:
    (project,) = capability.TYPES
    assert project.problems() == [] and not project.public
    assert set(capability.GRANTS) >= {"project.own", "project.score"}


def test_a_project_from_the_library_to_its_close(lists: City) -> None:
    """Friday 25 September 2026; Thursday 1 October is a day off in the test city."""
    one = library(lists, "2026-09-25 10:00")
    assert one.due_at == "2027-09-25 10:00"
    one.act(OWN, "propose", "2026-09-25 11:00", **PROPOSED)
    assert one.due_at == "2026-10-12 11:00"  # ten working days over the day off
    one.act(OWN, "decompose", "2026-09-28 10:00", work="分三批", due_on="2026-12-31")
    assert one.due_at == "2026-10-06 10:00"
    one.act(OWN, "assign", "2026-09-29 10:00", **ROLES)
    assert (one.due("deliver"), one.due("report")) == ("2026-12-31 23:59", "2026-10-30 10:00")
    assert one.due_at == "2026-10-30 10:00", "the earliest of the clocks that run"
    one.act(UNIT, "implement", "2026-10-08 10:00", done="已进场")
    assert one.due("report") == "2026-11-08 10:00"
    one.act(UNIT, "self_report", "2026-11-06 10:00", percent=40, done="完成一批")
    assert one.due("verify") == "2026-11-13 10:00"
    one.act(VERIFY, "pass_verify", "2026-11-09 10:00", **LOOKED).act(OWN, "next_month", "2026-11-09 11:00")
    one.act(UNIT, "self_report", "2026-12-01 10:00", percent=100, done="全部完成")
    one.act(VERIFY, "pass_verify", "2026-12-02 10:00", **LOOKED).act(SCORE, "score", "2026-12-03 10:00", **SCORED)
    assert one.due("object") == "2026-12-10 10:00"
    with pytest.raises(Invalid, match="has not passed yet"):
        one.act(OWN, "close", "2026-12-04 10:00", outcome="整治 18 处")
    one.act(UNIT, "object", "2026-12-04 11:00", reason="两处因停工")
    one.act(LEAD, "decide_objection", "2026-12-07 11:00", reason="采纳", result=95)
    fields = Detail.objects.get(pk=one.id).fields
    assert (fields["target"], fields["achieved"], fields["result"], fields["percent"]) == (20, 18, 95, 100)
    assert one.act(OWN, "close", "2026-12-08 10:00", outcome="整治 18 处").matter.state == "closed"


def test_nobody_verifies_scores_or_decides_on_what_is_theirs(lists: City) -> None:
    person = lists.actor(UNIT).id
    assert person
    for post in (VERIFY, SCORE, LEAD):
        execute(FOUNDER, TakeUpPost(person=person, post=post), f"both:{post}")
    at = "2026-11-30 10:00"
    one = executing(lists, at).act(UNIT, "self_report", at, percent=50, done="一批")
    with pytest.raises(Invalid, match="second person"):
        one.act(UNIT, "pass_verify", at, **LOOKED)
    one.act(VERIFY, "pass_verify", at, **LOOKED)
    with pytest.raises(Invalid, match="second person"):
        one.act(UNIT, "score", at, **SCORED)
    one.act(SCORE, "score", at, **SCORED).act(UNIT, "object", at, reason="偏低")
    with pytest.raises(Invalid, match="second person"):
        one.act(UNIT, "decide_objection", at, reason="采纳", result=100)


@pytest.mark.parametrize("percent", [-1, 101])
def test_progress_lies_between_0_and_100(lists: City, percent: int) -> None:
    with pytest.raises(Invalid) as refused:
        executing(lists, "2026-11-30 10:00").act(UNIT, "self_report", "2026-11-30 11:00", percent=percent, done="x")
    assert refused.value.place == "percent"


def test_a_change_is_the_leaders_and_wins_no_time_for_what_is_late(lists: City) -> None:
    early = executing(lists, "2026-11-02 10:00", by="2026-12-01")
    early.act(UNIT, "ask_change", "2026-11-03 10:00", reason="雨季", asked_for="2027-01-31")
    with pytest.raises(Denied):
        early.act(OWN, "approve_change", "2026-11-03 11:00", due_on="2027-01-31")
    early.act(LEAD, "approve_change", "2026-11-03 11:00", due_on="2027-01-15")
    assert early.due("deliver") == "2027-01-15 23:59"
    late = executing(lists, "2026-11-02 10:00", by="2026-11-05")
    late.act(UNIT, "ask_change", "2026-11-09 10:00", reason="雨季", asked_for="2027-01-31")
    late.act(LEAD, "approve_change", "2026-11-09 11:00", due_on="2027-01-15")
    assert late.due("deliver") == "2026-11-05 23:59"
    late.act(LEAD, "notice_late", "2026-11-09 12:00", reason="逾期").act(
        LEAD, "summon", "2026-11-09 13:00", reason="逾期"
    )


def test_a_task_of_the_list_is_another_units(lists: City) -> None:
    one = executing(lists, "2026-11-30 10:00")
    parks = Unit.objects.get(code="PARKS")
    fields = {"asked": "补种", "by": "2026-12-20"}
    ask = AskTask(matter_id=one.id, role="assist", unit=parks.pk, post=None, fields=fields, grant="project.own")
    execute(lists.actor(OWN), ask, lists.key())
    assert Task.objects.get(matter=one.id).unit_id == parks.pk


def test_the_public_does_not_propose_projects(lists: City) -> None:
    with pytest.raises(Denied):
        Led(lists, "project", "2026-11-30 10:00")


def test_the_figures_of_a_city_counted_by_hand(lists: City) -> None:
    at = "2026-10-12 10:00"
    library(lists, at)
    executing(lists, at, by="2026-10-20")
    verified(lists, at, 50)
    scored = verified(lists, at, 100).act(SCORE, "score", at, **SCORED).act(UNIT, "accept_score", at)
    scored.act(OWN, "close", at, outcome="完成")
    expected = {
        "under_way": (2, 4),
        "share_50_percent_done": (1, 2),
        "share_100_percent_done": (0, 2),
        "delivery_overdue": (1, 3),
        "share_delivered_in_time": (1, 2),
        "share_80_or_more": (1, 1),
        "share_reported_in_time": (2, 2),
    }
    with reading(lists.actor("auditor"), moment("2026-10-21 09:00")) as scope:
        for key, parts in expected.items():
            (figure,) = compute(scope, measure_of(f"project.{key}"))
            assert (figure.numerator, figure.denominator) == parts, key
