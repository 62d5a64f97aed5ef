"""One cut-over of one table: mapped, read, and each row carried over (rehearsed or done) or refused with its reason."""

import datetime
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from jingwei.kernel.commands.actor import Actor, system
from jingwei.kernel.commands.bulk import Keyed, Outcome, execute_many
from jingwei.kernel.commands.scope import Scope, reading, whole_milliseconds
from jingwei.kernel.feeds.cutover.columns import meanings_for
from jingwei.kernel.feeds.cutover.mapping import Choices, Mapped, choices_of, mapped
from jingwei.kernel.feeds.cutover.memory import Memory, remembered
from jingwei.kernel.feeds.cutover.rows import Fault, OldRow, missing_columns, read_rows
from jingwei.kernel.feeds.cutover.table import OldTable, read_old_table
from jingwei.kernel.feeds.plan import matter_id
from jingwei.kernel.matters.commands import CarryOver, External
from jingwei.kernel.matters.models import ExternalNumber
from jingwei.kernel.matters.types import MatterType, all_types, type_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import Invalid, Refusal
from jingwei.kernel.values.ids import derived_ids
from jingwei.kernel.values.words import Text

ROWS_A_BATCH = 1000
_LONGEST_SOURCE = 40  # as external numbers keep it

Verdict = Literal["carried", "stands", "over", "refused"]
"""carried: it goes on here (or would); stands: it was carried over before; over: there is nothing left to do; refused:
see its faults."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One row, what becomes of it, and what the command answered."""

    row: OldRow
    verdict: Verdict
    faults: Sequence[Fault]
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Read:
    """A table with what its words mean."""

    type: MatterType
    zone: ZoneInfo
    table: OldTable
    mapped: Mapped
    choices: Choices
    memory: Memory | None
    missing: Sequence[Text]


@dataclass(frozen=True, slots=True)
class CutOver:
    """What a table is about to become, or became."""

    source: str
    read: Read
    until: datetime.datetime
    done: bool
    rows: Sequence[Judged]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows became what, all four named."""
        found = Counter(one.verdict for one in self.rows)
        return {"rows": len(self.rows), **{key: found[key] for key in ("carried", "stands", "over", "refused")}}

    @property
    def memory(self) -> Memory:
        """All that may be remembered of the table."""
        return self.read.mapped.memory(self.read.type.key, self.read.memory)


def mover(source: str) -> Actor:
    """The named part of the system that carries over what a source holds."""
    return system(f"cutover:{source}"[:60], "matter.carry_over", "matter.read")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be cut over: the old system's name, its table, and the moment as of which that was made."""

    source: str
    file: Path
    sheet: str = ""
    type: str = ""  # of the matters, where nothing is remembered
    until: datetime.datetime | None = None


def cut_over(
    city: str, asked: Asked, *, do: bool, progress: Callable[[str, int, int], None] = lambda *_: None
) -> CutOver:
    """A rehearsal unless `do`: everything is carried out and taken back. Raises DamagedFile, Invalid.

    Rows are known by (source, number): those that stand here are left alone, whatever the table says of them now.
    """
    actor = mover(asked.source)
    with reading(actor) as scope:
        now = scope.now
        read = _read(scope, asked)
        stands = set(ExternalNumber.objects.filter(source=asked.source).values_list("number", flat=True))
    until = whole_milliseconds(asked.until) if asked.until else now
    rows = list(read_rows(read.table, read.mapped, read.type, read.zone)) if not read.missing else []
    plain = {row.row: judged for row in rows if (judged := _judged(row, stands))}
    taken = [row for row in rows if row.row not in plain]
    maker = _Maker(city, asked.source, read, until)
    for start in range(0, len(taken), ROWS_A_BATCH):
        batch = taken[start : start + ROWS_A_BATCH]
        outcomes = execute_many(actor, [maker.command(row) for row in batch], rehearse=not do)
        plain |= {row.row: maker.became(row, one) for row, one in zip(batch, outcomes, strict=True)}
        progress("carry over" if do else "rehearse", start + len(batch), len(taken))
    return CutOver(asked.source, read, until, do, [plain[row.row] for row in rows])


def _read(scope: Scope, asked: Asked) -> Read:
    if not 0 < len(asked.source) <= _LONGEST_SOURCE or not asked.source.isprintable():
        named = Text(
            f"旧系统的名字须为 1 至 {_LONGEST_SOURCE} 个字。", f"A name of 1 to {_LONGEST_SOURCE} characters, please."
        )
        raise Invalid(named, place="source")
    rules = rules_of(scope)
    memory = remembered(rules, asked.source)
    key = asked.type or (memory.type if memory else "")
    try:
        matter_type = type_of(key)
    except LookupError as error:
        known = [one.key for one in all_types()]
        raise Invalid(
            Text(
                f"没有事项类型“{key}”；第一次请指明类型，有：{'、'.join(known)}。",
                f"There is no matter type “{key}”; name one the first time: {', '.join(known)}.",
            ),
            place="type",
        ) from error
    heads = {*(memory.columns if memory else ()), *(head for one in meanings_for(matter_type) for head in one.heads)}
    table = read_old_table(asked.file, asked.sheet, heads)
    choices = choices_of(scope, matter_type)
    found = mapped(table, choices, memory)
    return Read(
        matter_type,
        rules.zone,
        table,
        found,
        choices,
        memory,
        missing_columns(found, matter_type),
    )


def read_asked(asked: Asked) -> Read:
    """The table with what its words mean, and nothing done. Raises DamagedFile, Invalid."""
    with reading(mover(asked.source)) as scope:
        return _read(scope, asked)


def read_for_comparison(scope: Scope, source: str, file: Path) -> list[OldRow] | None:
    """The rows of a table of a system whose map is remembered; None where none is. Raises DamagedFile."""
    if remembered(rules_of(scope), source) is None:
        return None
    read = _read(scope, Asked(source, file))
    return list(read_rows(read.table, read.mapped, read.type, read.zone))


def _judged(row: OldRow, stands: set[str]) -> Judged | None:
    """What is plain before any command: None where the row is to be carried over."""
    if row.number in stands and not row.repeats:
        return Judged(row, "stands", (), {})
    if row.final and not row.repeats:
        return Judged(row, "over", (), {})
    return Judged(row, "refused", row.faults, {}) if row.faults else None


@dataclass(frozen=True, slots=True)
class _Maker:
    """Rows to commands, and answers back to verdicts."""

    city: str
    source: str
    read: Read
    until: datetime.datetime

    def command(self, row: OldRow) -> Keyed:
        """The number decides the key: done twice, or by two at once, it is done once."""
        named = hashlib.sha256(f"{self.source}|{row.number}".encode()).hexdigest()
        key = f"{self.city}|cutover|{named}"
        command = CarryOver(
            matter_id=matter_id(derived_ids, key, row.received or self.until),
            type=self.read.type.key,
            category=row.category,
            fields=row.fields,
            channel=row.channel,
            point=row.point,
            area=row.area,
            contact=row.contact,
            external=External(source=self.source, number=row.number),
            unit=row.unit,
            state=row.state,
            happened_at=row.received,
            until=self.until,
            ran=row.ran,
            promised=row.due,
            holder=row.holder,
            file=self.read.table.digest,
            row=row.row,
        )
        return Keyed(key, command)

    def became(self, row: OldRow, outcome: Outcome) -> Judged:
        """Carried over, or refused by the command, whose place is brought back to their column.

        Under a key that is used another run has carried it over meanwhile.
        """
        if outcome.repeated or (outcome.refusal and outcome.refusal.place == "key"):
            return Judged(row, "stands", (), {})
        if outcome.refusal is None:
            return Judged(row, "carried", (), outcome.result or {})
        return Judged(row, "refused", (self._fault(outcome.refusal),), {})

    def _fault(self, refusal: Refusal) -> Fault:
        heads, place = self.read.mapped.head_of, refusal.place
        key = {"happened_at": "received", "clock": "received"}.get(place, place)
        return Fault(heads.get(key) or heads.get(f"field:{key}", ""), refusal.reason, _REMEDIES.get(key, _CORRECT))


_CORRECT = Text("改正旧表后再转入；已转入的不会重复。", "Correct the table and run again; nothing is done twice.")
_REMEDIES = {
    "state": Text(
        "请在“值对应”表把它对应到一个未终结的状态。", "Map it to a state that is not final, on the sheet of values."
    ),
    "unit": Text("请在旧表补上承办单位，或先录入该单位。", "Name the unit in the table, or enter the unit first."),
    "holder": Text("改正岗位，或清空。", "Correct the post, or clear it."),
    "category": Text("请对应到类别目录中的小类。", "Map it to a class without classes below it."),
}
