"""Giving out a proof, using it and forgetting whose it was: the ledger says how, why and how many, never whose."""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jingwei.kernel.commands.actor import by_grant
from jingwei.kernel.commands.registry import Bulk, Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.subjects.models import Proof
from jingwei.kernel.values.canonical import moment_text
from jingwei.kernel.values.words import Text

ASK, GIVE, USE, FORGET = "own.ask", "own.prove", "own.use", "own.forget"

LASTS: Mapping[str, datetime.timedelta] = MappingProxyType(
    {"phone": datetime.timedelta(minutes=15), "counter": datetime.timedelta(days=7)}
)
"""How long a code holds: one on the telephone is read at once; a slip is carried home."""

DOCUMENTS: Mapping[str, Text] = MappingProxyType(
    {
        "identity_card": Text("居民身份证", "Identity card"),
        "passport": Text("护照", "Passport"),
        "residence_permit": Text("居住证、居留证件", "Residence permit"),
        "household_register": Text("户口簿", "Household register"),
        "other": Text("其他有照片的证件", "Another document with a picture"),
    }
)
REASONS: Mapping[str, Text] = MappingProxyType(
    {
        "progress": Text("了解我的事项办到哪里", "to see how my matters stand"),
        "copy": Text("取得关于我的全部信息", "to get everything about me"),
        "correct": Text("核对、更正我的信息", "to check and correct what is kept of me"),
        "erase": Text("考虑删除我的信息", "to have what is kept of me erased"),
    }
)
USES = ("list", "file", "erase")

_NO_DOCUMENT = Text("请选择核验过的证件。", "Choose which document you were shown.")
_NO_WAY = Text("没有这种证明方式。", "There is no such way to prove it.")
_NO_REASON = Text("请选择查找的原因。", "Choose why you look them up.")
_HOLDS = Text("凭证还有效。", "The proof holds still.")
_OVER = Text("验证码或凭证已经过期；请重新取得。", "The code is over: get a new one.")


@dataclass(frozen=True, kw_only=True)
class GiveProof(Command):
    """出具凭证: a code that whoever has the telephone reads on it, or that a clerk gives to somebody who is present and
    showed this kind of document. Digests alone come here."""

    how: str
    whose: bytes
    code: bytes
    document: str = ""


@dataclass(frozen=True, kw_only=True)
class UseProof(Command):
    """凭证查找: the own matters were found, as many as `matters`; for a list, or for the file of everything."""

    proof: uuid.UUID
    use: str
    reason: str
    matters: int


@dataclass(frozen=True, kw_only=True)
class ForgetProof(Command):
    """凭证注销: it is over, so nothing is kept any more by which it could be told whose it was."""

    proof: uuid.UUID


def _grant(command: GiveProof) -> str:
    return ASK if command.how == "phone" else GIVE


@handles(GiveProof, grant=_grant)
def give_proof(work: Work, command: GiveProof) -> Result:
    """Answers until when the code holds. Raises Invalid without the kind of document, at the counter."""
    lasts = LASTS.get(command.how, datetime.timedelta())
    proof = Proof(id=work.new_id(), how=command.how, whose=command.whose, code=command.code)
    proof.document, proof.given_at, proof.until = command.document, work.now, work.now + lasts
    work.open(proof)
    work.authorise(_grant(command), by_grant(work.actor, _grant(command)))
    work.require(None if lasts else _NO_WAY)
    work.require(None if command.how == "phone" or command.document in DOCUMENTS else _NO_DOCUMENT, "document")
    work.insert(proof)
    work.record(proof, "own.proof_given", {"how": command.how, "document": command.document})
    return {"until": moment_text(proof.until)}


@handles(UseProof, grant=USE)
def use_proof(work: Work, command: UseProof) -> Result:
    """Raises Invalid for a proof that is over, and without a reason."""
    proof = work.lock(Proof, command.proof)
    work.authorise(USE, by_grant(work.actor, USE))
    work.require(_OVER if work.now >= proof.until else None, "code")
    work.require(None if command.reason in REASONS and command.use in USES else _NO_REASON, "reason")
    facts = {"how": proof.how, "use": command.use, "reason": command.reason, "matters": command.matters}
    work.record(proof, "own.found", facts)
    return {"matters": command.matters}


@handles(ForgetProof, grant=FORGET, bulk=Bulk(head=Proof, touches=lambda command: (command.proof,), parts=()))
def forget_proof(work: Work, command: ForgetProof) -> Result:
    """Raises Invalid for a proof that holds."""
    proof = work.lock(Proof, command.proof)
    work.authorise(FORGET, by_grant(work.actor, FORGET))
    work.require(_HOLDS if work.now < proof.until else None)
    blank(work, proof)
    work.record(proof, "own.proof_forgotten", {})
    return {}


def blank(work: Work, proof: Proof) -> None:
    """Takes away whose it was and its code; the salt is drawn anew, so that nobody can try guesses against the hashes
    in older entries."""
    proof.whose, proof.code, proof.salt = b"", b"", work.new_id().bytes
    work.save(proof, "whose", "code", "salt")
