"""Takes entries into the log's tree in the order in which they wait, then signs. One at a time; killed at any moment.

An entry waits from the transaction that records it (a trigger writes `Pending`), and what waits is whatever is
committed: a late commit is taken up by the next batch. Entry k+1 of a stream can only be recorded after k was
committed, so it waits behind it.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from jingwei.kernel.ledger.checkpoints import (
    STEP,
    Keeper,
    edge_of,
    lock_log,
    log_of,
    sign,
    trouble_of,
)
from jingwei.kernel.ledger.models import Log
from jingwei.kernel.ledger.notes import Checkpoint
from jingwei.kernel.ledger.tree import leaf_hash
from jingwei.kernel.values.errors import OutOfOrder

BATCH = 2000

_WAITING = """SELECT p.pid, p.entry, e.body FROM ledger_pending p LEFT JOIN ledger_entry e ON e.id = p.entry
ORDER BY p.pid LIMIT %s"""
_OPENING = """SELECT p.pid, p.entry, e.body FROM ledger_pending p JOIN ledger_entry e ON e.id = p.entry
WHERE p.entry = %s"""
_LEAVES = "COPY ledger_leaf (epoch, idx, entry, hash) FROM STDIN"
_NODES = "COPY ledger_fullnode (epoch, height, number, hash) FROM STDIN"
_TAKEN = "DELETE FROM ledger_pending WHERE pid = ANY(%s)"
_GROWN = "UPDATE ledger_log SET size = %s, edge = %s WHERE epoch = %s AND size = %s"


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did."""

    taken: int
    checkpoint: Checkpoint | None
    trouble: str  # a word of `checkpoints.TROUBLES`; nothing was done then


def one_round(keeper: Keeper, now: datetime.datetime, most: int = BATCH) -> Round:
    """Takes up to `most` entries into the tree; after that is committed, signs if a checkpoint is due."""
    with transaction.atomic(durable=True):
        lock_log()
        log = log_of(keeper)
        waiting = _waiting(log, most)
        trouble = trouble_of(log, keeper, lost=any(body is None for _, _, body in waiting))
        if waiting and not trouble:
            _grow(log, waiting)
    if trouble:
        return Round(0, None, trouble)
    with transaction.atomic(durable=True):
        lock_log()
        log = log_of(keeper)  # another sequencer may have gone on meanwhile
        trouble = trouble_of(log, keeper)
        return Round(len(waiting), None if trouble else sign(log, keeper, now), trouble)


def _waiting(log: Log, most: int) -> Sequence[tuple[int, Any, Any]]:
    """What is taken next; of a log that follows another the entry that opens it, alone."""
    opens = log.opening is not None and log.size == 0
    with connection.cursor() as cursor:
        cursor.execute(_OPENING if opens else _WAITING, [log.opening if opens else most])
        rows: Sequence[tuple[int, Any, Any]] = cursor.fetchall()
    return rows


def _grow(log: Log, waiting: Sequence[tuple[int, Any, Any]]) -> None:
    """Leaves, full nodes and the tree's edge; raises OutOfOrder when the tables do not hold what was read."""
    edge, first = edge_of(log), log.size
    leaves, nodes = [], []
    for _, entry, body in waiting:
        found = leaf_hash(bytes(body))
        leaves.append((log.epoch, edge.size, entry, found))
        full = edge.add(found)
        nodes += [(log.epoch, height, number, node) for (height, number), node in full if height % STEP == 0]
    with connection.cursor() as cursor:
        for statement, rows in ((_LEAVES, leaves), (_NODES, nodes)):
            with cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
            if cursor.rowcount != len(rows):
                raise OutOfOrder("not every leaf was written")
        cursor.execute(_TAKEN, [[pid for pid, _, _ in waiting]])
        if cursor.rowcount != len(waiting):
            raise OutOfOrder("not everything that was taken had waited")
        cursor.execute(_GROWN, [edge.size, b"".join(edge.roots), log.epoch, first])
        if cursor.rowcount != 1:
            raise OutOfOrder("the log has grown meanwhile")
