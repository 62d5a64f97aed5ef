"""What other rules would have done to real matters, in figures: who would have gone where, what would be late.

Figures of one time are those of its parts, put together: a long time is tried piece by piece.
"""

import datetime
import time
import uuid
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.rules.comparing import Change, Compared, Difference, compare

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """How many matters, and the numbers of the newest few."""

    count: int = 0
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """So many matters would go from one unit to another; "" is nobody."""

    before: str
    after: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The same for one category, or one unit (the one that has the matters)."""

    key: str
    moved: int = 0
    becomes_late: int = 0
    no_longer_late: int = 0


@dataclass(frozen=True, slots=True)
class Tried:
    """What came out. `clocks` are those that the draft counts otherwise, late before and after among them; all else
    counts matters."""

    matters: int = 0
    moved: int = 0
    moves: tuple[Move, ...] = ()
    clocks: int = 0
    late_before: int = 0
    late_after: int = 0
    becomes_late: Seen = Seen()
    no_longer_late: Seen = Seen()
    still_open: int = 0  # of the matters that the draft would treat otherwise
    by_category: tuple[Part, ...] = ()
    by_unit: tuple[Part, ...] = ()
    seconds: float = field(default=0.0, compare=False)


def try_out(
    scope: Scope,
    changes: Sequence[Change],
    since: datetime.date,
    until: datetime.date | None = None,
    *,
    examples: int = _EXAMPLES,
    named: Container[uuid.UUID] | None = None,
) -> Tried:
    """Tries a draft on the matters opened from one day until before another; names the newest of each kind, so many and
    of these alone where it is said which may be `named`. Three statements at most."""
    began = time.monotonic()
    compared = compare(scope, changes, since, until)
    return _told(compared, examples, named, began)


def _told(compared: Compared, examples: int, named: Container[uuid.UUID] | None, began: float) -> Tried:
    def seen(some: Sequence[Difference]) -> Seen:
        numbers = (one.matter.number for one in some if named is None or one.matter.id in named)
        return Seen(len(some), tuple(islice(numbers, examples)))

    ways: dict[tuple[str, str], list[Difference]] = {}
    for one in compared.differences:
        if one.way is not None:
            ways.setdefault(one.way, []).append(one)
    moved = [one for some in ways.values() for one in some]
    becomes = [one for one in compared.differences if one.becomes_late]
    no_longer = [one for one in compared.differences if one.no_longer_late]
    three = (moved, becomes, no_longer)
    return Tried(
        matters=compared.matters,
        moved=len(moved),
        moves=_moves({way: seen(some) for way, some in ways.items()}),
        clocks=sum(one.clocks for one in compared.differences),
        late_before=sum(one.late_before for one in compared.differences),
        late_after=sum(one.late_after for one in compared.differences),
        becomes_late=seen(becomes),
        no_longer_late=seen(no_longer),
        still_open=sum(one.matter.closed_at is None for one in compared.differences),
        by_category=_parts(Counter(one.matter.category for one in some) for some in three),
        by_unit=_parts(Counter(one.matter.unit or "" for one in some) for some in three),
        seconds=round(time.monotonic() - began, 2),
    )


def together(newer: Tried, older: Tried, examples: int = _EXAMPLES) -> Tried:
    """The figures of a time and of the time before it as if both had been tried at once, with so many examples."""

    def seen(one: Seen, other: Seen) -> Seen:
        return Seen(one.count + other.count, (*one.examples, *other.examples)[:examples])

    ways: dict[tuple[str, str], Seen] = {}
    for move in (*newer.moves, *older.moves):
        way = (move.before, move.after)
        ways[way] = seen(ways.get(way, Seen()), Seen(move.count, move.examples))
    return Tried(
        matters=newer.matters + older.matters,
        moved=newer.moved + older.moved,
        moves=_moves(ways),
        clocks=newer.clocks + older.clocks,
        late_before=newer.late_before + older.late_before,
        late_after=newer.late_after + older.late_after,
        becomes_late=seen(newer.becomes_late, older.becomes_late),
        no_longer_late=seen(newer.no_longer_late, older.no_longer_late),
        still_open=newer.still_open + older.still_open,
        by_category=_parts(_counted((*newer.by_category, *older.by_category))),
        by_unit=_parts(_counted((*newer.by_unit, *older.by_unit))),
        seconds=round(newer.seconds + older.seconds, 2),
    )


def _moves(ways: Mapping[tuple[str, str], Seen]) -> tuple[Move, ...]:
    """The most first."""
    ordered = sorted(ways.items(), key=lambda item: (-item[1].count, item[0]))
    return tuple(Move(before, after, some.count, some.examples) for (before, after), some in ordered)


def _parts(three: Iterable[Counter[str]]) -> tuple[Part, ...]:
    """What moved, becomes late and is no longer late, by key; the most first."""
    moved, becomes, no_longer = three
    found = [Part(key, moved[key], becomes[key], no_longer[key]) for key in {*moved, *becomes, *no_longer}]
    return tuple(sorted(found, key=lambda part: (-part.moved - part.becomes_late - part.no_longer_late, part.key)))


def _counted(parts: Sequence[Part]) -> Iterable[Counter[str]]:
    """Back from parts to what they were counted from."""
    for name in ("moved", "becomes_late", "no_longer_late"):
        found = Counter[str]()
        for part in parts:
            found[part.key] += getattr(part, name)
        yield found
