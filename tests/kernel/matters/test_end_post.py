"""Ending a post hands over what it holds in the same act; nothing is ever left with a post or unit that has ended."""

import threading
from collections.abc import Mapping
from functools import partial

import pytest

from jingwei.kernel.agencies.commands import EnterPost, TakeUpPost
from jingwei.kernel.agencies.models import Holding, Post, Unit
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command, Result
from jingwei.kernel.ledger.entries import entries_of
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands import Act
from jingwei.kernel.matters.commands.posts.end_post import EndPost, EndUnit
from jingwei.kernel.matters.models import OPEN, HandOver, Matter
from jingwei.kernel.values.errors import Conflict, Denied, Invalid
from tests.city import FOUNDER, GRANTS, City
from tests.clones import Clone, in_threads
from tests.duty import leave, open_roster, person_of, shift
from tests.procedure import Procedure


def second(city: City, code: str = "roads-2", unit: str = "ROADS", area: str = "T") -> Post:
    post = EnterPost(code=code, unit=unit, area=area, role="handler", title=("二", "Two"), grants=GRANTS["handler"])
    execute(FOUNDER, post, city.key())
    return Post.objects.get(code=code)


def holders(*matters: Matter) -> list[str]:
    return [Matter.objects.get(pk=one.pk).holder.code for one in matters]  # type: ignore[union-attr]  # each has one


def test_open_matters_go_to_the_receiver_with_count_and_receipt(city: City) -> None:
    two = second(city)
    first, other = city.bring_to(city.report(), "signed"), city.bring_to(city.report(), "processing")
    done = city.bring_to(city.report(), "closed")
    with pytest.raises(Invalid, match="2 open matter"):
        execute(city.actor("administrator"), EndPost(post="handler-roads"), "no receiver")
    answer = execute(city.actor("administrator"), EndPost(post="handler-roads", to="roads-2"), "end")
    assert (answer["matters"], answer["receipts"]) == (2, 1)
    assert holders(first, other) == ["roads-2", "roads-2"]
    post = Post.objects.get(code="handler-roads")
    assert not post.active and post.ended_at is not None
    assert not Holding.objects.filter(post=post, until_at=None).exists()
    (receipt,) = HandOver.objects.all()
    assert set(receipt.matters) == {str(first.pk), str(other.pk)} and receipt.counts == {"open": 2, "tasks": 0}
    assert (
        entries_of(first.pk)[-1].facts["to_post"] == str(two.pk)
        and entries_of(first.pk)[-1].kind == "matter.handed_over"
    )
    assert Matter.objects.get(pk=done.pk).holder_id == done.holder_id, "what is closed stays as it was"


def test_by_category_and_the_rest(city: City) -> None:
    second(city), second(city, "lights")
    hole, light = city.bring_to(city.report(), "signed"), city.bring_to(city.report(category="ROAD-2"), "signed")
    end = EndPost(post="handler-roads", to="roads-2", by_category=(("ROAD-2", "lights"),))
    assert execute(city.actor("administrator"), end, "end")["receipts"] == 2
    assert holders(hole, light) == ["roads-2", "lights"]


def test_a_matter_of_the_old_unit_follows_to_the_new_one(city: City) -> None:
    matter = city.bring_to(city.report(), "signed")
    execute(city.actor("administrator"), EndPost(post="handler-roads", to="handler-parks"), "end")
    matter.refresh_from_db()
    assert matter.unit is not None and matter.unit.code == "PARKS"
    city.act("handler-parks", matter, "start")


def test_refused_with_the_reason(city: City) -> None:
    city.bring_to(city.report(cell="T1-01"), "signed")
    second(city, "west", area="T2")
    admin = city.actor("administrator")
    refused = (
        ("west", "does not reach 1"),
        ("handler-roads", "another, living one"),
        ("auditor", "lacks the grant to take over 1"),
    )
    for to, words in refused:
        with pytest.raises(Invalid, match=words):
            execute(admin, EndPost(post="handler-roads", to=to), city.key())
    with pytest.raises(Denied):
        execute(city.actor("supervisor"), EndPost(post="handler-roads", to="handler-parks"), "no editor")
    execute(admin, EndPost(post="west"), "empty")
    with pytest.raises(Invalid, match="has ended"):
        execute(admin, EndPost(post="west"), "again")
    with pytest.raises(Invalid, match="has ended"):
        execute(FOUNDER, TakeUpPost(person=person_of(city, "intake"), post="west"), "late")


def test_shifts_in_the_post_are_cut_and_a_post_that_stands_in_stays(city: City) -> None:
    open_roster(city)
    shift(city, "handler-roads", 10, 18)
    leave(city, "intake", "dispatcher")
    answer = execute(city.actor("administrator"), EndPost(post="handler-roads"), "end")
    assert (answer["matters"], answer["shifts"]) == (0, 1)


def test_a_unit_ends_when_nothing_hangs_on_it(city: City) -> None:
    city.bring_to(city.report(), "dispatched")
    admin = city.actor("administrator")
    with pytest.raises(Invalid, match=r"1 living post.*1 open matter.*1 routing rule"):
        execute(admin, EndUnit(code="ROADS"), "no")
    execute(admin, EndPost(post="checker"), "post")
    execute(admin, EndUnit(code="CHECK"), "unit")
    assert Unit.objects.get(code="CHECK").ended_at is not None
    with pytest.raises(Invalid, match="has ended"):
        second(city, "late", unit="CHECK")


def _at(gate: threading.Barrier, actor: Actor, command: Command, key: str) -> Result:
    gate.wait()
    return execute(actor, command, key)


def test_nothing_stays_with_a_post_that_ends_in_the_moment_a_matter_arrives(clone: Clone) -> None:
    """Signing for a matter makes the post its holder; ending the post runs at the same time, six times over."""
    city = clone.city
    for turn in range(6):
        code = f"ends-{turn}"
        second(city, code)
        execute(FOUNDER, TakeUpPost(person=person_of(city, "handler-roads"), post=code), city.key())
        matters = [city.bring_to(city.report(), "dispatched") for _ in range(4)]
        actor = city.actor("handler-roads")
        (duty,) = (one for one in actor.duties if one.post == Post.objects.get(code=code).pk)
        alone = Actor("person", actor.name, actor.id, (duty,))
        gate = threading.Barrier(5)
        end = EndPost(post=code, to="handler-roads")
        signs = [Act(matter_id=matter.pk, action="sign", fields={}, grant="matter.handle") for matter in matters]
        tasks = [partial(_at, gate, alone, sign, f"{sign.matter_id}") for sign in signs]
        answers = in_threads([*tasks, partial(_at, gate, city.actor("administrator"), end, f"end:{code}")])
        assert all(isinstance(one, Conflict | Invalid | Mapping) for one in answers), answers
        ended = Post.objects.get(code=code)
        if ended.active:  # it lost against a matter's lock and is tried again, as its answer says
            execute(city.actor("administrator"), EndPost(post=code, to="handler-roads"), f"again:{code}")
        assert not Matter.objects.filter(OPEN, holder=ended).exists()
    assert not Matter.objects.filter(OPEN, holder__active=False).exists()
    assert verify(clone.owner).faults == []


def test_what_opens_again_is_not_left_with_a_post_that_has_ended(procedure: Procedure) -> None:
    matter = procedure.report()
    procedure.act("dispatcher", matter, "give", unit=str(Unit.objects.get(code="ROADS").pk))
    for post, action in (("handler-roads", "sign"), ("handler-roads", "finish"), ("checker", "pass")):
        procedure.act(post, matter, action)
    execute(procedure.city.actor("administrator"), EndPost(post="handler-roads"), "end")
    opened = procedure.act("supervisor", matter, "reopen", reason="没解决")
    assert opened.holder_id is None
    assert opened.unit is not None and opened.unit.code == "ROADS"
