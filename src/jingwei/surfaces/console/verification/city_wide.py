"""Verification of a city's ledger by several processes, each over its range of streams."""

import itertools
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from django.db import connection

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.files.store import store
from jingwei.kernel.files.verify import verify_files
from jingwei.kernel.ledger.extent import entries_about
from jingwei.kernel.ledger.faults import Report
from jingwei.kernel.reads.batches import verify_reads
from jingwei.surfaces.console.verification.verify_range import verify_logs, verify_range

_VERIFIER = system("verify")
_LOWEST = uuid.UUID(int=0)
_SMALL = 20_000  # entries below which a second process costs more than it saves
_SHARES = 4  # parts a process takes one after another, so that none waits long for the last

_BORDERS = (
    """SELECT percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY stream) FROM ledger_entry TABLESAMPLE SYSTEM (2)"""
)


def verify_city(city: str, processes: int, progress: Callable[[str, int, int], None]) -> Report:
    """Verifies all streams, the logs against the checkpoints kept outside, the files attached, and the read log.

    `rss_mb` is the largest process's peak, `seconds` the time on the clock.
    """
    began, count = time.monotonic(), entries_about()
    if count > _SMALL and processes > 1:
        report = _side_by_side(city, processes, lambda done: progress("entries", done, count))
    else:
        report = verify_range(city, _LOWEST, None, lambda done: progress("entries", done, count))
        _add(report, verify_logs(city))
    with reading(_VERIFIER):
        verify_files(store(), report, progress=lambda done, of: progress("files", done, of))
        verify_reads(report)
    report.seconds = round(time.monotonic() - began, 3)
    return report


def _side_by_side(city: str, processes: int, progress: Callable[[int], None]) -> Report:
    """The logs, which nothing divides, and ranges of streams."""
    edges = [_LOWEST, *_borders(_SHARES * processes), None]
    report = Report()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        parts = [pool.submit(verify_logs, city)]
        parts += [pool.submit(verify_range, city, low, high) for low, high in itertools.pairwise(edges)]
        for part in as_completed(parts):
            _add(report, part.result())
            progress(report.entries)
    return report


def _borders(parts: int) -> list[uuid.UUID]:
    shares = [number / parts for number in range(1, parts)]
    with connection.cursor() as cursor:
        cursor.execute(_BORDERS, [shares])
        found = cursor.fetchone()[0]
    return sorted(set(found or []))


def _add(report: Report, part: Report) -> None:
    report.entries += part.entries
    report.streams += part.streams
    report.faults += part.faults
    report.rss_mb = max(report.rss_mb, part.rss_mb)
