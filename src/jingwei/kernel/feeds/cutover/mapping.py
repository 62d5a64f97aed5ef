"""From their words to ours: what is remembered, what says the same, and what is proposed until somebody confirms it."""

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.feeds.cutover.columns import Meaning, meanings_for
from jingwei.kernel.feeds.cutover.memory import KINDS, Memory
from jingwei.kernel.feeds.cutover.table import OldTable
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.words import Text

How = Literal["remembered", "same", "proposed", "several", "open"]
"""remembered: confirmed before; same: theirs is our code or title; proposed: resembles one, unused until confirmed;
several: more than one of ours is called so."""

_ALIKE = 0.5
_CHANNEL = "channel."
_BY_WORDS = ("state", "category", "unit", "holder", "channel")  # cells are too many to be guessed at


@dataclass(frozen=True, slots=True)
class Pair:
    """One of their words with ours, how that is known, and how often it stands in the table."""

    theirs: str
    ours: str
    how: How
    count: int = 0

    @property
    def used(self) -> str:
        """Our word, where rows may rely on it."""
        return self.ours if self.how in ("remembered", "same") else ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What their words may be mapped to: by kind, code and title."""

    meanings: Sequence[Meaning]
    codes: Mapping[str, Mapping[str, Text]]
    final: frozenset[str]  # states that are never guessed
    acts: Sequence[tuple[str, str]]  # what an act is called, and the state it leads on from


@dataclass(frozen=True, slots=True)
class Mapped:
    """A table's heads and values with what they mean here."""

    columns: Sequence[Pair]
    values: Mapping[str, Sequence[Pair]]

    @property
    def head_of(self) -> dict[str, str]:
        """Their head by our key."""
        return {one.used: one.theirs for one in self.columns if one.used}

    def code(self, kind: str) -> dict[str, str]:
        """Our code by their word, of those that rows may rely on."""
        return {one.theirs: one.used for one in self.values[kind] if one.used}

    def several(self, kind: str) -> frozenset[str]:
        """Their words by which more than one of ours goes."""
        return frozenset(one.theirs for one in self.values[kind] if one.how == "several")

    def memory(self, matter_type: str, before: Memory | None) -> Memory:
        """What there is to remember of it, on top of what was known."""
        columns = {one.theirs: one.ours for one in self.columns if one.used}
        values = {kind: {one.theirs: one.ours for one in self.values[kind] if one.used} for kind in KINDS}
        return (before or Memory(matter_type)).with_more(columns, values)


def choices_of(scope: Scope, matter_type: MatterType) -> Choices:
    """Everything there is to choose from in this city today."""
    rules, on, agencies = rules_of(scope), scope.today, agencies_of(scope)
    words = rules.all_of("word", on)
    codes: dict[str, dict[str, Text]] = {
        "state": {one.key: one.title for one in matter_type.states},
        "category": {code: one.title for code, one in rules.categories(on).items() if one.leaf},
        "unit": {code: one.name for code, one in agencies.unit_by_code.items()},
        "holder": {one.code: one.title for one in agencies.posts.values()},
        "area": {one.code: one.name for one in places_of(scope).in_force},
        "channel": {
            key.removeprefix(_CHANNEL): Text(word.content["zh"], word.content["en"])
            for key, word in words.items()
            if key.startswith(_CHANNEL)
        },
    }
    acts = [(_folded(one.title.zh), one.begins[0]) for one in matter_type.actions if one.ends and not one.system_only]
    final = frozenset(one.key for one in matter_type.states if one.final)
    return Choices(meanings_for(matter_type), codes, final, sorted(acts, key=lambda act: len(act[0])))


def mapped(table: OldTable, choices: Choices, memory: Memory | None) -> Mapped:
    """Every head of the table and every word in the columns that are mapped by value."""
    columns = list(_columns(table.heads, choices.meanings, memory))
    head_of = {one.used: one.theirs for one in columns if one.used}
    values = {}
    for kind in KINDS:
        head = head_of.get(kind, "")
        counts = Counter(text for line in table.lines if (text := line.text(head)))
        known = memory.values.get(kind, {}) if memory else {}
        lookup = _Lookup(choices, kind)
        found = (_value(theirs, count, known, lookup) for theirs, count in counts.items())
        values[kind] = sorted(found, key=lambda one: (bool(one.used), -one.count, one.theirs))
    return Mapped(columns, values)


def _columns(heads: Sequence[str], meanings: Sequence[Meaning], memory: Memory | None) -> Iterator[Pair]:
    """Each meaning goes to one column: to the one remembered, else to the first head that says the same."""
    known = dict(memory.columns) if memory else {}
    taken = {known[head] for head in heads if known.get(head)}
    same = {_folded(head): one.key for one in reversed(meanings) for head in (one.key, *one.heads)}
    for head in heads:
        if head in known:
            yield Pair(head, known[head], "remembered")
            continue
        key = same.get(_folded(head), "")
        free = bool(key) and key not in taken
        taken |= {key} if free else set()
        yield Pair(head, key if free else "", "same" if free else "open")


def _value(theirs: str, count: int, known: Mapping[str, str], lookup: "_Lookup") -> Pair:
    if theirs in known:
        return Pair(theirs, known[theirs], "remembered" if known[theirs] in lookup.codes else "open", count)
    ours, how = lookup.find(theirs)
    return Pair(theirs, ours, how, count)


class _Lookup:
    """Our codes by what they are called."""

    def __init__(self, choices: Choices, kind: str) -> None:
        self.codes = choices.codes[kind]
        self._near = kind in _BY_WORDS
        self._final = choices.final if kind == "state" else frozenset()
        self._acts = choices.acts if kind == "state" else ()
        self._same: dict[str, set[str]] = {}
        for code, title in self.codes.items():
            for word in {_folded(code), _folded(title.zh), _folded(title.en)}:
                self._same.setdefault(word, set()).add(code)

    def find(self, theirs: str) -> tuple[str, How]:
        """The one that is called so, else the one most like it, which is only proposed."""
        word = _folded(theirs)
        same = self._same.get(word, set())
        if len(same) == 1:
            return next(iter(same)), "same"
        if same or not self._near:
            return "", "several" if same else "open"
        ours = self._nearest(word)
        return ours, "proposed" if ours else "open"

    def _nearest(self, word: str) -> str:
        """“待派遣” is not like “已派遣”: what waits for an act stands in the state that the act leads on from.

        What is most like a final state is not guessed at: whether something is over, people say.
        """
        waiting = _WAITING.fullmatch(word) if self._acts else None
        if waiting and not any(word in other for other in self._same):
            return next((state for title, state in self._acts if waiting[1] in title), "")
        likely = ((_likeness(word, other), min(codes)) for other, codes in self._same.items())
        best = max(likely, default=(0.0, ""))
        return best[1] if best[0] >= _ALIKE and best[1] not in self._final else ""


_WAITING = re.compile("(?:等待|待|未)(.{2,})")


def _likeness(one: str, other: str) -> float:
    """From 0 to 1; a word that is part of the other counts as rather alike."""
    part = len(min(one, other, key=len)) >= 2 and (one in other or other in one)
    return max(difflib.SequenceMatcher(None, one, other).ratio(), 0.6 if part else 0.0)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
