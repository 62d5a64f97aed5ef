"""One hostile request: answered without a 5xx, within a second, and without any effect where it is refused."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import Client

from tests.clones import snapshots_put_back

LONGEST = 1.0  # seconds of the processor that one request may take
HANGS = 5.0  # seconds by the clock: the machine may be busy with something else
_NO_EFFECT = ("kit_bucket", "agencies_session", "axes_", "reads_", "files_upload", "django_migrations")
"""What a refused request may change: who came how often, who read the page shown again, and a file that waits an hour
for its form sent again."""


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever happens inside leaves no trace in the database."""
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT hostile")
    with snapshots_put_back():
        try:
            yield
        finally:
            connection.needs_rollback = False
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK TO SAVEPOINT hostile")


def rows() -> list[tuple[str, int]]:
    """How many rows each table has, those aside that a refusal may change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
        names = [name for (name,) in cursor.fetchall() if not name.startswith(_NO_EFFECT)]
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in names))  # noqa: S608
        counted: list[tuple[str, int]] = cursor.fetchall()
    return counted


def fault_of(client: Client, ask: Callable[[], Any], before: list[tuple[str, int]]) -> str:
    """What is wrong with how a request was answered; "" for nothing. One that took long is asked once more: garbage may
    have been collected, or the machine been busy."""
    found = _fault_of(client, ask, before)
    return _fault_of(client, ask, before) if found.startswith(_SLOW) else found


_SLOW = "took "


def _fault_of(client: Client, ask: Callable[[], Any], before: list[tuple[str, int]]) -> str:
    client.raise_request_exception = False
    processor, clock = time.process_time(), time.monotonic()
    with taken_back():
        answer = ask()
        spent, passed = time.process_time() - processor, time.monotonic() - clock
        if answer.status_code >= 500:
            broken = getattr(answer, "exc_info", None)
            return f"{answer.status_code} {broken[1]!r}" if broken else str(answer.status_code)
        if spent > LONGEST or passed > HANGS:
            return f"{_SLOW}{spent:.1f} s of the processor, {passed:.1f} s in all"
        if answer.status_code >= 400 and (after := rows()) != before:
            return f"refused with {answer.status_code}, and yet {sorted(set(after) - set(before))}"
    return ""
