"""The committed handbook is what the declarations say today, whole and in both languages."""

import ast
import dataclasses
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jingwei.kernel.matters.types import (
    Action,
    ClockRule,
    Extends,
    Field,
    FileRule,
    MatterType,
    Promises,
    Renews,
    State,
    TaskRule,
    Times,
    When,
    all_types,
    type_of,
)
from jingwei.kernel.values.words import Text
from jingwei.kit.handbook.content import handbook_of
from jingwei.kit.handbook.markdown import pages
from tests.architecture.tree import PACKAGE, ROOT, project_files, source_modules, syntax
from tests.procedure import PROCEDURE

FOLDER = ROOT / "docs" / "handbook"
KINDS = (Action, ClockRule, Extends, Field, FileRule, Promises, Renews, State, TaskRule, Times, When)
UNTOLD = {"longest", "harmless"}
"""How long a text may be is said by the form; what is harmless every reader sees, as all that is not sealed."""
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")


def stale(committed: dict[str, str], made: dict[str, str]) -> list[str]:
    """What differs between the committed pages and those made now, with the remedy."""
    remedy = "run `make handbook` and commit what it writes"
    rows = [f"{name}: is missing; {remedy}" for name in made if name not in committed]
    rows += [f"{name}: no installed type has it; {remedy}" for name in committed if name not in made]
    changed = [name for name in made if name in committed and made[name] != committed[name]]
    return sorted([*rows, *(f"{name}: is stale; {remedy}" for name in changed)])


def committed() -> dict[str, str]:
    return {
        path.name: path.read_text(encoding="utf-8") for path in project_files() if Path(path).is_relative_to(FOLDER)
    }


def test_the_committed_pages_are_what_the_declarations_say() -> None:
    assert stale(committed(), pages()) == []


def test_a_changed_declaration_makes_its_pages_stale() -> None:
    changed = replace(type_of("grid_event"), retention=())
    made = pages([changed if one.key == "grid_event" else one for one in all_types()])
    assert [row.split(":")[0] for row in stale(committed(), made)] == ["grid_event.en.md", "grid_event.md"]


def test_a_new_type_without_a_page_and_a_page_without_a_type_are_named() -> None:
    kept = {name: text for name, text in committed().items() if not name.startswith("self_check")}
    assert len(stale(kept, pages())) == 2
    assert any("no installed type has it" in row for row in stale({**committed(), "old.md": ""}, pages()))


def test_english_pages_hold_no_chinese_and_chinese_pages_say_as_much() -> None:
    made = pages()
    for name, text in made.items():
        if name.endswith(".en.md"):
            said = [line for line in text.splitlines() if not line.startswith("<!--")]
            assert CHINESE.findall(re.sub(r"\[中文\]|（|）|；", "", "\n".join(said))) == [], name
            assert len(said) == len(made[name.replace(".en.md", ".md")].splitlines()) - 1, name


@pytest.mark.parametrize("one", [*all_types(), PROCEDURE], ids=lambda one: one.key)
def test_every_word_of_a_declaration_is_on_its_page(one: MatterType) -> None:
    page = pages([one])[f"{one.key}.md"]
    said = [one.states, one.actions, one.clocks, one.tasks, one.fields, one.files]
    titles = [declared.title.zh for group in said for declared in group]  # type: ignore[attr-defined]  # each has a title
    assert [title for title in titles if title not in page] == []
    for action in one.actions:
        assert all(title.zh in page for _, title in action.causes)
        assert all(field.title.zh in page for field in action.fields)


@pytest.mark.parametrize("kind", [MatterType, *KINDS], ids=lambda kind: kind.__name__)
def test_whatever_can_be_declared_is_told(kind: type[Any]) -> None:
    """A new word of the declaration fails here until the handbook tells of it."""
    modules = [path for path in source_modules() if path.is_relative_to(PACKAGE / "kit/handbook")]
    read = {node.attr for path in modules for node in ast.walk(syntax(path)) if isinstance(node, ast.Attribute)}
    untold = {one.name for one in dataclasses.fields(kind) if one.init} - read
    assert untold <= UNTOLD


def test_a_state_that_is_added_stands_in_the_diagram() -> None:
    more = State(key="extra", title=Text("另一个：状态", 'one "more": state'), waits_for="matter.accept")
    one = replace(PROCEDURE, states=(*PROCEDURE.states, more))
    assert "  state \"one 'more' – state\" as extra" in pages([one])["procedure.en.md"]
    assert handbook_of(one).sections[0].table is not None
