"""Resetting second factors that somebody lost: one person proposes, another decides, whom it concerns is told."""

import datetime
import uuid
from dataclasses import dataclass

from jingwei.kernel.agencies import sessions
from jingwei.kernel.agencies.commands.known import EDIT, PERSON, ended_problem, may_edit_person
from jingwei.kernel.agencies.factors import store
from jingwei.kernel.agencies.models import Person, Reset
from jingwei.kernel.commands.actor import Actor, by_grant
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text

AUDIT = "reads.audit"
HOLDS = datetime.timedelta(days=2)
"""After which a proposal that nobody decided on lapses."""

_OWN = Text(
    "不能重置自己的验证方式，请其他安全管理员办理。",
    "Ask other security administrators: nobody resets the own factors.",
)
_SAME = Text(
    "提出重置的人不能自己确认；请另一位安全管理员或审计管理员确认。",
    "Whoever proposes a reset does not confirm it: ask another security administrator, or the audit administrator.",
)
_NOBODY = Text("重置须由在岗的人提出和确认。", "People propose and confirm a reset, each in an office of their own.")
_OPEN = Text("已经提出，等另一人确认。", "It is proposed already; another person confirms it.")
_OVER = Text("这次重置已有决定，或已过期；请重新提出。", "This reset was decided on, or lapsed: propose it again.")
_NONE = Text("此人没有验证方式。", "This person has no second factor.")


@dataclass(frozen=True, kw_only=True)
class ProposeReset(Command):
    """提出重置验证方式: of somebody who lost them; nothing changes until another person confirms."""

    person: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class DecideReset(Command):
    """确认或不予重置: by another than who proposed it. `as_auditor`: in the audit administrator's office."""

    reset: uuid.UUID
    approve: bool
    as_auditor: bool = False


def waiting(at: datetime.datetime, person: uuid.UUID | None = None) -> list[Reset]:
    """What waits for a second person at a moment, of one person or of all, the oldest first. One statement."""
    found = Reset.objects.filter(state=Reset.PROPOSED, until__gt=at).select_related("person__account")
    return list((found.filter(person=person) if person else found).order_by("proposed_at"))


def _own_problem(actor: Actor, person: Person) -> Text | None:
    if actor.kind != "person":
        return _NOBODY
    return _OWN if actor.id == person.pk else None


@handles(ProposeReset, grant=EDIT)
def propose_reset(work: Work, command: ProposeReset) -> Result:
    """Whom it concerns is told at once, and has time to object. Raises Invalid: the own ones, none there, proposed."""
    person = work.lock(Person, command.person)
    earlier = work.parts(Reset, person)
    work.authorise(EDIT, may_edit_person(work.actor, person.pk, work.now))
    work.require(ended_problem(not person.active, PERSON), place="person")
    work.require(_own_problem(work.actor, person))
    work.require(None if person.account_id and store.live(person.account_id) else _NONE)
    open_ones = [one for one in earlier if one.state == Reset.PROPOSED and one.until > work.now]
    work.require(_OPEN if open_ones else None)
    reset = Reset(id=work.new_id(), person=person, state=Reset.PROPOSED, proposed_at=work.now)
    reset.proposed_by, reset.until = work.actor.id or person.pk, work.now + HOLDS
    work.insert(reset)
    work.record(person, "agencies.reset_proposed", {"reset": reset.pk})
    work.publish("agencies.reset_proposed", person, {"person": person.pk})
    return {"reset": str(reset.pk)}


def _grant(command: DecideReset) -> str:
    return AUDIT if command.as_auditor else EDIT


@handles(DecideReset, grant=_grant)
def decide_reset(work: Work, command: DecideReset) -> Result:
    """Confirmed, every factor ends and so does every session. Whoever proposed it may take it back, not confirm it."""
    known = Reset.objects.filter(pk=command.reset).first()
    if known is None:
        raise not_found()
    person = work.lock(Person, known.person_id)
    reset = next(one for one in work.parts(Reset, person) if one.pk == command.reset)
    as_auditor = by_grant(work.actor, AUDIT)
    work.authorise(
        _grant(command), as_auditor if command.as_auditor else may_edit_person(work.actor, person.pk, work.now)
    )
    work.require(_OVER if reset.state != Reset.PROPOSED or reset.until <= work.now else None)
    work.require(_own_problem(work.actor, person))
    work.require(_SAME if command.approve and reset.proposed_by == work.actor.id else None)
    reset.state = Reset.DONE if command.approve else Reset.REFUSED
    reset.decided_by, reset.decided_at = work.actor.id, work.now
    work.save(reset, "state", "decided_by", "decided_at")
    if not command.approve:
        work.record(person, "agencies.reset_refused", {"reset": reset.pk})
        return {"state": reset.state}
    found = store.live(person.account_id) if person.account_id else []
    for factor in found:
        store.end(factor, work.actor.id, work.now)
    if person.account_id:
        sessions.end(person.account_id)
    work.record(person, "agencies.factors_reset", {"reset": reset.pk, "factors": len(found)})
    work.publish("agencies.factors_reset", person, {"person": person.pk})
    return {"state": reset.state, "factors": len(found)}
