"""How large the ledger and its log are."""

from dataclasses import dataclass

from django.db import connection

from jingwei.kernel.ledger.models import Log, Pending

_ABOUT = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'ledger_entry'::regclass"


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
    pending: int  # entries that wait
    trouble: str  # a word of `checkpoints.TROUBLES`; empty while it goes on


def log_extent() -> LogExtent:
    """Two statements."""
    log = Log.objects.order_by("-epoch").first()
    return LogExtent(log.size if log else 0, Pending.objects.count(), log.trouble if log else "")
