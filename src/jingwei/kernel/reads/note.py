"""Notes what is about to be shown, in one statement of its own, after the read and before the answer goes out."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from jingwei.kernel.commands.actor import NOBODY, Actor, Duty
from jingwei.kernel.commands.sql import prepared

What = Literal["page", "list", "search", "export", "api", "print", "file", "alike"]
"""How it was shown; `alike`: beside a report of somebody else that may be the same. Three more are noted below:
`audit`, who reads a matter's readings as staff; `subject`, the showing of them to whoever the matter concerns; `own`,
that it was found as one's own."""

READ_BY_SUBJECT = "reads.own"
AUDIT = "reads.audit"

GATE = 0x6A77_7265_6164  # "jwread"; held shared by whoever notes, alone by whoever draws the line below a batch

_READ = "matter.read"
_NOTE = """WITH gate AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(%s))
INSERT INTO reads_read (at, reader, post, matter, what, purpose)
SELECT date_trunc('milliseconds', clock_timestamp()), shown.reader, shown.post, shown.matter, %s, shown.purpose
FROM gate, unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[]) AS shown (reader, matter, post, purpose)"""
_Line = tuple[uuid.UUID, uuid.UUID, uuid.UUID, str]  # reader, matter, post, purpose


class Shown(Protocol):
    """A matter as far as its reach matters: the head's row, or some columns of it."""

    @property
    def pk(self) -> uuid.UUID: ...
    @property
    def area_lft(self) -> int: ...
    @property
    def unit_id(self) -> uuid.UUID | None: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """One matter that is shown, and the grant in whose exercise: the purpose of the read."""

    matter: uuid.UUID
    area_lft: int
    unit: uuid.UUID | None
    purpose: str = _READ


def seen(matter: Shown, purpose: str = _READ) -> Seen:
    """What is noted of a matter that is shown."""
    return Seen(matter.pk, matter.area_lft, matter.unit_id, purpose)


def note_reads(actor: Actor, what: What, shown: Iterable[Seen]) -> None:
    """A line for each matter, for persons and partners' keys; no statement where nothing is shown.

    To be called outside `reading`, whose transaction only reads, and before the answer is given: where the lines cannot
    be written the database's error goes on, and nothing is shown.
    """
    if actor.kind not in ("person", "key") or actor.id is None:
        return
    _note(what, [(actor.id, one.matter, _duty(actor, one).post, one.purpose) for one in shown])


def note_audit(actor: Actor, matter: uuid.UUID) -> None:
    """A line that the readings of a matter were shown with names, to whoever audits them."""
    duty = next(one for one in actor.duties if AUDIT in one.grants)
    _note("audit", [(actor.id or NOBODY, matter, duty.post, AUDIT)])


def note_subject(matter: uuid.UUID, party: uuid.UUID, withheld: int) -> None:
    """A line that whoever a matter concerns was shown who read it, and how many lines were withheld meanwhile."""
    purpose = f"withheld:{withheld}" if withheld else READ_BY_SUBJECT
    _note("subject", [(party, matter, NOBODY, purpose)])


def note_own(found: Iterable[tuple[uuid.UUID, uuid.UUID]], how: str) -> None:
    """A line for each matter and party that somebody found as the own ones, by the way in which it was proved."""
    _note("own", [(party, matter, NOBODY, f"own.{how}") for matter, party in found])


def _note(what: str, lines: Sequence[_Line]) -> None:
    if lines:
        with prepared() as cursor:
            cursor.execute(_NOTE, [GATE, what, *map(list, zip(*lines, strict=True))])


def _duty(actor: Actor, one: Seen) -> Duty:
    """The duty that reaches the matter; else the first that may read, whose unit was asked for help with it."""
    reaching = actor.duty_for(one.purpose, one.area_lft, one.unit) or actor.duty_for(_READ, one.area_lft, one.unit)
    return reaching or next((duty for duty in actor.duties if _READ in duty.grants), actor.duties[0])
