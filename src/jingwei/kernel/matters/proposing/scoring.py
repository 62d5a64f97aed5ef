"""Words by what they stand for, and how much those of a text say for each class: a sum that can be read out."""

import math
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from jingwei.kernel.matters.proposing.terms import PAIR, folded, pieces_of, size_of, stem


@dataclass(frozen=True, slots=True)
class Scale:
    """How much evidence weighs, and how much is enough. Tuned by `tools/measure_proposals.py` on one half."""

    spoken: float = 3.0  # a phrase that the city says people use
    title: float = 2.0  # a part of the class's title
    condition: float = 1.0  # a part of what it is filed under
    title_pair: float = 1.5  # two neighbours within its title
    pair: float = 0.6  # two neighbours within a phrase of the other two
    longer: float = 0.3  # for each further character of a phrase, of its weight
    head: float = 3.0  # what stands at the beginning of a text says this much more
    lead: float = 60.0  # characters in which that fades
    again: float = 2.0  # how soon saying a word again adds nothing (BM25's k)
    past: float = 1.5  # a word of past matters, by how much likelier it makes the class
    enough: float = 5.0  # the least that speaks for a class
    growing: float = 6.0  # and how much more is asked of a long text
    beside: float = 0.2  # of what speaks for the best, to stand beside it


SCALE = Scale()
_USUAL = 30  # the size of a text for which `enough` is enough


@dataclass(frozen=True, slots=True)
class Scored:
    """A class, what speaks for it, and the words that do, as they stand in the text, the weightiest first."""

    code: str
    score: float
    words: tuple[str, ...]


@dataclass(slots=True)
class _Hit:
    first: int
    seen: str  # as it stands in the text
    count: int = 0


@dataclass(slots=True)
class _Word:
    start: int
    said: str
    weight: float


class Index:
    """The words of all classes with what each says for a class. A word that stands for many says little."""

    def __init__(self, declared: Mapping[str, Mapping[str, float]], scale: Scale = SCALE) -> None:
        self._scale = scale
        self._weights: dict[str, dict[str, float]] = {}
        for code, terms in declared.items():
            for term, weight in terms.items():
                self._weights.setdefault(term, {})[code] = weight
        whole = math.log(1 + len(declared)) or 1.0
        for known in self._weights.values():
            rarity = math.log(1 + len(declared) / len(known)) / whole
            for code in known:
                known[code] *= rarity
        self._starts = _starts(self._weights)

    def learnt(self, terms: Mapping[str, Mapping[str, float]]) -> "Index":
        """The same with what past matters add: by word, how much it says for a class."""
        joined = Index({}, self._scale)
        joined._weights = {term: dict(known) for term, known in self._weights.items()}
        for term, known in terms.items():
            own = joined._weights.setdefault(term, {})
            for code, weight in known.items():
                own[code] = own.get(code, 0.0) + weight * self._scale.past
        joined._starts = _starts(joined._weights)
        return joined

    def scores(self, text: str, among: Container[str]) -> list[Scored]:
        """The classes among these that a word of the text speaks for, the likeliest first; equal ones by code."""
        says: dict[str, dict[str, float]] = {}
        seen: dict[str, _Hit] = {}
        for term, hit in self._hits(folded(text)).items():
            much, seen[term] = self._much(hit), hit
            for code, weight in self._weights[term].items():
                if code in among:
                    says.setdefault(code, {})[term] = weight * much
        ranked = [Scored(code, sum(terms.values()), _shown(terms, seen)) for code, terms in says.items()]
        return sorted(ranked, key=lambda one: (-one.score, one.code))

    def terms(self, text: str, code: str) -> frozenset[str]:
        """The known words of a text that say something for a class."""
        return frozenset(term for term in self._hits(folded(text)) if code in self._weights[term])

    def best(self, text: str, most: int, among: Container[str]) -> list[Scored]:
        """Those that enough speaks for, at most so many; none where nothing speaks clearly."""
        ranked = self.scores(text, among)
        asked = self._scale.enough + self._scale.growing * math.log(max(size_of(text), _USUAL) / _USUAL)
        if not ranked or ranked[0].score < asked:
            return []
        return [one for one in ranked[:most] if one.score >= self._scale.beside * ranked[0].score]

    def _much(self, hit: _Hit) -> float:
        """How much a word counts for by where and how often it is said."""
        often = hit.count * (self._scale.again + 1) / (hit.count + self._scale.again)
        return often * (1 + self._scale.head * math.exp(-hit.first / self._scale.lead))

    def _hits(self, text: str) -> dict[str, _Hit]:
        """The known words of a folded text."""
        found: dict[str, _Hit] = {}
        for at in range(len(text) - PAIR + 1):
            for term in self._starts.get(text[at : at + PAIR], ()):
                if text.startswith(term, at):
                    found.setdefault(term, _Hit(at, term)).count += 1
        for at, piece in pieces_of(text):
            if piece.isascii() and (term := stem(piece)) in self._weights:
                found.setdefault(term, _Hit(at, piece)).count += 1
        return found


def _starts(terms: Iterable[str]) -> dict[str, list[str]]:
    """Phrases that are looked for anywhere in a text, by their first two characters. English is looked for by word."""
    starts: dict[str, list[str]] = {}
    for term in terms:
        if not (term.isascii() and term.isalpha()):
            starts.setdefault(term[:PAIR], []).append(term)
    return starts


def _shown(terms: Mapping[str, float], seen: Mapping[str, _Hit]) -> tuple[str, ...]:
    """The words as they stand in the text; those that overlap in it are one (红绿, 绿灯: 红绿灯)."""
    words: list[_Word] = []
    for term in sorted(terms, key=lambda one: (seen[one].first, one)):
        hit, last = seen[term], words[-1] if words else None
        if last is not None and hit.first < last.start + len(last.said):
            last.said += hit.seen[last.start + len(last.said) - hit.first :]
            last.weight += terms[term]
        else:
            words.append(_Word(hit.first, hit.seen, terms[term]))
    said: dict[str, float] = {}
    for word in words:
        said[word.said] = said.get(word.said, 0.0) + word.weight
    return tuple(sorted(said, key=lambda one: (-said[one], one)))
