"""What is remembered of an old system's table: a dated value of the rulebook, entered by a command like every other."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.rulebook.snapshot import Rules, rules_of
from jingwei.kernel.values.ids import new_id

PARAMETER = "cutover"
KINDS = ("state", "category", "unit", "holder", "area", "channel")
"""The columns whose words are mapped, each by a table of its own."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Their words and ours: heads of columns, and the values in the columns of `KINDS`. A head with "": left out."""

    type: str
    columns: Mapping[str, str] = field(default_factory=dict)  # head: key of a meaning
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # kind: theirs: our code

    @property
    def content(self) -> dict[str, Any]:
        """As the rulebook keeps it: rows of theirs and ours."""
        values = {kind: _rows(self.values[kind]) for kind in KINDS if self.values.get(kind)}
        return {"type": self.type, "columns": _rows(self.columns), **values}

    def with_more(self, columns: Mapping[str, str], values: Mapping[str, Mapping[str, str]]) -> "Memory":
        """These words added, newer ones in place of older ones; a value mapped to "" is forgotten."""
        merged = {}
        for kind in KINDS:
            words = {**self.values.get(kind, {}), **values.get(kind, {})}
            merged[kind] = {theirs: ours for theirs, ours in words.items() if ours}
        return Memory(self.type, {**self.columns, **columns}, merged)


def _rows(words: Mapping[str, str]) -> list[list[str]]:
    return [list(pair) for pair in sorted(words.items())]


def remembered(rules: Rules, source: str) -> Memory | None:
    """The newest map of this system, even if its day is to come: of two corrections on one day it is the later."""
    known = rules.history(PARAMETER, source)
    if not known:
        return None
    content = known[-1].content
    return Memory(content["type"], dict(content["columns"]), {kind: dict(content.get(kind, ())) for kind in KINDS})


def remember(source: str, memory: Memory, basis: str) -> bool:
    """Keeps the map under the system's name, from today (or the day after the one before); False where it is known."""
    actor = system(f"cutover:{source}"[:60], "rulebook.edit")
    with reading(actor) as scope:
        known, today = rules_of(scope).history(PARAMETER, source), scope.today
    if known and known[-1].content == memory.content:
        return False
    on = max(today, known[-1].from_on + datetime.timedelta(days=1)) if known else today
    value = SetValue(parameter=PARAMETER, subject=source, from_on=on, content=memory.content, basis=basis)
    execute(actor, value, f"cutover:{new_id()}")
    return True
