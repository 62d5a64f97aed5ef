"""What a measure is: plain values, checked by `problems()`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from jingwei.kernel.measures.facts import COLUMNS, Kind
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, slots=True)
class Is:
    """The column has this value; unknown where the column is empty."""

    column: str
    value: str | bool


@dataclass(frozen=True, slots=True)
class IsNull:
    """The column is empty; never unknown."""

    column: str


@dataclass(frozen=True, slots=True)
class NotNull:
    """The column is filled; never unknown."""

    column: str


@dataclass(frozen=True, slots=True)
class Before:
    """One moment lies before another column's moment; unknown where either is empty."""

    column: str
    other: str = "as_of"


@dataclass(frozen=True, slots=True)
class Within:
    """The matter lies in an interval of the area tree, both ends included; never unknown."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Did:
    """One of these actions was done on the matter; never unknown."""

    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; of unknown, unknown."""

    part: "Predicate"


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of the parts hold: false if one is false, else unknown if one is unknown."""

    parts: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the parts holds: true if one is true, else unknown if one is unknown."""

    parts: tuple["Predicate", ...]


Predicate = Is | IsNull | NotNull | Before | Within | Did | Not | AllOf | AnyOf

NullRule = Literal["leave_out", "count_as_no"]
"""What becomes of matters of which the numerator cannot be told: outside the divisor, or in it as a no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure. The numerator is always taken within the denominator, so it cannot exceed it.

    `unit` says what the value is: the share numerator / denominator, or the count of the numerator.
    """

    key: str
    title: Text
    unit: Literal["share", "count"]
    denominator: Predicate
    numerator: Predicate
    null_rule: NullRule
    basis: str
    least_sample: int = 1  # below so many matters in the denominator a share has no value

    def problems(self) -> list[str]:
        """Everything a declaration can get wrong, a sentence each; empty when it is sound."""
        found = [
            f"measure {self.key}: {name} {problem}"
            for name, predicate in (("denominator", self.denominator), ("numerator", self.numerator))
            for problem in predicate_problems(predicate)
        ]
        if not self.basis:
            found.append(f"measure {self.key}: no legal basis")
        if self.least_sample < 1:
            found.append(f"measure {self.key}: the least sample is {self.least_sample}, at least 1 is needed")
        return found


def predicate_problems(predicate: Predicate) -> Iterator[str]:
    """What is wrong with a predicate: unknown columns, values of the wrong kind, empty parts."""
    if isinstance(predicate, Not):
        yield from predicate_problems(predicate.part)
    elif isinstance(predicate, AllOf | AnyOf):
        if not predicate.parts:
            yield f"has an empty {type(predicate).__name__}"
        for part in predicate.parts:
            yield from predicate_problems(part)
    elif isinstance(predicate, Is):
        yield from _column_problem(predicate.column, ("flag",) if isinstance(predicate.value, bool) else ("word",))
    elif isinstance(predicate, Before):
        for name in (predicate.column, predicate.other):
            yield from _column_problem(name, ("moment",))
    elif isinstance(predicate, IsNull | NotNull):
        yield from _column_problem(predicate.column, ("word", "moment", "flag"))
    elif isinstance(predicate, Did) and not predicate.actions:
        yield "names no action"


def _column_problem(name: str, kinds: tuple[Kind, ...]) -> Iterator[str]:
    if name not in COLUMNS:
        yield f"speaks of {name!r}, which is no column of the facts"
    elif COLUMNS[name].kind not in kinds:
        yield f"treats {name!r}, a {COLUMNS[name].kind}, as a {kinds[0]}"


def is_certain(predicate: Predicate) -> bool:
    """Whether the predicate is true or false of every row, never unknown."""
    if isinstance(predicate, Not):
        return is_certain(predicate.part)
    if isinstance(predicate, AllOf | AnyOf):
        return all(is_certain(part) for part in predicate.parts)
    if isinstance(predicate, Is):
        return not COLUMNS[predicate.column].nullable
    if isinstance(predicate, Before):
        return not (COLUMNS[predicate.column].nullable or COLUMNS[predicate.other].nullable)
    return True
