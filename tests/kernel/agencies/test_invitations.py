"""Invitations: one open link a person, used once and only while it is open; given, withdrawn and used on record."""

import datetime
import uuid
from functools import partial

import pytest

from jingwei.kernel.agencies.commands import EnterPerson, Invite, UseInvitation, WithdrawInvitation
from jingwei.kernel.agencies.commands.factors import for_own_login
from jingwei.kernel.agencies.invitations import HOLDS, digest_of, opened_by, secret_for, unused
from jingwei.kernel.agencies.models import Account, Invitation, Person
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.ledger.entries import entries_of
from jingwei.kernel.matters.commands import PersonLeaves
from jingwei.kernel.outbox.models import Message
from jingwei.kernel.values.errors import Denied, Invalid
from tests.city import FOUNDER, City, add_post, invited
from tests.clones import Clone, in_threads
from tests.duty import person_of

HASHED = "argon2$chosen"


def invite(city: City, login: str = "intake", key: str = "a form") -> Invitation:
    command = Invite(person=person_of(city, login), digest=digest_of(secret_for(key)))
    made = execute(city.actor("administrator"), command, city.key())
    return Invitation.objects.get(pk=uuid.UUID(str(made["invitation"])))


def use(city: City, one: Invitation, login: str = "intake", hashed: str = HASHED) -> None:
    execute(for_own_login(city.actor(login)), UseInvitation(invitation=one.pk, hashed=hashed), str(uuid.uuid4()))


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def test_it_is_used_once_and_all_of_it_is_on_record(city: City) -> None:
    invitation = invite(city)
    assert invitation.until - invitation.made_at == HOLDS
    assert opened_by(secret_for("a form"), now()) == invitation and opened_by("another", now()) is None
    use(city, invitation)
    assert Account.objects.get(username="intake").password == HASHED
    assert opened_by(secret_for("a form"), now()) is None and unused() == []
    with pytest.raises(Invalid, match="was used"):
        use(city, invitation)
    told = entries_of(person_of(city, "intake"))
    given, used = told[-2:]
    assert (given.kind, used.kind) == ("agencies.invited", "agencies.invitation_used")
    assert given.actor == city.actor("administrator").reference == invitation.made_by
    assert used.actor == city.actor("intake").reference
    assert secret_for("a form") not in str([one.facts for one in told])


def test_a_new_one_ends_the_one_before(city: City) -> None:
    first, second = invite(city, key="one"), invite(city, key="two")
    assert opened_by(secret_for("one"), now()) is None and opened_by(secret_for("two"), now()) == second
    with pytest.raises(Invalid):
        use(city, first)
    assert [one.pk for one in unused(person_of(city, "intake"))] == [second.pk]


def test_what_is_withdrawn_or_lapsed_opens_nothing(city: City) -> None:
    first = invite(city)
    assert opened_by(secret_for("a form"), first.until) is None, "half open"
    execute(city.actor("administrator"), WithdrawInvitation(invitation=first.pk), city.key())
    with pytest.raises(Invalid):
        use(city, first)
    with pytest.raises(Invalid, match="has ended"):
        execute(city.actor("administrator"), WithdrawInvitation(invitation=first.pk), city.key())
    with pytest.raises(Denied):
        execute(city.actor("administrator"), WithdrawInvitation(invitation=uuid.uuid4()), city.key())
    late = invite(city, key="late")
    command = UseInvitation(invitation=late.pk, hashed=HASHED)
    with pytest.raises(Invalid):
        execute(for_own_login(city.actor("intake")), command, city.key(), now=late.until)


def test_it_is_nobody_elses(city: City) -> None:
    with pytest.raises(Denied) as refused:
        use(city, invite(city), login="checker")
    assert not refused.value.found


def test_whoever_reaches_not_all_posts_of_a_person_invites_nobody_to_it(city: City) -> None:
    add_post(city, "east-office", "HOTLINE", "T1", "office", ("agencies.edit",))
    withdrawn = WithdrawInvitation(invitation=invite(city).pk)
    for command in (Invite(person=person_of(city, "intake"), digest=b"d" * 32), withdrawn):
        for login in ("east-office", "supervisor"):
            with pytest.raises(Denied):
                execute(city.actor(login), command, city.key())


def test_a_new_person_is_invited_in_the_same_act_and_gets_no_post_beyond_reach(city: City) -> None:
    add_post(city, "east-office", "HOTLINE", "T1", "office", ("agencies.edit",))
    account = Account(username="new")
    account.save()
    east = city.actor("east-office")
    person = EnterPerson(account=account.pk, name="新人", posts=("intake",), invitation=b"d" * 32)
    with pytest.raises(Denied):
        execute(east, person, city.key())
    execute(east, EnterPerson(account=account.pk, name="新人", posts=("grid-east",), invitation=b"d" * 32), city.key())
    entered = Person.objects.get(account=account)
    assert [one.kind for one in entries_of(entered.pk)][:2] == ["agencies.person_entered", "agencies.invited"]
    assert [one.person_id for one in unused()] == [entered.pk]


def test_whoever_can_sign_in_already_is_told(city: City) -> None:
    account = Account.objects.get(username="checker")
    invited("checker")
    (told,) = Message.objects.filter(topic="agencies.invited")
    assert told.body["person"] == str(person_of(city, "checker"))
    account.set_unusable_password()
    account.save()
    invited("checker")
    assert Message.objects.filter(topic="agencies.invited").count() == 1, "nobody could read it"


def test_leaving_ends_it(city: City) -> None:
    invitation = invite(city, "auditor")
    execute(FOUNDER, PersonLeaves(person=invitation.person_id), city.key())
    assert Invitation.objects.get(pk=invitation.pk).ended_at is not None and unused() == []
    with pytest.raises(Invalid):
        execute(FOUNDER, Invite(person=invitation.person_id, digest=b"d" * 32), city.key())


def test_of_two_uses_at_once_one_counts(clone: Clone) -> None:
    invitation = invite(clone.city)
    passwords = [f"argon2$number {number}" for number in range(4)]
    answers = in_threads([partial(use, clone.city, invitation, "intake", one) for one in passwords])
    assert sum(answer is None for answer in answers) == 1
    assert all(isinstance(answer, Invalid) for answer in answers if answer is not None)
    assert Account.objects.get(username="intake").password == passwords[answers.index(None)]


def test_of_many_made_at_once_one_is_open(clone: Clone) -> None:
    answers = in_threads([partial(invite, clone.city, "intake", f"form {number}") for number in range(4)])
    assert all(isinstance(answer, Invitation) for answer in answers)
    assert len(unused()) == 1 and Invitation.objects.count() == len(answers)
