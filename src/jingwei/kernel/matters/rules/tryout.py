"""What other rules would have done to real matters, in figures: who would have gone where, what would be late.

Figures of one time are those of its parts, put together: a long time is tried piece by piece.
"""

import datetime
import time
import uuid
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.rules.comparing import Change, Compared, Difference, compare

IN_ALL = 2000
"""Matters named under all the ways together. The more ways the fewer under each, none where there are more of them."""

Sight = Callable[[Set[uuid.UUID]], Container[uuid.UUID]]
"""Tells of some matters which may be named."""

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
    in_sight: Sight = lambda keys: keys,
) -> Tried:
    """Tries a draft on the matters opened from one day until before another; names the newest of each kind that are in
    sight, so many at most. Three statements at most, beside those of `in_sight`."""
    began = time.monotonic()
    return _told(compare(scope, changes, since, until), examples, in_sight, began)


def _told(compared: Compared, examples: int, in_sight: Sight, began: float) -> Tried:
    ways: dict[tuple[str, str], list[Difference]] = {}
    for one in compared.differences:
        if one.way is not None:
            ways.setdefault(one.way, []).append(one)
    moved = [one for some in ways.values() for one in some]
    becomes = [one for one in compared.differences if one.becomes_late]
    no_longer = [one for one in compared.differences if one.no_longer_late]
    three = (moved, becomes, no_longer)
    few = _under_each(examples, len(ways))
    groups = [*((some, few) for some in ways.values()), (becomes, examples), (no_longer, examples)]
    *went, late, spared = _seen(groups, in_sight)
    return Tried(
        matters=compared.matters,
        moved=len(moved),
        moves=_moves(dict(zip(ways, went, strict=True))),
        clocks=sum(one.clocks for one in compared.differences),
        late_before=sum(one.late_before for one in compared.differences),
        late_after=sum(one.late_after for one in compared.differences),
        becomes_late=late,
        no_longer_late=spared,
        still_open=sum(one.matter.closed_at is None for one in compared.differences),
        by_category=_parts(Counter(one.matter.category for one in some) for some in three),
        by_unit=_parts(Counter(one.matter.unit or "" for one in some) for some in three),
        seconds=round(time.monotonic() - began, 2),
    )


def _under_each(examples: int, ways: int) -> int:
    """How many are named under each of so many ways. A part has no more ways than the whole, so it names what the whole
    names of it, or more."""
    return min(examples, IN_ALL // max(ways, 1))


def _seen(groups: Sequence[tuple[Sequence[Difference], int]], in_sight: Sight) -> list[Seen]:
    """Each group with the numbers of so many at most. Which are in sight is asked of as many first, then of eight times
    as many, as long as a group has too few."""
    named = [list[str]() for _ in groups]
    begun, ended = 0, 1
    while any(asked := [_piece(group, names, begun, ended) for group, names in zip(groups, named, strict=True)]):
        known = in_sight({one.matter.id for piece in asked for one in piece})
        for names, piece in zip(named, asked, strict=True):
            names += [one.matter.number for one in piece if one.matter.id in known]
        begun, ended = ended, 8 * ended
    return [Seen(len(some), tuple(names[:most])) for (some, most), names in zip(groups, named, strict=True)]


def _piece(
    group: tuple[Sequence[Difference], int], names: Sequence[str], begun: int, ended: int
) -> Sequence[Difference]:
    some, most = group
    return some[begun * most : ended * most] if len(names) < most else ()


def together(newer: Tried, older: Tried, examples: int = _EXAMPLES) -> Tried:
    """The figures of a time and of the time before it as if both had been tried at once, with so many examples."""
    ways: dict[tuple[str, str], list[Seen]] = {}
    for move in (*newer.moves, *older.moves):
        ways.setdefault((move.before, move.after), []).append(Seen(move.count, move.examples))
    few = _under_each(examples, len(ways))
    return Tried(
        matters=newer.matters + older.matters,
        moved=newer.moved + older.moved,
        moves=_moves({way: _added(some, few) for way, some in ways.items()}),
        clocks=newer.clocks + older.clocks,
        late_before=newer.late_before + older.late_before,
        late_after=newer.late_after + older.late_after,
        becomes_late=_added((newer.becomes_late, older.becomes_late), examples),
        no_longer_late=_added((newer.no_longer_late, older.no_longer_late), examples),
        still_open=newer.still_open + older.still_open,
        by_category=_parts(_counted((*newer.by_category, *older.by_category))),
        by_unit=_parts(_counted((*newer.by_unit, *older.by_unit))),
        seconds=round(newer.seconds + older.seconds, 2),
    )


def _added(some: Sequence[Seen], most: int) -> Seen:
    """The newer first."""
    return Seen(sum(one.count for one in some), tuple(number for one in some for number in one.examples)[:most])


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
