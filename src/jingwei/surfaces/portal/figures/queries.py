"""Declared measures as everybody may know them: by periods and areas that are fixed, under the rule of small counts."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from jingwei.kernel.commands.actor import Actor, public, system
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.measures.compute import Figure, compute
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.facts import AREA_LEVEL
from jingwei.kernel.measures.predicates import AnyOf, Is
from jingwei.kernel.measures.published import (
    CLOSED,
    CLOSED_IN_A_WEEK,
    LEAST_ADDRESSES,
    LEAST_EVENTS,
    OPEN,
    PERIOD,
    WEEK,
    period_end,
    published,
    published_by_area,
)
from jingwei.kernel.measures.registry import measures_of
from jingwei.kernel.places.models import CellCard
from jingwei.kernel.places.snapshot import Place, Places, places_of
from jingwei.kernel.values.words import Text
from jingwei.kit.intake import types_for
from jingwei.kit.moments import length
from jingwei.kit.page import face_of
from jingwei.kit.saying import category_title

COUNTS: Actor = system("public-figures", "matter.read")
"""Who counts; what is counted is shown to nobody but through the rule of small counts."""

MAPS: Mapping[str, Measure] = {"closed": CLOSED, "open": OPEN}
WEEKS = 8
"""Weeks that the feed tells of."""

TOO_FEW = Text("少于 5 件，不公布", "Fewer than 5: not published")
_ALL = Text("可公开计数的全部事项", "All matters that may be counted in public")
_MOST = 512  # figures held
_known: dict[tuple[object, ...], Sequence[Figure]] = {}
_TELLABLE = ("public", "internal", "personal")  # confidentiality of types whose counts may be public


@dataclass(frozen=True, slots=True)
class AreaCount:
    """One area of the public level; None where its count may not be told."""

    place: Place
    count: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One figure in words."""

    title: Text
    value: Text
    basis: str


@dataclass(frozen=True, slots=True)
class Week:
    """What was closed in one week: by class and by area, the two apart."""

    until: datetime.date
    classes: tuple[tuple[Text, int], ...]
    areas: tuple[tuple[Text, int], ...]
    total: int | None


def public_level(places: Places) -> str:
    """The level that the public map shows: the one right above the cells, or the cells where nothing is above."""
    levels = [one for one in places.in_force if not places.is_cell(one) and one is not places.root]
    parents = {
        places.by_code[one.lineage[1]].level for one in places.in_force if places.is_cell(one) and one.lineage[1:]
    }
    return next((one.level for one in levels if one.level in parents), places.innermost)


def areas_of(scope: Scope) -> list[Place]:
    """The areas of that level, in the tree's order."""
    places = places_of(scope)
    level = public_level(places)
    return sorted((one for one in places.in_force if one.level == level), key=lambda one: one.lft)


def ends_at(scope: Scope, span: datetime.timedelta, back: int = 0) -> datetime.datetime:
    """The moment at which the last whole period ended, or one so many before: midnight of a Monday in the city."""
    zone = face_of(scope).zone
    day = period_end(scope.now.astimezone(zone).date(), span) - back * span
    return datetime.datetime.combine(day, datetime.time(), zone)


def by_area(scope: Scope, measure: Measure, as_of: datetime.datetime) -> list[AreaCount]:
    """The count of every area. Two statements, once for each period."""
    places, areas = places_of(scope), areas_of(scope)
    counts = _counted(scope, measure, f"{AREA_LEVEL}{public_level(places)}", as_of)
    parents = {one.code: one.lineage[1] if one.lineage[1:] else "" for one in areas}
    told = published_by_area(counts, parents, _barred(places, areas))
    return [AreaCount(one, told[one.code]) for one in areas]


def _barred(places: Places, areas: Sequence[Place]) -> set[str]:
    """The areas known to have fewer than eight addresses; a single cell of which nobody knows is one of them."""
    known = dict(CellCard.objects.exclude(households=None).values_list("area__code", "households"))
    sums: dict[str, int] = {}
    for code, count in known.items():
        place = places.by_code.get(code)
        for above in place.lineage if place and count is not None else ():
            sums[above] = sums.get(above, 0) + (count or 0)
    return {
        one.code for one in areas if sums.get(one.code, 0 if places.is_cell(one) else LEAST_ADDRESSES) < LEAST_ADDRESSES
    }


def figures(scope: Scope) -> list[tuple[Text, list[Row]]]:
    """Every declared measure of what residents report, by type, as of the end of the last period; no rows for a type of
    which none may be told."""
    as_of = ends_at(scope, PERIOD)
    found = [(_ALL, [_row(scope, one, as_of) for one in (OPEN, CLOSED)])]
    for one in types_for(scope, public("matter.report")):
        if one.confidentiality in _TELLABLE and (measures := measures_of(one.key)):
            rows = [_row(scope, measure, as_of) for measure in measures]
            found.append((one.title, rows if any(row.value is not TOO_FEW for row in rows) else []))
    return found


def _row(scope: Scope, measure: Measure, as_of: datetime.datetime) -> Row:
    return Row(measure.title, _told(measure, _computed(scope, measure, (), as_of)[0]), measure.basis)


def _told(measure: Measure, figure: Figure) -> Text:
    """A count to fives; a share or a mean only of enough matters on either side."""
    if measure.unit == "count":
        count = published(figure.numerator)
        return TOO_FEW if count is None else Text(f"约 {count}", f"about {count}")
    if figure.value is None or figure.denominator < LEAST_EVENTS:
        return TOO_FEW
    if measure.unit == "mean_seconds":
        return length(datetime.timedelta(seconds=int(figure.value)))
    if min(figure.numerator, figure.denominator - figure.numerator) < LEAST_EVENTS:
        return TOO_FEW
    percent = f"{(figure.value * 100).quantize(Decimal(1), ROUND_HALF_UP)}%"
    return Text(percent, percent)


def weeks(scope: Scope) -> list[Week]:
    """What was closed in each of the last whole weeks, the latest first. Two statements a week, once a day."""
    found = []
    for back in range(WEEKS):
        as_of = ends_at(scope, WEEK, back)
        classes = _counted(scope, CLOSED_IN_A_WEEK, "category", as_of)
        told = published_by_area(classes, dict.fromkeys(classes, ""))
        areas = by_area(scope, CLOSED_IN_A_WEEK, as_of)
        found.append(
            Week(
                as_of.date(),
                tuple((category_title(scope, key), count) for key, count in told.items() if count),
                tuple((one.place.name, one.count) for one in areas if one.count),
                published(sum(classes.values())),
            )
        )
    return found


def _public_types(scope: Scope) -> AnyOf:
    types = [one for one in types_for(scope, public("matter.report")) if one.confidentiality in _TELLABLE]
    return AnyOf(tuple(Is("type", one.key) for one in types) or (Is("type", ""),))


def _counted(scope: Scope, measure: Measure, by: str, as_of: datetime.datetime) -> Mapping[str, int]:
    return {one.group[0]: one.numerator for one in _computed(scope, measure, (by,), as_of) if one.group[0] is not None}


def _computed(scope: Scope, measure: Measure, by: tuple[str, ...], as_of: datetime.datetime) -> Sequence[Figure]:
    """What a measure was at a moment that has passed; one statement, once a day for each process."""
    key = (measure.key, by, as_of, scope.edition("places"), scope.now.date())
    if key not in _known:
        if len(_known) >= _MOST:
            _known.clear()
        _known[key] = compute(scope, measure, group_by=by, as_of=as_of, where=_public_types(scope))
    return _known[key]


def forget() -> None:
    """Forgets what was computed: for tests, whose cities share a process."""
    _known.clear()
