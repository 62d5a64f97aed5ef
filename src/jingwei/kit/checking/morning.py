"""The list itself. Seconds at most, however large the city: all is read from an index, a note or a snapshot."""

import datetime
import time
from collections.abc import Callable
from pathlib import Path

from django.db import Error

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.values.words import Text
from jingwei.kit.checking import kept, record, running
from jingwei.kit.checking.lines import Line, State

FRESH = 60.0
"""Seconds for which the lines are good enough for a graph."""

_known: dict[tuple[Path, str], tuple[float, tuple[Line, ...]]] = {}


def of_the_machine(home: Path, city: str, now: datetime.datetime) -> tuple[Line, ...]:
    """What can be said without the database."""
    found = (
        running.web(home, city),
        running.worker(home, city),
        kept.disk(home),
        kept.backups(home, now),
        kept.keys(home, now),
        kept.key_database(home, now),
        kept.files_in_clear(home, city),
        kept.certificate(home, now),
        kept.pages(),
    )
    return tuple(line for line in found if line is not None)


def morning(home: Path, city: str, actor: Actor) -> tuple[Line, ...]:
    """Every line, the machine's first. A database that is away is one fault, not an error. About 15 statements."""
    now = datetime.datetime.now(datetime.UTC)
    try:
        return (*of_the_machine(home, city, now), *_of_the_city(home, city, actor))
    except Error as error:
        return (*of_the_machine(home, city, now), away(type(error).__name__))


def morning_of_late(home: Path, city: str, actor: Actor) -> tuple[Line, ...]:
    """Every line as it stood at most `FRESH` seconds ago, for who asks all the time: the site's own connection and the
    statements are made once in that while by each process."""
    known = _known.get((home, city))
    if known is None or time.monotonic() - known[0] >= FRESH:
        known = _known[home, city] = time.monotonic(), morning(home, city, actor)
    return known[1]


def away(why: str) -> Line:
    """The line of a database that does not answer."""
    said = Text(f"没有应答（{why}）。", f"It does not answer ({why}).")
    remedy = Text(
        "执行 jingwei up；外部数据库则检查 DATABASE_URL 和该服务器。",
        "Run jingwei up; with an external database see to DATABASE_URL and that server.",
    )
    return Line("schema", Text("数据库与表结构", "Database and its tables"), State.FAULT, said, remedy)


def _of_the_city(home: Path, city: str, actor: Actor) -> list[Line]:
    found = [running.schema()]
    if found[0].state is State.FAULT:
        return found  # tables of another edition cannot be asked
    with reading(actor, everywhere=True) as scope:  # it tells of counts alone
        steps: tuple[Callable[[], Line], ...] = (
            lambda: running.reminders(scope),
            running.outbox,
            running.dead_letters,
            running.channels,
            lambda: running.clocks(scope.now),
            lambda: record.ledger(home, city, scope.now),
            lambda: record.log(scope.now),
            lambda: record.rules(scope),
            lambda: record.calendar(scope),
            lambda: record.rosters(scope),
            record.erasures,
        )
        return [*found, *(step() for step in steps)]
