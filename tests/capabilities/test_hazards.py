"""Hazards: the whole way of a major one by hand-counted days, what is refused, the ways beside, the figures."""

from pathlib import Path

import pytest
from pytest_django import Settings

from jingwei.capabilities.hazards import capability
from jingwei.kernel.agencies.commands import TakeUpPost
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.models import Detail
from jingwei.kernel.measures.compute import compute, drill
from jingwei.kernel.measures.registry import measure_of
from jingwei.kernel.values.errors import Conflict, Denied, Invalid
from tests.city import FOUNDER, City
from tests.own_types import Led, moment, use

GRADE, SUPERVISE, HANG, VERIFY, CANCEL = (f"hazard-{one}" for one in ("grade", "supervise", "hang", "verify", "cancel"))
UNIT = "handler-roads"
ASSIGNED = {"unit": "ROADS", "responsible": "某负责人", "supervised_by": "CITY"}
FIVE = {"methods": "更换线路", "money": "2 万元", "persons": "道路局某某", "emergency": "断电、疏散"}
HUNG = {"hung": "安委督〔2026〕3号", "published": "政府网站 2026-09-28", "honours": "yes"}
CHECKED = {"finding": "已消除", "experts": "专家甲、专家乙"}


@pytest.fixture
def safe(city: City, settings: Settings, tmp_path: Path) -> City:
    """The test city with hazards in use."""
    settings.FILES = tmp_path / "files"
    use(city, "hazard")
    return city


def graded(city: City, at: str, grade: str = "general", life: str = "no") -> Led:
    return Led(city, "hazard", at).act(GRADE, "grade", at, grade=grade, life=life, danger="触电")


def planned(city: City, at: str, by: str = "2026-12-31") -> Led:
    found = graded(city, at).act(GRADE, "assign", at, **ASSIGNED)
    return found.act(UNIT, "plan", at, **FIVE, rectify_by=by)


def rectifying(city: City, at: str, by: str = "2026-12-31") -> Led:
    return planned(city, at, by).act(SUPERVISE, "approve", at)


def cancelled(city: City, at: str, by: str = "2026-12-31") -> Led:
    found = rectifying(city, at, by).act(UNIT, "apply", at, result="已更换")
    return found.act(VERIFY, "pass_check", at, **CHECKED).act(CANCEL, "cancel", at, published="公示栏")


def test_the_table_of_contents() -> None:
    (hazard,) = capability.TYPES
    assert hazard.problems() == [] and hazard.public and hazard.classes == "own"
    assert {"hazard.verify", "matter.handle"} <= set(capability.GRANTS)
    assert "hazard.major_rectified" in {one.key for one in capability.MEASURES}


def test_a_major_hazard_from_the_tip_to_its_delisting(safe: City) -> None:
    """Friday 25 September 2026; Thursday 1 October is a day off in the test city."""
    one = Led(safe, "hazard", "2026-09-25 10:00", seen_as="major", text="电动车棚电线裸露")
    assert one.due("grade") == one.due_at == "2026-09-25 11:00"  # at once, not in a working day
    one.act(GRADE, "secure", "2026-09-25 10:20", measures="断电围挡", told="逐户敲门")
    one.act(GRADE, "grade", "2026-09-25 10:30", grade="major", life="yes", danger="火灾")
    assert Detail.objects.get(pk=one.id).fields["grade"] == "major"
    assert (one.due("assign"), one.due("hang")) == ("2026-09-28 10:30", "2026-10-05 10:30")
    one.act(HANG, "hang", "2026-09-28 09:30", **HUNG)
    assert (one.matter.state, one.due_at) == ("hung", "2026-09-28 10:30")
    one.act(GRADE, "assign_secured", "2026-09-28 10:00", **ASSIGNED)
    assert one.due("plan") == one.due_at == "2026-10-02 10:00"  # three working days over the day off, not five
    one.act(UNIT, "plan_major", "2026-09-29 14:00", goal="消除隐患", **FIVE, rectify_by="2026-10-20")
    assert one.due("approve") == "2026-10-05 14:00"
    one.act(SUPERVISE, "approve", "2026-09-30 15:00")
    assert one.due("rectify") == one.due_at == "2026-10-20 23:59"
    with pytest.raises(Invalid, match="only for: Yes|only for: yes"):
        one.act(SUPERVISE, "notice_overdue", "2026-10-20 23:00", reason="逾期")
    one.act(SUPERVISE, "notice_overdue", "2026-10-21 09:00", reason="逾期未申请验收")
    one.act(SUPERVISE, "summon", "2026-10-21 15:00", reason="仍未整改", said="限期整改")
    one.act(UNIT, "apply", "2026-10-22 10:00", result="已更换线路")
    assert one.due("verify") == one.due_at == "2026-11-01 10:00"  # natural days: a Sunday
    one.act(VERIFY, "fail_check", "2026-10-26 10:00", reason="仍有裸露", **CHECKED, rectify_by="2026-11-10")
    assert one.due("rectify") == one.due_at == "2026-10-20 23:59", "late work stays late"
    one.act(UNIT, "apply", "2026-11-05 10:00", result="再次更换")
    one.act(VERIFY, "pass_check", "2026-11-06 10:00", **CHECKED)
    with pytest.raises(Invalid, match="can no longer be done"):
        one.act(CANCEL, "cancel", "2026-11-06 11:00", published="公示栏")
    one.act(CANCEL, "delist", "2026-11-06 11:00", delisting="安委摘〔2026〕3号", published="政府网站")
    assert one.matter.state == "cancelled" and one.matter.closed_at == moment("2026-11-06 11:00")
    one.act(VERIFY, "recheck", "2026-12-01 11:00", finding="没有反复")


def test_no_assigning_before_interim_measures_where_life_is_at_risk(safe: City) -> None:
    one = graded(safe, "2026-11-30 10:00", life="yes")
    with pytest.raises(Invalid, match="only for: no"):
        one.act(GRADE, "assign", "2026-11-30 10:10", **ASSIGNED)
    with pytest.raises(Invalid, match="must have been done first"):
        one.act(GRADE, "assign_secured", "2026-11-30 10:10", **ASSIGNED)
    one.act(GRADE, "secure", "2026-11-30 10:20", measures="围挡", told="广播")
    assert one.act(GRADE, "assign_secured", "2026-11-30 10:30", **ASSIGNED).matter.state == "assigned"


@pytest.mark.parametrize("missing", [*FIVE, "rectify_by"])
def test_a_plan_without_one_of_the_five_is_none(safe: City, missing: str) -> None:
    one = graded(safe, "2026-11-30 10:00").act(GRADE, "assign", "2026-11-30 10:00", **ASSIGNED)
    whole = {**FIVE, "rectify_by": "2026-12-31"}
    with pytest.raises(Invalid) as refused:
        one.act(UNIT, "plan", "2026-11-30 11:00", **{key: value for key, value in whole.items() if key != missing})
    assert refused.value.place == missing
    assert one.matter.state == "assigned"


def test_a_major_hazard_needs_six_and_a_general_one_five(safe: City) -> None:
    one = graded(safe, "2026-11-30 10:00", "major").act(GRADE, "assign", "2026-11-30 10:00", **ASSIGNED)
    with pytest.raises(Invalid, match="only for: general, larger"):
        one.act(UNIT, "plan", "2026-11-30 11:00", **FIVE, rectify_by="2026-12-31")
    with pytest.raises(Invalid) as refused:
        one.act(UNIT, "plan_major", "2026-11-30 11:00", **FIVE, rectify_by="2026-12-31")
    assert refused.value.place == "goal"


def test_a_plan_may_not_end_in_the_past(safe: City) -> None:
    one = planned(safe, "2026-11-30 10:00", by="2026-12-01")
    with pytest.raises(Invalid, match="has passed"):
        one.act(SUPERVISE, "approve", "2026-12-02 10:00")


def test_who_did_the_work_neither_approves_nor_verifies_it(safe: City) -> None:
    person = safe.actor(UNIT).id
    assert person
    for post in (SUPERVISE, VERIFY):
        execute(FOUNDER, TakeUpPost(person=person, post=post), f"both:{post}")
    one = planned(safe, "2026-11-30 10:00")
    with pytest.raises(Invalid, match="second person"):
        one.act(UNIT, "approve", "2026-11-30 10:10")
    one.act(SUPERVISE, "approve", "2026-11-30 10:20")
    one.act(UNIT, "apply", "2026-11-30 11:00", result="已更换")
    with pytest.raises(Invalid, match="second person"):
        one.act(UNIT, "pass_check", "2026-11-30 12:00", **CHECKED)


def test_wrong_grant_wrong_state_wrong_version(safe: City) -> None:
    one = Led(safe, "hazard", "2026-11-30 10:00")
    with pytest.raises(Denied):
        one.act("intake", "grade", "2026-11-30 10:10", grade="general", life="no", danger="触电")
    with pytest.raises(Invalid, match="cannot be done now"):
        one.act(VERIFY, "pass_check", "2026-11-30 10:10", **CHECKED)
    with pytest.raises((Invalid, Conflict, Denied)):
        one.act("handler-parks", "apply", "2026-11-30 10:10", result="x")


def test_only_a_major_hazard_is_hung_up_and_once(safe: City) -> None:
    general, major = graded(safe, "2026-11-30 10:00"), graded(safe, "2026-11-30 10:00", "major")
    assert not Clock.objects.filter(stream_id=general.id, key="hang").exists()
    with pytest.raises(Invalid, match="only for: major"):
        general.act(HANG, "hang", "2026-11-30 11:00", **HUNG)
    major.act(GRADE, "assign", "2026-11-30 11:00", **ASSIGNED)
    major.act(HANG, "hang_at_work", "2026-11-30 12:00", **HUNG)
    assert major.matter.state == "assigned"
    with pytest.raises(Invalid, match="can no longer be done"):
        major.act(HANG, "hang_at_work", "2026-11-30 13:00", **HUNG)
    assert Detail.objects.get(pk=major.id).fields["hung"] == HUNG["hung"]


def test_the_ways_beside(safe: City) -> None:
    at = "2026-11-30 10:00"
    away = graded(safe, at).act(SUPERVISE, "transfer", at, reason="涉嫌违法", authority="执法支队")
    accident = rectifying(safe, at).act(
        SUPERVISE, "record_accident", at, reason="起火", happened_on="2026-11-30", told_to="县应急局"
    )
    none = Led(safe, "hazard", at).act(GRADE, "dismiss", at, reason="现场核实", ground="no_danger")
    again = cancelled(safe, at).act(SUPERVISE, "reopen", "2026-12-10 10:00", reason="又乱拉", rectify_by="2027-01-15")
    back = planned(safe, at).act(SUPERVISE, "send_back_plan", at, cause="too_late")
    states = [one.matter.state for one in (away, accident, none, again, back)]
    assert states == ["transferred", "accident", "dismissed", "rectifying", "assigned"]
    assert again.due_at == "2027-01-15 23:59"


def test_the_reporter_cannot_grade(safe: City) -> None:
    with pytest.raises(Invalid, match="no field called grade"):
        Led(safe, "hazard", "2026-11-30 10:00", grade="general")


def test_the_figures_of_a_city_counted_by_hand(safe: City) -> None:
    """Six hazards: two cancelled in time, one of them major; one open and overdue; one applied late; two ungraded."""
    at = "2026-10-12 10:00"
    cancelled(safe, at)
    major = graded(safe, at, "major").act(GRADE, "assign", at, **ASSIGNED)
    major.act(UNIT, "plan_major", at, goal="消除", **FIVE, rectify_by="2026-10-30").act(SUPERVISE, "approve", at)
    major.act(UNIT, "apply", at, result="好").act(VERIFY, "pass_check", at, **CHECKED)
    major.act(CANCEL, "cancel", at, published="公示栏")
    overdue = rectifying(safe, at, by="2026-10-15")
    rectifying(safe, at, by="2026-10-15").act(UNIT, "apply", "2026-10-20 10:00", result="晚了")
    Led(safe, "hazard", at)
    Led(safe, "hazard", "2026-11-01 10:00", number=2)
    expected = {
        "found": (6, 6),
        "major": (1, 6),
        "major_rectified": (1, 1),
        "share_rectified": (2, 6),
        "share_rectified_in_time": (2, 4),  # the open and overdue one stands in the divisor
        "rectifying_overdue": (1, 4),
        "to_recheck": (2, 2),
    }
    with reading(safe.actor("auditor"), moment("2026-11-02 09:00")) as scope:
        for key, parts in expected.items():
            (figure,) = compute(scope, measure_of(f"hazard.{key}"))
            assert (figure.numerator, figure.denominator) == parts, key
        listed = drill(scope, measure_of("hazard.rectifying_overdue"), "numerator")
        by_class = compute(scope, measure_of("hazard.found"), group_by=("category",))
    assert [one.number for one in listed] == [overdue.matter.number]
    assert {one.group[0]: one.numerator for one in by_class} == {"hazard-1": 5, "hazard-2": 1}
