"""A day is one in the city's time zone (`scope.today`, `scope.day_of`, `rules.day_of`): nobody takes it off a moment
in UTC, in which a day of China begins at eight in the morning."""

import ast
import re

import pytest

from tests.architecture.tree import dotted_parts, shown, source_modules, syntax, texts, within

LOCAL = {
    "kernel/clocks/calendars.py": "counts on the wall clock, in moments without a zone",
    "kernel/clocks/counting.py": "as calendars.py",
    "kernel/matters/telling/timing.py": "the hour of quiet on the city's wall clock",
    "kit/parts/showroom.py": "a moment made up for the list of page parts",
    "kit/publishing/figures.py": "the end of a period, which is a midnight in the city",
    "surfaces/api/features/asking.py": "the day of a moment as whoever asks wrote it",
    "surfaces/api/features/collections.py": "as publishing/figures.py",
    "surfaces/portal/figures/views.py": "as publishing/figures.py",
    "surfaces/console/practice": "the invented city plans on its wall clock before there is a rulebook",
}
"""Where a moment is on the wall clock already, and why."""

_OF_UTC = re.compile(r"TIME ZONE 'UTC'\)\s*::\s*date|CURRENT_DATE", re.IGNORECASE)


def days_of_moments(tree: ast.AST) -> list[str]:
    """Line and text of every day that is taken off something else than what `astimezone` gave."""
    calls = [
        (node.lineno, ast.unparse(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and not node.args and isinstance(node.func, ast.Attribute)
        if _takes_a_day(node.func)
    ]
    statements = [(node.lineno, str(node.value)[:60]) for node in texts(tree) if _OF_UTC.search(str(node.value))]
    return [f"{line}: {text}" for line, text in sorted(calls + statements)]


def _takes_a_day(called: ast.Attribute) -> bool:
    if called.attr == "date":  # of a moment; `datetime.date(…)` makes one
        return not isinstance(called.value, ast.Call) or list(dotted_parts(called.value))[-1:] != ["astimezone"]
    return called.attr == "localdate" or (called.attr == "today" and list(dotted_parts(called.value))[-1:] == ["date"])


@pytest.mark.parametrize(
    "sample",
    [
        "rules.value('number', 'x', scope.now.date())",
        "on = (command.happened_at or scope.now).date()",
        "on = matter.opened_at.date()",
        "today = datetime.datetime.now(datetime.UTC).date()",
        "today = datetime.date.today()",
        "today = timezone.localdate()",
        "cursor.execute(\"SELECT (opened_at AT TIME ZONE 'UTC')::date FROM t\")",
    ],
)
def test_a_day_of_utc_is_caught(sample: str) -> None:
    assert days_of_moments(ast.parse(sample))


@pytest.mark.parametrize(
    "sample", ["on = scope.today", "on = rules.day_of(matter.opened_at)", "day = moment.astimezone(zone).date()"]
)
def test_a_day_of_the_city_passes(sample: str) -> None:
    assert days_of_moments(ast.parse(sample)) == []


def test_days_are_those_of_the_city() -> None:
    found = [
        f"{shown(path)}:{place}"
        for path in source_modules()
        if not within(path, *LOCAL)
        for place in days_of_moments(syntax(path))
    ]
    assert found == [], "ask scope.today, scope.day_of or rules.day_of"


def test_the_list_of_wall_clocks_is_true() -> None:
    idle = [
        place
        for place in LOCAL
        if not any(days_of_moments(syntax(path)) for path in source_modules() if within(path, place))
    ]
    assert idle == [], "takes no day off a moment any more: strike it off the list"
