"""The page of a type's figures, and that of one figure with the matters behind it."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.scope import as_uuid, reading
from jingwei.kernel.measures.registry import measure_of
from jingwei.kernel.values.errors import not_found
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.measures.queries import (
    PARTS,
    behind,
    figures_of,
    grouped,
    groupings,
    measured_types,
    tabs_of,
    title_of,
    type_part,
)

MEASURES = "measures.read"


@grants(MEASURES)
@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """All figures of one type within the reader's scope."""
    with reading(cast(ActorRequest, request).actor, by_heads=True) as scope:
        face, tabs = face_of(scope), tabs_of(measured_types(scope))
        chosen = next((key for key, _ in tabs if key == request.GET.get("type", "")), tabs[0][0])
        shown = figures_of(scope, chosen)
    return show(request, "desk/measures/measures.html", face, {"tabs": tabs, "chosen": chosen, "figures": shown})


@grants(MEASURES)
@require_safe
def measure(request: HttpRequest, measure: str) -> HttpResponse:
    """One figure, split if asked, and the matters behind it. Raises Denied as not found."""
    try:
        found = measure_of(measure)
    except LookupError as unknown:
        raise not_found() from unknown
    part = next((one for one in PARTS if one == request.GET.get("part", "")), "numerator")
    with reading(cast(ActorRequest, request).actor, by_heads=True) as scope:
        face, ways = face_of(scope), groupings(scope)
        by = next((one for one in ways if one == request.GET.get("by", "")), "")
        figures = grouped(scope, found, by)
        matters, following = behind(scope, found, part, as_uuid(request.GET.get("after", "")))
    context = {
        "measure": found,
        "type": type_part(found),
        "of": title_of(type_part(found)),
        "figures": figures,
        "ways": ways.items(),
        "by": by,
        "parts": PARTS.items(),
        "part": part,
        "matters": matters,
        "following": following,
    }
    return show(request, "desk/measures/measure.html", face, context)
