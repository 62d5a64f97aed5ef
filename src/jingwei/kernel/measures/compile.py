"""Turns predicates into PostgreSQL: SQL's own three truth values, parameters in the order in which they appear."""

from typing import Any

from psycopg import sql

from jingwei.kernel.measures.declared import (
    AllOf,
    AnyOf,
    Before,
    Did,
    Is,
    IsNull,
    Measure,
    Not,
    NotNull,
    Predicate,
    Within,
)
from jingwei.kernel.measures.facts import DONE, WITHIN, column


class Compiler:
    """Compiles for one statement; `values` grows with every parameter the text asks for.

    `standing` is true for figures of the present, for which the row is taken as it stands.
    """

    def __init__(self, *, standing: bool) -> None:
        self.values: list[Any] = []
        self._standing = standing

    def column(self, key: str) -> sql.Composable:
        """The expression of a column of the facts. Raises LookupError where there is none."""
        found = column(key)
        return sql.SQL(found.sql if self._standing or not found.before else found.before)

    def predicate(self, one: Predicate) -> sql.Composable:
        """The expression of a predicate: true, false or NULL."""
        if isinstance(one, AllOf | AnyOf):
            word = " AND " if isinstance(one, AllOf) else " OR "
            return sql.SQL("({})").format(sql.SQL(word).join(self.predicate(part) for part in one.parts))
        if isinstance(one, Not):
            return sql.SQL("(NOT {})").format(self.predicate(one.part))
        if isinstance(one, Did):
            return self._asking(DONE, list(one.actions))
        if isinstance(one, Within):
            return self._asking(WITHIN, one.low, one.high)
        return self._comparison(one)

    def _comparison(self, one: Is | IsNull | NotNull | Before) -> sql.Composable:
        left = self.column(one.column)
        if isinstance(one, Before):
            return sql.SQL("({} < {})").format(left, self.column(one.other))
        if isinstance(one, Is):
            self.values.append(one.value)
            return sql.SQL("({} = {})").format(left, sql.Placeholder())
        return sql.SQL("({} IS NULL)" if isinstance(one, IsNull) else "({} IS NOT NULL)").format(left)

    def _asking(self, text: str, *values: Any) -> sql.Composable:
        self.values.extend(values)
        return sql.SQL(text)


PARTS = {
    "numerator": sql.SQL("(r.d AND r.n)"),
    "remainder": sql.SQL("(r.d AND NOT r.n)"),
    "unknown": sql.SQL("((r.d AND r.n) IS NULL)"),
}
"""The parts of a figure as conditions on `d` and `n` of a row; the numerator is taken within the denominator."""


def divisor(measure: Measure) -> sql.Composable:
    """The condition of the matters a share is taken of, as the null rule wants it."""
    return sql.SQL("(r.d AND r.n IS NOT NULL)" if measure.null_rule == "leave_out" else "r.d")
