"""What the architecture tests read: the project's files, its source modules and their syntax trees."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "jingwei"


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is in git or would enter it with the next commit, absolute, in order."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return tuple(path for name in sorted(set(listed.split("\0")) - {""}) if (path := ROOT / name).is_file())


def files_in(folder: str, suffix: str) -> list[Path]:
    """The project's files below `folder` (relative to the root) whose name ends in `suffix`."""
    return [path for path in project_files() if path.is_relative_to(ROOT / folder) and path.name.endswith(suffix)]


def source_modules() -> list[Path]:
    """The modules of the package; fails when they are not found, so that no test passes for want of reading."""
    modules = files_in("src/jingwei", ".py")
    assert PACKAGE / "kernel" / "commands" / "execute.py" in modules, "the package is not where these tests look for it"
    return modules


def shown(path: Path) -> str:
    """The path as people say it: from the project's root."""
    return path.relative_to(ROOT).as_posix()


def within(path: Path, *places: str) -> bool:
    """Whether a module lies in one of the places (folders or modules, relative to the package)."""
    return any(path.is_relative_to(PACKAGE / place) for place in places)


@cache
def syntax(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def dotted_parts(node: ast.expr) -> Iterator[str]:
    """The names in a chain such as `Area.objects.filter(…).first`, outermost last, arguments left out."""
    if isinstance(node, ast.Call):
        yield from dotted_parts(node.func)
    elif isinstance(node, ast.Subscript):
        yield from dotted_parts(node.value)
    elif isinstance(node, ast.Attribute):
        yield from dotted_parts(node.value)
        yield node.attr
    elif isinstance(node, ast.Name):
        yield node.id


def texts(tree: ast.AST) -> Iterator[ast.Constant]:
    """The string constants of a tree (pieces of f-strings too), docstrings left out."""
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            yield node
