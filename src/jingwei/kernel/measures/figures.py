"""The shortest way to declare the figures of one type of matter."""

from dataclasses import dataclass, replace

from jingwei.kernel.measures.declared import Measure, NullRule, Topic
from jingwei.kernel.measures.predicates import AllOf, Before, Is, IsNull, Predicate
from jingwei.kernel.measures.registry import register
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, slots=True)
class Figures:
    """Declares figures under the type's key; what rests on nothing else rests on `basis`, and speaks of `topic`."""

    type: str
    basis: str
    topic: Topic = "work"

    def about(self, topic: Topic) -> "Figures":
        """The same for figures that speak of something else."""
        return replace(self, topic=topic)

    @property
    def matters(self) -> Is:
        """The matters of the type."""
        return Is("type", self.type)

    def share(
        self,
        key: str,
        title: Text,
        *,
        of: Predicate,
        that: Predicate,
        null_rule: NullRule = "leave_out",
        basis: str = "",
    ) -> Measure:
        """The share of the matters `of` which it is true `that`."""
        return register(
            Measure(
                key=f"{self.type}.{key}",
                title=title,
                unit="share",
                topic=self.topic,
                denominator=of,
                numerator=that,
                null_rule=null_rule,
                basis=basis or self.basis,
            )
        )

    def count(self, key: str, title: Text, *, of: Predicate, that: Predicate, basis: str = "") -> Measure:
        """The number of the matters `of` which it is true `that`; those of which it cannot be told count apart."""
        return register(
            Measure(
                key=f"{self.type}.{key}",
                title=title,
                unit="count",
                topic=self.topic,
                denominator=of,
                numerator=that,
                null_rule="count_as_no",
                basis=basis or self.basis,
            )
        )

    def open_overdue(self, title: Text) -> Measure:
        """Of the open matters of the type, how many are past their due moment: its matters are the overdue list."""
        return self.about("pace").count(
            "open_overdue", title, of=AllOf((self.matters, IsNull("closed_at"))), that=Before("due_at")
        )
