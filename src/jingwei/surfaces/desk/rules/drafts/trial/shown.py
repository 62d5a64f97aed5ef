"""A trial as its page shows it: how far it went, what would have gone elsewhere, what would have been late."""

import datetime
import uuid
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import partial

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.rules.comparing import within_reach
from jingwei.kernel.matters.rules.tryout import Move, Seen, Tried, together, try_out
from jingwei.kernel.reads.note import Seen as Noted
from jingwei.kernel.reads.note import seen
from jingwei.kernel.values.words import Text
from jingwei.surfaces.desk.queries import category_title
from jingwei.surfaces.desk.rules.drafts.trial.carried import Asked, Went, carried
from jingwei.surfaces.desk.rules.values import unit_title

MOST = 20_000
"""Matters tried at once while somebody waits, some seconds of work; never less than a day's."""

NAMED = 40
"""Matters named under each heading, at most."""

WAYS = 200
"""Ways from unit to unit shown one by one, those of the most matters."""

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
    """So many matters under one heading, with the newest of those that the reader may see; `mark` names it."""

    mark: str
    title: Text
    count: int
    lines: tuple[Line, ...]

    @property
    def others(self) -> int:
        """How many are not named: beyond the first, or out of the reader's sight."""
        return self.count - len(self.lines)


@dataclass(frozen=True, slots=True)
class Trial:
    """What has come of it by now: the matters opened since the day `reached`, `done` of so many `days`.

    `rest`: how many ways are not shown one by one, and their matters. `carried` goes on from here; `shown` goes into
    the read log.
    """

    found: Tried
    reached: datetime.date
    done: int
    days: int
    carried: str
    moves: tuple[Some, ...]
    rest: tuple[int, int]
    late: tuple[Some, Some]
    classes: tuple[tuple[Text, int, int, int], ...]
    shown: tuple[Noted, ...]

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing older to be tried."""
        return self.done == self.days


def go_on(asked: Asked, went: Went | None) -> Went:
    """Tries the next part, the newest where nothing was tried, and adds it up. Six statements, some more where few are
    in sight."""
    until = went.reached if went else asked.until
    reached = within_reach(asked.scope, asked.since, until, MOST)
    sight = partial(_in_sight, asked.scope)
    part = try_out(asked.scope, asked.changes, reached, until, examples=NAMED, in_sight=sight)
    return Went(reached, together(went.found, part, NAMED) if went else part)


def _in_sight(scope: Scope, keys: Set[uuid.UUID]) -> Set[uuid.UUID]:
    """Those that the reader may see: of no other is the number told, or carried on."""
    return set(Matter.objects.filter(in_scope(scope.actor), pk__in=keys).values_list("pk", flat=True))


def trial_of(asked: Asked, went: Went) -> Trial:
    """In words. One statement."""
    scope, found = asked.scope, went.found
    ways, rest = found.moves[:WAYS], found.moves[WAYS:]
    late = (found.becomes_late, found.no_longer_late)
    named = [*(move.examples for move in ways), *(one.examples for one in late)]
    numbers = {number for examples in named for number in examples}
    matters = {one.number: one for one in Matter.objects.filter(in_scope(scope.actor), number__in=numbers)}
    moves = [
        _some(scope, f"way-{move.before}-{move.after}", _way(scope, move), Seen(move.count, move.examples), matters)
        for move in ways
    ]
    days = max((asked.ends - asked.since).days, 1)
    return Trial(
        found=found,
        reached=went.reached,
        done=days if went.reached <= asked.since else max((asked.ends - went.reached).days, 0),
        days=days,
        carried=carried(asked, went),
        moves=tuple(moves),
        rest=(len(rest), sum(move.count for move in rest)),
        late=(
            _some(scope, "late", Text("会变成逾期的", "Would become late"), found.becomes_late, matters),
            _some(scope, "spared", Text("不再逾期的", "Would no longer be late"), found.no_longer_late, matters),
        ),
        classes=tuple(
            (category_title(scope, part.key), part.moved, part.becomes_late, part.no_longer_late)
            for part in found.by_category[:NAMED]
        ),
        shown=tuple(seen(one) for one in matters.values()),
    )


def _way(scope: Scope, move: Move) -> Text:
    one, other = unit_or_nobody(scope, move.before), unit_or_nobody(scope, move.after)
    return Text(f"{one.zh} → {other.zh}", f"{one.en} → {other.en}")


def unit_or_nobody(scope: Scope, code: str) -> Text:
    """The unit's name; that there is none."""
    return unit_title(scope, code) if code else _NOBODY


def _some(scope: Scope, mark: str, title: Text, found: Seen, matters: dict[str, Matter]) -> Some:
    in_sight: Iterable[Matter] = (matters[number] for number in found.examples if number in matters)
    lines = (
        Line(one.number, category_title(scope, one.category), one.opened_at, one.closed_at is None) for one in in_sight
    )
    return Some(mark, title, found.count, tuple(lines))
