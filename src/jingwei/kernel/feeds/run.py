"""One run of a feed over one file: everything checked first, then bounded batches, then the answer from what stands."""

import datetime
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jingwei.kernel.commands.actor import Actor, system
from jingwei.kernel.commands.bulk import Keyed, execute_many
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading, whole_milliseconds
from jingwei.kernel.feeds.answer import answer
from jingwei.kernel.feeds.definition import Feed
from jingwei.kernel.feeds.plan import Planner, differences, matter_id, originals
from jingwei.kernel.feeds.rows import Stated, read_rows
from jingwei.kernel.matters.commands import ReportMatter
from jingwei.kernel.matters.models import ExternalNumber, Link, Matter, Step
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
) -> dict[str, Any]:
    """Imports a file and gives the answer of `jingwei import events --json`, with `rejects` beside it.

    Raises DamagedFile before anything is changed. A run that is killed may be started again with the same file: rows
    that stand are left alone, and under the same `recorded_at` the same bytes are written.
    """
    began = time.monotonic()
    rows = []
    for row in read_rows(feed, file):
        rows.append(row)
        if len(rows) % 5000 == 0:
            progress("read", len(rows), 0)
    run = _Run(city, feed, whole_milliseconds(recorded_at), progress)
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
        "rejects": tally.rejects,
    }


class _Run:
    """A run under way."""

    def __init__(self, city: str, feed: Feed, now: datetime.datetime, progress: Progress) -> None:
        self.actor = import_actor(feed)
        self.tally = Tally()
        self._plan = Planner(city, feed)
        self._feed = feed
        # derived, a resumed run writes the same bytes; but what may hold a contact is salted by chance
        self._ids: IdSource = derived_ids if feed.mode == "history" else system_ids
        self._now = now
        self._progress = progress
        with reading(self.actor):
            known = ExternalNumber.objects.filter(source=feed.source).values_list("number", "matter_id", "digest")
            self._known: dict[str, tuple[uuid.UUID, bytes]] = {
                number: (matter, bytes(digest or b"")) for number, matter, digest in known.iterator(chunk_size=10_000)
            }

    def write(self, rows: Sequence[Stated]) -> None:
        """New and changed rows, in bounded batches."""
        self.tally.rows = len(rows)
        for start in range(0, len(rows), ROWS_A_BATCH):
            batch = rows[start : start + ROWS_A_BATCH]
            new = [row for row in batch if row.key not in self._known]
            if self._feed.mode == "live":
                self.tally.closed_there += sum(row.is_closed for row in new)
                new = [row for row in new if not row.is_closed]
            changed = [row for row in batch if row.key in self._known and self._known[row.key][1] != row.digest]
            self.tally.unchanged += sum(row.key in self._known for row in batch) - len(changed)
            self._write_new(self._sound(new))
            self._write_changed(self._sound(changed))
            self._progress("write", start + len(batch), len(rows))

    def _sound(self, rows: Sequence[Stated]) -> list[Stated]:
        """The rows that can be taken whole; the others are rejected before any of their commands is sent."""
        sound = []
        for row in rows:
            try:
                self._plan.check(row)
            except Refusal as refusal:
                self.tally.reject(row, refusal)
            else:
                sound.append(row)
        return sound

    def _write_new(self, rows: Sequence[Stated]) -> None:
        if not rows:
            return
        ids = {row.key: matter_id(derived_ids, self._plan.key(row.key, "reported"), self._now) for row in rows}
        done = self._carry_out({row.key: self._plan.new_row(row, ids[row.key]) for row in rows}, rows)
        for row in done:
            self._known[row.key] = (ids[row.key], row.digest)
        self.tally.imported += len(done)

    def _write_changed(self, rows: Sequence[Stated]) -> None:
        if not rows:
            return
        with reading(self.actor):
            ids = [self._known[row.key][0] for row in rows]
            matters = {matter.pk: matter for matter in Matter.objects.filter(pk__in=ids)}
            local = set(
                Step.objects.filter(matter_id__in=ids)
                .exclude(actor=self.actor.reference)
                .values_list("matter_id", flat=True)
            )
        plans, taken = {}, []
        for row in rows:
            matter = matters[self._known[row.key][0]]
            if matter.pk in local:
                self._clash(row, matter)
            else:
                plans[row.key] = self._plan.changed_row(row, matter)
                taken.append(row)
        done = self._carry_out(plans, taken)
        for row in done:
            self._known[row.key] = (self._known[row.key][0], row.digest)
        self.tally.changed += len(done)

    def _carry_out(self, plans: Mapping[str, Sequence[Keyed]], rows: Sequence[Stated]) -> list[Stated]:
        """Carries out the commands of all rows; gives the rows of which every command was taken."""
        commands = [keyed for row in rows for keyed in plans[row.key]]
        outcomes = iter(execute_many(self.actor, commands, now=self._now, ids=self._ids))
        done = []
        for row in rows:
            refusals = [outcome.refusal for outcome in (next(outcomes) for _ in plans[row.key]) if outcome.refusal]
            if refusals:
                self.tally.reject(row, refusals[0])
            else:
                done.append(row)
        return done

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
        for start in range(0, len(wanted), ROWS_A_BATCH):
            batch = wanted[start : start + ROWS_A_BATCH]
            commands = [self._plan.link(row, self._known[row.key][0], other) for row, other in batch]
            for (row, _), outcome in zip(
                batch, execute_many(self.actor, commands, now=self._now, ids=self._ids), strict=True
            ):
                if outcome.refusal:
                    self.tally.reject(row, outcome.refusal)
            self._progress("link", start + len(batch), len(wanted))
        return {"linked": len(pairs), "self": selves, "original_missing": missing}
