"""How large the ledger and its log are, and how far behind the log is. At no cost, however much waits."""

import datetime
import uuid
from dataclasses import dataclass

from django.db import connection

from jingwei.kernel.ledger.models import Leaf, Log, Pending, SignedCheckpoint
from jingwei.kernel.values.ids import made_at

COUNTED = 10_000
"""What waits is counted so far and no further: after a large import it is asked for every few seconds."""

_ABOUT = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'ledger_entry'::regclass"
_WAIT = "SELECT count(*) FROM (SELECT FROM ledger_pending LIMIT %s) AS one"


def entries_about() -> int:
    """The number of entries by the database's statistics: good for a graph, at no cost; `verify` counts them."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOUT)
        row = cursor.fetchone()
    return int(row[0])


@dataclass(frozen=True, slots=True)
class LogExtent:
    """How far the log that grows has come."""

    size: int  # leaves
    pending: int  # entries that wait, at most `COUNTED`
    trouble: str  # a word of `checkpoints.TROUBLES`; empty while it goes on


def log_extent() -> LogExtent:
    """Two statements."""
    log = Log.objects.order_by("-epoch").first()
    with connection.cursor() as cursor:
        cursor.execute(_WAIT, [COUNTED])
        row = cursor.fetchone()
    return LogExtent(log.size if log else 0, int(row[0]), log.trouble if log else "")


@dataclass(frozen=True, slots=True)
class Signed:
    """What the log has signed."""

    size: int  # of the last checkpoint; 0 without any
    at: datetime.datetime | None  # the last checkpoint's moment
    since: datetime.datetime | None  # from when an entry lacks a checkpoint over it; None where none does


def signed() -> Signed:
    """The last checkpoint, and how long an entry has been without one (three statements).

    An entry's id tells when it was made; that of an imported one may be years old, so no moment before the last
    checkpoint counts.
    """
    last = SignedCheckpoint.objects.order_by("-epoch", "-size").first()
    size = last.size if last else 0
    first = _first_unsigned(last.epoch if last else 1, size)
    if first is None:
        return Signed(size, last.at if last else None, None)
    moment = made_at(first)
    return Signed(size, last.at if last else None, max(moment, last.at) if last else moment)


def _first_unsigned(epoch: int, size: int) -> uuid.UUID | None:
    leaf = Leaf.objects.filter(epoch=epoch, idx=size).values_list("entry", flat=True).first()
    return leaf or Pending.objects.order_by("pid").values_list("entry", flat=True).first()
