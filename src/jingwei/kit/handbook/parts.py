"""What a handbook page is made of: facts, tables and entries, every word in both languages."""

from collections.abc import Iterable
from dataclasses import dataclass

from jingwei.kernel.values.words import Text

Lines = tuple[Text, ...]
"""What one place of a page says, a line each."""

Facts = tuple[tuple[Text, Lines], ...]
"""Titles with what is said under each."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads; each cell is some lines."""

    heads: Lines
    rows: tuple[tuple[Lines, ...], ...]

    @property
    def labelled(self) -> list[list[tuple[Text, Lines]]]:
        """The rows with the head of each cell beside it, for screens too narrow for columns."""
        return [list(zip(self.heads, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Entry:
    """One declared thing with everything that is declared of it."""

    key: str
    title: Text
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the page."""

    key: str
    title: Text
    lead: Text | None = None
    table: Table | None = None
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Handbook:
    """The page of one type: what it is, then its parts in their order."""

    key: str
    version: int
    title: Text
    facts: Facts
    sections: tuple[Section, ...]


def joined(texts: Iterable[Text], zh: str = "、", en: str = ", ") -> Text:
    """Several texts as one."""
    every = list(texts)
    return Text(zh.join(one.zh for one in every), en.join(one.en for one in every))


def facts(*rows: tuple[Text, Iterable[Text]]) -> Facts:
    """Facts without those that say nothing."""
    said = ((title, tuple(lines)) for title, lines in rows)
    return tuple((title, lines) for title, lines in said if lines)


def quoted_list(texts: Iterable[Text]) -> Text:
    """Several names in a sentence."""
    return joined(Text(f"“{one.zh}”", f"“{one.en}”") for one in texts)
