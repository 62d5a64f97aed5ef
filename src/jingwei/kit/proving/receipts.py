"""Receipts: what the city signs at once for whoever brought something, before the log has signed."""

import base64
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from jingwei.kernel.commands.registry import Result
from jingwei.kernel.ledger.entries import Told
from jingwei.kernel.ledger.notes import Receipt, Signer, receipts_name, signer_from
from jingwei.kernel.ledger.proofs import Proof, leaves_of, prove_as
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.values.canonical import moment_text
from jingwei.kernel.values.words import Text
from jingwei.kit.saying import public_title

said = logging.getLogger("jingwei.ledger")

UNTOLD = "-"
"""In the place of the moment of an entry between the stages."""

_BETWEEN = Text("其间的一条记录，不是步骤", "an entry in between, not a stage")


@dataclass(frozen=True, slots=True)
class Issued:
    """A signed receipt."""

    text: str

    @property
    def link(self) -> str:
        """An address that holds the receipt itself, to save it from a page that is shown once and kept nowhere."""
        return f"data:text/plain;charset=utf-8;base64,{base64.b64encode(self.text.encode()).decode()}"


@cache
def _signer() -> Signer:
    return signer_from(settings.LEDGER_SECRET(), receipts_name(settings.CITY))


def receipt_of(result: Result, matter_type: MatterType) -> Issued | None:
    """The receipt of a report that was taken in. None where an earlier edition took it, or where the key cannot be
    read: the report stands all the same, and the operator's log says why."""
    if "leaf" not in result:
        return None
    what = public_title(matter_type, matter_type.initial)
    receipt = Receipt(str(result["number"]), str(result["recorded"]), words(what), bytes.fromhex(str(result["leaf"])))
    try:
        return Issued(_signer().signed(receipt.text()))
    except OSError as error:
        said.error("no receipt can be signed: %s", error)
        return None


def prove_told(number: str, told: Sequence[tuple[Told, Sequence[Text]]]) -> Proof:
    """The proof of a matter's entries from the first on, of which only moment and titles may be known: in the place of
    each stands a receipt for it, with its place; of one without titles it says only that it is there. Raises OSError
    where the key cannot be read."""
    leaves = leaves_of([entry.id for entry, _ in told])
    bodies: dict[uuid.UUID, bytes] = {}
    for entry, titles in told:
        what = Text("、".join(one.zh for one in titles), ", ".join(one.en for one in titles)) if titles else _BETWEEN
        moment = moment_text(entry.recorded_at) if titles else UNTOLD
        receipt = Receipt(number, moment, words(what), leaves[entry.id], entry.seq)
        bodies[entry.id] = _signer().signed(receipt.text()).encode()
    return prove_as(bodies)


def words(title: Text) -> str:
    """A title in both languages, on one line."""
    return " ".join(f"{title.zh} / {title.en}".split())
