"""Dispatching and handling: signing, disputes and arbitration, first contact, extension, deferral."""

import datetime

import pytest

from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.commands.tasks import Answer, AnswerTask, AskTask
from jingwei.kernel.matters.models import Task
from jingwei.kernel.values.errors import Denied, Invalid
from tests.capabilities.conftest import Town

DISPUTE = {"cause": "other_unit", "proposed": "PARKS", "ground": "绿化管理规定第三条"}


def test_a_dispatch_can_be_recalled_by_the_post_that_made_it_until_it_is_signed_for(town: Town) -> None:
    event = town.event().to("dispatched").act("dispatcher", "recall", reason="选错了单位")
    assert event.matter.state == "filed" and event.clock("dispatch").status == "running"
    signed = town.event().to("signed")
    with pytest.raises(Invalid):
        signed.act("dispatcher", "recall", reason="选错了单位")


def test_a_dispute_that_is_upheld_goes_to_another_unit(town: Town) -> None:
    event = town.event().to("dispatched").act("handler-roads", "dispute", **DISPUTE)
    assert event.matter.state == "disputed" and event.clock("sign").status == "stopped"
    assert event.clock("arbitrate").status == "running"
    event.act("dispatcher", "uphold", unit="PARKS", reason="确属园林").act("handler-parks", "sign")
    assert event.matter.state == "signed" and event.clock("arbitrate").status == "stopped"


def test_a_dispute_needs_a_cause_a_proposal_and_a_ground_before_the_sign_limit(town: Town) -> None:
    for missing in DISPUTE:
        given = {key: value for key, value in DISPUTE.items() if key != missing}
        with pytest.raises(Invalid):
            town.event().to("dispatched").act("handler-roads", "dispute", **given)
    with pytest.raises(Invalid, match="has passed"):
        town.event().to("dispatched").after(1.5).act("handler-roads", "dispute", **DISPUTE)


def test_the_second_refusal_goes_to_the_leader_whose_word_is_the_last(town: Town) -> None:
    event = town.event().to("dispatched").act("handler-roads", "dispute", **DISPUTE)
    event.act("dispatcher", "overrule", reason="属道路")
    assert event.matter.state == "assigned"
    with pytest.raises(Invalid):
        event.act("handler-roads", "dispute", **DISPUTE)
    event.act("handler-roads", "refuse_again", cause="private", ground="产权在小区")
    with pytest.raises(Denied):
        event.act("dispatcher", "order_unit", unit="PARKS", reason="兜底")
    event.act("supervisor", "order_unit", unit="ROADS", reason="兜底办理")
    for action, fields in (("dispute", DISPUTE), ("refuse_again", {"cause": "private", "ground": "产权"})):
        with pytest.raises(Invalid):
            event.act("handler-roads", action, **fields)
    assert event.act("handler-roads", "sign").matter.state == "signed"


def test_the_first_contact_is_made_once_and_stops_its_clock(town: Town) -> None:
    event = town.event().to("signed").act("handler-roads", "contact", how="phone")
    assert event.clock("contact").status == "stopped" and event.matter.state == "signed"
    with pytest.raises(Invalid, match="once only"):
        event.act("handler-roads", "contact", how="phone")


def test_an_extension_is_asked_for_before_due_granted_by_another_and_once(town: Town) -> None:
    event = town.event().to("processing")
    with pytest.raises(Invalid, match="Please give the reason"):
        event.act("handler-roads", "ask_extension", longer_by=2)
    event.act("handler-roads", "ask_extension", longer_by=2, reason="等配件")
    due = event.matter.due_at
    with pytest.raises(Invalid, match="A second person"):
        event.act("handler-roads", "grant_extension")
    event.act("supervisor", "grant_extension")
    assert event.matter.state == "processing"
    assert due and event.matter.due_at == due + datetime.timedelta(days=4)  # two working days over a weekend
    with pytest.raises(Invalid, match="once only"):
        event.act("handler-roads", "ask_extension", longer_by=1, reason="再等")


def test_an_extension_is_no_longer_than_the_limit_and_comes_not_too_late(town: Town) -> None:
    event = town.event().to("processing").act("handler-roads", "ask_extension", longer_by=5, reason="等配件")
    with pytest.raises(Invalid, match="may not exceed"):
        event.act("supervisor", "grant_extension")
    assert event.act("supervisor", "refuse_extension", reason="太长").matter.state == "processing"
    late = town.event().to("processing").after(24 * 5)
    with pytest.raises(Invalid, match="has passed"):
        late.act("handler-roads", "ask_extension", longer_by=1, reason="忘了")


def test_a_deferral_is_approved_by_another_and_the_clock_stands_still(town: Town) -> None:
    event = town.event().to("processing")
    asked = {"why": "season", "planned_on": "2027-03-01", "reason": "冬季不能施工"}
    with pytest.raises(Invalid, match="Planned day"):
        event.act("handler-roads", "ask_hang_up", why="season", reason="冬季不能施工")
    event.act("handler-roads", "ask_hang_up", **asked)
    with pytest.raises(Denied):
        event.act("handler-roads", "grant_hang_up")
    event.act("supervisor", "grant_hang_up")
    assert event.matter.state == "hung_up" and event.clock("handle").status == "paused"
    assert event.matter.due_at is None  # it is not overdue while it waits, however long
    event.after(24 * 80).act("handler-roads", "take_up")
    assert event.matter.due_at and event.matter.due_at > event.now and event.clock("handle").status == "running"
    late = town.event().to("processing").after(24 * 80).act("handler-roads", "ask_hang_up", **asked)
    due = late.matter.due_at
    late.act("supervisor", "grant_hang_up")
    assert late.clock("handle").status == "paused" and late.matter.due_at == due  # late stays late
    again = town.event().to("processing").act("handler-roads", "ask_hang_up", **asked)
    assert again.act("supervisor", "refuse_hang_up", reason="可以先做").matter.state == "processing"


def test_a_signature_that_is_refused_stands_in_the_way_until_the_request_for_it_is_taken_back(town: Town) -> None:
    event = town.event().to("processing")
    roads, parks = (town.city.actor(name) for name in ("handler-roads", "handler-parks"))
    unit, fields = Unit.objects.get(code="PARKS").pk, {"asked": "开挖绿地 3 平方米，当日回填"}
    ask = AskTask(matter_id=event.id, role="cosign", unit=unit, fields=fields, grant="matter.handle")
    execute(roads, ask, "cosign", now=event.now)
    task = Task.objects.get(matter_id=event.id)
    assert event.clock(task.clock).due_at == event.now + datetime.timedelta(days=1)

    def answer(how: Answer, **fields: str) -> AnswerTask:
        return AnswerTask(matter_id=event.id, task_id=task.pk, grant="matter.handle", answer=how, fields=fields)

    execute(parks, answer("refused", cause="disagree"), "refused", now=event.now)
    with pytest.raises(Invalid, match="Co-signature"):
        event.act("handler-roads", "feed_back", result="已处理")
    execute(roads, answer("withdrawn"), "withdrawn", now=event.now)
    assert event.act("handler-roads", "feed_back", result="已处理").matter.state == "feedback"


def test_what_an_assisting_unit_has_not_answered_stands_in_the_way_of_the_feedback(town: Town) -> None:
    event = town.event().to("processing")
    parks = Unit.objects.get(code="PARKS").pk
    command = AskTask(
        matter_id=event.id, role="assist", unit=parks, fields={"asked": "修剪树枝"}, grant="matter.dispatch"
    )
    execute(town.city.actor("dispatcher"), command, "assist", now=event.now)
    with pytest.raises(Invalid, match="Assistance"):
        event.act("handler-roads", "feed_back", result="已处理")
