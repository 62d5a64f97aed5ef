"""Computes declared measures within the reader's scope, and shows the matters behind a figure."""

import datetime
import itertools
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, F, Q
from psycopg import sql

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.measures.compile import Compiler, divisor, parts_of
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.facts import AREA_LEVEL
from jingwei.kernel.measures.predicates import Predicate, Span, is_certain
from jingwei.kernel.places.borders import UNTOLD
from jingwei.kernel.rulebook.snapshot import rules_of

Part = Literal["numerator", "denominator", "remainder", "unknown"]

_GROUP = sql.SQL("{} AS {}")
_ROWS = sql.SQL(
    "WITH m AS NOT MATERIALIZED ({base}){done}"
    " SELECT m.id, m.number, m.category, m.state, m.opened_at, m.due_at, m.closed_at{groups}, {asked}"
    " FROM m CROSS JOIN (SELECT {as_of}::timestamptz AS as_of) asked{joins}{where}"
)
_AREA = sql.SQL(
    " LEFT JOIN places_area {area} ON {area}.level = {level} AND m.area_lft BETWEEN {area}.lft AND {area}.rgt"
)
_COUNTS = sql.SQL("SELECT {groups}, {counts} FROM ({rows}) r{by}")
_BY = sql.SQL(" GROUP BY GROUPING SETS ({sets}) ORDER BY {c}")
_ASKED = sql.SQL("{} AS {}, {} AS {}")
_COUNT = sql.SQL("count(*) FILTER (WHERE {})")
_SUM = sql.SQL("coalesce(sum({}) FILTER (WHERE {}), 0)")
_DRILL = sql.SQL(
    "SELECT r.id, r.number, r.category, r.state, r.opened_at, r.due_at, r.closed_at FROM ({rows}) r"
    " WHERE {conditions} ORDER BY r.id LIMIT {limit}"
)
_FACTS = (
    "id",
    "salt",
    "number",
    "type",
    "type_version",
    "state",
    "category",
    "channel",
    "area_id",
    "area_lft",
    "opened_at",
    "due_at",
    "closed_at",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one group. `unknown` counts matters of which the numerator cannot be told.

    `value` is a share or a mean with six places, or a count; None for a share or a mean of fewer matters than the least
    sample. Of a mean the numerator is the sum of all lengths in seconds.
    """

    group: tuple[str | None, ...]
    numerator: int
    denominator: int
    unknown: int
    value: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Which matters a figure speaks of: at what moment (now if None), under what further condition, of which group.
    `among` is asked of the head's own columns as they stand, where an index may answer: that is what a period is."""

    as_of: datetime.datetime | None = None
    where: Predicate | None = None
    among: Q | None = None
    group: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """A measure that is asked for beside others, and of which matters alone: `among` is as in `Cut`."""

    measure: Measure
    among: Q | None = None


@dataclass(frozen=True, slots=True)
class Groups:
    """By what the fact rows are grouped: expressions over the row `m`, what is joined for them, and what the head's
    relations tell beside the facts, by the name under which `m` has it. `sizes` says how many of the expressions, in
    their order, belong to each of several groupings; all to one if there are none."""

    by: Sequence[sql.Composable] = ()
    joins: sql.Composable = field(default_factory=lambda: sql.SQL(""))
    told: Mapping[str, F] = field(default_factory=dict)
    sizes: Sequence[int] = ()

    @property
    def sets(self) -> list[range]:
        """The places of each grouping's expressions."""
        ends = list(itertools.accumulate(self.sizes or (len(self.by),)))
        return [range(start, end) for start, end in zip([0, *ends], ends, strict=False)]


Numbers = tuple[int | Decimal, int, int]
"""Numerator (of a mean the seconds to the microsecond), denominator and unknown."""

Counted = tuple[tuple[Any, ...], list[Numbers]]
"""A group, and the numbers of each measure asked for in it."""


@dataclass(frozen=True, slots=True)
class Parted:
    """A figure in parts and as a whole; what the parts are made of adds up to what the whole is made of. `untold` are
    matters of which the part cannot be told (`borders`), None where there are none."""

    figures: list[Figure]
    whole: Figure
    untold: Figure | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """One matter behind a figure, as it stands now."""

    id: uuid.UUID
    number: str
    category: str
    state: str
    opened_at: datetime.datetime
    due_at: datetime.datetime | None
    closed_at: datetime.datetime | None


def compute(
    scope: Scope,
    measure: Measure,
    *,
    group_by: tuple[str, ...] = (),
    as_of: datetime.datetime | None = None,
    where: Predicate | None = None,
    among: Q | None = None,
) -> list[Figure]:
    """The figure of every group, in the order of the groups; one statement.

    `group_by` names word columns of the facts or levels of the area tree (`area:district`). Matters for which `where`
    is not true are left out, and those that are not `among` what is asked of the head (see `Cut`). Raises LookupError
    for an unknown column.
    """
    asked = [Asked(measure)]
    (figures,) = compute_together(scope, asked, group_by=group_by, as_of=as_of, where=where, among=among)
    return figures


def compute_together(
    scope: Scope,
    asked: Sequence[Asked],
    *,
    group_by: tuple[str, ...] = (),
    as_of: datetime.datetime | None = None,
    where: Predicate | None = None,
    among: Q | None = None,
) -> list[list[Figure]]:
    """What `compute` gives, for each of several measures; one statement that passes over the matters once."""
    (found,) = compute_groupings(scope, asked, (group_by,), Cut(as_of=as_of, where=where, among=among))
    return found


def compute_groupings(
    scope: Scope, asked: Sequence[Asked], groupings: Sequence[tuple[str, ...]], cut: Cut
) -> list[list[list[Figure]]]:
    """What `compute_together` gives by each of several groupings, the whole by none; one statement that passes over the
    matters once. Raises LookupError for an unknown column."""
    compiler = compiler_of(scope, cut.as_of)
    groups = _groups(compiler, tuple(itertools.chain(*groupings)), [len(one) for one in groupings])
    nothing: list[list[Counted]] = [[] if one else [((), [(0, 0, 0)] * len(asked))] for one in groupings]
    found = _counted(scope, asked, compiler, groups, cut) or nothing
    return [
        [[figure_of(one.measure, group, counts[place]) for group, counts in rows] for place, one in enumerate(asked)]
        for rows in found
    ]


def compute_parts(scope: Scope, measure: Measure, by: str, *, among: Q | None = None) -> Parted:
    """One figure by a word column of the facts or a level of the area tree, and the whole; one statement. Raises
    LookupError for an unknown column."""
    compiler = compiler_of(scope)
    found = counted(scope, [Asked(measure)], compiler, _groups(compiler, (by,)), Cut(among=among))
    return parted(measure, {group[0]: numbers for group, (numbers,) in found})


def parted(measure: Measure, numbers: Mapping[str | None, Numbers], untold: Numbers | None = None) -> Parted:
    """The figures of parts, by their groups in this order, and that of the whole."""
    whole: Numbers = (0, 0, 0)
    for one in [*numbers.values(), untold or whole]:
        whole = added(whole, one)
    figures = [figure_of(measure, (group,), one) for group, one in numbers.items()]
    return Parted(figures, figure_of(measure, (), whole), figure_of(measure, (UNTOLD,), untold) if untold else None)


def added(one: Numbers, other: Numbers) -> Numbers:
    """The numbers of both."""
    return (one[0] + other[0], one[1] + other[1], one[2] + other[2])


def compiler_of(scope: Scope, as_of: datetime.datetime | None = None) -> Compiler:
    """A compiler for one statement of a reader, as things stand now or stood at a moment."""
    return Compiler(standing=as_of is None, rules=rules_of(scope), on=scope.today)


def counted(scope: Scope, asked: Sequence[Asked], compiler: Compiler, groups: Groups, cut: Cut) -> list[Counted]:
    """The numbers of every group that some matter is in, in the order of the groups; one statement. Nothing at all
    where the reader's posts reach no matter. What is grouped finely may be added up: every number is a sum."""
    return next(iter(_counted(scope, asked, compiler, groups, cut)), [])


def _counted(scope: Scope, asked: Sequence[Asked], compiler: Compiler, groups: Groups, cut: Cut) -> list[list[Counted]]:
    """The same for each grouping."""
    try:
        rows = _rows(scope, asked, compiler, groups, cut)
    except EmptyResultSet:
        return []
    names = [sql.Identifier("r", f"g{place}") for place in range(len(groups.by))]
    columns = sql.SQL(", ").join(names)
    several = len(groups.sets) > 1
    statement = _COUNTS.format(
        groups=sql.SQL(", ").join([sql.SQL("GROUPING({})").format(columns) if several else sql.SQL("0"), *names]),
        counts=sql.SQL(", ").join(count for place, one in enumerate(asked) for count in _counts(one.measure, place)),
        rows=rows,
        by=_by(names, groups.sets) if names else sql.SQL(""),
    )
    found: dict[int, list[Counted]] = {_left_out(one, len(names)): [] for one in groups.sets}
    places = dict(zip(found, groups.sets, strict=True))
    first = 1 + len(names)
    for row in _fetch(statement, compiler.values):
        group = tuple(row[1 + place] for place in places[row[0]])
        found[row[0]].append((group, [row[at : at + 3] for at in range(first, len(row), 3)]))
    return list(found.values())


def _by(names: Sequence[sql.Composable], sets: Sequence[range]) -> sql.Composable:
    comma = sql.SQL(", ")
    each = [sql.SQL("({})").format(comma.join(names[place] for place in one)) for one in sets]
    return _BY.format(sets=comma.join(each), c=comma.join(names))


def _left_out(places: range, of: int) -> int:
    """What PostgreSQL's GROUPING tells of a row of these columns: a bit for each other, the first one's the highest."""
    return sum(1 << (of - 1 - place) for place in range(of) if place not in places)


def _counts(measure: Measure, place: int) -> tuple[sql.Composable, ...]:
    """Numerator, denominator and unknown of the measure at this place of the statement."""
    parts = parts_of(measure, place)
    length = sql.Identifier("r", f"n{place}")
    mean = measure.unit == "mean_seconds"
    numerator = _SUM.format(length, parts["numerator"]) if mean else _COUNT.format(parts["numerator"])
    return numerator, _COUNT.format(divisor(measure, place)), _COUNT.format(parts["unknown"])


def drill(
    scope: Scope,
    measure: Measure,
    part: Part,
    cut: Cut = Cut(),  # noqa: B008  # frozen
    *,
    after: uuid.UUID | None = None,
    limit: int = 50,
) -> list[Behind]:
    """The matters of one part of a figure, by id, at most `limit` after the id `after`.

    `remainder` is the denominator without the numerator. Raises LookupError for an unknown column of the cut's group.
    """
    compiler = compiler_of(scope, cut.as_of)
    try:
        rows = _rows(scope, [Asked(measure)], compiler, _groups(compiler, tuple(cut.group)), cut)
    except EmptyResultSet:  # the reader's posts reach no matter
        return []
    conditions = [divisor(measure) if part == "denominator" else parts_of(measure)[part]]
    for place, value in enumerate(cut.group.values()):
        wanted = sql.SQL("{} IS NOT DISTINCT FROM {}")
        conditions.append(wanted.format(sql.Identifier("r", f"g{place}"), compiler.value(value)))
    if after is not None:
        conditions.append(sql.SQL("r.id > {}").format(compiler.value(after)))
    statement = _DRILL.format(rows=rows, conditions=sql.SQL(" AND ").join(conditions), limit=compiler.value(limit))
    return [Behind(*row) for row in _fetch(statement, compiler.values)]


def _rows(scope: Scope, asked: Sequence[Asked], compiler: Compiler, groups: Groups, cut: Cut) -> sql.Composable:
    """The fact rows; for each measure, by its place, with the truth of the denominator (`d0`, `d1` …) and that of the
    numerator, or the length of the span (`n0`, `n1` …)."""
    base = _base(scope, compiler, cut, [one.among for one in asked], groups.told)
    conditions = []
    columns = []
    for place, one in enumerate(asked):
        certain = len(asked) == 1 and is_certain(one.measure.denominator)
        if certain:  # never unknown: asked of the table, where an index may answer
            conditions.append(compiler.predicate(one.measure.denominator))
        d = sql.SQL("true") if certain else compiler.predicate(one.measure.denominator)
        if one.among is not None:
            d = sql.SQL("({} AND {})").format(sql.Identifier("m", f"among{place}"), d)
        n = _numerator(compiler, one.measure)
        columns.append(_ASKED.format(d, sql.Identifier(f"d{place}"), n, sql.Identifier(f"n{place}")))
    if cut.where:
        conditions.append(compiler.predicate(cut.where))
    as_of = compiler.value(cut.as_of or scope.now)
    done = compiler.gathered(as_of)
    return _ROWS.format(
        base=base,
        done=sql.SQL(", {}").format(done) if done else sql.SQL(""),
        groups=sql.Composed(
            [sql.SQL(", ") + _GROUP.format(one, sql.Identifier(f"g{place}")) for place, one in enumerate(groups.by)]
        ),
        asked=sql.SQL(", ").join(columns),
        as_of=as_of,
        joins=sql.Composed([compiler.joins(), groups.joins]),
        where=sql.SQL(" WHERE {}").format(sql.SQL(" AND ").join(conditions)) if conditions else sql.SQL(""),
    )


def _numerator(compiler: Compiler, measure: Measure) -> sql.Composable:
    if isinstance(measure.numerator, Span):
        return compiler.span(measure.numerator, until_now=measure.null_rule == "count_until_now")
    return compiler.predicate(measure.numerator)


def _base(
    scope: Scope, compiler: Compiler, cut: Cut, among: Sequence[Q | None], further: Mapping[str, F]
) -> sql.Composable:
    """The matters in scope that were there at the moment: the same condition as every other list; each with whether it
    is among those that a measure is asked of (`among0`, `among1` …, by the measure's place) and what is asked
    further."""
    matters = Matter.objects.filter(in_scope(scope.actor), cut.among or Q(), opened_at__lte=cut.as_of or scope.now)
    told = {f"among{place}": ExpressionWrapper(one, BooleanField()) for place, one in enumerate(among) if one}
    codes = {"unit_code": F("unit__code"), "area_code": F("area__code"), **further}
    chosen = matters.annotate(**codes, **told).order_by()
    text, values = chosen.values(*_FACTS, *codes, *told).query.sql_with_params()
    given = iter(values)
    named = [sql.SQL(part) for part in re.split("%s", text)]
    places = [compiler.value(next(given)) for _ in named[1:]]
    return sql.Composed([one for pair in itertools.zip_longest(named, places) for one in pair if one is not None])


def _groups(compiler: Compiler, group_by: tuple[str, ...], sizes: Sequence[int] = ()) -> Groups:
    expressions: list[sql.Composable] = []
    joins: list[sql.Composable] = []
    for place, name in enumerate(group_by):
        expression = compiler.column(name) if not name.startswith(AREA_LEVEL) else None
        if expression is None:
            area = sql.Identifier(f"a{place}")
            joins.append(_AREA.format(area=area, level=compiler.value(name.removeprefix(AREA_LEVEL))))
            expression = sql.SQL("{}.code").format(area)
        expressions.append(expression)
    return Groups(expressions, sql.Composed(joins), sizes=sizes)


def figure_of(measure: Measure, group: tuple[str | None, ...], counts: Numbers) -> Figure:
    """The figure of a group from its numbers."""
    denominator, unknown = counts[1:]
    whole = counts[0]
    numerator = whole if isinstance(whole, int) else int(whole.quantize(Decimal(1), ROUND_HALF_UP))
    if measure.unit == "count":
        value: Decimal | None = Decimal(numerator)
    elif denominator < measure.least_sample:
        value = None
    else:
        value = (Decimal(numerator) / Decimal(denominator)).quantize(Decimal("0.000001"))
    return Figure(group, numerator, denominator, unknown, value)


def _fetch(statement: sql.Composed, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(), values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
