"""Files, functions, classes, folders and the head of a matter stay small enough to be read."""

import ast
from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps

from tests.architecture.tree import files_in, shown, source_modules, syntax

FILE_LINES = 400
TEST_FILE_LINES = 600
TEMPLATE_LINES = 200
FUNCTION_LINES = 50
CLASS_LINES = 250
MODULES_IN_FOLDER = 15
COLUMNS_OF_A_MATTER = 20


def _written(path: Path) -> bool:
    return "migrations" not in path.parts


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def too_long(paths: list[Path], limit: int) -> list[str]:
    return [f"{shown(path)}: {_lines(path)} lines, at most {limit}" for path in paths if _lines(path) > limit]


def overgrown(tree: ast.AST) -> list[str]:
    """The functions and classes of a tree that pass their limit."""
    rows = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            limit = FUNCTION_LINES
        elif isinstance(node, ast.ClassDef):
            limit = CLASS_LINES
        else:
            continue
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > limit:
            rows.append(f"{node.lineno}: {node.name} has {length} lines, at most {limit}")
    return rows


def test_source_files_are_short() -> None:
    assert too_long([path for path in source_modules() if _written(path)], FILE_LINES) == []


def test_test_files_are_short() -> None:
    assert too_long(files_in("tests", ".py"), TEST_FILE_LINES) == []


def test_templates_are_short() -> None:
    assert too_long(files_in("src", ".html"), TEMPLATE_LINES) == []


def test_functions_and_classes_are_short() -> None:
    written = [path for path in source_modules() if _written(path)]
    assert [f"{shown(path)}:{row}" for path in written for row in overgrown(syntax(path))] == []


@pytest.mark.parametrize(
    ("head", "lines", "caught"),
    [("def f():", FUNCTION_LINES, 1), ("def f():", FUNCTION_LINES - 1, 0), ("class C:", CLASS_LINES, 1)],
)
def test_the_measure_of_length_works(head: str, lines: int, caught: int) -> None:
    assert len(overgrown(ast.parse("\n".join([head, *["    x = 1"] * lines])))) == caught


def test_folders_hold_few_modules() -> None:
    folders = Counter(path.parent for path in source_modules() if _written(path) and path.name != "__init__.py")
    full = {shown(folder): count for folder, count in folders.items() if count > MODULES_IN_FOLDER}
    assert full == {}, f"more than {MODULES_IN_FOLDER} modules in one folder: split it by noun"


def test_the_head_of_a_matter_stays_small() -> None:
    columns = [field.name for field in apps.get_model("matters", "Matter")._meta.concrete_fields]
    assert len(columns) <= COLUMNS_OF_A_MATTER, columns
