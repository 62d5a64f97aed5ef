"""One run of a feed over one file: everything checked first, then bounded batches, then the answer from what stands."""

import datetime
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from jingwei.kernel.commands.actor import Actor, system
from jingwei.kernel.commands.beside import Hands, side_by_side
from jingwei.kernel.commands.bulk import Keyed, execute_many
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading, whole_milliseconds
from jingwei.kernel.feeds.answer import answer
from jingwei.kernel.feeds.definition import Feed
from jingwei.kernel.feeds.plan import Planner, differences, matter_id, originals
from jingwei.kernel.feeds.rows import Stated, read_rows
from jingwei.kernel.matters.commands import ReportMatter
from jingwei.kernel.matters.models import ExternalNumber, Link, Matter, Step
from jingwei.kernel.matters.personal.statements import keyed_statement
from jingwei.kernel.values.errors import Refusal
from jingwei.kernel.values.ids import IdSource, derived_ids, system_ids

ROWS_A_BATCH = 1000

Progress = Callable[[str, int, int], None]
"""Called with the phase ("read", "write", "link"), rows done and rows in all (0: not known yet)."""


@dataclass(slots=True)
class Tally:
    """What this run did, as opposed to what now stands."""

    rows: int = 0
    imported: int = 0
    changed: int = 0
    unchanged: int = 0
    clashes: int = 0
    closed_there: int = 0  # live: new to us, but over at the source; nothing is left to do
    rejected: Counter[str] = field(default_factory=Counter)
    rejects: list[tuple[int, str, str]] = field(default_factory=list)  # row, key, reason in English

    def reject(self, row: Stated, refusal: Refusal) -> None:
        """A row that was not taken, with its reason."""
        self.rejected[f"{type(refusal).__name__.lower()}:{refusal.place or 'row'}"] += 1
        self.rejects.append((row.row, row.key, str(refusal)))


def import_actor(feed: Feed) -> Actor:
    """The named part of the system that records what a feed states; of a live feed the city is told."""
    grants = ("matter.report", "matter.read", "matter.give_limit", "matter.link", "matter.restate", "matter.state")
    return system(f"import:{feed.name}", *grants, history=feed.mode == "history")


def import_file(
    city: str,
    feed: Feed,
    file: Path,
    *,
    recorded_at: datetime.datetime | None = None,
    progress: Progress = lambda *_: None,
    processes: int = 1,
) -> dict[str, Any]:
    """Imports a file and gives the answer of `jingwei import events --json`, with `rejects` beside it.

    Raises DamagedFile before anything is changed. A run that is killed may be started again with the same file: rows
    that stand are left alone, and under the same `recorded_at` the same bytes are written, by however many processes.
    """
    began = time.monotonic()
    rows = []
    with Hands(processes) as hands:
        for row in read_rows(feed, file):
            rows.append(row)
            if len(rows) == ROWS_A_BATCH + 1:
                hands.begin()
            if len(rows) % 5000 == 0:
                progress("read", len(rows), 0)
        run = _Run(Hand(Planner(city, feed), whole_milliseconds(recorded_at)), progress, hands)
        run.write(rows)
    found = run.link(rows)
    with reading(run.actor) as scope:
        stands = answer(scope, feed, [row.key for row in rows], {row.key: row.verdict for row in rows if row.verdict})
    tally = run.tally
    return {
        "rows": tally.rows,
        "imported": tally.imported,
        "changed": tally.changed,
        "unchanged": tally.unchanged,
        "clashes": tally.clashes,
        **({"closed_there": tally.closed_there} if feed.mode == "live" else {}),
        "rejected": dict(tally.rejected),
        **stands,
        "duplicates": found,
        "seconds": round(time.monotonic() - began, 3),
        "rejects": sorted(tally.rejects),
    }


@dataclass(frozen=True, slots=True)
class Hand:
    """Carries out what rows state, each row whole or not at all: the same in this process and in one beside it."""

    plan: Planner
    now: datetime.datetime

    @property
    def actor(self) -> Actor:
        """Who records it."""
        return import_actor(self.plan.feed)

    @property
    def ids(self) -> IdSource:
        """Derived, a resumed run writes the same bytes; but what may hold a contact is salted by chance."""
        return derived_ids if self.plan.feed.mode == "history" else system_ids

    def matter_of(self, row: Stated) -> uuid.UUID:
        """The id of the matter that a new row becomes."""
        return matter_id(derived_ids, self.plan.key(row.key, "reported"), self.now)

    def new(self, rows: Sequence[Stated]) -> list[Refusal | None]:
        """New rows become matters; gives why not, a row each."""
        return self.carry_out(rows, lambda row: self.plan.new_row(row, self.matter_of(row)))

    def carry_out(self, rows: Sequence[Stated], planned: Callable[[Stated], Sequence[Keyed]]) -> list[Refusal | None]:
        """Carries out the commands of all rows; gives the first refusal of each. What can be seen to be unfit before
        any of a row's commands is sent is refused then."""
        refusals = [self.unfit(row) for row in rows]
        plans = [planned(row) if refusal is None else () for row, refusal in zip(rows, refusals, strict=True)]
        commands = [keyed for plan in plans for keyed in plan]
        outcomes = iter(execute_many(self.actor, commands, now=self.now, ids=self.ids) if commands else ())
        for place, plan in enumerate(plans):
            refused = [outcome.refusal for outcome in islice(outcomes, len(plan)) if outcome.refusal]
            refusals[place] = refusals[place] or next(iter(refused), None)
        return refusals

    def unfit(self, row: Stated) -> Refusal | None:
        """What can be seen to be wrong with a row before any of its commands is sent."""
        try:
            self.plan.check(row)
        except Refusal as refusal:
            return refusal
        return None


class _Run:
    """A run under way."""

    def __init__(self, hand: Hand, progress: Progress, hands: Hands) -> None:
        self.actor = hand.actor
        self.tally = Tally()
        self._hand = hand
        self._plan = hand.plan
        self._feed = hand.plan.feed
        self._progress = progress
        self._hands = hands
        with reading(self.actor):
            known = ExternalNumber.objects.filter(source=self._feed.source).values_list("number", "matter_id", "digest")
            self._known: dict[str, tuple[uuid.UUID, bytes]] = {
                number: (matter, keyed_statement(bytes(digest or b"")))
                for number, matter, digest in known.iterator(chunk_size=10_000)
            }

    def write(self, rows: Sequence[Stated]) -> None:
        """New and changed rows, in bounded batches; a number stands once in a file, so no row waits for another."""
        new = [row for row in rows if row.key not in self._known]
        changed = [row for row in rows if row.key in self._known and self._known[row.key][1] != row.digest]
        self.tally.rows, self.tally.unchanged = len(rows), len(rows) - len(new) - len(changed)
        if self._feed.mode == "live":
            self.tally.closed_there = sum(row.is_closed for row in new)
            new = [row for row in new if not row.is_closed]
        done = len(rows) - len(new) - len(changed)
        self._progress("write", done, len(rows))
        for batch, refusals in side_by_side(self._hand.new, _batches(new), self._hands):
            self.tally.imported += self._note(batch, refusals)
            done += len(batch)
            self._progress("write", done, len(rows))
        for batch in _batches(changed):
            self._write_changed(batch)
            done += len(batch)
            self._progress("write", done, len(rows))

    def _note(self, rows: Sequence[Stated], refusals: Sequence[Refusal | None]) -> int:
        """Remembers the rows that were taken, and of which matter each is; gives their number."""
        taken = 0
        for row, refusal in zip(rows, refusals, strict=True):
            if refusal is not None:
                self.tally.reject(row, refusal)
                continue
            matter = self._known[row.key][0] if row.key in self._known else self._hand.matter_of(row)
            self._known[row.key] = (matter, row.digest)
            taken += 1
        return taken

    def _write_changed(self, rows: Sequence[Stated]) -> None:
        with reading(self.actor):
            ids = [self._known[row.key][0] for row in rows]
            matters = {matter.pk: matter for matter in Matter.objects.filter(pk__in=ids)}
            local = set(
                Step.objects.filter(matter_id__in=ids)
                .exclude(actor=self.actor.reference)
                .values_list("matter_id", flat=True)
            )
        of_row = {row.key: matters[self._known[row.key][0]] for row in rows}
        clashing = {row.key: row for row in rows if of_row[row.key].pk in local and self._hand.unfit(row) is None}
        for row in clashing.values():
            self._clash(row, of_row[row.key])
        free = [row for row in rows if row.key not in clashing]
        refusals = self._hand.carry_out(free, lambda row: self._plan.changed_row(row, of_row[row.key]))
        self.tally.changed += self._note(free, refusals)

    def _clash(self, row: Stated, matter: Matter) -> None:
        """Staff have worked on the matter: what the source says now becomes a task, once, and never an overwrite."""
        self.tally.clashes += 1
        key = self._plan.key(row.key, f"clash:{row.digest.hex()[:16]}")
        task = matter_id(derived_ids, key, matter.opened_at)
        with reading(self.actor):
            if Matter.objects.filter(pk=task).exists():
                return
        difference = differences(row, matter)
        fields = {
            "title": f"{self._feed.name} {row.key}",
            "number": row.key,
            "matter": matter.number,
            "difference": f"{difference.zh}\n{difference.en}",
        }
        command = ReportMatter(
            matter_id=task,
            type="feed_clash",
            category=matter.category,
            fields=fields,
            channel="feed",
            point=row.point,
        )
        try:
            execute(system(f"feed:{self._feed.name}", "matter.report"), command, key, ids=derived_ids)
        except Refusal as refusal:
            self.tally.reject(row, refusal)

    def link(self, rows: Sequence[Stated]) -> dict[str, int]:
        """Links rows to the originals they name, once all rows stand; gives what was found."""
        pairs, selves, missing = originals(rows, {key: matter for key, (matter, _) in self._known.items()})
        pairs = [(row, other) for row, other in pairs if row.key in self._known]
        with reading(self.actor):
            mine = [self._known[row.key][0] for row, _ in pairs]
            linked = set(
                Link.objects.filter(matter_id__in=mine, kind="duplicate_of").values_list("matter_id", "other_id")
            )
        wanted = [(row, other) for row, other in pairs if (self._known[row.key][0], other) not in linked]
        done = 0
        for batch in _batches(wanted):
            commands = [self._plan.link(row, self._known[row.key][0], other) for row, other in batch]
            for (row, _), outcome in zip(
                batch, execute_many(self.actor, commands, now=self._hand.now, ids=self._hand.ids), strict=True
            ):
                if outcome.refusal:
                    self.tally.reject(row, outcome.refusal)
            done += len(batch)
            self._progress("link", done, len(wanted))
        return {"linked": len(pairs), "self": selves, "original_missing": missing}


Row = TypeVar("Row")


def _batches(rows: Sequence[Row]) -> list[Sequence[Row]]:
    return [rows[start : start + ROWS_A_BATCH] for start in range(0, len(rows), ROWS_A_BATCH)]
