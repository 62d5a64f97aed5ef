"""Intake: how a class says it is verified, who may do what at once, what is merged, which limit applies."""

import dataclasses

import pytest

from jingwei.capabilities.grid_events.matter_type import GRID_EVENT
from jingwei.kernel.clocks.explain import explain
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import calendar_of, segments_of
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.alike import merge_suggestions
from jingwei.kernel.matters.commands import Contact
from jingwei.kernel.matters.commands.merge import MergeMatters, SeparateMatter
from jingwei.kernel.matters.models import Detail, Step
from jingwei.kernel.rulebook.commands import SetManyValues, SetValue
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, rules_of
from jingwei.kernel.values.errors import Denied, Invalid
from tests.capabilities.conftest import Event, Town
from tests.city import FOUNDER, IN_CELL, SINCE

MORE = {"finding": "属实"}


@pytest.mark.parametrize(
    ("category", "allowed", "barred"),
    [
        ("ROAD-1", ("verify", "file"), ("file_by_phone", "file_unverified", "dispatch_first")),
        ("W-PHONE", ("file_by_phone", "file"), ("verify", "file_unverified", "dispatch_first")),
        ("W-ALL", ("file_unverified", "file"), ("verify", "file_by_phone", "dispatch_first")),
        ("W-U1", ("file_unverified", "dispatch_first"), ("verify", "file_by_phone")),
    ],
)
def test_a_class_says_how_it_is_verified(
    town: Town, category: str, allowed: tuple[str, ...], barred: tuple[str, ...]
) -> None:
    by = {"dispatch_first": "dispatcher"}
    given = {"file": MORE, "file_by_phone": MORE, "dispatch_first": {"unit": "ROADS"}}
    for action in barred:
        with pytest.raises(Invalid, match="is only for"):
            town.event(category).act(by.get(action, "intake"), action, **given.get(action, {}))
    for action in allowed:
        event = town.event(category).act(by.get(action, "intake"), action, **given.get(action, {}))
        assert event.matter.state in ("verifying", "filed", "dispatched")


def test_danger_is_dispatched_first_and_verified_meanwhile(town: Town) -> None:
    event = town.event("W-U1").act("dispatcher", "dispatch_first", unit="ROADS")
    assert event.matter.unit and event.clock("sign").status == "running" and event.clock("accept").status == "stopped"
    event.act("grid-east", "verify_meanwhile", found=True, finding="线缆垂地")
    assert event.matter.state == "dispatched"
    with pytest.raises(Invalid, match="once only"):
        event.act("grid-east", "verify_meanwhile", found=True, finding="又看了一次")


@pytest.mark.parametrize("request_", ["consult", "suggestion", "praise"])
def test_what_asks_for_an_answer_only_is_answered_and_closed_in_one_act(town: Town, request_: str) -> None:
    event = town.event(request=request_).act("intake", "answer_at_once", answer="办事时间是九点到五点")
    assert event.matter.state == "closed" and event.steps() == ["answer_at_once"]


@pytest.mark.parametrize("request_", ["", "complaint", "help", "report"])
def test_what_asks_for_work_is_not(town: Town, request_: str) -> None:
    with pytest.raises(Invalid, match="Kind of request"):
        town.event(request=request_).act("intake", "answer_at_once", answer="知道了")


def test_a_grid_worker_puts_right_what_he_reports(town: Town) -> None:
    event = town.event(by="grid-east").act("grid-east", "fix", result="已清走")
    assert event.matter.state == "closed" and event.steps() == ["report", "fix"]
    with pytest.raises(Denied):
        town.event(by="intake").act("intake", "fix", result="已清走")


def test_declining_tells_the_reason_and_the_way(town: Town) -> None:
    with pytest.raises(Invalid, match="Please give the reason"):
        town.event().act("intake", "decline", ground="other_procedure")
    event = town.event().act("intake", "decline", reason="在诉讼中", ground="other_procedure", route="请向法院反映")
    content = Step.objects.get(matter_id=event.id).content
    assert event.matter.state == "void" and content["route"] == "请向法院反映"


def test_a_member_of_staff_leaves_a_step_by_reporting_the_public_does_not(town: Town) -> None:
    assert town.event().steps() == []
    assert town.event(by="intake").steps() == ["report"]


def _lines(event: Event) -> list[tuple[str, str]]:
    with reading(event.city.actor("auditor")) as scope:
        rules = rules_of(scope)
    calendar = calendar_of(rules, CITY_CALENDAR, rules.day_of(event.matter.opened_at))
    return [(line.what.zh, line.basis) for line in explain(segments_of(event.clock("handle")), calendar)]


def test_the_earlier_of_class_and_request_applies_and_the_clock_says_why(town: Town) -> None:
    class_days, consult, complaint = town.event(), town.event(request="consult"), town.event(request="complaint")
    assert [one.matter.due_at.day for one in (class_days, consult, complaint) if one.matter.due_at] == [11, 9, 11]
    assert _lines(class_days) == [("开始计时，时限 4 天（工作日）", "试城 W//handle")]
    assert _lines(consult) == [
        ("开始计时，时限 2 天（工作日）", "试城 request=consult//handle"),
        ("另有时限 4 天（工作日），到期较晚，不采用", "试城 W//handle"),
    ]
    assert _lines(complaint) == [
        ("开始计时，时限 4 天（工作日）", "试城 W//handle"),
        ("另有时限 15 天（工作日），到期较晚，不采用", "试城 request=complaint//handle"),
    ]


def test_what_may_be_the_same_is_suggested_and_never_merged_by_itself(town: Town) -> None:
    here = IN_CELL["T1-01"]
    event = town.event()
    metres = 90  # of 1e-7 degree of latitude make about a millimetre: 0.01 m is 0.9
    near = town.event(hours=47, point=dataclasses.replace(here, lat_e7=here.lat_e7 + 40 * metres))
    town.event(hours=49)  # too late
    town.event(point=dataclasses.replace(here, lat_e7=here.lat_e7 + 52 * metres))  # too far
    town.event("W-HALF")  # another class
    town.event().act("intake", "decline", reason="重复")  # closed
    with reading(event.city.actor("intake")) as scope:
        found = merge_suggestions(scope, event.id)
    assert [(one.number, one.metres) for one in found] == [(near.matter.number, 41)]
    assert event.matter.state == "reported"


def test_a_merged_event_ends_and_can_be_taken_back(town: Town) -> None:
    master, other = town.event(), town.event()
    command = MergeMatters(matter_id=other.id, other_id=master.id, action="merge", fields={}, grant="matter.accept")
    execute(town.city.actor("intake"), command, "merge", now=other.now)
    assert other.matter.state == "merged" and master.matter.state == "reported"
    back = SeparateMatter(matter_id=other.id, action="separate", fields={}, grant="matter.accept", reason="不是一件事")
    execute(town.city.actor("intake"), back, "separate", now=other.now)
    assert other.matter.state == "reported" and other.matter.closed_at is None


def _conditions(town: Town) -> None:
    """W-ALL may be filed under two conditions: one has a longer limit of its own, the other the class's."""
    values = [
        SetValue(parameter="word", subject=f"condition.W-ALL-{key}", from_on=SINCE, content=words, basis="tests")
        for key, words in (("01", {"zh": "零星", "en": "little"}), ("02", {"zh": "成堆", "en": "a heap"}))
    ]
    content = {"counting": "working_day", "amount": 10, "unit": "day"}
    longer = SetValue(parameter="limit", subject="W-ALL/02/handle", from_on=SINCE, content=content, basis="成堆十日")
    execute(FOUNDER, SetManyValues(values=(*values, longer)), "conditions")


def test_the_condition_chosen_at_filing_changes_the_limit_and_says_its_source(town: Town) -> None:
    _conditions(town)
    plain, heap = town.event().to("filed"), town.event().act("intake", "file_unverified", condition="02")
    before, after = plain.matter.due_at, heap.matter.due_at
    assert before and after and (after - before).days >= 7
    assert heap.clock("handle").segments[-1]["basis"] == "成堆十日"
    assert heap.clock("handle").segments[-1]["at"] == heap.clock("handle").segments[0]["at"], "counted from the report"
    assert Detail.objects.get(pk=heap.id).fields["condition"] == "02"
    little = town.event().act("intake", "file_unverified", condition="01")
    assert len(little.clock("handle").segments) == 1, "a condition without a limit of its own has the class's"


def test_a_condition_is_one_of_its_class_and_wins_no_time_when_it_is_late(town: Town) -> None:
    _conditions(town)
    with pytest.raises(Invalid, match="Condition"):
        town.event().act("intake", "file_unverified", condition="09")
    with pytest.raises(Invalid, match="condition"):
        town.event("W-HALF").act("intake", "file_unverified", condition="02")
    late = town.event().after(24 * 9)
    due = late.matter.due_at
    assert late.act("intake", "file_unverified", condition="02").matter.due_at == due


def test_what_is_fixed_on_the_spot_is_fixed_the_same_day(town: Town) -> None:
    assert town.event(by="grid-east").after(3).act("grid-east", "fix", result="已清走").matter.state == "closed"
    with pytest.raises(Invalid, match="the day it was reported"):
        town.event(by="grid-east").after(24).act("grid-east", "fix", result="已清走")


def test_the_contact_clock_runs_only_where_somebody_can_be_reached(town: Town) -> None:
    assert town.event().to("dispatched").clock("contact").status == "running"
    anonymous = town.event(contact=Contact(follow=bytes(32))).to("dispatched")
    assert not Clock.objects.filter(stream_id=anonymous.id, key="contact").exists()
    assert anonymous.clock("sign").status == "running"


def test_supervision_is_the_generic_act_alone(town: Town) -> None:
    offered = {one.key for state in GRID_EVENT.states for one in GRID_EVENT.offered(state.key)}
    assert "supervise" not in offered and GRID_EVENT.action("supervise") is not None, "what was done is read"
    assert "instruct" not in {one.role for one in GRID_EVENT.tasks}
