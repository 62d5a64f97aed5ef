"""Declared measures as everybody may know them: by periods and areas that are fixed, under the rule of small counts."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from jingwei.kernel.commands.actor import Actor, public, system
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.measures.compute import Asked, Figure, compute_together
from jingwei.kernel.measures.declared import TOPICS, Measure
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
from jingwei.kernel.measures.registry import measures_of, sentence_of
from jingwei.kernel.places.models import CellCard
from jingwei.kernel.places.snapshot import Place, Places, places_of
from jingwei.kernel.values.words import Text
from jingwei.kit.figures.definition import Definition, definition_of
from jingwei.kit.intake import types_for
from jingwei.kit.moments import length
from jingwei.kit.page import face_of
from jingwei.kit.publishing.kept import Counted, keep, kept
from jingwei.kit.saying import category_title

COUNTS: Actor = system("public-figures", "matter.read")
"""Who counts; what is counted is shown to nobody but through the rule of small counts."""

MAPS: Mapping[str, Measure] = {"closed": CLOSED, "open": OPEN}
WEEKS = 8
"""Weeks that the feed tells of."""

TOO_FEW = Text("少于 5 件，不公布", "Fewer than 5: not published")
_ALL = Text("可公开计数的全部事项", "All matters that may be counted in public")
_MOST = 512  # figures held
_TELLABLE = ("public", "internal", "personal")  # confidentiality of types whose counts may be public


@dataclass(frozen=True, slots=True)
class _Key:
    """What was asked: which measures, by what, as of when, of which types, under which areas."""

    measures: tuple[str, ...]
    by: tuple[str, ...]
    as_of: datetime.datetime
    types: tuple[str, ...]
    places: int

    @property
    def text(self) -> str:
        """The same as the key of a file."""
        parts = (*self.measures, "", *self.by, "", *self.types, "", self.as_of.isoformat(), str(self.places))
        return " ".join(parts)


_known: dict[_Key, Counted] = {}


@dataclass(frozen=True, slots=True)
class AreaCount:
    """One area of the public level; None where its count may not be told."""

    place: Place
    count: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One figure in words. `value` is None where it may not be told; `made_of` is from how many of how many it was
    worked out, None for a count, which is told by its value."""

    measure: Measure
    value: Text | None
    made_of: Text | None

    @property
    def sentence(self) -> tuple[Text, Text] | None:
        """The plain sentence around the value of a telling figure: what stands before it and after it."""
        told = sentence_of(self.measure)
        if told is None or self.value is None:
            return None
        (zh, _, zh_after), (en, _, en_after) = told.zh.partition("{}"), told.en.partition("{}")
        return Text(zh, en), Text(zh_after, en_after)

    @property
    def definition(self) -> Definition:
        """What it counts, in words."""
        return definition_of(self.measure)


@dataclass(frozen=True, slots=True)
class Group:
    """The figures that speak of one thing, and what that is; those that may not be told apart."""

    title: Text
    told: list[Row]
    held_back: list[Row]


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one type of matter, or of all of them together, by what they speak of."""

    title: Text
    groups: list[Group]

    @property
    def telling(self) -> list[Row]:
        """Those that tell somebody who knows none of them something."""
        return [row for group in self.groups for row in group.told if row.sentence]


@dataclass(frozen=True, slots=True)
class Week:
    """What was closed in one week: by class and by area, the two apart."""

    until: datetime.date
    classes: tuple[tuple[Text, int], ...]
    areas: tuple[tuple[Text, int], ...]
    total: int | None


def areas_of(scope: Scope) -> list[Place]:
    """The areas of that level, in the tree's order."""
    places = places_of(scope)
    level = places.above_cells
    return sorted((one for one in places.in_force if one.level == level), key=lambda one: one.lft)


def ends_at(scope: Scope, span: datetime.timedelta, back: int = 0) -> datetime.datetime:
    """The moment at which the last whole period ended, or one so many before: midnight of a Monday in the city."""
    zone = face_of(scope).zone
    day = period_end(scope.now.astimezone(zone).date(), span) - back * span
    return datetime.datetime.combine(day, datetime.time(), zone)


def by_area(scope: Scope, measure: Measure, as_of: datetime.datetime) -> list[AreaCount]:
    """The count of every area."""
    return _by_area(scope, measure, as_of, _barred(places_of(scope), areas_of(scope)))


def _by_area(scope: Scope, measure: Measure, as_of: datetime.datetime, barred: set[str]) -> list[AreaCount]:
    areas = areas_of(scope)
    counts = _counted(scope, measure, f"{AREA_LEVEL}{places_of(scope).above_cells}", as_of)
    parents = {one.code: one.lineage[1] if one.lineage[1:] else "" for one in areas}
    told = published_by_area(counts, parents, barred)
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


def figures(scope: Scope) -> list[Figures]:
    """Every declared measure of what residents report, by type, as of the end of the last period; no groups for a type
    of which none may be told."""
    as_of = ends_at(scope, PERIOD)
    found = [_figures(scope, _ALL, (CLOSED, OPEN), as_of)]
    for one in public_types(scope):
        if measures := measures_of(one.key):
            found.append(_figures(scope, one.title, measures, as_of))
    return found


def _figures(scope: Scope, title: Text, measures: Sequence[Measure], as_of: datetime.datetime) -> Figures:
    counted = _computed(scope, measures, (), as_of)
    rows = [_row(one, figure) for one, (figure,) in zip(measures, counted, strict=True)]
    if all(row.value is None for row in rows):
        return Figures(title, [])
    groups = [(words, [row for row in rows if row.measure.topic == key]) for key, words in TOPICS.items()]
    return Figures(
        title,
        [
            Group(words, [row for row in some if row.value], [row for row in some if not row.value])
            for words, some in groups
            if some
        ],
    )


def _row(measure: Measure, figure: Figure) -> Row:
    """A count to fives; a share or a mean only of enough matters on either side."""
    if measure.unit == "count":
        count = published(figure.numerator)
        return Row(measure, None if count is None else Text(f"约 {count}", f"about {count}"), None)
    of = published(figure.denominator)
    if figure.value is None or of is None:
        return Row(measure, None, None)
    if measure.unit == "mean_seconds":
        made_of = Text(f"约 {of} 件的平均", f"the mean of about {of} matters")
        return Row(measure, length(datetime.timedelta(seconds=int(figure.value))), made_of)
    part = published(figure.numerator)
    if part is None or figure.denominator - figure.numerator < LEAST_EVENTS:
        return Row(measure, None, None)
    percent = f"{(figure.value * 100).quantize(Decimal(1), ROUND_HALF_UP)}%"
    return Row(measure, Text(percent, percent), Text(f"约 {of} 件中的约 {part} 件", f"about {part} of about {of}"))


def weeks(scope: Scope) -> list[Week]:
    """What was closed in each of the last whole weeks, the latest first."""
    found = []
    barred = _barred(places_of(scope), areas_of(scope))
    for back in range(WEEKS):
        as_of = ends_at(scope, WEEK, back)
        classes = _counted(scope, CLOSED_IN_A_WEEK, "category", as_of)
        told = published_by_area(classes, dict.fromkeys(classes, ""))
        areas = _by_area(scope, CLOSED_IN_A_WEEK, as_of, barred)
        found.append(
            Week(
                as_of.date(),
                tuple((category_title(scope, key), count) for key, count in told.items() if count),
                tuple((one.place.name, one.count) for one in areas if one.count),
                published(sum(classes.values())),
            )
        )
    return found


def count_ahead(scope: Scope) -> bool:
    """Counts what the pages tell of the periods that ended last, where it has not been counted, and keeps it for every
    process; tells whether there was anything to count. In a city of a million matters it takes a minute or two."""
    for measure in MAPS.values():
        by_area(scope, measure, ends_at(scope, PERIOD))
    figures(scope)
    weeks(scope)
    until = {ends_at(scope, PERIOD), *(ends_at(scope, WEEK, back) for back in range(WEEKS))}
    told = {key: figures for key, figures in _known.items() if key.as_of in until}
    current = {key.text: figures for key, figures in told.items()}
    if current.keys() == kept().keys():
        return False
    keep(current)
    return True


def _counted(scope: Scope, measure: Measure, by: str, as_of: datetime.datetime) -> Mapping[str, int]:
    (figures,) = _computed(scope, (measure,), (by,), as_of)
    return {one.group[0]: one.numerator for one in figures if one.group[0] is not None}


def _computed(scope: Scope, measures: Sequence[Measure], by: tuple[str, ...], as_of: datetime.datetime) -> Counted:
    """What measures were at a moment that has passed, as it was first counted: what is published does not change. One
    statement where the worker has not counted it ahead, once for each process."""
    types = tuple(sorted(one.key for one in public_types(scope)))
    key = _Key(tuple(one.key for one in measures), by, as_of, types, scope.edition("places"))
    if key not in _known:
        if len(_known) >= _MOST:
            _known.clear()
        known = kept().get(key.text)
        if known is None:
            where = AnyOf(tuple(Is("type", one) for one in types) or (Is("type", ""),))
            asked = [Asked(one) for one in measures]
            known = compute_together(scope, asked, group_by=by, as_of=as_of, where=where)
        _known[key] = known
    return _known[key]


def public_types(scope: Scope) -> list[MatterType]:
    """The types in use here that residents may report and whose counts may be public."""
    return [one for one in types_for(scope, public("matter.report")) if one.confidentiality in _TELLABLE]


def forget() -> None:
    """Forgets what was computed: for tests, whose cities share a process."""
    _known.clear()
