"""Leave names a stand-in, who acts in the posts of the person away, marked as such, until it ends by itself."""

import datetime

import pytest

from jingwei.kernel.agencies.actors import actor_of_account
from jingwei.kernel.agencies.commands import EndLeave, EnterPerson, TakeLeave
from jingwei.kernel.agencies.duty import exercising
from jingwei.kernel.agencies.models import Account, Leave, Person, Post
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.ledger.entries import entries_of
from jingwei.kernel.matters.commands import PersonLeaves
from jingwei.kernel.values.errors import Conflict, Denied, Invalid
from jingwei.kernel.values.ids import new_id
from tests.city import FOUNDER, City
from tests.duty import HOUR, leave, person_of, take_up, this_minute


def at(city: City, post: str, hours: float) -> Actor:
    actor = actor_of_account(city.accounts[post].pk, "zh-hans", this_minute() + hours * HOUR)
    assert actor is not None
    return actor


def held(actor: Actor) -> list[tuple[str, bool]]:
    return [(duty.role, duty.stands_in_for is not None) for duty in actor.duties]


def asked(city: City, person: str, stand_in: str, from_hours: float, until_hours: float) -> TakeLeave:
    return TakeLeave(
        person=person_of(city, person),
        from_at=this_minute() + from_hours * HOUR,
        until_at=this_minute() + until_hours * HOUR,
        stand_in=person_of(city, stand_in),
    )


def test_the_stand_in_has_the_duty_for_that_time_and_no_longer(city: City) -> None:
    leave(city, "handler-roads", "handler-parks", 1, 24)
    assert held(at(city, "handler-parks", 0.5)) == [("handler", False)]
    assert held(at(city, "handler-parks", 1)) == [("handler", False), ("handler", True)]
    assert held(at(city, "handler-parks", 24)) == [("handler", False)]
    mine = at(city, "handler-parks", 1).duties[1]
    assert mine.post == Post.objects.get(code="handler-roads").pk
    assert mine.stands_in_for == person_of(city, "handler-roads")


def test_what_the_stand_in_does_is_marked_in_the_ledger(city: City) -> None:
    matter = city.bring_to(city.report(), "dispatched")
    leave(city, "handler-roads", "handler-parks")
    city.act("handler-parks", matter, "sign")
    last = entries_of(matter.pk)[-1]
    absent, post = person_of(city, "handler-roads"), Post.objects.get(code="handler-roads").pk
    assert last.actor == f"person:{person_of(city, 'handler-parks')}"
    assert last.post == f"{post};for:{absent}"


def test_whoever_is_away_may_still_act_and_own_duties_go_unmarked(city: City) -> None:
    matter = city.bring_to(city.report(), "dispatched")
    leave(city, "handler-roads", "handler-parks")
    city.act("handler-roads", matter, "sign")
    assert entries_of(matter.pk)[-1].post == str(Post.objects.get(code="handler-roads").pk)


def test_a_post_may_stand_in_while_somebody_else_holds_it_throughout(city: City) -> None:
    command = TakeLeave(
        person=person_of(city, "intake"),
        from_at=this_minute() - HOUR,
        until_at=this_minute() + 24 * HOUR,
        stand_in_post="dispatcher",
    )
    with pytest.raises(Invalid, match="Nobody else holds"):
        execute(city.actor("intake"), command, "too late: the holding began now")
    take_up(city, "supervisor", "dispatcher")
    execute(city.actor("intake"), command, "now")
    assert ("intake", True) in held(at(city, "supervisor", 1))
    people = [
        (one.person, one.stands_in_for)
        for one in exercising([Post.objects.get(code="intake").pk], this_minute() + HOUR)
    ]
    assert (person_of(city, "supervisor"), person_of(city, "intake")) in people
    assert person_of(city, "intake") not in [person for person, _ in people]


def test_overlapping_leave_and_chains_are_refused_with_the_reason(city: City) -> None:
    leave(city, "intake", "dispatcher", 0, 24)
    for command, words in (
        (asked(city, "intake", "supervisor", 23, 30), "leave in that time"),
        (asked(city, "dispatcher", "supervisor", 2, 5), "stand in for 1"),
        (asked(city, "supervisor", "intake", 2, 5), "on leave in that time"),
        (asked(city, "supervisor", "supervisor", 2, 5), "Somebody else"),
        (asked(city, "supervisor", "auditor", 5, 5), "after the beginning"),
        (asked(city, "supervisor", "auditor", 5, 24 * 400), "a year at most"),
    ):
        who = next(post for post in ("intake", "dispatcher", "supervisor") if person_of(city, post) == command.person)
        with pytest.raises(Invalid, match=words):
            execute(city.actor(who), command, city.key())
    leave(city, "intake", "supervisor", 24, 30)
    assert Leave.objects.count() == 2


def test_leave_ends_early_and_its_stand_in_with_it(city: City) -> None:
    leave(city, "intake", "dispatcher")
    (one,) = Leave.objects.all()
    with pytest.raises(Denied):
        execute(city.actor("dispatcher"), EndLeave(leave=one.pk), "not theirs")
    execute(city.actor("intake"), EndLeave(leave=one.pk), "back")
    assert held(city.actor("dispatcher")) == [("dispatcher", False)]
    with pytest.raises(Invalid, match="over already"):
        execute(city.actor("intake"), EndLeave(leave=one.pk), "again")


def test_an_editor_enters_leave_for_somebody_else_and_nobody_besides(city: City) -> None:
    command = asked(city, "intake", "dispatcher", 0, 5)
    with pytest.raises(Denied):
        execute(city.actor("supervisor"), command, "not own")
    by_editor = TakeLeave(**{**command.__dict__, "by_editor": True})
    with pytest.raises(Denied):
        execute(city.actor("supervisor"), by_editor, "no editor")
    execute(city.actor("administrator"), by_editor, "editor")
    with pytest.raises(Denied):
        execute(
            at(city, "dispatcher", 1), asked(city, "intake", "auditor", 6, 7), "a stand-in takes no leave for others"
        )


def test_a_person_leaves_and_is_nobody_any_more(city: City) -> None:
    take_up(city, "intake", "checker")
    person, account = person_of(city, "intake"), city.accounts["intake"]
    answer = execute(city.actor("administrator"), PersonLeaves(person=person), "leaves")
    assert (answer["holdings"], answer["vacant"]) == (2, 1), "the checker's post is still held by another"
    assert actor_of_account(account.pk, "en", datetime.datetime.now(datetime.UTC)) is None
    kept = Account.objects.get(pk=account.pk)
    assert not kept.is_active and not kept.has_usable_password()
    assert kept.get_session_auth_hash() != account.get_session_auth_hash(), "whoever is signed in is signed out"
    with pytest.raises(Invalid, match="has ended"):
        execute(city.actor("administrator"), PersonLeaves(person=person), "again")


def test_a_person_who_stands_in_cannot_leave_before_another_is_named(city: City) -> None:
    leave(city, "intake", "dispatcher")
    with pytest.raises(Invalid, match="stands in for 1"):
        execute(city.actor("administrator"), PersonLeaves(person=person_of(city, "dispatcher")), "leaves")
    assert Person.objects.get(pk=person_of(city, "dispatcher")).active


def test_two_stand_ins_for_one_person_cannot_be(city: City) -> None:
    account = Account(id=new_id(), username="second")
    account.save()
    execute(FOUNDER, EnterPerson(account=account.pk, name="乙", posts=("intake",)), "second")
    leave(city, "intake", "dispatcher")
    post = Post.objects.get(code="intake").pk
    here = {(one.person, one.stands_in_for) for one in exercising([post], this_minute() + HOUR)}
    second = Person.objects.get(account=account).pk
    assert here == {(second, None), (person_of(city, "dispatcher"), person_of(city, "intake"))}
    with pytest.raises((Invalid, Conflict)):
        leave(city, "intake", "supervisor")
