"""The lists that names and texts of the practice city are put together from (`packs/practice/made`)."""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

from jingwei.kernel.values.words import Text

PHONE = "1400000{:04}"
"""Numbers that reach nobody: 140 belongs to machines, whose numbers have thirteen digits; with eleven it is none."""

MARK = "（演练）"
"""Stands behind the name of every invented person."""


class Words:
    """The lists by kind, and picks from them."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._chance = chance
        self._lists: dict[str, list[Text]] = {}
        for row in rows(folder / "names.csv"):
            self._lists.setdefault(row["kind"], []).append(Text(row["zh"], row["en"]))

    def all(self, kind: str) -> list[Text]:
        """A list in the order of its file."""
        return self._lists[kind]

    def one(self, kind: str) -> Text:
        """A word of a list by chance."""
        return self._chance.choice(self._lists[kind])

    def each_once(self, *kinds: str, joint: str = " ") -> Iterator[Text]:
        """All words, or pairs of words, in an order of chance, none twice; the English of a pair is put together."""
        first, *more = (self._lists[kind] for kind in kinds)
        whole = list(first)
        for following in more:
            whole = [Text(a.zh + b.zh, f"{a.en}{joint}{b.en}") for a in whole for b in following]
        self._chance.shuffle(whole)
        yield from whole

    def person(self) -> Text:
        """An invented name, marked."""
        surname, given = self.one("surname"), self.one("given")
        return Text(f"{surname.zh}{given.zh}{MARK}", f"{surname.en} {given.en} (invented)")

    def phone(self) -> str:
        """A number of the range that reaches nobody."""
        return PHONE.format(self._chance.randrange(10_000))


def rows(file: Path) -> list[dict[str, str]]:
    """The rows of one of our own tables."""
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text, strict=True))
