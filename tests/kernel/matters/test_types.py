"""Declared types are sound, and everything a declaration can get wrong is said."""

from dataclasses import replace
from typing import Any

import pytest

import jingwei.capabilities.grid_events.matter_type
import jingwei.kernel.feeds.matter_type  # noqa: F401  # registers its type
from jingwei.capabilities.grid_events.matter_type import GRID_EVENT
from jingwei.kernel.matters.types import (
    Action,
    ClockRule,
    Extends,
    Field,
    FileRule,
    MatterType,
    Promises,
    Renews,
    Retention,
    State,
    TaskRule,
    Times,
    When,
    all_types,
    register,
    type_of,
)
from jingwei.kernel.values.words import Text

T = Text("题", "title")
OPEN, DONE = State(key="open", title=T), State(key="done", title=T, final=True)
YEAR = Retention(years=1, basis=T)
CLOSE = Action(key="close", title=T, begins=("open",), ends="done", grant="g")


def declared(**changes: Any) -> MatterType:
    """A small sound type, changed."""
    whole: dict[str, Any] = {
        "key": "t",
        "version": 1,
        "title": T,
        "states": (OPEN, DONE),
        "actions": (CLOSE,),
        "initial": "open",
        "basis": "法",
        "retention": (YEAR,),
    }
    return MatterType(**{**whole, **changes})


@pytest.mark.parametrize("matter_type", all_types(), ids=lambda one: one.key)
def test_every_installed_type_is_sound(matter_type: MatterType) -> None:
    assert matter_type.problems() == []


@pytest.mark.parametrize("matter_type", all_types(), ids=lambda one: one.key)
def test_every_word_of_a_type_is_there_in_both_languages(matter_type: MatterType) -> None:
    words = [matter_type.title]
    words += [one.title for group in (matter_type.states, matter_type.actions, matter_type.clocks) for one in group]
    fields = [*matter_type.fields, *(field for action in matter_type.actions for field in action.fields)]
    words += [field.title for field in fields] + [title for field in fields for _, title in field.choices]
    words += [field.hint for field in fields if field.hint]
    assert all(one.zh.strip() and one.en.strip() for one in words)


def test_a_small_sound_type_has_no_problems() -> None:
    assert declared().problems() == []


F = Field(key="f", title=T, searchable=True)
LEFT = Field(key="g", title=T, kind="choice", choices=(("a", T),), asked_of="act")
CLOCK = {"clocks": (ClockRule(key="c", title=T),)}
TASK = TaskRule(role="assist", title=T, begins=("open",), grant="g", answers="h")


def asked(**changes: Any) -> dict[str, Any]:
    """The one action of the small type, changed."""
    return {"actions": (replace(CLOSE, **changes),)}


STAY = Action(key="stay", title=T, begins=("open",), ends="", grant="g")
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"states": (OPEN, OPEN, DONE)}, "two states are called open"),
    ({"actions": (CLOSE, CLOSE)}, "two actions are called close"),
    ({"fields": (F, F)}, "two fields are called f"),
    ({"fields": (Field(key="f", title=T),)}, "t.f: free words are exactly one of searchable, sealed and harmless"),
    ({"fields": (replace(F, sealed=True),)}, "t.f: free words are exactly one of"),
    ({"fields": (Field(key="f", title=T, sealed=True, public=True),)}, "t.f: sealed and public exclude one another"),
    ({"fields": (Field(key="f", title=T, kind="choice"),)}, "t.f: a choice without choices"),
    ({"fields": (replace(F, choices=(("a", T),)),)}, "t.f: choices of a field that is no choice"),
    (asked(fields=(F, F)), "t.close: two fields are called f"),
    (asked(fields=(F,)), "t.close.f: only a matter's own fields enter the search"),
    (asked(files=(FileRule(key="p", title=T, least=2, most=1),)), "t.close.p: between 2 and 1 files is no range"),
    ({"files": (FileRule(key="p", title=T),) * 2}, "t: two kinds of files are called p"),
    (
        asked(when=(When(of="colour", among=("red",)),)),
        "asks for colour, which is no field",
    ),
    (asked(when=(When(of="category.urgency", among=()),)), "the condition on category.urgency can never hold"),
    (asked(times=Times(most=0)), "t.close: at most 0 times is never"),
    (asked(times=Times(most=1, since=("nobody",))), "times refers to the unknown action nobody"),
    (asked(only_by=("nobody",)), "only by refers to the unknown action nobody"),
    (asked(within="c"), "t.close: unknown clock c"),
    ({**asked(extends=Extends(clock="c")), **CLOCK}, "given by a field or by a share, one of the two"),
    ({**asked(extends=Extends(clock="c", percent=101)), **CLOCK}, "101 % is longer than the first limit"),
    ({**asked(extends=Extends(clock="c", field="days")), **CLOCK}, "no action has the number field days"),
    ({**asked(renews=Renews(clock="c", percent=0)), **CLOCK}, "a new term of 0 % of the first"),
    (
        {**asked(starts=("c",)), "clocks": (ClockRule(key="c", title=T, window=True),)},
        "t.close: c is a window, which no action turns",
    ),
    (
        {"clocks": (ClockRule(key="c", title=T, window=True, measures_due=True),)},
        "t.c: a window has no due moment of a matter",
    ),
    ({"starts": ("c",)}, "t: starts the unknown clock c"),
    (asked(kind="merge", ends=""), "t.close: a merge must end the matter"),
    (asked(kind="split", system_only=True), "t.close: a split is done by people"),
    (asked(causes=(("a", T),), ends=""), "t.close: sends back nowhere"),
    (asked(then=("nobody",)), "the receiver may do the unknown action nobody"),
    (asked(then=("close",)), "the receiver may do close, which does not lead on from done"),
    ({"tasks": (TASK, TASK)}, "two tasks are called assist"),
    ({"tasks": (replace(TASK, begins=()),)}, "t.assist: can be asked for nowhere"),
    ({"tasks": (replace(TASK, begins=("done",)),)}, "t.assist: is asked for in the final state done"),
    ({"tasks": (replace(TASK, blocks=("nobody",)),)}, "t.assist: blocks the unknown action nobody"),
    (
        {"tasks": (replace(TASK, role="hand_over"),)},
        "t.hand_over: a hand-over that the receiver may not refuse is none",
    ),
    ({"clocks": (ClockRule(key="c", title=T), ClockRule(key="c", title=T))}, "two clocks are called c"),
    ({**asked(past="c"), "clocks": (ClockRule(key="c", title=T, window=True),)}, "t.close: waits for the window c"),
    (asked(past="c"), "t.close: unknown clock c"),
    (asked(unless=("nobody",)), "unless refers to the unknown action nobody"),
    ({**asked(promises=Promises(clock="c", field="day")), **CLOCK}, "no action has the day field day"),
    (asked(promises=Promises(clock="c", field="day")), "t.close: unknown clock c"),
    (asked(sets=("grade",)), "t.close: sets grade, which is not a field of both the action and the matter"),
    ({**asked(sets=("g",), fields=(replace(LEFT, choices=()),)), "fields": (LEFT,)}, "g is declared otherwise"),
    ({**asked(sets=("g",), fields=(LEFT,)), "fields": (replace(LEFT, asked_of="staff"),)}, "g is not left to acts"),
    ({"fields": (LEFT,)}, "t.g: is left to acts, but none sets it"),
    ({"fields": (Field(key="n", title=T, kind="day", least=1),)}, "t.n: bounds of a field that is no number"),
    ({"fields": (Field(key="n", title=T, kind="number", least=2, most=1),)}, "t.n: between 2 and 1 lies no number"),
    ({"initial": "nowhere"}, "the initial state nowhere is not declared"),
    ({"actions": (CLOSE, replace(STAY, begins=("nowhere",)))}, "t.stay: unknown state nowhere"),
    ({"actions": (replace(CLOSE, ends="nowhere"),)}, "t.close: unknown state nowhere"),
    ({"actions": (replace(CLOSE, starts=("c",)),)}, "t.close: unknown clock c"),
    ({"actions": (replace(CLOSE, pauses=("c",)),)}, "t.close: unknown clock c"),
    ({"actions": (replace(CLOSE, not_by=("nobody",)),)}, "refers to the unknown action nobody"),
    ({"actions": (replace(CLOSE, assigns="unit"),)}, "assigns a unit without a field for it"),
    ({"actions": (CLOSE, replace(STAY, begins=()))}, "t.stay: can begin nowhere"),
    (
        {"actions": (CLOSE, Action(key="reopen", title=T, begins=("done",), ends="open", grant="g"))},
        "leaves the final state done without a reason",
    ),
    ({"states": (OPEN, DONE, State(key="far", title=T, final=True))}, "the state far cannot be reached"),
    (
        {
            "states": (OPEN, DONE, State(key="trap", title=T)),
            "actions": (CLOSE, replace(CLOSE, key="fall", ends="trap")),
        },
        "the state trap is a dead end",
    ),
    ({"states": (OPEN, replace(DONE, final=False))}, "no final state"),
    ({"basis": ""}, "no legal basis"),
    ({"retention": ()}, "no term of retention for results that none names"),
    ({"retention": (YEAR, YEAR)}, "two terms of retention for results that none names"),
    ({"retention": (YEAR, replace(YEAR, results=("open",)))}, "a term of retention for open, which is no final state"),
    ({"retention": (replace(YEAR, results=("done", "done")),)}, "two terms of retention for done"),
    ({"retention": (replace(YEAR, years=0),)}, "a retention of 0 years"),
]


@pytest.mark.parametrize(("changes", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_what_is_wrong_with_a_declaration_is_said(changes: dict[str, Any], sentence: str) -> None:
    assert any(sentence in problem for problem in declared(**changes).problems())


def test_a_type_is_registered_once_and_old_versions_stay() -> None:
    assert register(GRID_EVENT) is GRID_EVENT
    with pytest.raises(ValueError, match="grid_event version 2 is declared twice"):
        register(replace(GRID_EVENT, basis="other"))
    assert type_of("grid_event", 2) is type_of("grid_event") is GRID_EVENT
    assert type_of("grid_event", 1).version == 1
    with pytest.raises(LookupError, match="grid_event version 99 is not installed"):
        type_of("grid_event", 99)


def test_what_is_offered_is_what_may_begin_here_and_is_done_by_people() -> None:
    old = type_of("grid_event", 1)
    assert [action.key for action in old.offered("reported")] == ["verify", "file", "decline", "adopt"]
    assert [action.key for action in old.offered("closed")] == ["reopen"]
    assert GRID_EVENT.offered("void") == []


def test_a_row_of_the_return_matrix_asks_for_one_of_its_causes() -> None:
    row = replace(CLOSE, causes=(("wrong_unit", T),))
    assert [(field.key, field.kind, field.required) for field in row.fields] == [("cause", "choice", True)]
    assert replace(row, key="again").fields == row.fields  # not asked for twice
    assert declared(actions=(row,)).returns == (row,)
