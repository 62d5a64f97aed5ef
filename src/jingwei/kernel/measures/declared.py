"""What a measure is: plain values, checked by `problems()`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from jingwei.kernel.measures.predicates import Predicate, Span, predicate_problems, span_problems
from jingwei.kernel.values.words import Text

Unit = Literal["share", "count", "mean_seconds"]

Topic = Literal["intake", "pace", "work", "voice", "honesty"]

TOPICS: Mapping[Topic, Text] = {
    "intake": Text("收了多少、怎么分的", "How much, and where it went"),
    "pace": Text("办得快不快", "How fast it goes"),
    "work": Text("办得怎么样", "How well it is done"),
    "voice": Text("居民怎么说", "What people say of it"),
    "honesty": Text("哪些做法会让数字变好看", "What could make a figure look better than the work"),
}
"""What a figure speaks of, in the order in which somebody who knows none of them asks."""

NullRule = Literal["leave_out", "count_as_no", "count_until_now"]
"""What becomes of matters of which the numerator cannot be told: outside the divisor, in it as a no, or (of a mean
whose span has begun and not ended) in it with the time that has passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure. The numerator is always taken within the denominator, so it cannot exceed it.

    `unit` says what the value is: the share numerator / denominator, the count of the numerator, or the mean length of
    a span in seconds, of which the numerator is the sum and the denominator the size of the sample.
    """

    key: str
    title: Text
    unit: Unit
    topic: Topic
    denominator: Predicate
    numerator: Predicate | Span
    null_rule: NullRule
    basis: str
    least_sample: int = 1  # below so many matters in the denominator a share or a mean has no value

    def problems(self) -> list[str]:
        """Everything a declaration can get wrong, a sentence each; empty when it is sound."""
        parts = [("denominator", one) for one in predicate_problems(self.denominator)]
        spans = isinstance(self.numerator, Span)
        found = (
            span_problems(self.numerator) if isinstance(self.numerator, Span) else predicate_problems(self.numerator)
        )
        parts += [("numerator", one) for one in found]
        problems = [f"measure {self.key}: {name} {problem}" for name, problem in parts]
        return [*problems, *(f"measure {self.key}: {problem}" for problem in self._rules(spans))]

    def _rules(self, spans: bool) -> Iterator[str]:
        if spans != (self.unit == "mean_seconds"):
            yield f"a figure in {self.unit} {'cannot have' if spans else 'needs'} a span as its numerator"
        if self.null_rule == ("count_as_no" if spans else "count_until_now"):
            yield f"the null rule {self.null_rule} does not fit a {'span' if spans else 'predicate'}"
        if not self.basis:
            yield "no legal basis"
        if self.least_sample < 1:
            yield f"the least sample is {self.least_sample}, at least 1 is needed"
