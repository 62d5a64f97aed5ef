"""Turns predicates into PostgreSQL: SQL's own three truth values, every value a named parameter.

What acts tell of a matter is gathered set-wise: one pass over the steps of the matters asked for, whatever number of
acts the predicates name, joined to the row as `done`.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from psycopg import sql

from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.facts import column
from jingwei.kernel.measures.predicates import (
    AllOf,
    AnyOf,
    Before,
    Did,
    Drawn,
    Due,
    Extended,
    First,
    Is,
    IsNull,
    Last,
    Linked,
    Moment,
    Not,
    NotNull,
    Predicate,
    Said,
    SameUnit,
    Setting,
    Span,
    Within,
)
from jingwei.kernel.rulebook.snapshot import Rules
from jingwei.kernel.values.draws import DRAW_SQL

_DONE = sql.SQL(
    "done AS (SELECT s.matter_id, {columns} FROM m JOIN matters_step s ON s.matter_id = m.id"
    " LEFT JOIN agencies_post p ON p.id = s.post WHERE s.action = ANY({actions}) AND s.at <= {as_of} GROUP BY 1)"
)
_CLOCK = sql.SQL(" LEFT JOIN clocks_clock {clock} ON {clock}.stream_id = m.id AND {clock}.key = {key}")
_NOTHING = sql.SQL("")
_LINKED = sql.SQL("EXISTS (SELECT FROM matters_link l WHERE l.matter_id = m.id AND l.kind = ANY({}))")
_EXTENDED = sql.SQL(
    "EXISTS (SELECT FROM clocks_clock k, jsonb_array_elements(k.segments) e WHERE k.stream_id = m.id"
    " AND k.key = {clock} AND e->>'kind' = 'extend' AND (e->>'at')::timestamptz <= asked.as_of{late})"
)
_LATE = sql.SQL(" AND (e->>'due')::timestamptz - (e->>'at')::timestamptz <= make_interval(hours => {})")


class Compiler:
    """Compiles for one statement; `values` holds every parameter by its name.

    `standing` is true for figures of the present, for which the row is taken as it stands. The rulebook gives the
    numbers that the city decides, as they stand `on` that day, and the seeds of draws.
    """

    def __init__(self, *, standing: bool, rules: Rules, on: datetime.date) -> None:
        self._rules, self._on = rules, on
        self.values: dict[str, Any] = {}
        self._standing = standing
        self._gathered: dict[object, sql.Composable] = {}  # what is asked of the steps: its aggregate
        self._actions: set[str] = set()
        self._clocks: list[str] = []

    def value(self, one: Any) -> sql.Composable:
        """A parameter with this value."""
        name = f"p{len(self.values)}"
        self.values[name] = one
        return sql.Placeholder(name)

    def column(self, key: str) -> sql.Composable:
        """The expression of a column of the facts. Raises LookupError where there is none."""
        found = column(key)
        return sql.SQL(found.sql if self._standing or not found.before else found.before)

    def opened_on(self) -> sql.Composable:
        """The expression of the day in the city on which a row was opened."""
        return sql.SQL("(m.opened_at AT TIME ZONE {})::date").format(self.value(self._rules.zone.key))

    def predicate(self, one: Predicate) -> sql.Composable:
        """The expression of a predicate: true, false or NULL."""
        if isinstance(one, AllOf | AnyOf):
            word = " AND " if isinstance(one, AllOf) else " OR "
            return sql.SQL("({})").format(sql.SQL(word).join(self.predicate(part) for part in one.parts))
        if isinstance(one, Not):
            return sql.SQL("(NOT {})").format(self.predicate(one.part))
        if isinstance(one, Within):
            return sql.SQL("(m.area_lft BETWEEN {} AND {})").format(self.value(one.low), self.value(one.high))
        if isinstance(one, Drawn):
            number = sql.SQL(DRAW_SQL).format(seed=self._seed(), purpose=self.value(one.purpose))
            return sql.SQL("({} < {})").format(number, self.value(self._number(one.percent) or 0))
        if isinstance(one, Extended):
            late = _NOTHING if one.hours_before is None else _LATE.format(self.value(one.hours_before))
            return _EXTENDED.format(clock=self.value(one.clock), late=late)
        if isinstance(one, Linked):
            return _LINKED.format(self.value(list(one.kinds)))
        if isinstance(one, Did | Said | SameUnit):
            return self._of_acts(one)
        return self._comparison(one)

    def span(self, span: Span, *, until_now: bool) -> sql.Composable:
        """The length of a span in seconds, or NULL; with `until_now` one that has not ended runs on to the
        matter's end, or to the moment asked for."""
        since, until = self.moment(span.since), self.moment(span.until)
        if until_now:
            until = sql.SQL("coalesce({}, {}, asked.as_of)").format(until, self.column("closed_at"))
        return sql.SQL("CASE WHEN {u} >= {s} THEN extract(epoch FROM {u} - {s}) END").format(u=until, s=since)

    def moment(self, one: Moment) -> sql.Composable:
        """The expression of a moment, NULL where there is none."""
        if isinstance(one, str):
            return self.column(one)
        if isinstance(one, First | Last):
            extreme = sql.SQL("min(s.at){}" if isinstance(one, First) else "max(s.at){}")
            return self._gather(one, extreme.format(self._by(one.actions)))
        clock = self._clock(one.clock)
        if isinstance(one, Due):
            return sql.SQL("{}.due_at").format(clock)
        stopped = (
            "{c}.stopped_at" if self._standing else "CASE WHEN {c}.stopped_at <= asked.as_of THEN {c}.stopped_at END"
        )
        return sql.SQL(stopped).format(c=clock)

    def gathered(self, as_of: sql.Composable) -> sql.Composable | None:
        """The common table `done` over the steps of `m`, where the predicates compiled so far ask for one."""
        if not self._gathered:
            return None
        named = (
            sql.SQL("{} AS {}").format(one, sql.Identifier(f"c{n}")) for n, one in enumerate(self._gathered.values())
        )
        actions = self.value(sorted(self._actions))
        return _DONE.format(columns=sql.SQL(", ").join(named), actions=actions, as_of=as_of)

    def joins(self) -> sql.Composable:
        """What is to be joined to `m` for the predicates compiled so far."""
        parts: list[sql.Composable] = [
            _CLOCK.format(clock=self._clock(key), key=self.value(key)) for key in self._clocks
        ]
        if self._gathered:
            parts.insert(0, sql.SQL(" LEFT JOIN done ON done.matter_id = m.id"))
        return sql.Composed(parts)

    def _number(self, one: int | Setting) -> int | None:
        return self._rules.number(one.subject, self._on) if isinstance(one, Setting) else one

    def _seed(self) -> sql.Composable:
        """The seed of the day on which a row was opened."""
        dated = [one for one in self._rules.history("draw", "seed")]
        cases = [
            sql.SQL("WHEN {} >= {} THEN {}").format(
                self.opened_on(), self.value(one.from_on), self.value(one.content["seed"])
            )
            for one in reversed(dated)
        ]
        return sql.SQL("CASE {} ELSE '' END").format(sql.SQL(" ").join(cases)) if cases else sql.SQL("''::text")

    def _comparison(self, one: Is | IsNull | NotNull | Before) -> sql.Composable:
        if isinstance(one, Is):
            return sql.SQL("({} = {})").format(self.column(one.column), self.value(one.value))
        left = self.moment(one.column)
        if isinstance(one, Before):
            hours = self._number(one.hours)
            later = _NOTHING if hours == 0 else sql.SQL(" + make_interval(hours => {})").format(self.value(hours))
            return sql.SQL("({}{} < {})").format(left, later, self.moment(one.other))
        return sql.SQL("({} IS NULL)" if isinstance(one, IsNull) else "({} IS NOT NULL)").format(left)

    def _of_acts(self, one: Did | Said | SameUnit) -> sql.Composable:
        if isinstance(one, Did):
            counted = self._gather(one.actions, sql.SQL("count(*){}").format(self._by(one.actions)))
            return sql.SQL("coalesce({} >= {}, false)").format(counted, self.value(one.times))
        if isinstance(one, SameUnit):
            some, others = self._units(one.some), self._units(one.others)
            return sql.SQL("coalesce({} && {}, false)").format(some, others)
        key = self.value(one.field)
        last = sql.SQL("(array_agg(s.content->>{key} ORDER BY s.at DESC, s.id DESC){by})[1]").format(
            key=key, by=self._by(one.actions, sql.SQL(" AND s.content ? {}").format(key))
        )
        said = self._gather((one.actions, one.field), last)
        return sql.SQL("({} = ANY({}))").format(said, self.value(list(one.values)))

    def _units(self, actions: tuple[str, ...]) -> sql.Composable:
        by = self._by(actions, sql.SQL(" AND p.unit_id IS NOT NULL"))
        return self._gather(("units", actions), sql.SQL("array_agg(DISTINCT p.unit_id){}").format(by))

    def _by(self, actions: Iterable[str], further: sql.Composable = _NOTHING) -> sql.Composable:
        self._actions.update(actions)
        return sql.SQL(" FILTER (WHERE s.action = ANY({}){})").format(self.value(list(actions)), further)

    def _gather(self, asked: object, aggregate: sql.Composable) -> sql.Composable:
        self._gathered.setdefault(asked, aggregate)
        return sql.Identifier("done", f"c{list(self._gathered).index(asked)}")

    def _clock(self, key: str) -> sql.Composable:
        if key not in self._clocks:
            self._clocks.append(key)
        return sql.Identifier(f"k{self._clocks.index(key)}")


PARTS = {
    "numerator": "(r.d{0} AND r.n{0})",
    "remainder": "(r.d{0} AND NOT r.n{0})",
    "unknown": "((r.d{0} AND r.n{0}) IS NULL)",
}
"""The parts of a figure as conditions on `d` and `n` of a row; the numerator is taken within the denominator."""

SPAN_PARTS = {
    "numerator": "(r.d{0} AND r.n{0} IS NOT NULL)",
    "remainder": "false",
    "unknown": "(r.d{0} IS NULL OR (r.d{0} AND r.n{0} IS NULL))",
}
"""The same for a mean, of which `n` is a length: whatever has one belongs to it."""


def parts_of(measure: Measure, place: int = 0) -> dict[str, sql.SQL]:
    """The conditions of the parts of this measure, which has this place in the statement."""
    parts = SPAN_PARTS if measure.unit == "mean_seconds" else PARTS
    return {name: sql.SQL(one.format(place)) for name, one in parts.items()}


def divisor(measure: Measure, place: int = 0) -> sql.Composable:
    """The condition of the matters a share or a mean is taken of, as the null rule wants it."""
    return sql.SQL(
        ("r.d{0}" if measure.null_rule == "count_as_no" else "(r.d{0} AND r.n{0} IS NOT NULL)").format(place)
    )
