"""Hazards, projects, needs and instructions are declared and nothing else; nothing elsewhere knows them by name."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.tree import PACKAGE

DECLARED = {
    "hazards": "hazard",
    "project_lists": "project",
    "enterprise_needs": "enterprise_need",
    "instructions": "instruction",
}
"""Folder of the capability: key of its type."""

VOCABULARY = ("jingwei.kernel.matters.types", "jingwei.kernel.measures.", "jingwei.kernel.values.words", "dataclasses")
PARTS = {"Field", "FileRule", "Action", "Measure", "AllOf", "tuple[str, ...]"}
"""What a function among declarations may give: a part of the declaration that is written more than once."""


def _modules(folder: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((PACKAGE / "capabilities" / folder).rglob("*.py")):
        yield path.name, ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("folder", DECLARED)
def test_the_folder_holds_declarations_only(folder: str) -> None:
    files = {path.suffix for path in (PACKAGE / "capabilities" / folder).rglob("*") if path.is_file()}
    assert files <= {".py", ".pyc"}, "no template, script or table of its own"
    for name, module in _modules(folder):
        for node in ast.walk(module):
            if isinstance(node, ast.ImportFrom) and name != "apps.py":
                own = f"jingwei.capabilities.{folder}."
                assert f"{node.module}.".startswith((own, *VOCABULARY)), f"{folder}/{name} imports {node.module}"
            if isinstance(node, ast.FunctionDef) and name != "apps.py":
                *_, last = node.body
                assert isinstance(last, ast.Return) and len(node.body) <= 2, f"{folder}/{name}: {node.name} decides"
                assert node.returns and ast.unparse(node.returns) in PARTS, f"{folder}/{name}: {node.name}"
            allowed = name == "apps.py" or not isinstance(node, ast.ClassDef | ast.If | ast.For | ast.While | ast.Try)
            assert allowed, f"{folder}/{name}, line {getattr(node, 'lineno', 0)}: this is no declaration"


@pytest.mark.parametrize(("folder", "key"), DECLARED.items())
def test_nothing_elsewhere_names_the_type(folder: str, key: str) -> None:
    """But the line that installs it. Titles of its grants are words of the city, beside those of all others."""
    own, words = PACKAGE / "capabilities" / folder, (f'"{key}"', f"'{key}'", f"capabilities.{folder}", key.upper())
    naming = [
        path.relative_to(PACKAGE).as_posix()
        for suffix in ("py", "html", "js", "css", "typ")
        for path in sorted(PACKAGE.rglob(f"*.{suffix}"))
        if own not in path.parents and any(word in path.read_text(encoding="utf-8") for word in words)
    ]
    assert naming == ["project/settings/applications.py"]
