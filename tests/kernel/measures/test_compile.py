"""The compiled SQL against the plain oracle, on generated predicates and rows."""

import datetime
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from jingwei.kernel.measures.compile import PARTS, Compiler, divisor
from jingwei.kernel.measures.declared import Measure, Predicate, is_certain
from jingwei.kernel.values.words import Text
from tests.kernel.measures.oracle import Row, predicates, rows, truth

_ORIGIN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
_COLUMNS = "(id, state, unit_code, area_code, area_lft, opened_at, due_at, closed_at)"
_TYPES = ("int", "text", "text", "text", "int", "timestamptz", "timestamptz", "timestamptz")
_examples = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _moment(day: int | None) -> datetime.datetime | None:
    return None if day is None else _ORIGIN + datetime.timedelta(days=day)


def _table(given_rows: Sequence[Row], as_of: int) -> tuple[sql.Composable, list[Any]]:
    one = "({})".format(", ".join(f"%s::{kind}" for kind in _TYPES))
    text = (
        f"(VALUES {', '.join([one] * len(given_rows))}) m{_COLUMNS} CROSS JOIN (SELECT %s::timestamptz AS as_of) asked"
    )
    values: list[Any] = []
    for place, row in enumerate(given_rows):
        moments = [_moment(row[name]) for name in ("opened_at", "due_at", "closed_at")]
        values += [place, row["state"], row["unit"], row["area"], row["area_lft"], *moments]
    return sql.SQL(text), [*values, _moment(as_of)]


def _seen(row: Row, as_of: int, standing: bool) -> Row:
    """The row as the oracle is to see it: at an earlier moment nothing had been closed that was closed later."""
    closed = row["closed_at"]
    return {**row, "as_of": as_of, "closed_at": closed if standing or closed is None or closed <= as_of else None}


@pytest.mark.django_db
@_examples
@given(
    predicate=predicates(),
    given_rows=st.lists(rows(), min_size=1, max_size=6),
    as_of=st.integers(0, 3),
    standing=st.booleans(),
)
def test_sql_and_oracle_agree_on_every_row(
    predicate: Predicate, given_rows: list[Row], as_of: int, standing: bool
) -> None:
    compiler = Compiler(standing=standing)
    expression = compiler.predicate(predicate)
    table, values = _table(given_rows, as_of)
    statement = sql.SQL("SELECT {} FROM {} ORDER BY m.id").format(expression, table)
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(), [*compiler.values, *values])
        found = [row[0] for row in cursor.fetchall()]
    expected = [truth(predicate, _seen(row, as_of, standing)) for row in given_rows]
    assert found == expected
    if is_certain(predicate):
        assert None not in expected


@pytest.mark.django_db
@_examples
@given(
    parts=st.tuples(predicates(), predicates()),
    null_rule=st.sampled_from(["leave_out", "count_as_no"]),
    given_rows=st.lists(rows(), min_size=1, max_size=8),
)
def test_the_numerator_lies_within_the_denominator(
    parts: tuple[Predicate, Predicate], null_rule: str, given_rows: list[Row]
) -> None:
    measure = Measure(
        key="t",
        title=Text("试", "t"),
        unit="share",
        denominator=parts[0],
        numerator=parts[1],
        null_rule=null_rule,  # type: ignore[arg-type]  # one of the two
        basis="tests",
    )
    compiler = Compiler(standing=True)
    d, n = compiler.predicate(measure.denominator), compiler.predicate(measure.numerator)
    table, values = _table(given_rows, 1)
    conditions = {**PARTS, "denominator": divisor(measure)}
    statement = sql.SQL("SELECT {} FROM (SELECT {} AS d, {} AS n FROM {}) r").format(
        sql.SQL(", ").join(sql.SQL("({}) IS TRUE").format(one) for one in conditions.values()), d, n, table
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(), [*compiler.values, *values])
        found = [dict(zip(conditions, row, strict=True)) for row in cursor.fetchall()]
    assert len(found) == len(given_rows)
    for row in found:
        assert not row["numerator"] or row["denominator"]
        assert row["numerator"] + row["remainder"] + row["unknown"] <= 1
        if null_rule == "leave_out":
            assert row["denominator"] == (row["numerator"] or row["remainder"])
