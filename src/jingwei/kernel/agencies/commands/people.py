"""Changing a person's name and telephone, who it is at the identity provider, and leaving office for good."""

import uuid
from dataclasses import dataclass

from django.db.models import Q

from jingwei.kernel.agencies.accounts import close_account, set_subject
from jingwei.kernel.agencies.commands.invitations import end_unused
from jingwei.kernel.agencies.commands.known import EDIT, PERSON, ended_problem, may_edit_person
from jingwei.kernel.agencies.commands.shifts import cut, rosters_with
from jingwei.kernel.agencies.models import Account, Holding, Leave, Person, Post
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, kw_only=True)
class ChangePerson(Command):
    """更正人员: name and telephone as they now are."""

    person: uuid.UUID
    name: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class PersonLeaves(Command):
    """人员离职: every holding ends now, the login is closed, whoever is signed in with it is signed out."""

    person: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class MatchIdentity(Command):
    """对应统一身份: who somebody is at the city's identity provider; "" nobody any more."""

    person: uuid.UUID
    subject: str


@handles(ChangePerson, grant=EDIT)
def change_person(work: Work, command: ChangePerson) -> Result:
    """What it was and is stays in the row; the entry says that it changed."""
    person = work.lock(Person, command.person)
    work.authorise(EDIT, may_edit_person(work.actor, person.pk, work.now))
    work.require(ended_problem(not person.active, PERSON), place="person")
    person.name, person.phone = command.name, command.phone
    work.save(person, "name", "phone")
    work.record(person, "agencies.person_changed", {})
    return {"person": str(person.pk)}


@handles(PersonLeaves, grant=EDIT)
def person_leaves(work: Work, command: PersonLeaves) -> Result:
    """Matters stay with the posts. Refused while somebody on leave has this person as stand-in: name another first.

    Answers how many holdings and shifts ended, and how many posts nobody holds now.
    """
    person = work.lock(Person, command.person)
    lasting = Q(until_at=None) | Q(until_at__gt=work.now)
    held = Holding.objects.filter(lasting, person=person).values_list("post_id", flat=True)
    posts = work.lock_many(Post, set(held))
    whose = Q(person=person)
    rosters = rosters_with(work, whose, work.now)
    work.authorise(EDIT, may_edit_person(work.actor, person.pk, work.now))
    work.require(ended_problem(not person.active, PERSON), place="person")
    work.require(_standing_problem(work, person), place="person")
    ended = vacant = 0
    for post in posts:
        holdings = work.parts(Holding, post)
        mine = [one for one in holdings if one.person_id == person.pk and _lasts(work, one)]
        for holding in mine:
            holding.until_at = max(holding.from_at, work.now)
            work.save(holding, "until_at")
        work.record(post, "agencies.post_left", {"person": person.pk, "until": work.now})
        ended += len(mine)
        vacant += not any(_lasts(work, one) and one.from_at <= work.now for one in holdings)
    shifts = cut(work, rosters, whose, work.now)
    for leave in work.parts(Leave, person):
        if leave.until_at > work.now:
            leave.until_at = max(leave.from_at, work.now)
            work.save(leave, "until_at")
    end_unused(work, person)
    person.active = False
    work.save(person, "active")
    work.record(person, "agencies.person_left", {"holdings": ended})
    account = Account.objects.filter(pk=person.account_id).first() if person.account_id else None
    if account is not None:
        close_account(account)
    return {"person": str(person.pk), "holdings": ended, "vacant": vacant, "shifts": shifts}


def _lasts(work: Work, holding: Holding) -> bool:
    return holding.until_at is None or holding.until_at > work.now


def _standing_problem(work: Work, person: Person) -> Text | None:
    others = Leave.objects.filter(stand_in=person, until_at__gt=work.now).count()
    if not others:
        return None
    return Text(
        f"此人正代行（或将代行）另外 {others} 人的岗位；请先改派代行人。",
        f"This person stands in for {others} other(s), now or soon: name other stand-ins first.",
    )


@handles(MatchIdentity, grant=EDIT)
def match_identity(work: Work, command: MatchIdentity) -> Result:
    """What is entered names somebody, so the entry only says that it was. Raises Conflict where another has it."""
    person = work.lock(Person, command.person)
    work.authorise(EDIT, may_edit_person(work.actor, person.pk, work.now))
    work.require(ended_problem(not person.active, PERSON), place="person")
    account = Account.objects.filter(pk=person.account_id).first() if person.account_id else None
    work.require(None if account else Text("此人没有登录账户。", "This person has no login."), place="person")
    if account is not None:
        set_subject(account, command.subject.lower() if "@" in command.subject else command.subject)
    work.record(person, "agencies.identity_matched", {"matched": bool(command.subject)})
    return {"person": str(person.pk)}
