"""Checking: in the way the class says, by somebody else, with rework, and a third failure to the supervisor."""

import datetime
from dataclasses import replace
from typing import Any

import pytest

from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.commands import Act
from jingwei.kernel.values.draws import draw
from jingwei.kernel.values.errors import Denied, Invalid
from tests.capabilities.conftest import Event, Town

BY_PHONE = {"how": "phone"}


def _fed_back(town: Town, category: str) -> Event:
    return town.event(category).to("feedback")


@pytest.mark.parametrize(
    ("category", "enough"),
    [("W-U1", ()), ("W-ALL", ()), ("W-REPORTER", ("pass_by_reporter", "confirm"))],
)
def test_a_class_says_which_check_is_enough(town: Town, category: str, enough: tuple[str, ...]) -> None:
    fields = {"pass_by_reporter": BY_PHONE, "pass_by_picture": {"finding": "照片清楚"}}
    for action in ("pass_by_picture", "pass_undrawn", "pass_by_reporter", "confirm"):
        who = public("matter.confirm") if action == "confirm" else "checker"
        event = _fed_back(town, category)
        if action in enough:
            assert event.act(who, action, **fields.get(action, {})).matter.state == "closed"
        else:
            with pytest.raises(Invalid, match="is only for"):
                event.act(who, action, **fields.get(action, {}))
    assert _fed_back(town, category).to("closed").matter.closed_at  # going there is always enough


def test_a_class_checked_by_pictures_demands_them(town: Town) -> None:
    event = town.event("W-PICTURE").to("processing")
    with pytest.raises(Invalid, match="is only for"):
        event.act("handler-roads", "feed_back", result="已处理")
    with pytest.raises(Invalid, match="Pictures before"):
        event.act("handler-roads", "feed_back_shown", result="已处理")


def test_the_draw_decides_whether_a_check_is_needed_and_nobody_chooses(town: Town) -> None:
    drawn = {True: 0, False: 0}
    while not all(drawn.values()):
        event = _fed_back(town, "W-HALF")
        is_drawn = draw("", event.matter.number, "check") < 50
        drawn[is_drawn] += 1
        if is_drawn:
            with pytest.raises(Invalid, match="drawn for a check"):
                event.act("checker", "pass_undrawn")
        else:
            assert event.act("checker", "pass_undrawn").matter.state == "closed"


def test_nobody_checks_his_own_work(town: Town) -> None:
    event = _fed_back(town, "W-ALL")
    with pytest.raises(Denied):
        event.act("handler-roads", "pass_check", finding="好")


def test_no_unit_checks_its_own_work_whoever_of_it_comes(town: Town) -> None:
    event = _fed_back(town, "W-ALL")
    checker, roads = town.city.actor("checker"), Unit.objects.get(code="ROADS").pk
    of_roads = replace(checker, duties=tuple(replace(duty, unit=roads) for duty in checker.duties))
    tried: tuple[tuple[str, dict[str, Any]], ...] = (
        ("pass_check", {"fields": {"finding": "好"}}),
        ("fail_check", {"fields": {}, "reason": "不好"}),
    )
    for action, said in tried:
        command = Act(matter_id=event.id, action=action, grant="matter.check", **said)
        with pytest.raises(Invalid, match="does not check its own work"):
            execute(of_roads, command, f"own {action}", now=event.now)
    assert event.act("checker", "pass_check", finding="好").matter.state == "closed"


def test_rework_gets_half_the_limit_anew_and_the_third_failure_goes_to_the_supervisor(town: Town) -> None:
    event = _fed_back(town, "W-ALL").after(24)
    with pytest.raises(Invalid, match="must have been done first"):
        event.act("checker", "fail_again", reason="不合格")
    event.act("checker", "fail_check", reason="不合格")
    assert event.matter.state == "processing"
    assert event.matter.due_at == event.done_at + datetime.timedelta(days=2)
    event.to("feedback").act("checker", "fail_check", reason="仍不合格").to("feedback")
    with pytest.raises(Invalid, match="2 times only"):
        event.act("checker", "fail_check", reason="第三次")
    event.act("checker", "fail_again", reason="第三次不合格")
    assert event.matter.state == "escalated"
    event.act("supervisor", "instruct_rework", unit="ROADS", reason="限期整改")
    assert event.matter.state == "processing"


def test_late_work_stays_late_when_it_is_to_be_done_again(town: Town) -> None:
    event = _fed_back(town, "W-ALL")
    due = event.matter.due_at
    assert event.after(24 * 10).act("checker", "fail_check", reason="不合格").matter.due_at == due
