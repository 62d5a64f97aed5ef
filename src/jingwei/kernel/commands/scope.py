"""Reading in scope: a transaction begins by telling the database who reads, and learns the editions of slow data."""

import datetime
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from jingwei.kernel.commands.actor import NOBODY, Actor
from jingwei.kernel.commands.sql import prepared
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.kernel.writes.models import EVERY_ROW

_BEGIN = """SELECT set_config('jw.actor', %s, true), set_config('jw.areas', %s, true), set_config('jw.units', %s, true),
set_config('jw.unit_areas', %s, true), set_config('jw.assisting', %s, true), set_config('jw.granted', %s, true),
set_config('jw.writing', '', true), set_config('jw.by_heads', %s, true), set_config('lock_timeout', '3s', true),
set_config('transaction_read_only', %s, true), (SELECT json_object_agg(name, number) FROM commands_edition)"""

WRITE = "set_config('jw.writing', 'on', true)"
WRITING = f"SELECT {WRITE}".encode()
"""From here on the rows that the open command writes may lie where its actor does not read: a matter given away."""


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

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return _zone_of(self)

    @property
    def today(self) -> datetime.date:
        """The day that it is in the city: every value of the rulebook and every area is asked for by it."""
        return self.day_of(self.now)

    def day_of(self, moment: datetime.datetime) -> datetime.date:
        """The day in the city on which an aware moment lies."""
        return moment.astimezone(self.zone).date()


def _unknown(_: Scope) -> ZoneInfo:
    raise RuntimeError("no module has entered what knows the city's time zone")


_zone_of: Callable[[Scope], ZoneInfo] = _unknown


def zone_known_by(function: Callable[[Scope], ZoneInfo]) -> None:
    """Enters what knows the city's time zone: the rulebook, which lies above and enters itself when it is loaded."""
    global _zone_of
    _zone_of = function


def whole_milliseconds(moment: Clock) -> datetime.datetime:
    """The moment (now if None) in UTC without microseconds, as every record keeps it."""
    moment = moment.at if isinstance(moment, Simulated) else moment
    utc = (moment or datetime.datetime.now(datetime.UTC)).astimezone(datetime.UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def begin(
    actor: Actor,
    now: Clock,
    *,
    read_only: bool,
    everywhere: bool = False,
    by_heads: bool = False,
    granted: Collection[uuid.UUID] = (),
) -> Scope:
    """Tells the open transaction its actor, in one statement; to be called first in every transaction.

    The database's own policies (row-level security) read no more than this: the areas of the actor's posts, the units
    of posts that see their unit's matters alone, the units that are asked for help, and single matters `granted` by
    another right (a receipt). `everywhere`: the command counts or moves matters wherever they lie. `by_heads`: what
    hangs on matters is read by joining it to their heads alone, so that the heads' policy is enough for very many.
    Raises Invalid for simulated time in a city that is not marked as practice.
    """
    whole = [duty for duty in actor.duties if duty.whole_area]
    of_unit = [duty for duty in actor.duties if not duty.whole_area]
    told = [
        actor.reference,
        EVERY_ROW if everywhere else _ranges(duty.area for duty in whole),
        _listed(duty.unit for duty in of_unit),
        _ranges(duty.area for duty in of_unit),
        _listed(duty.unit for duty in actor.duties if duty.unit != NOBODY),
        _listed(granted),
        "on" if by_heads else "",
        "on" if read_only else "off",
    ]
    with prepared() as cursor:
        cursor.execute(_BEGIN, told)
        row = cursor.fetchone()
    return scope_at(actor, now, row[-1] or {})


def _ranges(areas: Iterable[tuple[int, int]]) -> str:
    """The text of a multirange over intervals with both ends."""
    return "{" + ",".join(f"[{low},{high}]" for low, high in areas) + "}"


def _listed(ids: Iterable[uuid.UUID]) -> str:
    """The text of an array of ids."""
    return "{" + ",".join(sorted({str(one) for one in ids})) + "}"


def scope_at(actor: Actor, now: Clock, editions: Mapping[str, int]) -> Scope:
    """The scope of an actor at a moment. Raises Invalid for simulated time in a city that is not one for practice."""
    if not isinstance(now, Simulated):
        return Scope(actor, whole_milliseconds(now), editions)
    if not editions.get(PRACTICE):
        raise Invalid(_REAL_TIME, place="now")
    return Scope(actor, whole_milliseconds(now), editions, now)


@contextmanager
def reading(
    actor: Actor,
    now: datetime.datetime | None = None,
    *,
    everywhere: bool = False,
    by_heads: bool = False,
    granted: Collection[uuid.UUID] = (),
) -> Iterator[Scope]:
    """A read-only transaction in the actor's scope, and of the matters `granted` besides; `everywhere` for counts that
    show no matter to anybody, `by_heads` for figures over very many (see `begin`).

    Raises if one is open already: reads and writes never nest.
    """
    outermost = not connection.in_atomic_block  # inside a test's own transaction, read-only would outlast the read
    with transaction.atomic(durable=True):
        yield begin(actor, now, read_only=outermost, everywhere=everywhere, by_heads=by_heads, granted=granted)


def as_uuid(text: str) -> uuid.UUID | None:
    """The id that `text` writes in the usual form, or None: a malformed id is a thing that is not there."""
    try:
        value = uuid.UUID(text)
    except ValueError:
        return None
    return value if str(value) == text.lower() else None
