"""All declared measures by their keys, and the one that every city has."""

from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.predicates import Before, IsNull
from jingwei.kernel.values.words import Text

_measures: dict[str, Measure] = {}
_headlines: set[str] = set()
_sentences: dict[str, Text] = {}


def register(measure: Measure) -> Measure:
    """Enters a measure; raises ValueError where its key is taken by another or its declaration is wrong."""
    if problems := measure.problems():
        raise ValueError("; ".join(problems))
    if _measures.setdefault(measure.key, measure) is not measure:
        raise ValueError(f"measure {measure.key} is declared twice")
    return measure


def measure_of(key: str) -> Measure:
    """The measure with this key; LookupError where it is not installed."""
    try:
        return _measures[key]
    except KeyError:
        raise LookupError(f"measure {key} is not installed") from None


def measures_of(kind: str) -> list[Measure]:
    """The measures of a type, by the first part of their keys, in the order of their declaration."""
    return [one for one in _measures.values() if one.key.partition(".")[0] == kind]


def headline(measure: Measure) -> Measure:
    """Enters that a command centre watches this measure of a type through the day; gives the measure."""
    _headlines.add(measure.key)
    return measure


def headlines_of(kind: str) -> list[Measure]:
    """The headlines of a type, in the order of their declaration."""
    return [one for one in measures_of(kind) if one.key in _headlines]


def telling(measure: Measure, sentence: Text) -> Measure:
    """Enters that a measure tells somebody who knows none of them something, in this plain sentence with its value in
    the place of `{}`; gives the measure. Raises ValueError for a sentence without that place."""
    if not all(words.count("{}") == 1 for words in (sentence.zh, sentence.en)):
        raise ValueError(f"measure {measure.key}: its sentence has no one place for the value")
    _sentences[measure.key] = sentence
    return measure


def sentence_of(measure: Measure) -> Text | None:
    """The plain sentence of a telling measure."""
    return _sentences.get(measure.key)


def all_measures() -> list[Measure]:
    """Every measure, by key."""
    return [_measures[key] for key in sorted(_measures)]


OPEN_OVERDUE = register(
    Measure(
        key="matter.open_overdue",
        title=Text("逾期未结事项数", "Open and overdue matters"),
        unit="count",
        topic="pace",
        denominator=IsNull("closed_at"),
        numerator=Before("due_at"),
        null_rule="count_as_no",
        basis="运行监测：各类事项的办结时限",
    )
)
"""Of the open matters, how many are past their due moment; matters without one are unknown."""
