"""A figure is computed in one place: nothing above the kernel counts, sums or averages rows itself."""

import ast
import re

import pytest

from tests.architecture.tree import shown, source_modules, syntax, texts, within

COUNTING = frozenset("Aggregate Avg Count Max Min StdDev Sum Variance ArrayAgg StringAgg Window".split())
COUNTING_SQL = re.compile(r"\bselect\b.*\b(count|sum|avg|min|max|percentile_cont|stddev)\s*\(", re.I | re.S)
ABOVE_THE_KERNEL = ("surfaces", "kit", "handoffs", "capabilities", "project")


def figures(tree: ast.AST) -> list[str]:
    """Line and text of every place in a tree where rows of the database are turned into a figure."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            ("django.db", "django.contrib.postgres")
        ):
            found += [f"{node.lineno}: import {name.name}" for name in node.names if name.name in COUNTING]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "models" and node.attr in COUNTING:
                found.append(f"{node.lineno}: models.{node.attr}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            verb = node.func.attr
            if verb in {"aggregate", "aaggregate", "acount"} or (
                verb == "count" and not node.args and not node.keywords
            ):
                found.append(f"{node.lineno}: {ast.unparse(node.func)}")
    found += [f"{node.lineno}: {str(node.value)[:60]}" for node in texts(tree) if COUNTING_SQL.search(str(node.value))]
    return found


@pytest.mark.parametrize(
    "sample",
    [
        "from django.db.models import Avg",
        "from django.db.models.aggregates import Count",
        "from django.db import models\nmodels.Sum('x')",
        "Matter.objects.filter(state='open').count()",
        "rows.aggregate(n=1)",
        "cursor.execute('SELECT state, count(*) FROM matters_matter GROUP BY state')",
    ],
)
def test_a_figure_is_caught(sample: str) -> None:
    assert figures(ast.parse(sample))


@pytest.mark.parametrize(
    "sample", ["from django.db.models import F", "'aab'.count('a')", "measure(actor, 'open', area)"]
)
def test_other_code_passes(sample: str) -> None:
    assert figures(ast.parse(sample)) == []


def test_nothing_above_the_kernel_computes_a_figure() -> None:
    above = [path for path in source_modules() if within(path, *ABOVE_THE_KERNEL)]
    assert above
    found = [f"{shown(path)}:{place}" for path in above for place in figures(syntax(path))]
    assert found == [], "declare it in kernel.measures (or the capability's measures.py) and ask for it there"
