"""What a text may be about: classes of the catalogue, and choices of a field, by the words it shares with them.

Nothing is learnt of persons and nothing decided: the clerk sees which words speak for a class, and chooses. The words
are the catalogue's own titles, the conditions of a class, and what the city says people call it (its rulebook's word
`spoken.CODE`, or `spoken.FIELD=CHOICE` for a choice).
"""

import datetime
import math
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from jingwei.kernel.matters.types import Field
from jingwei.kernel.rulebook.snapshot import Rules
from jingwei.kernel.values.words import Text

MOST = 5
"""Classes proposed."""

_OWN, _SPOKEN, _CONDITION, _ABOVE = 3.0, 3.0, 2.0, 1.0  # how much a word says, by where it stands
_SHARED = 2  # of a compound that is named in part: the characters that must agree
_LONGEST = 2_000  # characters of a text that are looked at
_RUNS = re.compile(r"[a-z]{3,}|[\u3400-\u4dbf\u4e00-\u9fff]{2,}")


@dataclass(frozen=True, slots=True)
class Proposed:
    """Something a text may mean, and the words of the text that speak for it, in its order."""

    code: str
    score: float
    words: tuple[str, ...]


def propose_classes(rules: Rules, text: str, on: datetime.date) -> list[Proposed]:
    """The leaf classes that share words with the text, the likeliest first, at most `MOST`."""
    return _ranked(_index_of(rules, on), text)[:MOST]


def propose_choice(rules: Rules, field: Field, text: str, on: datetime.date) -> Proposed | None:
    """The choice of a field for which the text has most words, as the city's words `spoken.FIELD=CHOICE` say."""
    weights = {
        key: dict.fromkeys(_terms(_spoken(rules, f"{field.key}={key}", on)), _SPOKEN) for key, _ in field.choices
    }
    found = _ranked(_Index(weights), text)
    return found[0] if found else None


class _Index:
    """Words by what they stand for; a word that stands for many says little."""

    def __init__(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        self.by_word: dict[str, list[tuple[str, float]]] = {}
        for code, words in weights.items():
            for word, weight in words.items():
                self.by_word.setdefault(word, []).append((code, weight))
        self.size = max(len(weights), 1)

    def found(self, word: str) -> Iterator[tuple[str, float]]:
        """What the word stands for, with its weight."""
        known = self.by_word.get(word, ())
        rarity = math.log(1 + self.size / len(known)) if known else 0.0
        yield from ((code, weight * rarity) for code, weight in known)


_lock = threading.Lock()
_held: "WeakKeyDictionary[Rules, dict[datetime.date, _Index]]" = WeakKeyDictionary()


def _index_of(rules: Rules, on: datetime.date) -> _Index:
    """Built once for an edition of the rulebook and a day."""
    with _lock:
        held = _held.setdefault(rules, {})
        if on not in held:
            held.clear()
            held[on] = _Index({code: _weights(rules, code, on) for code in _leaves(rules, on)})
        return held[on]


def _leaves(rules: Rules, on: datetime.date) -> Iterator[str]:
    return (code for code, one in rules.categories(on).items() if one.leaf)


def _weights(rules: Rules, code: str, on: datetime.date) -> dict[str, float]:
    known, weights = rules.categories(on), dict[str, float]()
    above = [known[one].title for one in rules.lineage(code, on)[1:]]
    for texts, weight in (
        (above, _ABOVE),
        ([title for _, title in rules.conditions(code, on)], _CONDITION),
        (_spoken(rules, code, on), _SPOKEN),
        ([known[code].title], _OWN),
    ):
        weights.update(dict.fromkeys(_terms(texts), weight))
    return weights


def _spoken(rules: Rules, subject: str, on: datetime.date) -> list[Text]:
    word = rules.word(f"spoken.{subject}", on)
    return [word] if word else []


def _terms(texts: Iterable[Text]) -> set[str]:
    return {term for one in texts for words in (one.zh, one.en) for term in terms_of(words)}


def terms_of(text: str) -> list[str]:
    """What of a text can speak for a class: Latin words of three letters and more, and of Chinese every two neighbours,
    so that a compound is found by its parts, wherever a dictionary would cut it."""
    found: dict[str, None] = {}
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text[:_LONGEST]).lower()):
        if run.isascii():
            found[run.removesuffix("s")] = None
        else:
            found.update(dict.fromkeys(run[place : place + _SHARED] for place in range(len(run) - _SHARED + 1)))
    return list(found)


def _ranked(index: _Index, text: str) -> list[Proposed]:
    scores: dict[str, dict[str, float]] = {}
    for term in terms_of(text):
        for code, weight in index.found(term):
            scores.setdefault(code, {})[term] = weight
    ranked = [Proposed(code, sum(words.values()), _joined(text, words)) for code, words in scores.items()]
    return sorted(ranked, key=lambda one: (-one.score, one.code))


def _joined(text: str, terms: Iterable[str]) -> tuple[str, ...]:
    """The terms as words of the text: two that overlap in it are one (红绿, 绿灯 → 红绿灯)."""
    found: list[str] = []
    for term in terms:
        longer = found[-1] + term[1:] if found and found[-1][-1] == term[0] and not term.isascii() else ""
        if longer and longer in text:
            found[-1] = longer
        else:
            found.append(term)
    return tuple(found)
