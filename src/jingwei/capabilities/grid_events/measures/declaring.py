"""The shortest way to declare a figure of grid events."""

from jingwei.capabilities.grid_events.facts import BASIS
from jingwei.kernel.measures.declared import Measure, NullRule
from jingwei.kernel.measures.predicates import Predicate
from jingwei.kernel.measures.registry import register
from jingwei.kernel.values.words import Text


def share(
    key: str,
    title: Text,
    *,
    of: Predicate,
    that: Predicate,
    null_rule: NullRule = "leave_out",
    basis: str = BASIS,
) -> Measure:
    """The share of the events `of` which it is true `that`."""
    return register(
        Measure(
            key=f"grid_event.{key}",
            title=title,
            unit="share",
            denominator=of,
            numerator=that,
            null_rule=null_rule,
            basis=basis,
        )
    )


def count(key: str, title: Text, *, of: Predicate, that: Predicate, basis: str = BASIS) -> Measure:
    """The number of the events `of` which it is true `that`; those of which it cannot be told are counted apart."""
    return register(
        Measure(
            key=f"grid_event.{key}",
            title=title,
            unit="count",
            denominator=of,
            numerator=that,
            null_rule="count_as_no",
            basis=basis,
        )
    )
