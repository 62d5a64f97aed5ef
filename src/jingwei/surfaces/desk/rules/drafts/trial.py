"""A draft tried on the matters of the last quarter: what would have gone elsewhere, what would have been late."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.rules.tryout import Change, Seen, Tried, try_out, within_reach
from jingwei.kernel.reads.note import Seen as Noted
from jingwei.kernel.reads.note import seen
from jingwei.kernel.rulebook.models import DraftChange
from jingwei.kernel.values.words import Text
from jingwei.surfaces.desk.queries import category_title
from jingwei.surfaces.desk.rules.values import unit_title

QUARTER = datetime.timedelta(days=91)
MOST = 20_000
"""Matters tried while somebody waits, some seconds of work; more are tried at the console (`jingwei rules try`)."""

NAMED = 40
"""Matters named under each heading."""

TRIED = ("category", "limit", "routing", "calendar")
"""Parameters that decide where a matter goes and when it is due."""

_NOBODY = Text("无人承办", "nobody")


@dataclass(frozen=True, slots=True)
class Line:
    """One matter that the draft would have treated otherwise."""

    number: str
    category: Text
    opened_at: datetime.datetime
    is_open: bool


@dataclass(frozen=True, slots=True)
class Some:
    """So many matters under one heading, with those of them that the reader may see."""

    title: Text
    count: int
    lines: tuple[Line, ...]

    @property
    def others(self) -> int:
        """How many are not named: beyond the first, or out of the reader's sight."""
        return self.count - len(self.lines)


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it, `since` the day that was reached; `shown` goes into the read log."""

    found: Tried
    since: datetime.date
    shortened: bool
    moves: tuple[Some, ...]
    late: tuple[Some, Some]
    classes: tuple[tuple[Text, int, int, int], ...]
    shown: tuple[Noted, ...]


def trial_of(scope: Scope, rows: Sequence[DraftChange], since: datetime.date, until: datetime.date | None) -> Trial:
    """Counts all matters of the time, wherever they lie; names those in the reader's sight. Five statements."""
    reached = within_reach(scope, since, until, MOST)
    changes: list[Change] = [(row.parameter, row.subject, row.content) for row in rows if row.parameter in TRIED]
    found = try_out(scope, changes, reached, until, examples=NAMED)
    late = (found.becomes_late, found.no_longer_late)
    named = [*(move.examples for move in found.moves), *(one.examples for one in late)]
    numbers = {number for examples in named for number in examples}
    matters = {one.number: one for one in Matter.objects.filter(in_scope(scope.actor), number__in=numbers)}
    moves = [
        _some(scope, _way(scope, move.before, move.after), Seen(move.count, move.examples), matters)
        for move in found.moves
    ]
    return Trial(
        found=found,
        since=reached,
        shortened=reached != since,
        moves=tuple(moves),
        late=(
            _some(scope, Text("会变成逾期的", "Would become late"), found.becomes_late, matters),
            _some(scope, Text("不再逾期的", "Would no longer be late"), found.no_longer_late, matters),
        ),
        classes=tuple(
            (category_title(scope, part.key), part.moved, part.becomes_late, part.no_longer_late)
            for part in found.by_category[:NAMED]
        ),
        shown=tuple(seen(one) for one in matters.values()),
    )


def _way(scope: Scope, before: str, after: str) -> Text:
    one, other = (unit_title(scope, code) if code else _NOBODY for code in (before, after))
    return Text(f"{one.zh} → {other.zh}", f"{one.en} → {other.en}")


def _some(scope: Scope, title: Text, found: Seen, matters: dict[str, Matter]) -> Some:
    in_sight: Iterable[Matter] = (matters[number] for number in found.examples if number in matters)
    lines = (
        Line(one.number, category_title(scope, one.category), one.opened_at, one.closed_at is None) for one in in_sight
    )
    return Some(title, found.count, tuple(lines))
