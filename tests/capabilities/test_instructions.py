"""Instructions: issued to a unit, signed for, answered, confirmed by the centre; refusals, clocks, figures."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from jingwei.capabilities.instructions import capability
from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.actor import public, system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.commands import ReportMatter
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.rules.naming import units_to_name
from jingwei.kernel.measures.compute import compute
from jingwei.kernel.measures.registry import measure_of
from jingwei.kernel.values.errors import Denied, Invalid
from jingwei.kernel.values.ids import new_id
from tests.city import City, add_post
from tests.own_types import Led, moment, use

AT = "2026-11-30 10:00"  # a Monday
OFFICER, UNIT, OTHER = "supervisor", "handler-roads", "handler-parks"


@pytest.fixture
def centre(city: City, settings: Settings, tmp_path: Path) -> City:
    """The test city with instructions in use."""
    settings.FILES = tmp_path / "files"
    use(city, "instruction")
    return city


def issued(city: City, at: str = AT, *, by: str = OFFICER, **said: Any) -> Led:
    return Led(city, "instruction", at, by=by, text="到场强排并反馈", **said)


def answered(city: City, at: str = AT) -> Led:
    return issued(city, at).act(UNIT, "sign", at).act(UNIT, "answer", at, result="已强排")


def report(**said: Any) -> ReportMatter:
    """What a surface sends."""
    told: dict[str, Any] = {"fields": {"text": "到场"}, "unit": "ROADS", **said}
    return ReportMatter(matter_id=new_id(), type="instruction", category="instruction-1", channel="phone", **told)


def test_the_table_of_contents() -> None:
    (instruction,) = capability.TYPES
    assert instruction.problems() == [] and instruction.names_unit and not instruction.public
    assert set(capability.GRANTS) == {"instruction.issue", "matter.handle", "matter.adopt"}


def test_an_instruction_from_its_issue_to_its_close(centre: City) -> None:
    one = issued(centre, title="下穿通道积水")
    assert (one.matter.state, one.matter.unit and one.matter.unit.code) == ("issued", "ROADS")
    assert (one.due("sign"), one.due_at) == ("2026-11-30 10:30", "2026-12-02 10:00")
    one.act(UNIT, "sign", "2026-11-30 10:20")
    assert one.matter.holder is not None and one.matter.holder.code == UNIT
    one.act(UNIT, "answer", "2026-12-01 11:00", result="积水退尽")
    assert one.due_at == "2026-12-02 11:00", "now the centre's term runs"
    one.act(OFFICER, "confirm", "2026-12-01 12:00")
    assert one.matter.state == "closed" and one.matter.closed_at is not None


def test_without_a_unit_it_is_refused_in_plain_words_and_no_rule_gives_it_one(centre: City) -> None:
    with pytest.raises(Invalid, match="names the unit that it is for") as refused:
        execute(centre.actor(OFFICER), report(unit=""), centre.key())
    assert refused.value.place == "unit" and "要写明下达给哪个单位" in refused.value.reason.zh
    entry = Entry.objects.get(stream=issued(centre).id, kind="matter.reported")
    assert b'"route"' not in bytes(entry.body)


@pytest.mark.parametrize(
    ("unit", "why"),
    [("NONE", "no unit NONE"), ("HOTLINE", "your own unit"), ("CHECK", "No post of Inspection team can sign")],
)
def test_a_unit_that_could_not_sign_for_it_is_not_named(centre: City, unit: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        execute(centre.actor(OFFICER), report(unit=unit), centre.key())


def test_only_where_the_unit_serves_and_where_it_is_if_nothing_is_said(centre: City) -> None:
    add_post(centre, "handler-east", "CHECK", "T1", "handler")
    with pytest.raises(Invalid, match="at this place"):
        execute(centre.actor(OFFICER), report(unit="CHECK", area="T2"), centre.key())
    command = report(unit="CHECK", area="T1")
    execute(centre.actor(OFFICER), command, centre.key())
    assert Matter.objects.get(in_scope(centre.actor("handler-east")), pk=command.matter_id).state == "issued"
    alone = report()
    execute(centre.actor(OFFICER), alone, centre.key())
    area = Matter.objects.get(pk=alone.matter_id).area
    assert area is not None and area.code == "T", "the area of the unit"
    with reading(centre.actor(OFFICER)) as scope:
        kind, agencies = capability.TYPES[0], agencies_of(scope)
        named = [one.code for one in units_to_name(scope.actor, kind, agencies, None)]
    assert named == ["CHECK", "PARKS", "ROADS"], "those that can sign for it, but the own one"


def test_whoever_lacks_the_grant_issues_none(centre: City) -> None:
    for post in (UNIT, "grid-east", "intake", "dispatcher"):
        with pytest.raises(Denied):
            execute(centre.actor(post), report(), centre.key())
    with pytest.raises(Denied):
        execute(public("instruction.issue"), report(), centre.key())


def test_nobody_names_the_unit_of_what_the_rules_route(centre: City) -> None:
    """But a part of the system, which says what its source says."""
    command = ReportMatter(
        matter_id=new_id(), type="grid_event", category="ROAD-1", fields={"title": "坑"}, channel="phone", unit="PARKS"
    )
    with pytest.raises(Invalid, match="routing rules decide"):
        execute(centre.actor("intake"), command, centre.key())
    execute(system("feed:x", "matter.report"), command, centre.key(), now=moment(AT))


def test_whoever_answered_does_not_confirm_nor_does_anybody_of_the_unit(centre: City) -> None:
    one = answered(centre)
    add_post(centre, "head-roads", "ROADS", "T", "supervisor", ("matter.read", "matter.handle", "instruction.issue"))
    for action, reason in (("confirm", ""), ("send_back", "不清楚")):
        with pytest.raises(Denied):
            one.act(UNIT, action, AT, reason=reason)
        with pytest.raises(Invalid, match="Another unit"):
            one.act("head-roads", action, AT, reason=reason)
    mine = issued(centre)
    with pytest.raises(Invalid, match="Another unit"):
        mine.act("head-roads", "withdraw", AT, reason="不想办")
    add_post(centre, "both", "PARKS", "T", "supervisor", ("matter.read", "matter.handle", "instruction.issue"))
    twice = issued(centre, unit="PARKS").act("both", "sign", AT).act("both", "answer", AT, result="代办")
    with pytest.raises(Invalid, match="second person"):
        twice.act("both", "confirm", AT)
    assert one.act("centre-head", "confirm", AT).matter.state == "closed"


def test_it_is_done_again_with_a_term_of_its_own(centre: City) -> None:
    one = answered(centre, AT)
    with pytest.raises(Invalid, match="reason"):
        one.act(OFFICER, "send_back", AT)
    one.act(OFFICER, "send_back", "2026-11-30 15:00", reason="缺照片")
    assert (one.matter.state, one.due_at) == ("received", "2026-12-01 15:00")
    assert one.due("handle") == "2026-12-02 10:00", "what the first answer is measured by stays"
    one.act(UNIT, "answer", "2026-12-01 09:00", result="补照片")
    assert one.act(OFFICER, "confirm", "2026-12-01 10:00").matter.state == "closed"


def test_what_is_anothers_goes_back_and_to_another_unit(centre: City) -> None:
    one = issued(centre)
    one.act(UNIT, "refuse", "2026-11-30 10:10", cause="other_unit", note="归园林局")
    assert (one.matter.state, one.due_at) == ("returned", "2026-12-01 10:10")
    one.act(OFFICER, "instruct_again", "2026-11-30 10:40", unit="PARKS")
    assert (one.matter.unit and one.matter.unit.code, one.due("sign")) == ("PARKS", "2026-11-30 11:10")
    assert one.due_at == "2026-12-02 10:40"
    one.act(OTHER, "sign", "2026-11-30 10:50")
    with pytest.raises(Invalid, match="cannot be done now"):
        one.act(OTHER, "refuse", "2026-11-30 10:55", cause="no_means")


@pytest.mark.parametrize("way", ["issued", "received", "returned"])
def test_what_is_withdrawn_is_final(centre: City, way: str) -> None:
    one = issued(centre)
    if way != "issued":
        one.act(UNIT, "sign", AT) if way == "received" else one.act(UNIT, "refuse", AT, cause="other_place")
    with pytest.raises(Invalid, match="reason"):
        one.act(OFFICER, "withdraw", AT)
    assert one.act(OFFICER, "withdraw", AT, reason="预警解除").matter.state == "withdrawn"
    assert one.matter.closed_at is not None
    for who, action, said in ((UNIT, "sign", {}), (UNIT, "answer", {"result": "办了"}), (OFFICER, "confirm", {})):
        with pytest.raises(Invalid, match="cannot be done now"):
            one.act(who, action, AT, **said)
    with pytest.raises(Invalid, match="cannot be done now"):
        answered(centre).act(OFFICER, "withdraw", AT, reason="已反馈")


def test_nothing_names_a_person(centre: City) -> None:
    (kind,) = capability.TYPES
    fields = [*kind.fields, *(field for action in kind.actions for field in action.fields)]
    assert not kind.parties and {one.kind for one in fields} <= {"line", "text", "choice", "unit"}
    assert all(
        action.assigns != "holder" or action.grant in ("matter.handle", "matter.adopt") for action in kind.actions
    )


def test_figures_by_unit_in_time_and_done_again(centre: City) -> None:
    late = issued(centre, "2026-11-23 10:00").act(UNIT, "sign", "2026-11-23 11:00")  # half an hour late
    late.act(UNIT, "answer", "2026-11-26 10:00", result="晚了")  # a day late
    late.act(OFFICER, "send_back", "2026-11-26 11:00", reason="不全")
    late.act(UNIT, "answer", "2026-11-26 12:00", result="补了")  # late all the same
    answered(centre, "2026-11-24 10:00").act(OFFICER, "confirm", "2026-11-24 12:00")
    issued(centre, "2026-11-23 10:00")  # never signed for
    issued(centre, "2026-11-23 10:00").act(OFFICER, "withdraw", "2026-11-23 10:05", reason="不需要")
    issued(centre, "2026-11-23 10:00").act(UNIT, "refuse", "2026-11-23 10:05", cause="other_unit")
    issued(centre, "2026-11-30 09:50")  # still in time
    found = {}
    with reading(system("tests", "matter.read", "measures.read")) as scope:
        for one in capability.MEASURES:
            (figure,) = compute(scope, measure_of(one.key), as_of=moment(AT))
            found[one.key.removeprefix("instruction.")] = (figure.numerator, figure.denominator)
    assert found == {
        "issued": (6, 6),
        "share_signed_in_time": (1, 3),
        "share_answered_in_time": (1, 3),
        "share_sent_back": (1, 2),
        "refused": (1, 6),
        "open_overdue": (3, 4),
    }
