"""Declarations: what is wrong with them is said, and a key belongs to one measure."""

import dataclasses

import pytest

from jingwei.capabilities.grid_events.capability import MEASURES, TYPES
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.predicates import (
    AllOf,
    Before,
    Did,
    Drawn,
    First,
    Is,
    IsNull,
    Last,
    Linked,
    Not,
    NotNull,
    Predicate,
    Said,
    SameUnit,
    Span,
)
from jingwei.kernel.measures.registry import all_measures, measure_of, register

SOUND = MEASURES[0]


def _with(numerator: Predicate) -> Measure:
    return dataclasses.replace(SOUND, key="test.other", numerator=numerator)


@pytest.mark.parametrize(
    "numerator",
    [
        Is("colour", "red"),
        Is("state", True),
        Is("placed", "yes"),
        Is("due_at", "2026"),
        Before("state"),
        Before("due_at", "nowhere"),
        IsNull("colour"),
        AllOf(()),
        Not(AllOf((Is("colour", "red"),))),
        Did(()),
        Did(("sign",), times=0),
        Said((), "grade", ("1",)),
        Said(("answer",), "grade", ()),
        SameUnit(("report",), ()),
        Linked(()),
        Drawn("check", 0),
        Before(First(())),
        NotNull(Last(())),
        Before("due_at", "state"),
    ],
)
def test_a_wrong_predicate_is_named_and_not_registered(numerator: Predicate) -> None:
    assert len(_with(numerator).problems()) == 1
    with pytest.raises(ValueError, match="measure test.other: numerator"):
        register(_with(numerator))


def test_a_measure_needs_a_basis_and_a_sample() -> None:
    problems = dataclasses.replace(SOUND, basis="", least_sample=0).problems()
    assert [problem.split(": ")[1] for problem in problems] == [
        "no legal basis",
        "the least sample is 0, at least 1 is needed",
    ]


def test_a_mean_needs_a_span_and_a_null_rule_of_its_own() -> None:
    mean = dataclasses.replace(
        SOUND, unit="mean_seconds", numerator=Span("opened_at", First(("sign",))), null_rule="count_until_now"
    )
    assert mean.problems() == []
    wrong = (
        dataclasses.replace(mean, null_rule="count_as_no"),
        dataclasses.replace(mean, unit="share"),
        dataclasses.replace(SOUND, unit="mean_seconds"),
        dataclasses.replace(SOUND, null_rule="count_until_now"),
        dataclasses.replace(mean, numerator=Span("state", "closed_at")),
        dataclasses.replace(mean, numerator=Span(First(()), "closed_at")),
    )
    assert [len(one.problems()) for one in wrong] == [1] * len(wrong)


def test_a_key_belongs_to_one_measure() -> None:
    assert register(SOUND) is SOUND
    with pytest.raises(ValueError, match="declared twice"):
        register(dataclasses.replace(SOUND, least_sample=5))
    with pytest.raises(LookupError, match="not installed"):
        measure_of("nothing")


def test_the_declared_measures_are_sound() -> None:
    assert set(MEASURES) <= set(all_measures())
    assert [problem for measure in all_measures() for problem in measure.problems()] == []
    assert [problem for one in TYPES for problem in one.problems()] == []
