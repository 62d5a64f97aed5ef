"""The compiled SQL against the plain oracle, on generated predicates and rows."""

import datetime
import json
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from jingwei.kernel.measures.compile import Compiler, divisor, parts_of
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.predicates import Predicate, Span, is_certain
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, Dated, Rules
from jingwei.kernel.values.words import Text
from tests.kernel.measures.oracle import (
    NUMBERS,
    SEEDED_AGAIN,
    SEEDS,
    UNIT_OF,
    Row,
    length,
    moments,
    predicates,
    rows,
    truth,
)

_ZONE = "Asia/Shanghai"
_ORIGIN = datetime.datetime(2026, 1, 1, tzinfo=ZoneInfo(_ZONE))
"""A midnight of the city, so that whole days are those of its rulebook."""
TODAY = datetime.date(2026, 1, 10)
RULES = Rules(
    {
        "calendar": {CITY_CALENDAR: [Dated(CITY_CALENDAR, datetime.date.min, None, {"zone": _ZONE}, "tests")]},
        "number": {
            one.subject: [Dated(one.subject, TODAY, None, {"amount": amount, "unit": "hour"}, "tests")]
            for one, amount in NUMBERS.items()
        },
        "draw": {
            "seed": [
                Dated("seed", datetime.date.min, None, {"seed": SEEDS[0]}, "tests"),
                Dated("seed", datetime.date(2026, 1, 1 + SEEDED_AGAIN), None, {"seed": SEEDS[1]}, "tests"),
            ]
        },
    }
)
_MATTERS = {
    "id": "int",
    "number": "text",
    "state": "text",
    "unit_code": "text",
    "area_code": "text",
    "area_lft": "int",
} | dict.fromkeys(("opened_at", "due_at", "closed_at"), "timestamptz")
_STEPS = {"matter_id": "int", "id": "int", "action": "text", "at": "timestamptz", "post": "int", "content": "jsonb"}
_CLOCKS = {"stream_id": "int", "key": "text", "due_at": "timestamptz", "stopped_at": "timestamptz", "segments": "jsonb"}
_examples = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _moment(day: int | None) -> datetime.datetime | None:
    return None if day is None else _ORIGIN + datetime.timedelta(days=day)


def _table(compiler: Compiler, name: str, columns: dict[str, str], found: Iterable[Sequence[Any]]) -> sql.Composable:
    """A table of these rows for one statement; it hides the table of the same name."""
    lines: list[sql.Composable] = [
        sql.SQL("({})").format(
            sql.SQL(", ").join(
                sql.SQL("{}::{}").format(compiler.value(one), sql.SQL(kind))
                for one, kind in zip(row, columns.values(), strict=True)
            )
        )
        for row in [*found, [None] * len(columns)]
    ]
    named = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    rows = sql.SQL(", ").join(lines)
    return sql.SQL("{n} AS (SELECT * FROM (VALUES {r}) v({c}) WHERE {k} IS NOT NULL)").format(
        n=sql.Identifier(name), r=rows, c=named, k=sql.Identifier(next(iter(columns)))
    )


def _tables(compiler: Compiler, given_rows: Sequence[Row], as_of: int) -> tuple[sql.Composable, sql.Composable]:
    """The common tables that hold the rows, and what to select from."""
    at = compiler.value(_moment(as_of))
    numbered = list(enumerate(given_rows))
    matters = [
        (n, row["number"], row["state"], row["unit"], row["area"], row["area_lft"])
        + tuple(_moment(row[name]) for name in ("opened_at", "due_at", "closed_at"))
        for n, row in numbered
    ]
    steps = [
        (n, place, step["action"], _moment(step["at"]), step["post"], json.dumps(step["content"]))
        for n, row in numbered
        for place, step in enumerate(row["steps"])
    ]
    clocks = [
        (n, key, *map(_moment, row["clocks"].get(key, (None, None))), _segments(row["extends"].get(key, ())))
        for n, row in numbered
        for key in {**row["clocks"], **row["extends"]}
    ]
    links = [(n, kind) for n, row in numbered for kind in row["links"]]
    done = compiler.gathered(at)
    common = [
        _table(compiler, "m", _MATTERS, matters),
        _table(compiler, "matters_step", _STEPS, steps),
        _table(compiler, "clocks_clock", _CLOCKS, clocks),
        _table(compiler, "matters_link", {"matter_id": "int", "kind": "text"}, links),
        _table(compiler, "agencies_post", {"id": "int", "unit_id": "int"}, UNIT_OF.items()),
        *([done] if done else []),
    ]
    source = sql.SQL("m CROSS JOIN (SELECT {}::timestamptz AS as_of) asked{}").format(at, compiler.joins())
    return sql.SQL(", ").join(common), source


def _segments(extended: Iterable[tuple[int, int | None]]) -> str:
    return json.dumps(
        [
            {"kind": "extend", "at": str(_moment(at)), **({} if due is None else {"due": str(_moment(due))})}
            for at, due in extended
        ]
    )


def _asked(
    compiler: Compiler, given_rows: Sequence[Row], as_of: int, *columns: sql.Composable
) -> list[tuple[Any, ...]]:
    common, source = _tables(compiler, given_rows, as_of)
    statement = sql.SQL("WITH {} SELECT {} FROM {} ORDER BY m.id").format(common, sql.SQL(", ").join(columns), source)
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(), compiler.values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _seen(row: Row, as_of: int, standing: bool) -> Row:
    """The row as the oracle is to see it: at an earlier moment nothing had been closed that was closed later."""
    closed = row["closed_at"]
    closed = closed if standing or closed is None or closed <= as_of else None
    return {**row, "as_of": as_of, "standing": standing, "closed_at": closed}


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
    compiler = Compiler(standing=standing, rules=RULES, on=TODAY)
    found = [row[0] for row in _asked(compiler, given_rows, as_of, compiler.predicate(predicate))]
    expected = [truth(predicate, _seen(row, as_of, standing)) for row in given_rows]
    assert found == expected
    if is_certain(predicate):
        assert None not in expected


@pytest.mark.django_db
@_examples
@given(
    span=st.builds(Span, moments(), moments()),
    given_rows=st.lists(rows(), min_size=1, max_size=6),
    as_of=st.integers(0, 3),
    standing=st.booleans(),
    until_now=st.booleans(),
)
def test_sql_and_oracle_agree_on_the_length_of_every_span(
    span: Span, given_rows: list[Row], as_of: int, standing: bool, until_now: bool
) -> None:
    compiler = Compiler(standing=standing, rules=RULES, on=TODAY)
    found = _asked(compiler, given_rows, as_of, compiler.span(span, until_now=until_now))
    days = [None if row[0] is None else row[0] / 86_400 for row in found]
    assert days == [length(span, _seen(row, as_of, standing), until_now) for row in given_rows]


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
        topic="work",
        denominator=parts[0],
        numerator=parts[1],
        null_rule=null_rule,  # type: ignore[arg-type]  # one of the two
        basis="tests",
    )
    compiler = Compiler(standing=True, rules=RULES, on=TODAY)
    d, n = compiler.predicate(measure.denominator), compiler.predicate(parts[1])
    conditions = {**parts_of(measure), "denominator": divisor(measure)}
    common, source = _tables(compiler, given_rows, 1)
    statement = sql.SQL("WITH {} SELECT {} FROM (SELECT {} AS d0, {} AS n0 FROM {}) r").format(
        common, sql.SQL(", ").join(sql.SQL("({}) IS TRUE").format(one) for one in conditions.values()), d, n, source
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(), compiler.values)
        found = [dict(zip(conditions, row, strict=True)) for row in cursor.fetchall()]
    assert len(found) == len(given_rows)
    for row in found:
        assert not row["numerator"] or row["denominator"]
        assert row["numerator"] + row["remainder"] + row["unknown"] <= 1
        if null_rule == "leave_out":
            assert row["denominator"] == (row["numerator"] or row["remainder"])
