"""Second factors: added and ended by whom they belong to (reset by two others: `resets`)."""

import uuid
from dataclasses import dataclass

from jingwei.kernel.agencies.commands.known import PERSON, ended_problem
from jingwei.kernel.agencies.factors import store
from jingwei.kernel.agencies.models import Factor, Person
from jingwei.kernel.commands.actor import EVERYWHERE, NOBODY, Actor, Duty, by_grant
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text

OWN_LOGIN = "account.own"


@dataclass(frozen=True, kw_only=True)
class AddFactor(Command):
    """添加验证方式: one that was prepared and proved holds from now on."""

    factor: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class EndFactor(Command):
    """停用验证方式: an own one."""

    factor: uuid.UUID


def for_own_login(actor: Actor) -> Actor:
    """The same person with what everybody may do about the own login, whatever the posts held."""
    duty = Duty(NOBODY, NOBODY, "self", Text("本人", "Oneself"), frozenset({OWN_LOGIN}), EVERYWHERE, True)
    return Actor(actor.kind, actor.name, actor.id, (duty,), actor.language)


def lock_oneself(work: Work) -> Person:
    """Whoever acts, locked and authorised for the own login. Raises Denied as not found for who is no person."""
    if work.actor.id is None:
        raise not_found()
    person = work.lock(Person, work.actor.id)
    work.authorise(OWN_LOGIN, by_grant(work.actor, OWN_LOGIN))
    return person


def _own(work: Work, key: uuid.UUID) -> tuple[Person, Factor]:
    """The person and the factor, locked and authorised. Raises Denied as not found for another's."""
    person = lock_oneself(work)
    factor = Factor.objects.filter(pk=key, account=person.account_id, ended_at=None).first()
    if factor is None:
        raise not_found()
    work.require(ended_problem(not person.active, PERSON))
    return person, factor


@handles(AddFactor, grant=OWN_LOGIN)
def add_factor(work: Work, command: AddFactor) -> Result:
    """The entry says of which kind; what is secret is in no entry and in no command."""
    person, factor = _own(work, command.factor)
    known = factor.begun_at is not None
    work.require(Text("这个验证方式已经添加。", "This factor was added already.") if known else None)
    store.begin(factor, person.pk, work.now)
    work.record(person, "agencies.factor_added", {"factor": factor.pk, "kind": factor.kind})
    return {"factor": str(factor.pk)}


@handles(EndFactor, grant=OWN_LOGIN)
def end_factor(work: Work, command: EndFactor) -> Result:
    """The last one that signs in takes the recovery codes with it: they would stand in for nothing."""
    person, factor = _own(work, command.factor)
    store.end(factor, person.pk, work.now)
    if not store.has_second(factor.account_id):
        for codes in store.live(factor.account_id, "recovery"):
            store.end(codes, person.pk, work.now)
    work.record(person, "agencies.factor_ended", {"factor": factor.pk, "kind": factor.kind})
    return {"factor": str(factor.pk)}
