"""Verifies a part in a process of its own; imports nothing of Django before it has entered the city."""

import gc
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from jingwei.installation import connect, home, server
from jingwei.surfaces.console.process import enter_city

if TYPE_CHECKING:
    from psycopg import Connection

    from jingwei.kernel.ledger.faults import Report


def verify_range(
    city: str, low: uuid.UUID | None, high: uuid.UUID | None, progress: Callable[[int], None] = lambda _: None
) -> "Report":
    """The report on the streams with low ≤ id < high."""
    connection = _entered(city)
    from jingwei.kernel.ledger.verify import verify

    return verify(connection, low, high, progress)


def verify_logs(city: str) -> "Report":
    """The report on the logs' trees, against the checkpoints kept outside as well."""
    connection = _entered(city)
    from jingwei.kernel.ledger.faults import Report
    from jingwei.kernel.ledger.verify_tree import verify_tree
    from jingwei.surfaces.console.log.keeper import kept_note

    report = Report()
    verify_tree(connection, report, kept=lambda origin: kept_note(home(), city, origin))
    return report


def _entered(city: str) -> Callable[[], AbstractContextManager["Connection[Any]"]]:
    """Makes the process the city's; gives what opens a connection in it."""
    enter_city(city)
    gc.disable()  # millions of rows and no circle among them: looking for one took a tenth of the time
    return lambda: connect(server(), "app", city, autocommit=True)
