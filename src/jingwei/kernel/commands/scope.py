"""Reading in scope: a transaction begins by telling the database who reads, and learns the editions of slow data."""

import datetime
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from jingwei.kernel.commands.actor import Actor

_BEGIN = """SELECT set_config('jw.actor', %s, true), set_config('jw.areas', %s, true), set_config('jw.units', %s, true),
set_config('lock_timeout', '3s', true), set_config('transaction_read_only', %s, true),
(SELECT json_object_agg(name, number) FROM commands_edition)"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Who reads, when, and which editions of slow data are in force; every query takes one."""

    actor: Actor
    now: datetime.datetime
    editions: Mapping[str, int]

    def edition(self, name: str) -> int:
        """The edition of `places`, `rulebook` or `agencies` (0 before anything was written)."""
        return self.editions.get(name, 0)


def whole_milliseconds(moment: datetime.datetime | None) -> datetime.datetime:
    """The moment (now if None) in UTC without microseconds, as every record keeps it."""
    utc = (moment or datetime.datetime.now(datetime.UTC)).astimezone(datetime.UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def begin(actor: Actor, now: datetime.datetime, *, read_only: bool) -> Scope:
    """Tells the open transaction its actor, in one statement; to be called first in every transaction."""
    areas = "{" + ",".join(f"[{duty.area[0]},{duty.area[1]}]" for duty in actor.duties if duty.whole_area) + "}"
    units = ",".join(sorted({str(duty.unit) for duty in actor.duties if not duty.whole_area}))
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [actor.reference, areas, units, "on" if read_only else "off"])
        row = cursor.fetchone()
    return Scope(actor, now, row[5] or {})


@contextmanager
def reading(actor: Actor, now: datetime.datetime | None = None) -> Iterator[Scope]:
    """A read-only transaction in the actor's scope. Raises if one is open already: reads and writes never nest."""
    outermost = not connection.in_atomic_block  # inside a test's own transaction, read-only would outlast the read
    with transaction.atomic(durable=True):
        yield begin(actor, whole_milliseconds(now), read_only=outermost)


def as_uuid(text: str) -> uuid.UUID | None:
    """The id that `text` writes in the usual form, or None: a malformed id is a thing that is not there."""
    try:
        value = uuid.UUID(text)
    except ValueError:
        return None
    return value if str(value) == text.lower() else None
