"""The clerk took an event in under the wrong class: what follows the class, and what nobody wins by changing it."""

import datetime
import json
from typing import Any

import pytest

from jingwei.kernel.clocks.running import segments_of
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.entries import entries_of
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.commands import ReclassifyMatter
from jingwei.kernel.matters.models import Detail, Matter
from jingwei.kernel.matters.search import found_by
from jingwei.kernel.rulebook.commands import SetManyValues, SetValue
from jingwei.kernel.values.errors import Denied, Invalid
from jingwei.surfaces.desk.rules.route import route_of
from tests.capabilities.conftest import REPORTED, Event, Town
from tests.city import FOUNDER, SINCE


def reclassify(
    event: Event, category: str, who: str = "intake", action: str = "reclassify", reason: str = "误报类别"
) -> Event:
    """The change of class by the holder of a post."""
    command = ReclassifyMatter(
        matter_id=event.id, action=action, category=category, fields={}, reason=reason, grant="matter.accept"
    )
    execute(event.city.actor(who), command, event.city.key(), now=event.now)
    return event.after(0.001)


@pytest.fixture
def quick(town: Town) -> Town:
    """The town, in which the class W-QUICK is due after one hour and routed to the parks."""
    contents: list[tuple[str, str, dict[str, Any]]] = [
        ("category", "W-QUICK", {"zh": "急件", "en": "Quick", "parent": "W", "open": True, "urgency": "U3"}),
        ("limit", "W-QUICK//handle", {"counting": "continuous", "amount": 1, "unit": "hour"}),
        ("routing", "quick", {"unit": "PARKS", "priority": 1, "category": "W-QUICK", "area": "", "condition": ""}),
    ]
    values = [
        SetValue(parameter=parameter, subject=subject, from_on=SINCE, content=content, basis="tests")
        for parameter, subject, content in contents
    ]
    execute(FOUNDER, SetManyValues(values=tuple(values)), "quick")
    return town


def test_limits_words_and_the_proposed_unit_follow_the_class_from_the_report_on(quick: Town) -> None:
    event = quick.event().after(0.5)
    before = event.matter
    assert before.unit and before.unit.code == "HOTLINE"
    reclassify(event, "W-QUICK")
    matter = event.matter
    assert (matter.category, matter.state) == ("W-QUICK", before.state)
    assert matter.unit and matter.unit.code == "PARKS"
    assert matter.due_at == matter.opened_at + datetime.timedelta(hours=1)
    assert event.clock("handle").due_at == matter.due_at and len(segments_of(event.clock("handle"))) == 2
    with reading(quick.city.actor("intake")) as scope:
        assert Matter.objects.filter(found_by(scope, "急件"), pk=event.id).exists()
    facts = json.loads(bytes(Entry.objects.filter(stream=event.id).order_by("-seq")[0].body))["facts"]
    assert facts["category"] == "W-QUICK" and facts["before"] == "W-ALL"
    with reading(quick.city.actor("intake")) as scope:
        route = route_of(scope, matter, entries_of(event.id))
    assert route and route.rule == "quick", "the page tells why it is with this unit now"
    assert event.steps() == ["reclassify"]


def test_a_longer_limit_wins_no_time_for_what_is_late(quick: Town) -> None:
    event = quick.event("W-QUICK").after(2)
    due = event.matter.due_at
    assert reclassify(event, "W-ALL").matter.due_at == due


def test_what_was_filed_is_filed_anew_under_the_new_class(quick: Town) -> None:
    event = quick.event().to("filed")
    with pytest.raises(Invalid, match="cannot"):
        reclassify(event, "W-PHONE")
    reclassify(event, "W-PHONE", action="reclassify_filed")
    assert event.matter.state == "reported"
    assert event.clock("dispatch").status == "stopped" and event.clock("accept").status == "running"
    event.act("intake", "file_by_phone", finding="属实")
    assert event.matter.state == "filed" and event.clock("dispatch").status == "running"


def test_the_condition_of_the_class_that_is_left_goes_with_it(town: Town) -> None:
    words = {"zh": "大堆", "en": "heap"}
    value = SetValue(parameter="word", subject="condition.W-ALL-02", from_on=SINCE, content=words, basis="tests")
    execute(FOUNDER, value, "condition")
    event = town.event().act("intake", "file_unverified", condition="02")
    reclassify(event, "W-HALF", action="reclassify_filed")
    assert "condition" not in Detail.objects.get(pk=event.id).fields


@pytest.mark.parametrize(
    ("category", "who", "reason", "refusal", "words"),
    [
        ("W-NONE", "intake", "误报", Invalid, "no category"),
        ("W", "intake", "误报", Invalid, "below it"),
        ("W-ALL", "intake", "误报", Invalid, "already"),
        ("W-HALF", "intake", "", Invalid, "Please give the reason"),
        ("W-HALF", "handler-roads", "误报", Denied, "matter.accept|may"),
    ],
)
def test_refusals_leave_everything_as_it_was(
    town: Town, category: str, who: str, reason: str, refusal: type[Exception], words: str
) -> None:
    event = town.event()
    before = event.matter
    with pytest.raises(refusal, match=words):
        reclassify(event, category, who, reason=reason)
    after = event.matter
    assert (after.category, after.version, after.due_at) == (before.category, before.version, before.due_at)


def test_once_dispatched_the_class_stands(town: Town) -> None:
    event = town.event().to("dispatched")
    assert event.now > REPORTED
    for action in ("reclassify", "reclassify_filed"):
        with pytest.raises(Invalid, match="cannot"):
            reclassify(event, "W-HALF", action=action)
