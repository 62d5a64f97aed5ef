"""Each matter under other rules: where it would have gone, and which of its clocks would be late. Writes nothing.

The draft counts as having always held. Rules are compared with rules: the unit that today's routing chooses with the
one the draft chooses; each clock's own limit (where a source stated the due moment: today's limit) with the draft's.
"""

import datetime
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from jingwei.kernel.agencies.snapshot import Agencies, agencies_of
from jingwei.kernel.clocks.bulk_fold import fold_many
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

_MATTERS = """SELECT matter.id, matter.number, matter.type, matter.type_version, matter.category, matter.area_id,
unit.code, matter.opened_at, matter.closed_at,
coalesce(convert_from(entry.body, 'UTF8')::jsonb #>> '{facts,condition}', detail.fields ->> %s),
ARRAY(SELECT key || '=' || value FROM jsonb_each_text(detail.fields) WHERE key = ANY(%s) ORDER BY key)
FROM matters_matter matter JOIN matters_detail detail ON detail.matter_id = matter.id
LEFT JOIN agencies_unit unit ON unit.id = matter.unit_id
LEFT JOIN ledger_entry entry ON entry.stream = matter.id AND entry.seq = 1
AND position('"condition":'::bytea in entry.body) > 0
WHERE matter.opened_at >= %s AND (%s::timestamptz IS NULL OR matter.opened_at < %s)
ORDER BY matter.opened_at DESC, matter.id DESC"""
_OPENED_AT = 7
_CLOCKS = "SELECT stream_id, key, segments FROM clocks_clock WHERE stream_id = ANY(%s) ORDER BY stream_id, key"


@dataclass(frozen=True, slots=True)
class RealMatter:
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


@dataclass(slots=True)
class Difference:
    """One matter that the draft would treat otherwise. A way leads from one unit to another, "" is nobody; clocks are
    those that are counted otherwise, late before and after among them; of two the keys."""

    matter: RealMatter
    way: tuple[str, str] | None = None
    clocks: int = 0
    late_before: int = 0
    late_after: int = 0
    becomes_late: list[str] = field(default_factory=list)
    no_longer_late: list[str] = field(default_factory=list)

    def count(self, clock: str, *, before: bool, after: bool) -> None:
        """One of its clocks is counted otherwise: whether it is late as it is, and under the draft."""
        self.clocks += 1
        self.late_before += before
        self.late_after += after
        if after and not before:
            self.becomes_late.append(clock)
        if before and not after:
            self.no_longer_late.append(clock)


@dataclass(frozen=True, slots=True)
class Compared:
    """How many matters there were, and those that the draft would treat otherwise, the newest first."""

    matters: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Books:
    """The rulebook as it stands and as the draft would have it."""

    now: Rules
    draft: Rules
    places: Places
    agencies: Agencies


def compare(
    scope: Scope, changes: Sequence[Change], since: datetime.date, until: datetime.date | None = None
) -> Compared:
    """Holds a draft against the matters opened from one day until before another. Three statements at most."""
    books = _Books(rules_of(scope), rules_of(scope).changed(changes, "draft"), places_of(scope), agencies_of(scope))
    matters = _matters(scope, since, until)
    found = _Differences()
    parameters = {parameter for parameter, _, _ in changes}
    if parameters & {"routing", "category"}:
        _route(books, matters, found)
    if parameters & {"limit", "calendar", "category"}:
        _count(scope, books, matters, found, calendar="calendar" in parameters)
    return Compared(len(matters), tuple(found[one.id] for one in matters if one.id in found))


class _Differences(dict[uuid.UUID, Difference]):
    """The matters that the draft would treat otherwise, as they come up."""

    def of(self, matter: RealMatter) -> Difference:
        return self.setdefault(matter.id, Difference(matter))


# --- Which matters ----------------------------------------------------------------------------------------------------


_NEWEST = """SELECT opened_at FROM matters_matter WHERE opened_at >= %s AND (%s::timestamptz IS NULL OR opened_at < %s)
ORDER BY opened_at DESC OFFSET %s LIMIT 1"""


def in_parts(
    scope: Scope, since: datetime.date, until: datetime.date | None, most: int
) -> Iterator[tuple[datetime.date, datetime.date | None]]:
    """The time from one day until before another, part by part, the newest first: from which day until before which."""
    while True:
        reached = within_reach(scope, since, until, most)
        yield reached, until
        if reached <= since:
            return
        until = reached


def within_reach(scope: Scope, since: datetime.date, until: datetime.date | None, most: int) -> datetime.date:
    """The first day from which no more than `most` matters were opened: `since`, unless there were more. Days stay
    whole: the one on which the limit is passed is left out, unless it is the newest and nothing else would be left."""
    passed = _opened_on(scope, since, until, most)
    if passed is None:
        return since
    alone = passed == _opened_on(scope, since, until, 0)
    return passed if alone else passed + datetime.timedelta(days=1)


def _opened_on(scope: Scope, since: datetime.date, until: datetime.date | None, before: int) -> datetime.date | None:
    """The day of the newest matter but so many."""
    first, last = midnights(scope, since, until)
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [first, last, last, before])
        row = cursor.fetchone()
    return scope.day_of(row[0]) if row else None


def midnights(scope: Scope, *days: datetime.date | None) -> list[datetime.datetime | None]:
    """The moments at which these days begin in the city."""
    return [datetime.datetime.combine(day, datetime.time(), scope.zone) if day else None for day in days]


def _matters(scope: Scope, since: datetime.date, until: datetime.date | None) -> list[RealMatter]:
    first, last = midnights(scope, since, until)
    with connection.cursor() as cursor:
        cursor.execute(_MATTERS, [CONDITION, _keys_with_limits(), first, last, last])
        return [RealMatter(*(*row[:-1], tuple(row[-1]), scope.day_of(row[_OPENED_AT]))) for row in cursor.fetchall()]


def _keys_with_limits() -> list[str]:
    """The fields of which a choice may have limits of its own (`request=consult`)."""
    return sorted({one.key for matter_type in all_types() for one in matter_type.fields if one.limits})


# --- Routing ----------------------------------------------------------------------------------------------------------


def _route(books: _Books, matters: Sequence[RealMatter], found: _Differences) -> None:
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
            found.of(matter).way = before, after


def _unit(books: _Books, rules: Rules, matter: RealMatter) -> str:
    place = books.places.by_id.get(matter.area) if matter.area else None
    found = routed(rules, books.agencies, (matter.category, place, matter.condition or ""), matter.on)
    return found.unit if found else ""


# --- Limits -----------------------------------------------------------------------------------------------------------


def _count(scope: Scope, books: _Books, matters: Sequence[RealMatter], found: _Differences, *, calendar: bool) -> None:
    """Folds every clock that the draft touches twice: as it is, and as the draft would have it."""
    limits, on = _Limits(books), scope.today
    calendars = calendar_of(books.now, CITY_CALENDAR, on), calendar_of(books.draft, CITY_CALENDAR, on)
    touched = {one.id: one for one in matters if calendar or limits.differ(one)}
    told: list[tuple[RealMatter, str]] = []
    before: list[Sequence[Segment]] = []
    after: list[Sequence[Segment]] = []
    for matter, key, segments in _clocks(touched):
        at = segments[0].at if segments else matter.opened_at
        was, would = (_earliest(read, at, one) for read, one in zip(limits.of(matter, key), calendars, strict=True))
        if not calendar and was == would:
            continue
        told.append((matter, key))
        before.append(_under(segments, was, stated=_is_stated(segments)))
        after.append(_under(segments, would, stated=_is_stated(segments) or was != would))
    late_before = fold_many(before, calendars[0]).late_at(scope.now).tolist()
    late_after = fold_many(after, calendars[1]).late_at(scope.now).tolist()
    for (matter, key), was_late, would_be in zip(told, late_before, late_after, strict=True):
        found.of(matter).count(key, before=was_late, after=would_be)


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

    def of(self, matter: RealMatter, key: str) -> tuple[_Several, _Several]:
        """The limits as the rulebook stands, and the draft's."""
        both = (self._books.now, self._books.draft)
        spans = (rules.spans(matter.on, "category", "limit") for rules in both)
        question = (matter.category, matter.condition, matter.said, key, *spans)
        if question not in self._known:
            was, would = (self._asked(rules, matter, key) for rules in both)
            self._known[question] = was, would
        return self._known[question]

    def differ(self, matter: RealMatter) -> bool:
        """Whether any clock of the matter's type has other limits under the draft."""
        pairs = (self.of(matter, clock.key) for clock in type_of(matter.type, matter.type_version).clocks)
        return any(was != would for was, would in pairs)

    @staticmethod
    def _asked(rules: Rules, matter: RealMatter, key: str) -> _Several:
        named = (rules.limit_named(one, key, matter.on) for one in matter.said)
        found = (rules.limit(matter.category, matter.condition or "", key, matter.on), *named)
        return tuple(Limit.from_content(one.content) for one in found if one is not None)


def _clocks(touched: Mapping[uuid.UUID, RealMatter]) -> Iterable[tuple[RealMatter, str, list[Segment]]]:
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
