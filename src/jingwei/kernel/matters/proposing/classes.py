"""Proposals for a text: up to three classes, each with the words that speak for it, or none.

The words are the catalogue's own (titles, what a class is filed under), what the city says people call it (its
rulebook's words `spoken.CODE`), and words of its closed matters (`past.py`). The text is kept nowhere.
"""

import datetime
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from jingwei.kernel.matters.proposing.past import Past, past_words
from jingwei.kernel.matters.proposing.scoring import SCALE, Index, Scale
from jingwei.kernel.matters.proposing.terms import PAIR, pairs_of, parts_of, phrases_of
from jingwei.kernel.matters.types import Field
from jingwei.kernel.rulebook.snapshot import Category, Rules
from jingwei.kernel.values.words import Text

MOST = 3
"""Classes proposed."""

_WORDS = 3  # of those that speak for a class, that are read out


@dataclass(frozen=True, slots=True)
class Proposed:
    """A class that a text may mean, and the words of the text that speak for it, the weightiest first."""

    code: str
    words: tuple[str, ...]

    @property
    def reason(self) -> Text:
        """Why it is proposed, in words."""
        zh, en = "、".join(f"“{one}”" for one in self.words), ", ".join(f"“{one}”" for one in self.words)
        return Text(f"文中有{zh}", f"the text says {en}")


def propose_classes(
    rules: Rules, text: str, on: datetime.date, takes: Callable[[Category], bool] = lambda _: True
) -> list[Proposed]:
    """The leaf classes that speak clearly, the likeliest first, at most `MOST`, of those that the caller `takes`."""
    known = rules.categories(on)
    wanted = {code for code, one in known.items() if one.leaf and takes(one)}
    found = _index_of(rules, on).best(text, MOST, wanted)
    return [Proposed(one.code, one.words[:_WORDS]) for one in found]


def speaking(rules: Rules, text: str, on: datetime.date, code: str) -> frozenset[str]:
    """The words of a text that speak for a class, as the city knows them: no other word of the text is among them."""
    return _index_of(rules, on).terms(text, code)


def propose_choice(rules: Rules, field: Field, text: str, on: datetime.date) -> str:
    """The choice of a field for which the text has most words, as `spoken.FIELD=CHOICE` says; "" for none."""
    said = {key: _spoken(rules, f"{field.key}={key}", on) for key, _ in field.choices}
    index = Index({key: dict.fromkeys(phrases, SCALE.spoken) for key, phrases in said.items()})
    found = index.scores(text, said)
    return found[0].code if found else ""


def declared(rules: Rules, on: datetime.date, scale: Scale = SCALE) -> dict[str, dict[str, float]]:
    """What the catalogue itself says of its leaf classes: by class, its words and their weights."""
    return {code: _declared(rules, code, on, scale) for code, one in rules.categories(on).items() if one.leaf}


def _declared(rules: Rules, code: str, on: datetime.date, scale: Scale) -> dict[str, float]:
    known = rules.categories(on)
    spoken = _spoken(rules, code, on)
    filed = _parts(title for _, title in rules.conditions(code, on))
    title = _parts([known[code].title])
    weights = dict.fromkeys(_pairs([*spoken, *filed]), scale.pair)
    weights |= dict.fromkeys(_pairs(title), scale.title_pair)
    for phrases, weight in ((filed, scale.condition), (title, scale.title), (spoken, scale.spoken)):
        for phrase in phrases:
            weights[phrase] = max(weights.get(phrase, 0.0), weight * _length(phrase, scale))
    return weights


def _length(phrase: str, scale: Scale) -> float:
    """A longer phrase is rarely said by chance."""
    return 1.0 if phrase.isascii() else 1 + scale.longer * (len(phrase) - PAIR)


def _pairs(phrases: Iterable[str]) -> set[str]:
    return {pair for phrase in phrases for pair in pairs_of(phrase)}


def _parts(titles: Iterable[Text]) -> list[str]:
    return [part for title in titles for words in (title.zh, title.en) for part in parts_of(words)]


def _spoken(rules: Rules, subject: str, on: datetime.date) -> list[str]:
    word = rules.word(f"spoken.{subject}", on)
    return [*phrases_of(word.zh), *phrases_of(word.en)] if word else []


_lock = threading.Lock()
_held: "WeakKeyDictionary[Rules, tuple[tuple[int, ...], Past, Index]]" = WeakKeyDictionary()


def _index_of(rules: Rules, on: datetime.date) -> Index:
    """Built once for an edition of the rulebook, the values that hold on a day, and a count of past matters."""
    span, past = rules.spans(on, "category", "word"), past_words()
    with _lock:
        held = _held.get(rules)
        if held is None or held[0] != span or held[1] is not past:
            held = _held[rules] = (span, past, Index(declared(rules, on)).learnt(past.weights()))
        return held[2]
