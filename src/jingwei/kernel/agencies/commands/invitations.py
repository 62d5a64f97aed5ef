"""Inviting somebody to set a password by a link, withdrawing that, and its use: once, and only while it is open."""

import uuid
from dataclasses import dataclass

from jingwei.kernel.agencies import sessions
from jingwei.kernel.agencies.accounts import keep_password
from jingwei.kernel.agencies.commands.factors import OWN_LOGIN, lock_oneself
from jingwei.kernel.agencies.commands.known import EDIT, PERSON, ended_problem, may_edit_person
from jingwei.kernel.agencies.invitations import HOLDS
from jingwei.kernel.agencies.models import Invitation, Person
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text

_OVER = Text("这份邀请已用过或已结束。", "This invitation was used, or has ended already.")
_CLOSED = Text(
    "这个链接已用过、已撤回或已过期；请向管理员要一个新的。",
    "This link was used, withdrawn or has expired: ask your administrator for a new one.",
)


@dataclass(frozen=True, kw_only=True)
class Invite(Command):
    """发放一次性链接: somebody may set a password by it, once. Only the hash of the link's secret comes here."""

    person: uuid.UUID
    digest: bytes


@dataclass(frozen=True, kw_only=True)
class WithdrawInvitation(Command):
    """撤回邀请: its link opens nothing any more."""

    invitation: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class UseInvitation(Command):
    """使用邀请: whom it is for sets the password, which comes as it was hashed."""

    invitation: uuid.UUID
    hashed: str


def invite_to(work: Work, person: Person, digest: bytes) -> Invitation:
    """Writes and records the invitation; one that was open before ends with it."""
    end_unused(work, person)
    invitation = Invitation(id=work.new_id(), person=person, digest=digest, made_by=work.actor.reference)
    invitation.made_at, invitation.until = work.now, work.now + HOLDS
    work.insert(invitation)
    work.record(person, "agencies.invited", {"invitation": invitation.pk, "until": invitation.until})
    return invitation


def end_unused(work: Work, person: Person) -> None:
    """No link that was given before opens anything any more; the caller's entry tells of it."""
    for one in work.parts(Invitation, person):
        if one.is_unused:
            one.ended_at = work.now
            work.save(one, "ended_at")


@handles(Invite, grant=EDIT)
def invite(work: Work, command: Invite) -> Result:
    """Whoever can sign in already is told of it: a link that nobody asked for is noticed."""
    person = work.lock(Person, command.person)
    work.authorise(EDIT, may_edit_person(work.actor, person.pk, work.now))
    work.require(ended_problem(not person.active, PERSON), place="person")
    account = person.account
    work.require(None if account else Text("此人没有登录账户。", "This person has no login."), place="person")
    invitation = invite_to(work, person, command.digest)
    if account and account.has_usable_password():
        work.publish("agencies.invited", person, {"person": person.pk})
    return {"invitation": str(invitation.pk)}


@handles(WithdrawInvitation, grant=EDIT)
def withdraw_invitation(work: Work, command: WithdrawInvitation) -> Result:
    """One that has lapsed may be withdrawn as well: it no longer stands among those that wait."""
    known = Invitation.objects.filter(pk=command.invitation).first()
    if known is None:
        raise not_found()
    person = work.lock(Person, known.person_id)
    work.authorise(EDIT, may_edit_person(work.actor, person.pk, work.now))
    invitation = next(one for one in work.parts(Invitation, person) if one.pk == command.invitation)
    work.require(None if invitation.is_unused else _OVER)
    invitation.ended_at = work.now
    work.save(invitation, "ended_at")
    work.record(person, "agencies.invitation_withdrawn", {"invitation": invitation.pk})
    return {"person": str(person.pk)}


@handles(UseInvitation, grant=OWN_LOGIN)
def use_invitation(work: Work, command: UseInvitation) -> Result:
    """Whoever was signed in under the old password is signed out. Another's looks absent. Raises Invalid once it is
    used, withdrawn or lapsed."""
    person = lock_oneself(work)
    invitation = next((one for one in work.parts(Invitation, person) if one.pk == command.invitation), None)
    if invitation is None or person.account is None:
        raise not_found()
    is_open = person.active and invitation.is_unused and work.now < invitation.until
    work.require(None if is_open else _CLOSED)
    invitation.used_at = work.now
    work.save(invitation, "used_at")
    keep_password(person.account, command.hashed)
    ended = sessions.end(person.account.pk)
    work.record(person, "agencies.invitation_used", {"invitation": invitation.pk, "sessions": ended})
    return {"invitation": str(invitation.pk)}
