"""Seals the read log: a batch of lines, its root in the ledger, the proof of one line, and the check of them all."""

import datetime
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from jingwei.kernel.commands.actor import by_grant, system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.ledger.faults import Report
from jingwei.kernel.ledger.tree import inclusion_ranges, leaf_hash, root_by_inclusion, root_of
from jingwei.kernel.reads.models import Batch, Read, ReadLog
from jingwei.kernel.reads.note import GATE
from jingwei.kernel.values.canonical import canonical, digest, moment_text
from jingwei.kernel.values.ids import uuid7
from jingwei.kernel.values.words import Text

SEAL = "reads.seal"
EVERY = datetime.timedelta(minutes=10)
LOG = uuid7(0, digest(b"read_log"))
"""The stream of the batches."""

_NOTHING = Text("没有待封存的阅看记录。", "No line of the read log waits to be sealed.")
_SEALER = system("read-log", SEAL)
_FETCH = 2000


@dataclass(frozen=True, kw_only=True)
class SealReads(Command):
    """封存阅看记录: the lines up to `last` that are in no batch yet become one."""

    last: int


@handles(SealReads, grant=SEAL)
def seal(work: Work, command: SealReads) -> Result:
    """Answers how many lines were sealed. Raises Invalid where another has sealed them meanwhile."""
    known = ReadLog.objects.filter(pk=LOG).exists()
    log = work.lock(ReadLog, LOG) if known else work.open(ReadLog(id=LOG))
    work.authorise(SEAL, by_grant(work.actor, SEAL))
    found = Read.objects.filter(id__gt=log.last, id__lte=command.last).order_by("id")
    hashes, ids = [], []
    for one in found.iterator(_FETCH):
        hashes.append(leaf_hash(line_bytes(one)))
        ids.append(one.pk)
    work.require(None if ids else _NOTHING)
    batch = Batch(id=work.new_id(), log=log, seq=log.version + 1, first=ids[0], last=ids[-1], size=len(ids))
    batch.root, batch.at = root_of(hashes), work.now
    log.last = batch.last
    if known:
        work.save(log, "last")
    else:
        work.insert(log)
    work.insert(batch)
    facts = {"lines": batch.size, "first": batch.first, "last": batch.last, "root": batch.root.hex()}
    work.record(log, "reads.sealed", facts)
    return {"lines": len(ids)}


def line_bytes(one: Read) -> bytes:
    """One line as it enters the tree."""
    return canonical(
        {
            "id": one.pk,
            "at": moment_text(one.at),
            "reader": str(one.reader),
            "post": str(one.post),
            "matter": str(one.matter),
            "what": one.what,
            "purpose": one.purpose,
        }
    )


def seal_reads(now: datetime.datetime) -> int:
    """Seals every line written before this moment; gives how many. Nothing is recorded where there is no new line.

    Whoever notes a line holds the gate until it is committed, so that below the line drawn here none is missing.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [GATE])
        cursor.execute("SELECT coalesce(max(id), 0) FROM reads_read")
        last = cursor.fetchone()[0]
    if last <= max(ReadLog.objects.filter(pk=LOG).values_list("last", flat=True), default=0):
        return 0
    return int(execute(_SEALER, SealReads(last=last), f"reads:{last}", now=now)["lines"] or 0)


@dataclass(frozen=True, slots=True)
class Proof:
    """That one line is in a batch: its bytes, its place, the way to the root, and the entry that tells of the root."""

    line: bytes
    index: int
    size: int
    path: tuple[bytes, ...]
    root: bytes
    stream: uuid.UUID
    seq: int  # of the batch's entry; that entry is proved as every entry is

    @property
    def holds(self) -> bool:
        """Whether the path leads from the line to the root."""
        return root_by_inclusion(self.index, self.size, leaf_hash(self.line), self.path) == self.root


def proof_of(key: int) -> Proof | None:
    """The proof of a line; None while it waits for its batch. Two statements."""
    batch = Batch.objects.filter(first__lte=key, last__gte=key).first()
    if batch is None:
        return None
    lines = list(_lines(batch))
    index = next((at for at, one in enumerate(lines) if one.pk == key), None)
    if index is None:
        return None
    hashes = [leaf_hash(line_bytes(one)) for one in lines]
    path = [root_of(hashes[low:high]) for low, high in inclusion_ranges(index, len(hashes))]
    return Proof(line_bytes(lines[index]), index, batch.size, tuple(path), bytes(batch.root), LOG, batch.seq)


def _lines(batch: Batch) -> Iterator[Read]:
    return Read.objects.filter(id__range=(batch.first, batch.last)).order_by("id").iterator(_FETCH)


def verify_reads(report: Report) -> None:
    """Recomputes every batch; adds a fault for each whose lines are not those that were sealed, or that a gap parts
    from the one before."""
    before = 0
    for batch in Batch.objects.order_by("first"):
        hashes = [leaf_hash(line_bytes(one)) for one in _lines(batch)]
        if root_of(hashes) != bytes(batch.root) or len(hashes) != batch.size:
            report.fault("reads_read", f"{batch.first}-{batch.last}", LOG, "lines are not those that were sealed")
        if Read.objects.filter(id__gt=before, id__lt=batch.first).exists():
            report.fault("reads_read", f"{before}-{batch.first}", LOG, "lines stand between two batches")
        before = batch.last
