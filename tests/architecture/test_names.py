"""Modules and classes are named by a word of the field, never by one that says nothing."""

import ast
import re

import pytest

from tests.architecture.tree import PACKAGE, shown, source_modules, syntax

SAY_NOTHING = frozenset(
    "util utils helper helpers common misc base manager managers service services handler handlers "
    "processor processors data info".split()
)
FIELD_TERMS = frozenset({"legal_service"})
"""Words of the field that end in one of the above (DESIGN: capabilities)."""

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")


def says_nothing(name: str, *, in_kernel: bool = False) -> bool:
    """Whether a module's or class's last word is one of the empty ones; `base` is allowed in the kernel."""
    words = [word.lower() for word in _WORDS.findall(name)]
    if not words or "_".join(words) in FIELD_TERMS:
        return False
    return words[-1] in SAY_NOTHING and not (in_kernel and words[-1] == "base")


@pytest.mark.parametrize(
    "name", ["utils", "date_utils", "MatterManager", "EventService", "common", "InfoData", "HTTPHandler"]
)
def test_empty_names_are_caught(name: str) -> None:
    assert says_nothing(name)


@pytest.mark.parametrize("name", ["legal_service", "service_hall", "database", "execute", "Handling", "base_records"])
def test_good_names_pass(name: str) -> None:
    assert not says_nothing(name)


def test_modules_and_folders_have_names_that_say_something() -> None:
    names = {
        shown(path): part
        for path in source_modules()
        for part in path.relative_to(PACKAGE).with_suffix("").parts
        if says_nothing(part, in_kernel=path.is_relative_to(PACKAGE / "kernel"))
    }
    assert names == {}


def test_classes_have_names_that_say_something() -> None:
    found = [
        f"{shown(path)}:{node.lineno}: {node.name}"
        for path in source_modules()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.ClassDef) and says_nothing(node.name, in_kernel=path.is_relative_to(PACKAGE / "kernel"))
    ]
    assert found == []


def test_every_module_says_what_it_does() -> None:
    silent = [
        shown(path)
        for path in source_modules()
        if "migrations" not in path.parts and not ast.get_docstring(syntax(path))
    ]
    assert silent == []
