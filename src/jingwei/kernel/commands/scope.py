"""Reading in scope: a transaction begins by telling the database who reads, and learns the editions of slow data."""

import datetime
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.sql import prepared
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

_BEGIN = """SELECT set_config('jw.actor', %s, true), set_config('jw.areas', %s, true), set_config('jw.units', %s, true),
set_config('lock_timeout', '3s', true), set_config('transaction_read_only', %s, true),
(SELECT json_object_agg(name, number) FROM commands_edition)"""


PRACTICE = "practice"
"""The edition that is raised when a city is marked as one for practice, at its founding and never after."""

_REAL_TIME = Text(
    "模拟时间只能用于演练城市；本市按真实时间运行。",
    "Simulated time is for cities marked as practice; this one runs by the real clock.",
)


@dataclass(frozen=True, slots=True)
class Simulated:
    """A moment of simulated time: a practice city takes commands at it, every other refuses them.

    Entries made at it say so. `silent`: nobody is told, because it lies too far back to be news.
    """

    at: datetime.datetime
    silent: bool = False


Clock = datetime.datetime | Simulated | None
"""When a command is carried out: a moment, one of simulated time, or now."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Who reads, when, and which editions of slow data are in force; every query takes one."""

    actor: Actor
    now: datetime.datetime
    editions: Mapping[str, int]
    simulated: Simulated | None = None  # the moment is one of simulated time

    def edition(self, name: str) -> int:
        """The edition of `places`, `rulebook` or `agencies` (0 before anything was written)."""
        return self.editions.get(name, 0)


def whole_milliseconds(moment: Clock) -> datetime.datetime:
    """The moment (now if None) in UTC without microseconds, as every record keeps it."""
    moment = moment.at if isinstance(moment, Simulated) else moment
    utc = (moment or datetime.datetime.now(datetime.UTC)).astimezone(datetime.UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def begin(actor: Actor, now: Clock, *, read_only: bool) -> Scope:
    """Tells the open transaction its actor, in one statement; to be called first in every transaction.

    Raises Invalid for simulated time in a city that is not marked as practice.
    """
    areas = "{" + ",".join(f"[{duty.area[0]},{duty.area[1]}]" for duty in actor.duties if duty.whole_area) + "}"
    units = ",".join(sorted({str(duty.unit) for duty in actor.duties if not duty.whole_area}))
    with prepared() as cursor:
        cursor.execute(_BEGIN, [actor.reference, areas, units, "on" if read_only else "off"])
        row = cursor.fetchone()
    return scope_at(actor, now, row[5] or {})


def scope_at(actor: Actor, now: Clock, editions: Mapping[str, int]) -> Scope:
    """The scope of an actor at a moment. Raises Invalid for simulated time in a city that is not one for practice."""
    if not isinstance(now, Simulated):
        return Scope(actor, whole_milliseconds(now), editions)
    if not editions.get(PRACTICE):
        raise Invalid(_REAL_TIME, place="now")
    return Scope(actor, whole_milliseconds(now), editions, now)


@contextmanager
def reading(actor: Actor, now: datetime.datetime | None = None) -> Iterator[Scope]:
    """A read-only transaction in the actor's scope. Raises if one is open already: reads and writes never nest."""
    outermost = not connection.in_atomic_block  # inside a test's own transaction, read-only would outlast the read
    with transaction.atomic(durable=True):
        yield begin(actor, now, read_only=outermost)


def as_uuid(text: str) -> uuid.UUID | None:
    """The id that `text` writes in the usual form, or None: a malformed id is a thing that is not there."""
    try:
        value = uuid.UUID(text)
    except ValueError:
        return None
    return value if str(value) == text.lower() else None
