"""Figures as pages show them: computed from their declarations, within the reader's scope."""

import uuid
from collections.abc import Sequence
from typing import cast

from django.db.models import Q

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.types import MatterType, type_of
from jingwei.kernel.measures.borders import compute_under
from jingwei.kernel.measures.compute import Asked, Cut, Figure, Part, compute, compute_parts, compute_together, drill
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.facts import AREA_LEVEL
from jingwei.kernel.measures.registry import measures_of
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.values.words import Text
from jingwei.kit.figures.words import NOTHING, Shown, group_title, in_words
from jingwei.kit.intake import types_used
from jingwei.kit.saying import level_title
from jingwei.surfaces.desk.measures.split import Split
from jingwei.surfaces.desk.queries import WorkRow, work_rows

PAGE = 50
WHOLE = Text("合计", "In all")
ALL_TYPES = "matter"
"""The first part of the keys of figures that speak of matters of every type."""

PARTS = {
    "numerator": Text("符合的", "Those that count"),
    "remainder": Text("其余的", "The others"),
    "unknown": Text("说不清的", "Those of which it cannot be told"),
}


def measured_types(scope: Scope) -> list[MatterType]:
    """The types in use that have figures."""
    return [one for one in types_used(scope) if measures_of(one.key)]


def type_part(measure: Measure) -> str:
    """Whose figure it is: the key of a type, or `matter`."""
    return measure.key.partition(".")[0]


def figures_of(scope: Scope, of: str) -> list[Shown]:
    """Every figure of a type as it stands. One statement."""
    measures = measures_of(of)
    found = compute_together(scope, [Asked(one) for one in measures])
    return [Shown(one, NOTHING, in_words(one, figure), figure) for one, (figure,) in zip(measures, found, strict=True)]


def grouped(scope: Scope, measure: Measure, split: Split) -> tuple[list[Shown], Shown]:
    """One figure for every unit, category or area of a level, with those of which it cannot be told, and the whole; the
    whole alone where it is not split. One statement. Raises LookupError."""
    if not split.by:
        (figure,) = compute(scope, measure, among=split.among)
        return [], _shown(measure, WHOLE, figure)
    if split.era is not None:
        level, day = split.by.removeprefix(AREA_LEVEL), split.era.day(scope.today)
        found = compute_under(scope, measure, level, day, among=split.among)
    else:
        found = compute_parts(scope, measure, split.by, among=split.among)
    parts = [*found.figures, *([found.untold] if found.untold else [])]
    rows = [_shown(measure, group_title(scope, split.by, one.group[0]), one) for one in parts]
    return rows, _shown(measure, WHOLE, found.whole)


def _shown(measure: Measure, group: Text, figure: Figure) -> Shown:
    return Shown(measure, group, in_words(measure, figure), figure)


def groupings(scope: Scope) -> dict[str, Text]:
    """By what a figure may be split: never by person."""
    levels = {place.level for place in places_of(scope).in_force}
    named = {f"{AREA_LEVEL}{level}": level_title(scope, level) for level in sorted(levels)}
    return {"category": Text("类别", "Category"), "unit": Text("承办单位", "Unit"), **named}


def behind(
    scope: Scope, measure: Measure, part: str, among: Q, after: uuid.UUID | None
) -> tuple[tuple[WorkRow, ...], str]:
    """The matters of one part of a figure by id, at most `PAGE`, and the id after which the next page begins. Two
    statements."""
    found = drill(scope, measure, cast(Part, part), Cut(among=among), after=after, limit=PAGE + 1)
    matters = Matter.objects.filter(in_scope(scope.actor), pk__in=[one.id for one in found[:PAGE]]).order_by("pk")
    rows = work_rows(scope, matters) if found else ()
    return rows, str(found[PAGE - 1].id) if len(found) > PAGE else ""


def title_of(of: str) -> Text:
    """What the figures of a type are called."""
    return Text("全部事项", "All matters") if of == ALL_TYPES else type_of(of).title


def tabs_of(types: Sequence[MatterType]) -> list[tuple[str, Text]]:
    """The choices of a page of figures."""
    return [*((one.key, one.title) for one in types), (ALL_TYPES, title_of(ALL_TYPES))]
