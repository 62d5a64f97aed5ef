"""Verification of a city's ledger by several processes, each over its range of streams."""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from django.db import connection

from jingwei.installation import connect, home, server
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.files.store import store
from jingwei.kernel.files.verify import verify_files
from jingwei.kernel.ledger.extent import entries_about
from jingwei.kernel.ledger.faults import Report
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.ledger.verify_tree import verify_tree
from jingwei.kernel.reads.batches import verify_reads
from jingwei.surfaces.console.log.keeper import kept_note
from jingwei.surfaces.console.verification.verify_range import verify_range

if TYPE_CHECKING:
    from psycopg import Connection

_VERIFIER = system("verify")
_LOWEST = uuid.UUID(int=0)
_SMALL = 20_000  # entries below which a second process costs more than it saves

_BORDERS = (
    """SELECT percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY stream) FROM ledger_entry TABLESAMPLE SYSTEM (2)"""
)


def verify_city(city: str, processes: int, progress: Callable[[str, int, int], None]) -> Report:
    """Verifies all streams, the logs against the checkpoints kept outside, the files attached, and the read log.

    `rss_mb` is the largest process's peak, `seconds` the time on the clock.
    """
    began, count = time.monotonic(), entries_about()
    with connection.cursor() as cursor:
        borders = _borders(cursor, processes) if count > _SMALL and processes > 1 else []
    if not borders:
        report = verify(_connection(city), low=_LOWEST, progress=lambda done: progress("entries", done, count))
    else:
        edges = [_LOWEST, *borders, None]
        report = Report()
        with ProcessPoolExecutor(len(edges) - 1, mp_context=get_context("spawn")) as pool:
            parts = [pool.submit(verify_range, city, low, high) for low, high in zip(edges, edges[1:], strict=False)]
            for part in parts:
                _add(report, part.result())
                progress("entries", report.entries, count)
    verify_tree(_connection(city), report, kept=lambda origin: kept_note(home(), city, origin))
    with reading(_VERIFIER):
        verify_files(store(), report, progress=lambda done, of: progress("files", done, of))
        verify_reads(report)
    report.seconds = round(time.monotonic() - began, 3)
    return report


def _connection(city: str) -> Callable[[], AbstractContextManager["Connection[Any]"]]:
    return lambda: connect(server(), "app", city, autocommit=True)


def _borders(cursor: object, processes: int) -> list[uuid.UUID]:
    shares = [number / processes for number in range(1, processes)]
    cursor.execute(_BORDERS, [shares])  # type: ignore[attr-defined]  # a Django cursor
    found = cursor.fetchone()[0]  # type: ignore[attr-defined]  # as above
    return sorted(set(found or []))


def _add(report: Report, part: Report) -> None:
    report.entries += part.entries
    report.streams += part.streams
    report.faults += part.faults
    report.rss_mb = max(report.rss_mb, part.rss_mb)
