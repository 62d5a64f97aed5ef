"""Matters are read in scope: a query without `in_scope` stands only where a reason for it is written down."""

import ast

import pytest

from tests.architecture.tree import dotted_parts, shown, source_modules, syntax, texts, within

UNSCOPED = {
    "kernel/matters/commands/ring.py": "the timer, which reads everywhere; it shows nothing to anybody",
    "kernel/matters/commands/posts": "what hangs on a post or unit that ends or is handed over, wherever it lies",
    "kernel/subjects/destroying.py": "which of the matters erased before a restore are here; it shows nothing",
    "kernel/matters/personal/sealing.py": "the ids of what an upgrade has to seal; it shows nothing to anybody",
    "kernel/matters/rules/comparing.py": "counts what a change of rules would do, for whoever makes the rules",
    "kernel/matters/self_check/probe.py": "the self-check's own matters, by their ids",
    "kernel/matters/telling": "finds whom a message is for; each of them is asked for his own scope",
    "kernel/matters/workload.py": "counts by place, within reach of the post that redraws areas; it shows no matter",
    "kernel/retention": "what is due within reach of the post that proposes; the matters of a list, for its reviewer",
    "kernel/feeds": "a feed's own matters, by their numbers in its source",
    "surfaces/api/open311/own.py": "the one matter that the id given to whoever reported it opens",
    "surfaces/desk/audit": "the number alone, within the reach of the post that audits",
    "surfaces/desk/follow_up/lists.py": "ids that measures.behind has found in scope",
    "surfaces/desk/intake/views.py": "the receipt, for whoever has just reported the matter",
    "surfaces/portal": "the one matter that the code of a report opens",
    "surfaces/console/log/commands.py": "the operator at the machine, who writes the proof of a named matter",
    "surfaces/console/measurements": "the bench, in an installation of its own",
    "project/asked.py": "the bench's questions, in its own installation",
    "project/asked_pages.py": "as asked.py",
}
"""Where matters are read without the filter, and why nobody sees what is not theirs."""

QUERIES = frozenset("objects _default_manager _base_manager".split())


def unscoped_places(tree: ast.AST) -> list[str]:
    """Line and text of every query on matters that names no scope, and of every statement of SQL that reads them."""
    scoped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and any(_is_scope(argument) for argument in node.args)
        for inner in ast.walk(node.func)
    }
    queries = [
        (node.lineno, ast.unparse(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in QUERIES
        and list(dotted_parts(node.value)) == ["Matter"]
        and id(node) not in scoped
    ]
    statements = [(node.lineno, str(node.value)[:60]) for node in texts(tree) if "matters_matter" in str(node.value)]
    return [f"{line}: {text}" for line, text in sorted(queries + statements)]


def _is_scope(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Call) and list(dotted_parts(argument.func))[-1:] == ["in_scope"]


@pytest.mark.parametrize(
    "sample",
    [
        "Matter.objects.get(pk=key)",
        "Matter.objects.filter(number=number).first()",
        "Matter._base_manager.all()",
        "Matter.objects.filter(pk__in=Link.objects.filter(in_scope(actor)))",
        "cursor.execute('SELECT id FROM matters_matter')",
    ],
)
def test_reading_without_scope_is_caught(sample: str) -> None:
    assert unscoped_places(ast.parse(sample))


@pytest.mark.parametrize(
    "sample",
    [
        "Matter.objects.filter(in_scope(scope.actor), number=number).first()",
        "Matter.objects.select_related('area').filter(policies.in_scope(scope.actor))",
        "Area.objects.get(code='T1')",
    ],
)
def test_reading_in_scope_passes(sample: str) -> None:
    assert unscoped_places(ast.parse(sample)) == []


def test_matters_are_read_in_scope() -> None:
    found = [
        f"{shown(path)}:{place}"
        for path in source_modules()
        if not within(path, *UNSCOPED) and "migrations" not in path.parts
        for place in unscoped_places(syntax(path))
    ]
    assert found == [], "filter by in_scope(scope.actor), or say in UNSCOPED why nobody sees what is not theirs"


def test_the_list_of_reasons_is_true() -> None:
    idle = [
        place
        for place in UNSCOPED
        if not any(unscoped_places(syntax(path)) for path in source_modules() if within(path, place))
    ]
    assert idle == [], "reads no matters without scope any more: strike it off the list"


def test_no_function_of_the_database_but_the_search_runs_with_its_owners_rights() -> None:
    """Such a function sees past the scope of whoever calls it; test_row_security asks the database itself."""
    found = [
        shown(path)
        for path in source_modules()
        for node in texts(syntax(path))
        if "SECURITY DEFINER" in str(node.value).upper()
    ]
    assert found == ["src/jingwei/kernel/matters/migrations/0019_parts_in_sight.py"]
