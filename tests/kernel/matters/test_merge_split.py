"""Several reports of one thing become one matter, one report of several things becomes several; reporters stay."""

import datetime
import hashlib
from typing import Any

import pytest
from django.core import mail as outgoing

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.commands import Contact, MergeMatters, Part, SeparateMatter, SplitMatter
from jingwei.kernel.matters.kin import followed, hearers
from jingwei.kernel.matters.models import Link, Matter
from jingwei.kernel.matters.telling.route import router
from jingwei.kernel.matters.telling.send import Post, send_queued
from jingwei.kernel.outbox.adapters import MAIL
from jingwei.kernel.outbox.models import Message
from jingwei.kernel.sealing import revealed
from jingwei.kernel.values.errors import Conflict, Denied, Invalid
from jingwei.kernel.values.ids import new_id
from tests.procedure import MONDAY, Procedure, named


def reported(procedure: Procedure, who: str, **fields: Any) -> Matter:
    contact = Contact(name=who, email=f"{who}@example.org", follow=hashlib.sha256(who.encode()).digest())
    return procedure.report(contact=contact, **fields)


def merge(procedure: Procedure, matter: Matter, master: Matter, **said: Any) -> Matter:
    return procedure.send(
        "dispatcher",
        MergeMatters(matter_id=matter.pk, other_id=master.pk, fields={}, **{**named("merge"), **said}),
    )


def tell_reporters(matter: Matter) -> None:
    """News of a matter for whoever reported it, routed and sent by mail."""
    now = datetime.datetime.now(datetime.UTC)
    body = {"number": matter.number, "tells": ["reporter"]}
    message = Message(id=new_id(), topic="matter.acted", stream=matter.pk, body=body, created_at=now)
    Message.objects.bulk_create([message])
    with reading(system("tests", "matter.read")) as scope:
        router(scope, [MAIL])(message)
    send_queued(
        {MAIL.name: MAIL},
        Post("https://example.org", "jingwei@example.org", str, ()),
        now + datetime.timedelta(hours=1),
    )


def separate(procedure: Procedure, matter: Matter) -> Matter:
    command = SeparateMatter(matter_id=matter.pk, fields={}, reason="不是同一件", **named("separate"))
    return procedure.send("supervisor", command)


def split(procedure: Procedure, matter: Matter, *categories: str) -> list[Matter]:
    parts = tuple(
        Part(matter_id=new_id(), category=code, fields={"title": f"其中 {place}"})
        for place, code in enumerate(categories)
    )
    procedure.send("dispatcher", SplitMatter(matter_id=matter.pk, fields={}, parts=parts, **named("split")))
    return [Matter.objects.get(pk=part.matter_id) for part in parts]


def test_a_merged_matter_ends_and_both_records_tell_of_it(procedure: Procedure) -> None:
    master, matter = reported(procedure, "a"), reported(procedure, "b")
    merged = merge(procedure, matter, master)
    assert (merged.state, merged.closed_at) == ("merged", MONDAY)
    told = Entry.objects.filter(stream=master.pk).order_by("seq")
    assert [one.kind for one in told] == ["matter.reported", "matter.merged_in"]
    assert Matter.objects.get(pk=master.pk).version == 2
    assert Link.objects.get(matter=matter).other_id == master.pk


def test_every_reporter_hears_of_the_master_and_none_of_another(procedure: Procedure) -> None:
    master, second, third = (reported(procedure, who) for who in "abc")
    merge(procedure, third, second)
    merge(procedure, second, master)
    assert hearers(master.pk) == sorted(one.pk for one in (master, second, third))
    assert set(followed(third.pk)) == {second.pk, master.pk}
    tell_reporters(master)
    sent = {one.to[0]: f"{one.subject} {one.body}" for one in outgoing.outbox}
    assert set(sent) == {"a@example.org", "b@example.org", "c@example.org"}
    for who, own in (("a", master), ("b", second), ("c", third)):
        text = sent[f"{who}@example.org"]
        assert own.number in text
        assert not any(f"{other}@" in text for other in "abc")
        assert all(other.number not in text for other in (master, second, third) if other is not own)


def test_whoever_reported_twice_is_written_to_once(procedure: Procedure) -> None:
    contact = Contact(email="a@example.org")
    master, matter = procedure.report(contact=contact), procedure.report(contact=contact)
    merge(procedure, matter, master)
    tell_reporters(master)
    assert len(outgoing.outbox) == 1


def test_a_merge_that_was_none_is_taken_back_and_may_be_made_again(procedure: Procedure) -> None:
    master, other, matter = reported(procedure, "a"), reported(procedure, "b"), reported(procedure, "c")
    merge(procedure, matter, master)
    back = separate(procedure, matter)
    assert (back.state, back.closed_at) == ("new", None)
    assert back.due_at == matter.due_at  # the clock goes on as if it had never been stopped
    assert hearers(master.pk) == [master.pk]
    with pytest.raises(Invalid, match="cannot be done now"):
        separate(procedure, matter)
    merge(procedure, matter, other)
    assert followed(matter.pk) == [other.pk]
    assert Link.objects.filter(matter=matter).count() == 2


@pytest.mark.parametrize("what", ["itself", "closed", "another type", "not in scope"])
def test_what_cannot_be_merged(procedure: Procedure, what: str) -> None:
    matter, master = reported(procedure, "a"), reported(procedure, "b", request="ask")
    if what == "itself":
        master = matter
    elif what == "closed":
        procedure.act("dispatcher", master, "answer")
    elif what == "another type":
        master = procedure.city.report()
    else:
        master.pk = new_id()
    said = {
        "itself": "merged into itself",
        "closed": "other matter is closed",
        "another type": "not of one type",
        "not in scope": "Not found",
    }
    with pytest.raises((Invalid, Denied), match=said[what]):
        merge(procedure, matter, master)


def test_an_act_of_a_kind_is_done_by_its_own_command_alone(procedure: Procedure) -> None:
    matter, master = reported(procedure, "a"), reported(procedure, "b")
    for action in ("merge", "split"):
        with pytest.raises(Invalid, match="done by another command"):
            procedure.act("dispatcher", matter, action)
    with pytest.raises(Invalid, match="done by another command"):
        merge(procedure, matter, master, **named("answer"))
    with pytest.raises(Conflict):
        merge(procedure, matter, master, expected_version=7)


def test_a_split_opens_parts_that_win_no_time_and_keep_the_reporter(procedure: Procedure) -> None:
    matter = reported(procedure, "a", secret="请勿公开")
    road, tree = split(procedure, matter, "ROAD-2", "PARK-1")
    assert Matter.objects.get(pk=matter.pk).state == "parted"
    assert {road.opened_at, tree.opened_at} == {MONDAY}
    assert [one.unit and one.unit.code for one in (road, tree)] == ["ROADS", "PARKS"]
    assert (road.area_id, road.state) == (matter.area_id, "new")
    assert road.due_at == matter.due_at
    assert road.detail.fields == {"title": "其中 0"}
    assert revealed(road.detail).fields == {"title": "其中 0", "secret": "请勿公开"}
    assert set(followed(matter.pk)) == {road.pk, tree.pk}
    assert hearers(tree.pk) == sorted([tree.pk, matter.pk])
    told = Entry.objects.filter(stream=tree.pk)
    assert [one.kind for one in told] == ["matter.reported"]


@pytest.mark.parametrize("categories", [(), ("ROAD-2",), ("ROAD-2",) * 21, ("ROAD-2", "NONE"), ("ROAD-2", "ROAD")])
def test_a_split_into_too_few_too_many_or_no_class_is_refused_whole(
    procedure: Procedure, categories: tuple[str, ...]
) -> None:
    matter = reported(procedure, "a")
    with pytest.raises(Invalid):
        split(procedure, matter, *categories)
    assert Matter.objects.get(pk=matter.pk).version == 1
    assert Matter.objects.filter(type="procedure").count() == 1
