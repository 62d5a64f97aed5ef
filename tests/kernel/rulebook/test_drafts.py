"""A draft of rules: written by one, published by another, taken back by a further publication; nothing is deleted."""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.actor import public, system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.rulebook.commands import SetManyValues, SetValue
from jingwei.kernel.rulebook.drafting import (
    AskPublication,
    BeginDraft,
    ChangeDraft,
    LeaveOut,
    NewValue,
    PublishDraft,
    RenameDraft,
    ReturnDraft,
    UndoPublication,
    WithdrawDraft,
)
from jingwei.kernel.rulebook.models import Draft, DraftChange, Value
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import Conflict, Denied, Invalid
from jingwei.kernel.values.ids import new_id
from tests.city import FOUNDER, City, add_post, day_of_city, pothole

NOW = datetime.datetime(2026, 11, 26, 1, 0, tzinfo=datetime.UTC)
TODAY = day_of_city(NOW)
DAY = datetime.timedelta(days=1)
ROAD, PARK = "ROAD//handle", "PARK-1//handle"
TWO_DAYS = {"counting": "working_day", "amount": 2, "unit": "day"}
ONE_HOUR = {"counting": "continuous", "amount": 1, "unit": "hour"}
EDITS = ("rulebook.read", "rulebook.edit", "matter.read")


@pytest.fixture
def city(city: City) -> City:
    """With a second and a third person who may edit the rulebook."""
    for code in ("head", "deputy"):
        add_post(city, code, "HOTLINE", "T", code, EDITS)
    return city


def limit(content: Mapping[str, Any] | None, subject: str = ROAD, basis: str = "试城办〔2026〕9号") -> NewValue:
    return NewValue(parameter="limit", subject=subject, content=content, basis=basis)


def begun(city: City, *values: NewValue, on: datetime.date = TODAY, now: datetime.datetime = NOW) -> uuid.UUID:
    one = new_id()
    command = BeginDraft(draft_id=one, title="道路时限", from_on=on, values=values or (limit(TWO_DAYS),))
    execute(city.actor("administrator"), command, city.key(), now=now)
    return one


def send(city: City, post: str, command: Any, now: datetime.datetime = NOW) -> Any:
    return execute(city.actor(post), command, city.key(), now=now)


def version(one: uuid.UUID) -> int:
    return Draft.objects.get(pk=one).version


def asked(city: City, one: uuid.UUID, now: datetime.datetime = NOW) -> None:
    send(city, "administrator", AskPublication(draft_id=one, expected_version=version(one)), now)


def published(city: City, one: uuid.UUID, post: str = "head", now: datetime.datetime = NOW) -> Any:
    return send(city, post, PublishDraft(draft_id=one, expected_version=version(one)), now)


def undone(city: City, of: uuid.UUID, on: datetime.date, now: datetime.datetime = NOW) -> uuid.UUID:
    one = new_id()
    send(city, "administrator", UndoPublication(draft_id=one, of=of, title="撤回", from_on=on), now)
    return one


def amount(on: datetime.date, subject: str = ROAD) -> int | None:
    with reading(FOUNDER) as scope:
        dated = rules_of(scope).value("limit", subject, on)
    return dated.content["amount"] if dated else None


def kinds(one: uuid.UUID | None) -> list[str]:
    assert one is not None
    return [entry.kind for entry in Entry.objects.filter(stream=one).order_by("seq")]


def refused(city: City, post: str, command: Any, kind: type[Exception] = Invalid) -> str:
    with pytest.raises(kind) as found:
        send(city, post, command)
    return str(found.value)


def test_a_draft_changes_nothing_until_a_second_person_publishes_it(city: City) -> None:
    one = begun(city, limit(TWO_DAYS), on=TODAY + DAY)
    assert amount(TODAY + DAY) == 5
    asked(city, one)
    assert published(city, one)["values"] == 1
    assert (amount(TODAY), amount(TODAY + DAY), amount(TODAY + 400 * DAY)) == (5, 2, 2)
    draft, change = Draft.objects.get(pk=one), DraftChange.objects.get(draft=one)
    assert (draft.state, draft.hands) == ("published", [city.actor("administrator").reference])
    assert draft.ended_by == city.actor("head").reference
    assert change.replaces and change.becomes and change.replaces.until_on == change.becomes.from_on == TODAY + DAY
    assert kinds(one) == ["rulebook.draft_begun", "rulebook.draft_asked", "rulebook.draft_published"]
    assert kinds(change.becomes_id) == ["rulebook.value_set"]
    assert kinds(change.replaces_id)[-1] == "rulebook.value_ended"


def test_whoever_wrote_in_it_does_not_publish_it(city: City) -> None:
    one = begun(city)
    send(city, "deputy", ChangeDraft(draft_id=one, values=(limit(ONE_HOUR, PARK),)))
    asked(city, one)
    for post in ("administrator", "deputy"):
        command = PublishDraft(draft_id=one, expected_version=version(one))
        assert "a second person must publish it" in refused(city, post, command)
    command = PublishDraft(draft_id=one, expected_version=version(one))
    assert "edit the rulebook" in refused(city, "supervisor", command, Denied)
    assert published(city, one)["values"] == 2


def test_whoever_asked_for_it_does_not_publish_it_either(city: City) -> None:
    one = begun(city)
    send(city, "head", AskPublication(draft_id=one, expected_version=version(one)))
    assert "a second person" in refused(city, "head", PublishDraft(draft_id=one, expected_version=version(one)))


def test_a_machine_writes_no_draft_and_a_person_no_value_past_one(city: City) -> None:
    machine = system("tests", "rulebook.edit")
    values = (limit(TWO_DAYS),)
    with pytest.raises(Invalid, match="People write and publish drafts"):
        execute(machine, BeginDraft(draft_id=new_id(), title="x", from_on=TODAY, values=values), city.key(), now=NOW)
    value = SetValue(parameter="limit", subject=ROAD, from_on=TODAY, content=TWO_DAYS, basis="b")
    assert "draft" in refused(city, "administrator", value)
    assert "draft" in refused(city, "administrator", SetManyValues(values=(value,)))


def test_what_was_not_asked_for_is_not_published_and_what_was_is_not_changed(city: City) -> None:
    one = begun(city)
    assert "still being written" in refused(city, "head", PublishDraft(draft_id=one, expected_version=version(one)))
    asked(city, one)
    assert "take it back" in refused(city, "administrator", ChangeDraft(draft_id=one, values=(limit(ONE_HOUR),)))
    assert "Give the reason" in refused(city, "head", ReturnDraft(draft_id=one))
    send(city, "head", ReturnDraft(draft_id=one, reason="先问道路局"))
    assert Draft.objects.get(pk=one).returned_because == "先问道路局"
    send(city, "administrator", ChangeDraft(draft_id=one, values=(limit(ONE_HOUR),)))
    asked(city, one)
    send(city, "administrator", ReturnDraft(draft_id=one))
    send(city, "administrator", WithdrawDraft(draft_id=one))
    assert "withdrawn" in refused(city, "administrator", AskPublication(draft_id=one, expected_version=version(one)))
    assert amount(TODAY + DAY) == 5


def test_the_publisher_publishes_what_was_read(city: City) -> None:
    one = begun(city)
    asked(city, one)
    read = version(one)
    send(city, "administrator", ReturnDraft(draft_id=one))
    send(city, "administrator", ChangeDraft(draft_id=one, values=(limit(ONE_HOUR),)))
    asked(city, one)
    refused(city, "head", PublishDraft(draft_id=one, expected_version=read), Conflict)


def test_a_value_that_another_publication_has_changed_meanwhile_is_named(city: City) -> None:
    first, second = begun(city), begun(city, limit(ONE_HOUR))
    for one in (first, second):
        asked(city, one)
    published(city, first)
    command = PublishDraft(draft_id=second, expected_version=version(second))
    assert ROAD in refused(city, "head", command, Conflict)
    send(city, "head", ReturnDraft(draft_id=second, reason="已另行发布"))
    asked(city, second)
    published(city, second)
    assert amount(TODAY) == 1, "two on one day: the later one holds"
    assert [row.until_on for row in Value.objects.filter(subject=ROAD).order_by("from_on", "until_on")] == [
        TODAY,
        TODAY,
        None,
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (limit({**TWO_DAYS, "amount": 0}), "amount is 0"),
        (limit({"counting": "working_day", "amount": 5, "unit": "day"}, basis="试城办〔2026〕1号 第3条"), "in force"),
        (limit(None, "NOWHERE//handle"), "no such value"),
        (limit(TWO_DAYS, ""), "code is missing"),
        (limit(TWO_DAYS, basis=" "), "Name the basis"),
        (NewValue(parameter="city", subject="practice", content={"zh": "a", "en": "b"}, basis="b"), "founded"),
        (NewValue(parameter="draw", subject="seed", content={"seed": "a" * 32}, basis="b"), "founded"),
        (NewValue(parameter="nonsense", subject="x", content={}, basis="b"), "not a declared parameter"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_in_no_draft(city: City, value: NewValue, said: str) -> None:
    command = BeginDraft(draft_id=new_id(), title="x", from_on=TODAY, values=(value,))
    assert said in refused(city, "administrator", command)
    assert not Draft.objects.exists()


def test_rules_are_not_changed_for_days_that_are_gone(city: City) -> None:
    values = (limit(TWO_DAYS),)
    gone = BeginDraft(draft_id=new_id(), title="x", from_on=TODAY - DAY, values=values)
    assert str(TODAY) in refused(city, "administrator", gone)
    one = begun(city)
    asked(city, one)
    with pytest.raises(Invalid, match="is gone"):
        published(city, one, now=NOW + DAY)
    send(city, "administrator", ReturnDraft(draft_id=one), NOW + DAY)
    later = RenameDraft(draft_id=one, title="晚两天", from_on=TODAY + 2 * DAY)
    send(city, "administrator", later, NOW + DAY)
    asked(city, one, NOW + DAY)
    published(city, one, now=NOW + DAY)
    assert (amount(TODAY + DAY), amount(TODAY + 2 * DAY)) == (5, 2)


def test_what_is_left_out_is_not_published_and_a_draft_of_nothing_is_not_asked_for(city: City) -> None:
    one = begun(city, limit(TWO_DAYS), limit(ONE_HOUR, PARK))
    road = DraftChange.objects.get(draft=one, subject=ROAD)
    send(city, "administrator", LeaveOut(draft_id=one, change=road.pk))
    refused(city, "administrator", LeaveOut(draft_id=one, change=road.pk), Denied)
    asked(city, one)
    assert published(city, one)["values"] == 1
    assert (amount(TODAY), amount(TODAY, PARK)) == (5, 1)
    empty = begun(city)
    send(city, "administrator", LeaveOut(draft_id=empty, change=DraftChange.objects.get(draft=empty).pk))
    command = AskPublication(draft_id=empty, expected_version=version(empty))
    assert "holds no change" in refused(city, "administrator", command)
    send(city, "administrator", ChangeDraft(draft_id=empty, values=(limit(ONE_HOUR),)))
    assert DraftChange.objects.get(draft=empty).left_out_at is None


def test_what_is_planned_for_a_later_day_stays_planned(city: City) -> None:
    later = begun(city, limit(ONE_HOUR), on=TODAY + 30 * DAY)
    asked(city, later)
    published(city, later)
    soon = begun(city, limit(TWO_DAYS), on=TODAY + DAY)
    asked(city, soon)
    published(city, soon)
    days = (TODAY, TODAY + DAY, TODAY + 29 * DAY, TODAY + 30 * DAY)
    assert [amount(on) for on in days] == [5, 2, 2, 1]


def test_a_publication_is_taken_back_by_another_one(city: City) -> None:
    one = begun(city, limit(TWO_DAYS), limit(None, PARK), limit(ONE_HOUR, "PARK//check"))
    asked(city, one)
    published(city, one)
    assert (amount(TODAY), amount(TODAY, PARK), amount(TODAY, "PARK//check")) == (2, None, 1)
    rows = Value.objects.count()
    back = undone(city, one, TODAY + DAY)
    asked(city, back)
    assert published(city, back)["values"] == 3
    on = TODAY + DAY
    assert (amount(on), amount(on, PARK), amount(on, "PARK//check")) == (5, 24, None)
    assert amount(TODAY) == 2, "the days between stay as they were"
    assert Value.objects.count() == rows + 2 and Draft.objects.get(pk=back).undoes_id == one


def test_a_publication_is_taken_back_on_its_own_day(city: City) -> None:
    one = begun(city)
    asked(city, one)
    published(city, one)
    back = undone(city, one, TODAY)
    asked(city, back)
    published(city, back)
    assert (amount(TODAY - DAY), amount(TODAY), amount(TODAY + DAY)) == (5, 5, 5)


def test_what_was_changed_again_is_not_taken_back(city: City) -> None:
    one = begun(city, limit(TWO_DAYS), limit(ONE_HOUR, PARK))
    asked(city, one)
    published(city, one)
    again = begun(city, limit({**TWO_DAYS, "amount": 3}), on=TODAY + DAY)
    asked(city, again)
    published(city, again)
    back = new_id()
    command = UndoPublication(draft_id=back, of=one, title="撤回", from_on=TODAY + DAY)
    assert send(city, "administrator", command)["changed_since"] == 1
    assert [change.subject for change in DraftChange.objects.filter(draft=back)] == [PARK]
    before = UndoPublication(draft_id=new_id(), of=again, title="撤回", from_on=TODAY)
    assert "from that day or a later one" in refused(city, "administrator", before)
    unpublished = begun(city, limit(ONE_HOUR))
    wrong = UndoPublication(draft_id=new_id(), of=unpublished, title="撤回", from_on=TODAY)
    assert "Only what was published" in refused(city, "administrator", wrong)


def reported(city: City, at: datetime.datetime) -> Matter:
    report = replace(pothole(), matter_id=new_id())
    execute(public("matter.report"), report, city.key(), now=at)
    return city.bring_to(Matter.objects.get(pk=report.matter_id), "dispatched")


def limit_of(matter: Matter) -> tuple[int, str]:
    given = Clock.objects.get(stream_id=matter.pk, key="handle").segments[0]["limit"]
    return given["amount"], given["unit"]


def test_a_new_matter_feels_a_published_limit_and_an_old_one_does_not(city: City) -> None:
    now = datetime.datetime.now(datetime.UTC)
    one = begun(city, limit(ONE_HOUR), on=day_of_city(now), now=now)
    asked(city, one, now)
    published(city, one, now=now)
    old, new = reported(city, now - DAY), reported(city, now)
    assert (limit_of(old), limit_of(new)) == ((5, "day"), (1, "hour")), "both were dispatched after the publication"
    back = undone(city, one, day_of_city(now), now)
    asked(city, back, now)
    published(city, back, now=now)
    assert limit_of(reported(city, now)) == (5, "day")
    assert limit_of(Matter.objects.get(pk=new.pk)) == (1, "hour"), "a clock that runs keeps its rule"
