"""Measures the classes proposed for texts: `.venv/bin/python tools/measure_proposals.py LABELS MESSAGES.csv.gz`.

LABELS holds what two readers gave each message, independently: a class of the practice city's catalogue, or `none`
(columns part, message_id, label_a, label_b). MESSAGES holds the texts (part, message_id, title, body). What is tuned
(`kernel/matters/proposing/scoring.py: SCALE`) is tuned on one half, chosen by a hash; the other half is what counts.
"""

import argparse
import csv
import datetime
import gzip
import hashlib
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jingwei.kernel.matters.proposing.scoring import Index
    from jingwei.kernel.rulebook.snapshot import Dated, Rules

PACK = Path(__file__).parent.parent / "packs" / "practice"
DAY = datetime.date(2026, 1, 1)
NONE = "none"
MOST = 3


@dataclass(frozen=True)
class Message:
    """A message, and what the two readers gave it."""

    key: str
    title: str
    body: str
    labels: tuple[str, str]

    @property
    def tuning(self) -> bool:
        """Whether it is in the half that may be tuned on."""
        return hashlib.sha256(self.key.encode()).digest()[-1] % 2 == 0

    @property
    def agreed(self) -> str:
        """The label that both gave; "" where they differ."""
        return self.labels[0] if self.labels[0] == self.labels[1] else ""

    @property
    def text(self) -> str:
        """As a resident would tell it in one field."""
        return f"{self.title}\n{self.body}"


@dataclass(frozen=True)
class Figures:
    """How often the label was first, and among those proposed; how often nothing was, and something wrongly."""

    classes: int  # messages with a class
    first: float
    among: float
    nothing: float
    none: int  # messages that no class fits
    wrongly: float


def read(labels: Path, messages: Path) -> list[Message]:
    """The labelled messages of which the text is there."""
    opener = gzip.open if messages.suffix == ".gz" else open
    with opener(messages, "rt", encoding="utf-8") as file:
        texts = {f"{row['part']}:{row['message_id']}": row for row in csv.DictReader(file)}
    with labels.open(encoding="utf-8") as file:
        rows = [(f"{row['part']}:{row['message_id']}", row) for row in csv.DictReader(file)]
    return [
        Message(key, texts[key]["title"], texts[key]["body"], (row["label_a"], row["label_b"]))
        for key, row in rows
        if key in texts
    ]


def agreement(pairs: Sequence[tuple[str, str]]) -> tuple[float, float]:
    """Of two readers: the share of equal labels, and Cohen's kappa."""
    same = sum(one == other for one, other in pairs) / len(pairs)
    ones, others = (Counter(pair[at] for pair in pairs) for at in (0, 1))
    chance = sum(ones[label] * others[label] for label in ones) / len(pairs) ** 2
    return same, (same - chance) / (1 - chance)


def figures(index: "Index", among: frozenset[str], asked: Iterable[tuple[str, str]]) -> Figures:
    """Of (text, label): how well the labels were proposed."""
    counts = Counter[str]()
    for text, label in asked:
        found = [one.code for one in index.best(text, MOST, among)]
        if label == NONE:
            counts.update(none=1, wrongly=bool(found))
        else:
            counts.update(classes=1, first=found[:1] == [label], among=label in found, nothing=not found)
    classes, none = max(counts["classes"], 1), max(counts["none"], 1)
    first, among_them, nothing = (counts[name] / classes for name in ("first", "among", "nothing"))
    return Figures(counts["classes"], first, among_them, nothing, counts["none"], counts["wrongly"] / none)


def rulebook() -> "Rules":
    """The catalogue and the words of the practice pack, without a database."""
    from jingwei.kernel.rulebook.snapshot import Rules
    from jingwei.surfaces.console.pack.content import category

    def dated(content: Mapping[str, object]) -> list["Dated"]:
        from jingwei.kernel.rulebook.snapshot import Dated

        return [Dated("", datetime.date.min, None, content, "")]

    with (PACK / "catalogue.csv").open(encoding="utf-8") as file:
        categories = {row["code"]: dated(category(row)) for row in csv.DictReader(file)}
    with (PACK / "words.csv").open(encoding="utf-8") as file:
        words = {row["key"]: dated({"zh": row["zh"], "en": row["en"]}) for row in csv.DictReader(file)}
    return Rules({"category": categories, "word": words})


def index_of(rules: "Rules", past: Iterable[Message] = ()) -> tuple["Index", frozenset[str]]:
    """The index of the practice city, with what these would teach as its past matters; and the general classes."""
    from jingwei.kernel.matters.proposing.classes import declared
    from jingwei.kernel.matters.proposing.past import counted
    from jingwei.kernel.matters.proposing.scoring import Index

    among = frozenset(code for code, one in rules.categories(DAY).items() if one.leaf and not one.type)
    told = ((one.agreed, one.text) for one in past if one.agreed in among)
    return Index(declared(rules, DAY)).learnt(counted(told, str(DAY)).weights()), among


def _line(title: str, found: Figures) -> None:
    print(
        f"{title:46} | {found.classes:3} | {found.first:6.1%} | {found.among:6.1%} | {found.nothing:6.1%} "
        f"| {found.none:3} | {found.wrongly:6.1%}"
    )


def _print(messages: Sequence[Message]) -> None:
    same, kappa = agreement([one.labels for one in messages])
    both = sum(one.agreed == NONE for one in messages)
    print(f"{len(messages)} messages; readers agree on {same:.1%}, kappa {kappa:.3f}; both none: {both}")
    began = time.perf_counter()
    rules = rulebook()
    index, among = index_of(rules)
    print(f"{len(among)} classes, read and indexed in {(time.perf_counter() - began) * 1000:.0f} ms")
    tuned, kept = ([one for one in messages if one.tuning is which] for which in (True, False))
    print(f"{'':46} |   n |  first |  among |   none | n/a | wrongly")
    for name, part in (("tuned half", tuned), ("other half", kept), ("all", messages)):
        for reader in (0, 1):
            _line(f"{name}, reader {'AB'[reader]}", figures(index, among, [(x.text, x.labels[reader]) for x in part]))
        _line(f"{name}, both agree", figures(index, among, [(x.text, x.agreed) for x in part if x.agreed]))
    agreed = [one for one in kept if one.agreed]
    _line("other half, both agree, without the title", figures(index, among, [(x.body, x.agreed) for x in agreed]))
    learnt, _ = index_of(rules, tuned)
    _line("other half, both agree, tuned half as past", figures(learnt, among, [(x.text, x.agreed) for x in agreed]))
    began = time.perf_counter()
    for one in messages:
        index.best(one.text, MOST, among)
    print(f"{(time.perf_counter() - began) * 1000 / len(messages):.2f} ms a text")


def main() -> None:
    """Prints the figures of docs/guides/suggestions.md."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("labels", type=Path)
    asked.add_argument("messages", type=Path)
    given = asked.parse_args()
    csv.field_size_limit(10**9)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(JINGWEI_HOME=folder, DJANGO_SETTINGS_MODULE="jingwei.project.settings")
        import django

        from jingwei.installation.folder import Home

        Home(Path(folder)).prepare()
        django.setup()
        _print(read(given.labels, given.messages))


if __name__ == "__main__":
    main()
