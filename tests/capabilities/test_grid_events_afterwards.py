"""After the closing: opinions, reopening once and in time, re-checks by others, appeals in two levels."""

from typing import Any

import pytest

from jingwei.kernel.commands.actor import public
from jingwei.kernel.matters.models import Step
from jingwei.kernel.sealing import revealed
from jingwei.kernel.values.errors import Denied, Invalid
from tests.capabilities.conftest import Event, Town

RESIDENT = public("matter.answer", "matter.confirm")
BAD: dict[str, Any] = {"grade": "1", "resolved": False, "words": "还是老样子"}


def _closed(town: Town, late: bool = False) -> Event:
    event = town.event().to("feedback")
    return event.after(24 * 9 if late else 1).to("closed")


def test_the_reporter_gives_one_opinion(town: Town) -> None:
    event = _closed(town).act(RESIDENT, "answer", **BAD)
    assert event.matter.state == "closed"
    assert revealed(Step.objects.get(matter_id=event.id, action="answer")).content == BAD
    with pytest.raises(Invalid, match="once only"):
        event.act(RESIDENT, "answer", **BAD)
    event.act("intake", "call_back", reached=True, grade="2", resolved=False)


@pytest.mark.parametrize("wrong", [{"grade": "6", "resolved": True}, {"grade": "5"}, {"resolved": True}])
def test_an_opinion_is_whole(town: Town, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        _closed(town).act(RESIDENT, "answer", **wrong)


def test_nobody_disagrees_with_what_is_still_open(town: Town) -> None:
    with pytest.raises(Invalid):
        town.event().to("feedback").act(RESIDENT, "reopen", reason="没好")


def test_an_event_is_reopened_once_and_within_five_working_days(town: Town) -> None:
    event = _closed(town)
    due = event.matter.due_at
    with pytest.raises(Invalid, match="Please give the reason"):
        event.act(RESIDENT, "reopen")
    event.act(RESIDENT, "reopen", reason="没有解决")
    assert (event.matter.state, event.matter.holder, event.matter.closed_at) == ("filed", None, None)
    assert event.matter.due_at == due and event.clock("handle").status == "running"  # reopening wins no time
    event.to("closed")
    with pytest.raises(Invalid, match="once only"):
        event.act("intake", "reopen", reason="还是没有解决")
    with pytest.raises(Invalid, match="has passed"):
        _closed(town).after(24 * 8).act(RESIDENT, "reopen", reason="没有解决")


def test_a_recheck_is_done_by_somebody_who_had_no_part_in_it(town: Town) -> None:
    event = _closed(town)
    with pytest.raises(Invalid, match="A second person"):
        event.act("checker", "recheck", finding="属实")
    fixed = town.event(by="grid-east").act("grid-east", "fix", result="已清走")
    assert fixed.act("checker", "recheck", finding="属实").matter.state == "closed"
    again = town.event(by="grid-east").act("grid-east", "fix", result="已清走")
    assert again.act("supervisor", "reopen_found", finding="没有清", reason="虚报").matter.state == "filed"


def test_an_overdue_mark_is_appealed_against_once_and_judged_by_two(town: Town) -> None:
    with pytest.raises(Invalid, match="whether it is late"):
        _closed(town).act("handler-roads", "appeal", reason="停电")
    event = _closed(town, late=True)
    with pytest.raises(Invalid, match="must have been done first"):
        event.act("supervisor", "review_appeal", opinion="exempt", reason="情况属实")
    event.act("handler-roads", "appeal", reason="全市停电三天")
    with pytest.raises(Invalid, match="must have been done first"):
        event.act("centre-head", "decide_appeal", verdict="exempt", reason="属实")
    event.act("supervisor", "review_appeal", opinion="exempt", reason="情况属实")
    with pytest.raises(Denied):
        event.act("supervisor", "decide_appeal", verdict="exempt", reason="属实")
    event.act("centre-head", "decide_appeal", verdict="exempt", reason="属实")
    matter = event.matter
    assert matter.due_at and matter.closed_at and matter.closed_at > matter.due_at  # the raw fact stays
    with pytest.raises(Invalid, match="once only"):
        event.act("handler-roads", "appeal", reason="再申诉")
