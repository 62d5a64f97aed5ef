"""Changing a person's name and telephone, and who it is at the identity provider."""

import uuid
from dataclasses import dataclass

from jingwei.kernel.agencies.accounts import set_subject
from jingwei.kernel.agencies.commands.known import EDIT, PERSON, ended_problem, may_edit_person
from jingwei.kernel.agencies.models import Account, Person
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
