"""A log that follows one that may not go on: planned from what is known outside the database, then opened.

What was signed stays as it was signed, under the old name and key. What stands in the old log beyond its last signed
checkpoint is in no proof; it waits again, for the new log, before everything else (trust.md c.7).
"""

import secrets
import uuid
from dataclasses import dataclass

from django.db import connection

from jingwei.kernel.ledger.checkpoints import (
    Keeper,
    found_trouble,
    hashes_of,
    kept_numbers,
    kept_path,
    lock_log,
    number_of,
)
from jingwei.kernel.ledger.models import Log, SignedCheckpoint
from jingwei.kernel.ledger.notes import BadNote, read_checkpoint
from jingwei.kernel.ledger.proofs import latest_checkpoint
from jingwei.kernel.ledger.tree import cover
from jingwei.kernel.values.errors import OutOfOrder

_AGAIN = """WITH gone AS (DELETE FROM ledger_leaf WHERE epoch = %(epoch)s AND idx >= %(held)s RETURNING idx, entry),
lowest AS (SELECT least(0, min(pid)) AS pid FROM ledger_pending)
INSERT INTO ledger_pending (pid, entry) SELECT lowest.pid - %(size)s + gone.idx, gone.entry FROM gone, lowest"""
_NODES = "DELETE FROM ledger_fullnode WHERE epoch = %s AND (number + 1) << height::integer > %s"
_SHORTER = "UPDATE ledger_log SET size = %s, edge = %s, trouble = '' WHERE epoch = %s"
_OPEN = """INSERT INTO ledger_log (epoch, origin, public_key, size, edge, trouble, opening)
VALUES (%s, %s, %s, 0, '', '', %s)"""


@dataclass(frozen=True, slots=True)
class Plan:
    """The log that would follow."""

    number: int
    origin: str
    public_key: bytes
    before: str  # the origin of the log that stands still
    held: int  # entries of it that are in the database and signed for
    trouble: str  # why it stands still: a word of `checkpoints.TROUBLES`
    notes: tuple[str, ...]  # the last checkpoints known of it, and of logs after it that the database does not know


def plan(keeper: Keeper) -> Plan | None:
    """What `open_log` would do now; None where no log stands still.

    It bears the name of the log before and the next number; a new name where the key of the old one is lost, so that
    no two keys ever sign under one name.
    """
    log = Log.objects.order_by("-epoch").first()
    trouble = found_trouble(log, keeper) if log else ""
    if log is None or not trouble:
        return None
    number = 1 + max(log.epoch, *kept_numbers(keeper.folder, log.origin), number_of(log.origin))
    base = f"{keeper.name}/{secrets.token_hex(4)}" if trouble == "key" else log.origin.rpartition("/")[0]
    origin = f"{base}/{number}"
    public = keeper.signer_of(origin).public()
    last = latest_checkpoint(log.epoch)
    held = last.size if last else 0
    return Plan(number, origin, public, log.origin, held, trouble, tuple(_known(log, keeper, last)))


def _known(log: Log, keeper: Keeper, last: SignedCheckpoint | None) -> list[str]:
    """The checkpoints kept outside that their keys have signed; of this log at least the last one in the table."""
    base, found = log.origin.rpartition("/")[0], []
    publics = {one.origin: bytes(one.public_key) for one in Log.objects.all()}
    for number in kept_numbers(keeper.folder, log.origin):
        origin = f"{base}/{number}"
        try:
            note = kept_path(keeper.folder, origin).read_text(encoding="utf-8")
            read_checkpoint(note, origin, publics.get(origin) or keeper.signer_of(origin).public())
        except (BadNote, UnicodeDecodeError):
            continue
        found.append(note)
    ours = any(note.partition("\n")[0] == log.origin for note in found)
    return found if ours or last is None else [last.note, *found]


def stands_last(origin: str) -> bool:
    """Whether this is the log that grows, or would; until the transaction ends no other one is opened."""
    lock_log()
    log = Log.objects.order_by("-epoch").first()
    return log is not None and log.origin == origin


def open_log(planned: Plan, opening: uuid.UUID) -> int:
    """Opens the planned log, whose first leaf will be this entry; gives how many entries wait again.

    For the tables' owner: the running role may take no leaf away. Raises OutOfOrder where something signed would go.
    """
    log = Log.objects.get(origin=planned.before)
    parts = cover((0, planned.held))
    hashes = hashes_of(log.epoch, parts)
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN, {"epoch": log.epoch, "held": planned.held, "size": log.size})
        again = int(cursor.rowcount)
        if again != log.size - planned.held:
            raise OutOfOrder("not every leaf beyond the checkpoint waits again")
        cursor.execute(_NODES, [log.epoch, planned.held])
        cursor.execute(_SHORTER, [planned.held, b"".join(hashes[part] for part in parts), log.epoch])
        cursor.execute(_OPEN, [planned.number, planned.origin, planned.public_key, opening])
    return again
