"""清除: one person proposes to erase what is personal, another decides; then the keys go, and the record says so.

The decision empties the rows and commits which keys are to go; only then are they destroyed in their own database
(`destroying`), and a last entry says that it is done. Killed in between, the worker finishes it.
"""

import datetime
import uuid
from dataclasses import dataclass

from jingwei.kernel.commands.actor import by_grant
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.keeping.holds import held
from jingwei.kernel.matters.models import LegalHold, Matter, Party
from jingwei.kernel.matters.policies import may_act
from jingwei.kernel.sealing import BASES, Ground, reveal
from jingwei.kernel.subjects.commands import USE, blank
from jingwei.kernel.subjects.copies import take_away
from jingwei.kernel.subjects.models import Erasure, Proof
from jingwei.kernel.subjects.own import proofs_of
from jingwei.kernel.values.canonical import moment_text
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.ids import public_number
from jingwei.kernel.values.words import Text

ANSWERED_WITHIN = datetime.timedelta(days=30)
"""In which a wish is decided on: GB/T 35273-2020, 8.7; GDPR, article 12 (3)."""

GRANT, FINISH = "matter.erase", "matter.finish_erasure"

_NO_PERSON = Text(
    "清除须由在岗的人提出和决定。", "People propose and decide on an erasure, each in an office of their own."
)
_NO_BASIS = Text("请选择依据的法律。", "Choose the law it rests on.")
_OPEN = Text(
    "这项清除已经提出，等另一人决定。", "This erasure has been proposed already; another person decides on it."
)
_WAITS = Text(
    "这件事的清除已在办理，不必再申请。", "An erasure of this matter is under way: there is no need to ask again."
)
_NOTHING = Text("没有可清除的联系方式。", "There is no contact to erase.")
_SAME = Text(
    "提出清除的人不能自己批准；请另一人决定。", "Whoever proposes an erasure does not decide on it: ask another person."
)
_HELD = Text(
    "这件事暂缓销毁，解除后才能清除。", "This matter is under a legal hold; nothing of it is erased until it is lifted."
)
_DECIDED = Text("这项清除已有决定。", "This erasure has been decided on already.")


@dataclass(frozen=True, kw_only=True)
class ProposeErasure(Command):
    """Proposes to erase what a party left, or (no party) everything personal in the matter, by a law of `BASES`."""

    matter_id: uuid.UUID
    basis: str
    party: uuid.UUID | None = None


@dataclass(frozen=True, kw_only=True)
class WishErasure(Command):
    """申请清除: whoever proved to be this party wishes that its contact be erased."""

    matter_id: uuid.UUID
    party: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class DecideErasure(Command):
    """A second person approves, or refuses."""

    matter_id: uuid.UUID
    erasure: uuid.UUID
    approve: bool


@dataclass(frozen=True, kw_only=True)
class FinishErasure(Command):
    """The keys are destroyed: says so."""

    matter_id: uuid.UUID
    erasure: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class RepeatErasure(Command):
    """Erases again what a restored backup brought back, as the key database lists it."""

    matter_id: uuid.UUID
    erasure: uuid.UUID
    basis: str
    party: uuid.UUID | None
    keys: tuple[uuid.UUID, ...]


@handles(ProposeErasure, grant=GRANT)
def propose_erasure(work: Work, command: ProposeErasure) -> Result:
    """Takes up the wish that waits, if one does; answers the erasure's id. Raises Invalid: no person, no law, nothing
    there, proposed already."""
    matter = work.lock(Matter, command.matter_id)
    work.authorise(GRANT, may_act(work.actor, matter, GRANT))
    work.require(None if work.actor.kind == "person" else _NO_PERSON)
    work.require(None if command.basis in BASES else _NO_BASIS, "basis")
    work.require(_target_problem(work, matter, command.party), "party")
    wished = [one for one in work.parts(Erasure, matter) if one.state == Erasure.WISHED]
    erasure = wished[0] if wished else Erasure(id=work.new_id(), matter=matter)
    erasure.party_id, erasure.basis, erasure.state = command.party, command.basis, Erasure.PROPOSED
    erasure.proposed_by, erasure.proposed_at = work.actor.reference, work.now
    if wished:
        work.save(erasure, "party_id", "basis", "state", "proposed_by", "proposed_at")
    else:
        work.insert(erasure)
    work.record(matter, "matter.erasure_proposed", _told(erasure))
    return {"erasure": str(erasure.pk)}


@handles(WishErasure, grant=USE)
def wish_erasure(work: Work, command: WishErasure) -> Result:
    """Answers the wish's number and until when it is decided on. Raises Invalid where nothing is kept, or it waits."""
    matter = work.lock(Matter, command.matter_id)
    work.authorise(USE, by_grant(work.actor, USE))
    work.require(_WAITS if any(one.decided_at is None for one in work.parts(Erasure, matter)) else None)
    work.require(_target_problem(work, matter, command.party))
    wish = Erasure(id=work.new_id(), matter=matter, party_id=command.party, basis="pipl47", state=Erasure.WISHED)
    wish.wished_at, wish.answer_by = work.now, work.now + ANSWERED_WITHIN
    wish.proposed_by, wish.proposed_at = work.actor.reference, work.now
    work.insert(wish)
    work.record(matter, "matter.erasure_wished", _told(wish))
    return {"number": public_number(wish.pk), "answer_by": moment_text(wish.answer_by)}


@handles(DecideErasure, grant=GRANT)
def decide_erasure(work: Work, command: DecideErasure) -> Result:
    """Where it is approved every copy here is emptied. Raises Invalid for the person who proposed it, and for what was
    decided on before, or is under a legal hold; Conflict where the key database is away."""
    matter = work.lock(Matter, command.matter_id)
    erasure, holds = _one_of(work, matter, command.erasure), work.parts(LegalHold, matter)
    proofs = _proofs(work, matter, erasure) if command.approve else []
    work.authorise(GRANT, may_act(work.actor, matter, GRANT))
    work.require(None if work.actor.kind == "person" else _NO_PERSON)
    work.require(None if erasure.state == Erasure.PROPOSED else _DECIDED)
    work.require(_SAME if erasure.proposed_by == work.actor.reference else None)
    work.require(_HELD if command.approve and held(holds) else None)
    erasure.decided_by, erasure.decided_at = work.actor.reference, work.now
    if not command.approve:
        erasure.state = Erasure.REFUSED
        work.save(erasure, "state", "decided_by", "decided_at")
        work.record(matter, "matter.erasure_refused", _told(erasure))
        return {"state": erasure.state}
    _carry_out(work, matter, erasure)
    work.save(erasure, "state", "decided_by", "decided_at", "keys")
    work.record(matter, "matter.erasure_ordered", _told(erasure))
    for proof in proofs:
        blank(work, proof)
        proof.until = min(proof.until, work.now)
        work.save(proof, "until")
        work.record(proof, "own.proof_erased", {})
    return {"state": erasure.state}


@handles(FinishErasure, grant=FINISH)
def finish_erasure(work: Work, command: FinishErasure) -> Result:
    """To be sent once the keys are destroyed. Raises Invalid for what was not ordered, or is done."""
    matter = work.lock(Matter, command.matter_id)
    erasure = _one_of(work, matter, command.erasure)
    work.authorise(FINISH, by_grant(work.actor, FINISH))
    work.require(None if erasure.state == Erasure.ORDERED else _DECIDED)
    erasure.state, erasure.done_at = Erasure.DONE, work.now
    work.save(erasure, "state", "done_at")
    work.record(matter, "matter.erased", {**_told(erasure), "keys": len(erasure.keys)})
    return {"keys": len(erasure.keys)}


@handles(RepeatErasure, grant=FINISH)
def repeat_erasure(work: Work, command: RepeatErasure) -> Result:
    """The restored city knows nothing of the erasure, or only that it was proposed: it is ordered anew."""
    matter = work.lock(Matter, command.matter_id)
    known = [one for one in work.parts(Erasure, matter) if one.pk == command.erasure]
    work.authorise(FINISH, by_grant(work.actor, FINISH))
    work.require(None if not known or known[0].decided_at is None else _DECIDED)
    new = Erasure(id=command.erasure, matter=matter, proposed_by=work.actor.reference, proposed_at=work.now)
    erasure = known[0] if known else new
    erasure.party_id, erasure.basis = command.party, command.basis
    erasure.decided_by, erasure.decided_at, erasure.keys = work.actor.reference, work.now, list(command.keys)
    _carry_out(work, matter, erasure)
    if known:
        work.save(erasure, "state", "decided_by", "decided_at", "keys")
    else:
        work.insert(erasure)
    work.record(matter, "matter.erasure_repeated", _told(erasure))
    return {"state": erasure.state}


def _carry_out(work: Work, matter: Matter, erasure: Erasure) -> None:
    found = take_away(work, matter, erasure.party_id, Ground(work.scope.today, erasure.basis))
    erasure.keys = sorted({*erasure.keys, *found})
    erasure.state = Erasure.ORDERED


def _target_problem(work: Work, matter: Matter, party: uuid.UUID | None) -> Text | None:
    waiting = [one for one in work.parts(Erasure, matter) if one.state == Erasure.PROPOSED]
    if any(one.party_id in (None, party) for one in waiting):
        return _OPEN
    named = [one for one in work.parts(Party, matter) if one.pk == party]
    return _NOTHING if party is not None and not any(one.left_contact for one in named) else None


def _one_of(work: Work, matter: Matter, key: uuid.UUID) -> Erasure:
    for one in work.parts(Erasure, matter):
        if one.pk == key:
            return one
    raise not_found()


def _proofs(work: Work, matter: Matter, erasure: Erasure) -> list[Proof]:
    """The proofs by which whoever is erased found the own matters, locked."""
    parties = [one for one in work.parts(Party, matter) if erasure.party_id in (None, one.pk)]
    return work.lock_many(Proof, proofs_of(reveal(parties)))


def _told(erasure: Erasure) -> dict[str, str]:
    party = str(erasure.party_id) if erasure.party_id else ""
    return {"erasure": str(erasure.pk), "party": party, "basis": erasure.basis}
