"""What other rules would have done to real matters: who would have gone where, what would be late. Writes nothing.

The draft counts as having always held. Rules are compared with rules: the unit that today's routing chooses with the
one the draft chooses; each clock's own limit (where a source stated the due moment: today's limit) with the draft's.
"""

import datetime
import json
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from jingwei.kernel.agencies.snapshot import Agencies, agencies_of
from jingwei.kernel.clocks.bulk_fold import Flags, fold_many
from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.clocks.counting import Limit
from jingwei.kernel.clocks.running import calendar_of
from jingwei.kernel.clocks.segments import Segment, replayed
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.limits import CONDITION, end_of
from jingwei.kernel.matters.rules.routing import routed
from jingwei.kernel.matters.types import all_types, type_of
from jingwei.kernel.places.snapshot import Places, places_of
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, Rules, rules_of

Change = tuple[str, str, Mapping[str, Any] | None]
"""Parameter, subject and content; without content the value is taken away."""

_EXAMPLES = 5

_MATTERS = """SELECT matter.id, matter.number, matter.type, matter.type_version, matter.category, matter.area_id,
unit.code, matter.opened_at, matter.closed_at,
coalesce(convert_from(entry.body, 'UTF8')::jsonb #>> '{facts,condition}', detail.fields ->> %s),
ARRAY(SELECT key || '=' || value FROM jsonb_each_text(detail.fields) WHERE key = ANY(%s) ORDER BY key)
FROM matters_matter matter JOIN matters_detail detail ON detail.matter_id = matter.id
LEFT JOIN agencies_unit unit ON unit.id = matter.unit_id
LEFT JOIN ledger_entry entry ON entry.stream = matter.id AND entry.seq = 1
AND position('"condition":'::bytea in entry.body) > 0
WHERE matter.opened_at >= %s AND (%s::timestamptz IS NULL OR matter.opened_at < %s)
ORDER BY matter.opened_at, matter.id"""
_OPENED_AT = 7
_CLOCKS = "SELECT stream_id, key, segments FROM clocks_clock WHERE stream_id = ANY(%s) ORDER BY stream_id, key"


@dataclass(frozen=True, slots=True)
class Seen:
    """How many, and the numbers of the first few."""

    count: int = 0
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """So many matters would go from one unit to another; "" is nobody."""

    before: str
    after: str
    count: int
    examples: tuple[str, ...]


@dataclass(slots=True)
class Part:
    """The same for one category, or one unit (the one that has the matters)."""

    key: str
    moved: int = 0
    becomes_late: int = 0
    no_longer_late: int = 0


@dataclass(slots=True)
class Tried:
    """What came out. `clocks` are those that the draft counts otherwise, late before and after among them."""

    matters: int = 0
    moved: int = 0
    moves: list[Move] = field(default_factory=list)
    clocks: int = 0
    late_before: int = 0
    late_after: int = 0
    becomes_late: Seen = Seen()
    no_longer_late: Seen = Seen()
    still_open: int = 0  # of the matters that the draft would treat otherwise
    by_category: list[Part] = field(default_factory=list)
    by_unit: list[Part] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Matter:
    """One real matter, as far as rules ask."""

    id: uuid.UUID
    number: str
    type: str
    type_version: int
    category: str
    area: uuid.UUID | None
    unit: str | None
    opened_at: datetime.datetime
    closed_at: datetime.datetime | None
    condition: str | None
    said: tuple[str, ...]  # what its fields say that may have limits of its own
    on: datetime.date  # the day in the city on which it was opened


@dataclass(frozen=True, slots=True)
class _Books:
    """The rulebook as it stands and as the draft would have it."""

    now: Rules
    draft: Rules
    places: Places
    agencies: Agencies


def try_out(
    scope: Scope,
    changes: Sequence[Change],
    since: datetime.date,
    until: datetime.date | None = None,
    *,
    examples: int = _EXAMPLES,
) -> Tried:
    """Tries a draft on the matters opened from one day until before another; names so many of each kind. Three
    statements at most."""
    began = time.monotonic()
    books = _Books(rules_of(scope), rules_of(scope).changed(changes, "draft"), places_of(scope), agencies_of(scope))
    matters = _matters(scope, since, until)
    tally = _Tally(Tried(matters=len(matters)), examples)
    parameters = {parameter for parameter, _, _ in changes}
    if parameters & {"routing", "category"}:
        _route(books, matters, tally)
    if parameters & {"limit", "calendar", "category"}:
        _count(scope, books, matters, tally, calendar="calendar" in parameters)
    found = tally.finished()
    found.seconds = round(time.monotonic() - began, 2)
    return found


_NEWEST = """SELECT opened_at FROM matters_matter WHERE opened_at >= %s AND (%s::timestamptz IS NULL OR opened_at < %s)
ORDER BY opened_at DESC OFFSET %s LIMIT 1"""


def within_reach(scope: Scope, since: datetime.date, until: datetime.date | None, most: int) -> datetime.date:
    """The first day from which no more than `most` matters were opened: `since`, unless there were more. The whole
    day on which the limit is passed is left out."""
    first, last = _midnights(scope, since, until)
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [first, last, last, most])
        row = cursor.fetchone()
    return since if row is None else scope.day_of(row[0]) + datetime.timedelta(days=1)


def _midnights(scope: Scope, *days: datetime.date | None) -> list[datetime.datetime | None]:
    return [datetime.datetime.combine(day, datetime.time(), scope.zone) if day else None for day in days]


def _matters(scope: Scope, since: datetime.date, until: datetime.date | None) -> list[_Matter]:
    first, last = _midnights(scope, since, until)
    with connection.cursor() as cursor:
        cursor.execute(_MATTERS, [CONDITION, _keys_with_limits(), first, last, last])
        return [_Matter(*(*row[:-1], tuple(row[-1]), scope.day_of(row[_OPENED_AT]))) for row in cursor.fetchall()]


def _keys_with_limits() -> list[str]:
    """The fields of which a choice may have limits of its own (`request=consult`)."""
    return sorted({one.key for matter_type in all_types() for one in matter_type.fields if one.limits})


class _Tally:
    """Counts as they come up."""

    def __init__(self, found: Tried, examples: int) -> None:
        self._found, self._examples = found, examples
        self._open: set[uuid.UUID] = set()
        self._moves: dict[tuple[str, str], list[_Matter]] = {}
        self._late: tuple[list[_Matter], list[_Matter]] = ([], [])

    def move(self, matter: _Matter, before: str, after: str) -> None:
        self._moves.setdefault((before, after), []).append(matter)
        self._touch(matter)

    def _touch(self, matter: _Matter) -> None:
        if matter.closed_at is None:
            self._open.add(matter.id)

    def late(self, matters: Sequence[_Matter], before: Flags, after: Flags) -> None:
        self._found.clocks += len(matters)
        for matter in matters:
            self._touch(matter)
        self._found.late_before += int(before.sum())
        self._found.late_after += int(after.sum())
        self._late[0].extend(matters[number] for number in (after & ~before).nonzero()[0].tolist())
        self._late[1].extend(matters[number] for number in (before & ~after).nonzero()[0].tolist())

    def finished(self) -> Tried:
        found, (becomes, no_longer) = self._found, self._late
        found.moves = [
            Move(before, after, len(some), self._numbers(some))
            for (before, after), some in sorted(self._moves.items(), key=lambda item: -len(item[1]))
        ]
        moved = [matter for some in self._moves.values() for matter in some]
        found.moved = len(moved)
        found.still_open = len(self._open)
        found.becomes_late = Seen(len(becomes), self._numbers(becomes))
        found.no_longer_late = Seen(len(no_longer), self._numbers(no_longer))
        found.by_category = _parts((m.category for m in some) for some in (moved, becomes, no_longer))
        found.by_unit = _parts((m.unit or "" for m in some) for some in (moved, becomes, no_longer))
        return found

    def _numbers(self, matters: Sequence[_Matter]) -> tuple[str, ...]:
        return tuple(matter.number for matter in matters[: self._examples])


def _parts(three: Iterable[Iterable[str]]) -> list[Part]:
    moved, becomes, no_longer = (Counter(keys) for keys in three)
    found = [Part(key, moved[key], becomes[key], no_longer[key]) for key in {*moved, *becomes, *no_longer}]
    return sorted(found, key=lambda part: (-part.moved - part.becomes_late - part.no_longer_late, part.key))


# --- Routing ----------------------------------------------------------------------------------------------------------


def _route(books: _Books, matters: Sequence[_Matter], tally: _Tally) -> None:
    """Matters of one category, place and condition are asked about once, as long as no rule changes."""
    chosen: dict[tuple[Any, ...], tuple[str, str]] = {}
    for matter in matters:
        if type_of(matter.type, matter.type_version).names_unit:
            continue  # no rule chose its unit
        spans = (rules.spans(matter.on, "category", "routing") for rules in (books.now, books.draft))
        question = (matter.category, matter.area, matter.condition, *spans)
        if question not in chosen:
            chosen[question] = (_unit(books, books.now, matter), _unit(books, books.draft, matter))
        before, after = chosen[question]
        if before != after:
            tally.move(matter, before, after)


def _unit(books: _Books, rules: Rules, matter: _Matter) -> str:
    place = books.places.by_id.get(matter.area) if matter.area else None
    found = routed(rules, books.agencies, (matter.category, place, matter.condition or ""), matter.on)
    return found.unit if found else ""


# --- Limits -----------------------------------------------------------------------------------------------------------


def _count(scope: Scope, books: _Books, matters: Sequence[_Matter], tally: _Tally, *, calendar: bool) -> None:
    """Folds every clock that the draft touches twice: as it is, and as the draft would have it."""
    limits, on = _Limits(books), scope.today
    calendars = calendar_of(books.now, CITY_CALENDAR, on), calendar_of(books.draft, CITY_CALENDAR, on)
    touched = {one.id: one for one in matters if calendar or limits.differ(one)}
    found: list[_Matter] = []
    before: list[Sequence[Segment]] = []
    after: list[Sequence[Segment]] = []
    for matter, key, segments in _clocks(touched):
        at = segments[0].at if segments else matter.opened_at
        was, would = (_earliest(read, at, one) for read, one in zip(limits.of(matter, key), calendars, strict=True))
        if not calendar and was == would:
            continue
        found.append(matter)
        before.append(_under(segments, was, stated=_is_stated(segments)))
        after.append(_under(segments, would, stated=_is_stated(segments) or was != would))
    late_before = fold_many(before, calendars[0]).late_at(scope.now)
    late_after = fold_many(after, calendars[1]).late_at(scope.now)
    tally.late(found, late_before, late_after)


def _is_stated(segments: Sequence[Segment]) -> bool:
    """Whether a source stated the due moment, so that there is no limit of the clock's own."""
    return bool(segments) and segments[0].kind == "given"


def _under(segments: Sequence[Segment], limit: Limit | None, *, stated: bool) -> Sequence[Segment]:
    """The segments under a limit that replaces their own; as they are where it does not, nothing where none is left."""
    if not stated:
        return segments
    if limit is None:
        return segments if _is_stated(segments) else ()
    return replayed(segments, limit)


_Several = tuple[Limit, ...]
"""The limits that a clock may begin with: that of the class, and those of what the fields say."""


def _earliest(limits: _Several, at: datetime.datetime, calendar: WorkCalendar) -> Limit | None:
    """Of several the one whose term ends first, as a clock begins."""
    return min(limits, key=lambda one: end_of(one, at, calendar)) if len(limits) > 1 else next(iter(limits), None)


class _Limits:
    """The limits of a matter's clocks under both rulebooks, each question asked once."""

    def __init__(self, books: _Books) -> None:
        self._books = books
        self._known: dict[tuple[Any, ...], tuple[_Several, _Several]] = {}

    def of(self, matter: _Matter, key: str) -> tuple[_Several, _Several]:
        """The limits as the rulebook stands, and the draft's."""
        both = (self._books.now, self._books.draft)
        spans = (rules.spans(matter.on, "category", "limit") for rules in both)
        question = (matter.category, matter.condition, matter.said, key, *spans)
        if question not in self._known:
            was, would = (self._asked(rules, matter, key) for rules in both)
            self._known[question] = was, would
        return self._known[question]

    def differ(self, matter: _Matter) -> bool:
        """Whether any clock of the matter's type has other limits under the draft."""
        pairs = (self.of(matter, clock.key) for clock in type_of(matter.type, matter.type_version).clocks)
        return any(was != would for was, would in pairs)

    @staticmethod
    def _asked(rules: Rules, matter: _Matter, key: str) -> _Several:
        named = (rules.limit_named(one, key, matter.on) for one in matter.said)
        found = (rules.limit(matter.category, matter.condition or "", key, matter.on), *named)
        return tuple(Limit.from_content(one.content) for one in found if one is not None)


def _clocks(touched: Mapping[uuid.UUID, _Matter]) -> Iterable[tuple[_Matter, str, list[Segment]]]:
    """The clocks of these matters; one that would measure the due moment and has none ran from opening to closing."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOCKS, [list(touched)])
        rows = cursor.fetchall()
    clocked = set()
    for stream, key, written in rows:
        clocked.add((stream, key))
        segments = _loaded(written)
        yield touched[stream], key, segments
    for matter in touched.values():
        due = type_of(matter.type, matter.type_version).due_clock
        if due and (matter.id, due) not in clocked:
            ended = [Segment("stop", matter.closed_at)] if matter.closed_at else []
            yield matter, due, [Segment("given", matter.opened_at, due=_NEVER), *ended]


_NEVER = datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC)
"""When a matter without a limit falls due."""


def _loaded(written: Any) -> list[Segment]:
    return [Segment.from_json(one) for one in (json.loads(written) if isinstance(written, str) else written)]
