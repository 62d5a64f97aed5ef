"""A grid event from report to close: every step by the one who may, every other refused with its reason."""

import datetime
import json
from typing import Any

import pytest

from jingwei.kernel.agencies.commands import TakeUpPost
from jingwei.kernel.agencies.models import Post, Unit
from jingwei.kernel.clocks.explain import explain
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import calendar_of, segments_of
from jingwei.kernel.commands.actor import Actor, public, system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.commands import Act, External, GiveLimit, LinkMatters, ReportMatter, RestateMatter
from jingwei.kernel.matters.models import Detail, ExternalNumber, Link, Matter, Step
from jingwei.kernel.matters.search import words_asked
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.outbox.models import Message
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, rules_of
from jingwei.kernel.values.errors import Denied, Invalid, Refusal
from jingwei.kernel.values.ids import new_id
from tests.city import FOUNDER, IN_CELL, City

IMPORT = system(
    "import:tests",
    *("matter.report", "matter.read", "matter.give_limit", "matter.link", "matter.restate", "matter.state"),
    history=True,
)


def shanghai(text: str) -> datetime.datetime:
    """A moment by the city's wall clock."""
    return datetime.datetime.fromisoformat(f"{text}+08:00").astimezone(datetime.UTC)


def do(city: City, who: str | Actor, matter: Matter, action: str, at: str, reason: str = "", **fields: Any) -> Matter:
    """One act at a stated moment, recorded then."""
    declared = type_of(matter.type).action(action)
    assert declared is not None
    actor = city.actor(who) if isinstance(who, str) else who
    command = Act(matter_id=matter.pk, action=action, fields=fields, reason=reason, grant=declared.grant)
    execute(actor, command, city.key(), now=shanghai(at))
    return Matter.objects.get(pk=matter.pk)


def reported(city: City, at: str = "2026-12-01 10:00", **changes: Any) -> Matter:
    """A pothole reported then; the limit is five working days."""
    command = ReportMatter(
        **{
            "matter_id": new_id(),
            "type": "grid_event",
            "category": "ROAD-1",
            "fields": {"title": "路面有坑"},
            "channel": "portal",
            "point": IN_CELL["T1-01"],
            **changes,
        }
    )
    execute(public("matter.report"), command, city.key(), now=shanghai(at))
    return Matter.objects.get(pk=command.matter_id)


def being_handled(city: City) -> Matter:
    """Processing since Wednesday morning."""
    matter = do(city, "intake", reported(city), "file", "2026-12-01 11:00", finding="属实")
    roads = str(Unit.objects.get(code="ROADS").pk)
    matter = do(city, "dispatcher", matter, "dispatch", "2026-12-01 14:00", unit=roads)
    matter = do(city, "handler-roads", matter, "sign", "2026-12-02 09:30")
    return do(city, "handler-roads", matter, "start", "2026-12-02 09:40")


def clock(matter: Matter, key: str) -> Clock:
    return Clock.objects.get(stream_id=matter.pk, key=key)


def test_a_report_finds_its_cell_its_unit_and_its_deadline(city: City) -> None:
    matter = reported(city)
    assert matter.area is not None and matter.unit is not None
    assert (matter.area.code, matter.unit.code, matter.state) == ("T1-01", "ROADS", "reported")
    assert matter.due_at == shanghai("2026-12-08 10:00")  # five working days, a weekend between
    said = json.loads(bytes(Entry.objects.get(stream=matter.pk).body))["facts"]
    assert said["route"] == {"rule": "road", "lost": []} and said["located"] == "by_point"
    assert Message.objects.get(stream=matter.pk).body["number"] == matter.number


def test_a_report_without_a_place_is_taken_and_says_so(city: City) -> None:
    matter = reported(city, point=None)
    assert matter.area is None and matter.area_lft == 1
    named = reported(city, point=None, area="T2")
    assert named.area is not None and named.area.code == "T2"
    said = [json.loads(bytes(Entry.objects.get(stream=one.pk).body))["facts"]["located"] for one in (matter, named)]
    assert said == ["none", "by_area"]


def test_the_whole_way_from_report_to_close(city: City) -> None:
    matter = being_handled(city)
    post = Post.objects.get(code="handler-roads")
    assert (matter.state, matter.holder_id) == ("processing", post.pk)
    sign = clock(matter, "sign")
    assert sign.status == "stopped" and sign.due_at == shanghai("2026-12-02 10:00")  # four working hours from 14:00
    matter = do(city, "handler-roads", matter, "feed_back", "2026-12-04 16:00", result="坑已填平")
    assert clock(matter, "check").due_at == shanghai("2026-12-06 16:00")  # two natural days
    matter = do(city, "checker", matter, "pass_check", "2026-12-05 10:00", finding="已修好")
    assert (matter.state, matter.closed_at) == ("closed", shanghai("2026-12-05 10:00"))
    assert {one.key: one.status for one in Clock.objects.filter(stream_id=matter.pk)} == {
        "handle": "stopped",
        "sign": "stopped",
        "check": "stopped",
    }
    steps = Step.objects.filter(matter=matter).order_by("at")
    assert [step.action for step in steps] == ["file", "dispatch", "sign", "start", "feed_back", "pass_check"]
    assert [step.state for step in steps][-1] == "closed" and steps[4].content == {"result": "坑已填平"}
    assert matter.version == 7 == Entry.objects.filter(stream=matter.pk).count()


def test_hanging_up_pauses_the_clock_and_taking_up_gives_the_days_back(city: City) -> None:
    matter = being_handled(city)
    asked = {"why": "works", "planned_on": "2026-12-07"}
    matter = do(city, "handler-roads", matter, "ask_hang_up", "2026-12-03 09:30", "等材料", **asked)
    hung = do(city, "supervisor", matter, "grant_hang_up", "2026-12-03 10:00")
    assert clock(hung, "handle").status == "paused" and clock(hung, "handle").fires_at is None
    taken = do(city, "handler-roads", hung, "take_up", "2026-12-07 10:00")
    assert taken.due_at == shanghai("2026-12-10 10:00")  # Friday and Monday do not count
    fires_at = clock(taken, "handle").fires_at
    assert fires_at is not None and fires_at < taken.due_at
    with reading(FOUNDER) as scope:
        calendar = calendar_of(rules_of(scope), CITY_CALENDAR, scope.day_of(taken.opened_at))
    lines = [line.what for line in explain(segments_of(clock(taken, "handle")), calendar)][:3]
    assert [line.zh for line in lines] == [
        "开始计时，时限 5 天（工作日）",
        "暂停计时，尚余 3 个工作日",
        "恢复计时，扣除暂停 2 个工作日",
    ]
    assert [line.en for line in lines] == [
        "Started with a limit of 5 days (working days)",
        "Paused with 3 working days left",
        "Resumed; the pause of 2 working days does not count",
    ]


def test_reopening_goes_on_with_the_old_deadline(city: City) -> None:
    matter = do(city, "handler-roads", being_handled(city), "feed_back", "2026-12-04 16:00", result="已填")
    due = matter.due_at
    closed = do(city, "checker", matter, "pass_check", "2026-12-05 10:00", finding="好")
    again = do(city, "supervisor", closed, "reopen", "2026-12-06 10:00", "又塌了")
    assert (again.state, again.closed_at, again.holder_id, again.due_at) == ("filed", None, None, due)
    assert clock(again, "handle").status == "running"
    assert {clock(again, key).status for key in ("sign", "check")} == {"stopped"}, "stages begin anew by name"


def test_a_dispatch_taken_back_comes_to_the_dispatcher_again(city: City) -> None:
    matter = do(city, "intake", reported(city), "file", "2026-12-01 11:00", finding="属实")
    parks = str(Unit.objects.get(code="PARKS").pk)
    matter = do(city, "dispatcher", matter, "dispatch", "2026-12-01 14:00", unit=parks)
    assert str(matter.unit_id) == parks
    matter = do(city, "dispatcher", matter, "recall", "2026-12-01 15:00", "选错了单位")
    assert (matter.state, matter.holder_id) == ("filed", None)
    assert Step.objects.get(matter=matter, action="recall").content == {"reason": "选错了单位"}
    assert clock(matter, "sign").status == "stopped"


def test_a_failed_check_sends_the_work_back(city: City) -> None:
    matter = do(city, "handler-roads", being_handled(city), "feed_back", "2026-12-04 16:00", result="已填")
    matter = do(city, "checker", matter, "fail_check", "2026-12-05 10:00", "还有坑")
    assert (matter.state, clock(matter, "check").status) == ("processing", "stopped")
    assert clock(matter, "handle").status == "running"


def test_a_declined_report_is_closed_and_its_clock_stops(city: City) -> None:
    matter = do(city, "intake", reported(city), "decline", "2026-12-01 11:00", "不属于受理范围")
    assert (matter.state, matter.closed_at) == ("void", shanghai("2026-12-01 11:00"))
    assert clock(matter, "handle").status == "stopped"


def test_a_second_person_must_check(city: City) -> None:
    """Whoever signed, started or fed back may not pass the check, even holding the checker's post."""
    handler = city.actor("handler-roads")
    assert handler.id
    execute(FOUNDER, TakeUpPost(person=handler.id, post="checker"), "also checks")
    both = city.actor("handler-roads")
    matter = do(city, both, being_handled(city), "feed_back", "2026-12-27 16:00", result="已填")
    for action, fields, reason in (("pass_check", {"finding": "好"}, ""), ("fail_check", {}, "不好")):
        with pytest.raises(Invalid) as refused:
            do(city, both, matter, action, "2026-12-28 10:00", reason, **fields)
        assert refused.value.place == "action" and "另一个人" in refused.value.reason.zh
        assert "second person" in refused.value.reason.en
    assert do(city, "checker", matter, "pass_check", "2026-12-28 10:00", finding="好").state == "closed"


WRONG: list[tuple[str, str, dict[str, Any], str, type[Refusal], str]] = [
    ("intake", "sing", {}, "", Invalid, "action"),
    ("checker", "pass_check", {"finding": "x"}, "", Invalid, "action"),  # not in this state
    ("intake", "file", {}, "", Invalid, "finding"),
    ("intake", "file", {"finding": " "}, "", Invalid, "finding"),
    ("intake", "file", {"finding": "x" * 2001}, "", Invalid, "finding"),
    ("intake", "file", {"finding": "x", "more": "y"}, "", Invalid, "more"),
    ("intake", "decline", {}, "", Invalid, "reason"),
    ("intake", "decline", {}, " \n ", Invalid, "reason"),
    ("intake", "decline", {}, "x" * 1001, Invalid, "reason"),
    ("intake", "verify", {}, "bell\x07", Invalid, "reason"),
    ("auditor", "verify", {}, "", Denied, ""),
    ("intake", "supervise", {}, "催", Denied, ""),
]


@pytest.mark.parametrize("wrong", WRONG)
def test_an_act_that_cannot_be_is_refused_with_its_reason(
    city: City, wrong: tuple[str, str, dict[str, Any], str, type[Refusal], str]
) -> None:
    """The grant claimed is one that everybody here holds; the declared one is asked on the row."""
    who, action, fields, reason, kind, place = wrong
    matter = reported(city)
    command = Act(matter_id=matter.pk, action=action, fields=fields, reason=reason, grant="matter.read")
    with pytest.raises(kind) as refused:
        execute(city.actor(who), command, "k", now=shanghai("2026-12-01 11:00"))
    assert refused.value.place == place and refused.value.reason.zh and refused.value.reason.en
    assert Matter.objects.get(pk=matter.pk).version == 1
    assert not Step.objects.exists()


@pytest.mark.parametrize("unit", ["01a20e1a-d96b-790a-9ae5-9689074800c8", "ROADS", ""])
def test_a_dispatch_to_nobody_is_refused(city: City, unit: str) -> None:
    matter = do(city, "intake", reported(city), "file", "2026-12-01 11:00", finding="属实")
    with pytest.raises(Invalid) as refused:
        do(city, "dispatcher", matter, "dispatch", "2026-12-01 14:00", unit=unit)
    assert refused.value.place == "unit"


def test_what_the_system_does_is_not_for_people(city: City) -> None:
    with pytest.raises(Denied):
        do(city, "supervisor", reported(city), "close_stated", "2026-12-01 11:00")
    assert not [action for action in type_of("grid_event").offered("reported") if action.system_only]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"category": "ROAD"}, "category"),
        ({"category": "NOTHING"}, "category"),
        ({"type": "nothing"}, "type"),
        ({"fields": {"title": "x" * 201}}, "title"),
        ({"fields": {"colour": "red"}}, "colour"),
        ({"unit": "NOBODY"}, "unit"),
    ],
)
def test_a_report_that_cannot_be_is_refused_with_its_place(city: City, changes: dict[str, Any], place: str) -> None:
    before = Matter.objects.count()
    with pytest.raises(Invalid) as refused:
        reported(city, **changes)
    assert refused.value.place == place and refused.value.reason.zh and refused.value.reason.en
    assert Matter.objects.count() == before


def test_a_grid_worker_reports_in_the_own_district_only(city: City) -> None:
    assert city.report(city.actor("grid-east"), cell="T1-02").area_id
    with pytest.raises(Denied) as refused:
        city.report(city.actor("grid-east"), cell="T2-01")
    assert "区域" in refused.value.reason.zh


def test_the_words_of_a_report_are_found_in_mid_sentence(city: City) -> None:
    matter = reported(city, fields={"title": "红绿灯旁的路面有一个大坑", "address": "东一路 18 号"})
    other = reported(city, fields={"title": "the street light is OUT"})

    def found(question: str) -> set[Any]:
        rows = Detail.objects.extra(where=["words @@ %s::tsquery"], params=[" & ".join(words_asked(question))])  # noqa: S610
        return set(rows.values_list("pk", flat=True))

    assert found("红绿灯") == found("大坑") == found("东一路") == {matter.pk}
    assert found("Street light") == found("ｌｉｇｈｔ") == {other.pk}
    assert found("红绿灯 light") == set()
    assert words_asked("，。！ '") == []


# --- What other systems state --------------------------------------------------------------------------------------


def stated(city: City, **changes: Any) -> Matter:
    """A matter that an import records."""
    external = External(source="tests", number="n1", digest=b"1" * 32)
    command = ReportMatter(
        **{
            "matter_id": new_id(),
            "type": "grid_event",
            "category": "ROAD-1",
            "fields": {},
            "channel": "phone",
            "external": external,
            "unit": "PARKS",
            "happened_at": shanghai("2020-01-02 03:04"),
            "claimed": "2020-01-02 03:04",
            **changes,
        }
    )
    execute(IMPORT, command, city.key(), now=shanghai("2026-12-01 10:00"))
    return Matter.objects.get(pk=command.matter_id)


def test_history_keeps_the_sources_unit_and_starts_no_clock(city: City) -> None:
    matter = stated(city)
    assert matter.unit is not None and matter.unit.code == "PARKS"
    assert (matter.opened_at, matter.due_at) == (shanghai("2020-01-02 03:04"), None)
    assert not Clock.objects.exists() and not Message.objects.exists()


def test_a_given_limit_is_shown_late_but_fires_only_after_somebody_takes_the_matter_over(city: City) -> None:
    matter = stated(city)
    limit = GiveLimit(matter_id=matter.pk, due_at=shanghai("2020-01-05 00:00"), basis="来源")
    execute(IMPORT, limit, "limit")
    assert Matter.objects.get(pk=matter.pk).due_at == shanghai("2020-01-05 00:00")
    assert clock(matter, "handle").fires_at is None and clock(matter, "handle").status == "running"
    adopted = do(city, "handler-parks", matter, "adopt", "2026-12-01 11:00")
    assert adopted.holder_id == Post.objects.get(code="handler-parks").pk
    fires_at = clock(adopted, "handle").fires_at
    assert fires_at is not None and adopted.due_at is not None and fires_at < adopted.due_at  # its first mark


def test_a_corrected_limit_replaces_the_one_before(city: City) -> None:
    matter = stated(city)
    for number, day in enumerate(("05", "09", "03")):
        due = shanghai(f"2020-01-{day} 00:00")
        execute(IMPORT, GiveLimit(matter_id=matter.pk, due_at=due, basis="来源"), f"limit{number}")
        assert Matter.objects.get(pk=matter.pk).due_at == due
    assert len(clock(matter, "handle").segments) == 3


def test_a_stated_closing_needs_none_of_the_steps_between(city: City) -> None:
    matter = stated(city)
    command = Act(
        matter_id=matter.pk,
        action="close_stated",
        fields={"closure_code": "Case Resolved"},
        grant="matter.state",
        happened_at=shanghai("2020-02-01 00:00"),
        claimed="2020-02-01",
    )
    execute(IMPORT, command, "close")
    matter = Matter.objects.get(pk=matter.pk)
    assert (matter.state, matter.closed_at) == ("closed", shanghai("2020-02-01 00:00"))
    assert Step.objects.get(matter=matter).at == shanghai("2020-02-01 00:00")
    assert not Message.objects.exists()


def test_links_to_itself_to_nothing_and_twice_are_refused(city: City) -> None:
    one, two = stated(city), city.report()
    wrong = (
        (one.pk, "duplicate_of", "itself"),
        (new_id(), "duplicate_of", "not there"),
        (two.pk, "sibling", "no such link"),
    )
    for other, kind, words in wrong:
        with pytest.raises(Invalid, match=words) as refused:
            execute(IMPORT, LinkMatters(matter_id=one.pk, other_id=other, kind=kind), city.key())
        assert refused.value.place == "other_id" and refused.value.reason.zh
    execute(IMPORT, LinkMatters(matter_id=one.pk, other_id=two.pk, kind="duplicate_of"), city.key())
    with pytest.raises(Invalid, match="linked so already"):
        execute(IMPORT, LinkMatters(matter_id=one.pk, other_id=two.pk, kind="duplicate_of"), city.key())
    execute(IMPORT, LinkMatters(matter_id=one.pk, other_id=two.pk, kind="related_to"), city.key())
    assert Link.objects.filter(matter=one).count() == 2 and Matter.objects.get(pk=two.pk).version == 1


def restated(matter: Matter, **changes: Any) -> RestateMatter:
    return RestateMatter(
        **{
            "matter_id": matter.pk,
            "type": "grid_event",
            "category": "PARK-1",
            "fields": {"title": "新标题"},
            "channel": "app",
            "point": IN_CELL["T2-01"],
            "unit": "ROADS",
            "external": External(source="tests", number="n1", digest=b"2" * 32),
            **changes,
        }
    )


def test_what_the_source_now_says_replaces_what_it_said(city: City) -> None:
    matter = stated(city)
    execute(IMPORT, restated(matter), "restated")
    matter = Matter.objects.get(pk=matter.pk)
    assert matter.area is not None and matter.unit is not None
    assert (matter.category, matter.channel, matter.area.code, matter.unit.code, matter.state) == (
        *("PARK-1", "app", "T2-01", "ROADS"),
        "reported",
    )
    assert Detail.objects.get(pk=matter.pk).fields == {"title": "新标题"}
    assert bytes(ExternalNumber.objects.get(matter=matter).digest or b"") == b"2" * 32
    assert matter.version == 2


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"external": External(source="other", number="n1")}, "external"),
        ({"external": None}, "external"),
        ({"fields": {"colour": "red"}}, "colour"),
        ({"category": "NOTHING"}, "category"),
    ],
)
def test_only_its_source_may_restate_and_only_with_what_can_be(city: City, changes: dict[str, Any], place: str) -> None:
    matter = stated(city)
    with pytest.raises(Invalid) as refused:
        execute(IMPORT, restated(matter, **changes), "restated")
    assert refused.value.place == place
    assert Matter.objects.get(pk=matter.pk).version == 1
