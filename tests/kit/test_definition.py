"""Figures tell in words what they count."""

import pytest

from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.predicates import AllOf, AnyOf, Before, Did, Is, Linked, Not, NotNull, in_time, past
from jingwei.kernel.measures.registry import all_measures, measure_of, sentence_of, telling
from jingwei.kernel.values.words import Text
from jingwei.kit.figures.definition import definition_of


def test_every_declared_figure_is_told_in_both_languages() -> None:
    for measure in all_measures():
        told = definition_of(measure)
        for part in (told.counted, told.of, told.untold):
            assert part.zh and part.en, measure.key


def test_a_figure_is_told_by_what_it_declares() -> None:
    told = definition_of(measure_of("grid_event.share_closed_in_time"))
    assert told.counted == Text("结案时间不晚于应办结时间", "“Closed” is not after “Due”")
    assert told.of.zh.startswith(
        "事项类型是“网格事件”，并且状态不是“不予受理”，并且状态不是“已合并”，并且（应办结时间已过，或者"
    )
    assert told.untold.en == "What cannot be told counts as a no."
    mean = definition_of(measure_of("grid_event.mean_to_sign"))
    assert (
        mean.counted.en
        == "the time from the first “Dispatch” / “Dispatch first, verify meanwhile” to the first “Sign for it”"
    )


@pytest.mark.parametrize(
    ("predicate", "words"),
    [
        (past("due_at"), "“Due” has gone by"),
        (in_time("closed_at", "due_at"), "“Closed” is not after “Due”"),
        (Not(Before("closed_at", hours=672)), "“Closed” is not more than 28 days before “As of”"),
        (Before("closed_at", hours=25), "“Closed” is more than 1 d 1 h before “As of”"),
        (Not(AnyOf((Is("state", "void"), NotNull("due_at")))), "state is not “Declined” and not (“Due” is filled in)"),
        (AnyOf((Is("duplicate", True), AllOf((Is("placed", False), Did(("sign",), times=2))))),
         "duplicate: yes or (place known: no and “Sign for it” was done 2 times or more)"),
    ],
)  # fmt: skip
def test_a_predicate_is_told_as_a_clause(predicate: object, words: str) -> None:
    assert definition_of(_count(predicate)).counted.en == words


def test_what_no_figure_declares_has_no_words() -> None:
    with pytest.raises(TypeError, match="no words for Linked"):
        definition_of(_count(Linked(("duplicate_of",))))


def test_a_sentence_has_one_place_for_its_value() -> None:
    measure = measure_of("grid_event.share_placed")
    with pytest.raises(ValueError, match="no one place"):
        telling(measure, Text("没有位置", "{} and {}"))
    assert sentence_of(measure) is None


def _count(numerator: object) -> Measure:
    return Measure(
        key="grid_event.tried",
        title=Text("试", "Tried"),
        unit="count",
        topic="work",
        denominator=Is("type", "grid_event"),
        numerator=numerator,  # type: ignore[arg-type]  # every kind of predicate is given as a parameter
        null_rule="count_as_no",
        basis="—",
    )
