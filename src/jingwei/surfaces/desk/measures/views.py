"""The page of a type's figures, and that of one figure with the matters behind it."""

from typing import cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.scope import Scope, as_uuid, reading
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.registry import measure_of
from jingwei.kernel.reads.note import note_reads
from jingwei.kernel.values.errors import not_found
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.lists.listing import Listing
from jingwei.kit.page import Face, face_of, show
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.measures.listing import behind_listing, figures_listing, figures_table, split_listing
from jingwei.surfaces.desk.measures.queries import (
    PARTS,
    behind,
    grouped,
    groupings,
    measured_types,
    tabs_of,
    title_of,
    type_part,
)
from jingwei.surfaces.desk.measures.split import era_choices, split_asked

MEASURES = "measures.read"


@grants(MEASURES)
@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """All figures of one type within the reader's scope."""
    if file_asked(request):
        return as_file(
            request, lambda scope, _: figures_listing(scope, _chosen(scope, request), request.GET), by_heads=True
        )
    with reading(cast(ActorRequest, request).actor, by_heads=True) as scope:
        face, tabs, chosen = face_of(scope), tabs_of(measured_types(scope)), _chosen(scope, request)
        shown = figures_table(scope, chosen, request.GET)
    return show(request, "desk/measures/measures.html", face, {"tabs": tabs, "chosen": chosen, "figures": shown})


def _chosen(scope: Scope, request: HttpRequest) -> str:
    """Of what the figures are asked for; of the first type where that is none."""
    tabs = tabs_of(measured_types(scope))
    return next((key for key, _ in tabs if key == request.GET.get("type", "")), tabs[0][0])


def _listing(scope: Scope, face: Face, found: Measure, part: str, asked: QueryDict) -> Listing:
    split = split_asked(scope, asked, groupings(scope), face.zone)
    if asked.get("of") != "figures":
        return behind_listing(scope, found, part, split)
    return split_listing(scope, found, split)


@grants(MEASURES)
@require_safe
def measure(request: HttpRequest, measure: str) -> HttpResponse:
    """One figure, split if asked, of a period, under the borders asked for; and the matters behind it. Raises Denied as
    not found."""
    try:
        found = measure_of(measure)
    except LookupError as unknown:
        raise not_found() from unknown
    part = next((one for one in PARTS if one == request.GET.get("part", "")), "numerator")
    if file_asked(request):
        return as_file(request, lambda scope, face: _listing(scope, face, found, part, request.GET), by_heads=True)
    with reading(cast(ActorRequest, request).actor, by_heads=True) as scope:
        face, ways = face_of(scope), groupings(scope)
        split, chosen = split_asked(scope, request.GET, ways, face.zone), era_choices(scope)
        figures, whole = grouped(scope, found, split)
        matters, following = behind(scope, found, part, split.among, as_uuid(request.GET.get("after", "")))
    note_reads(scope.actor, "list", (row.seen for row in matters))
    context = {
        "measure": found,
        "type": type_part(found),
        "of": title_of(type_part(found)),
        "figures": figures,
        "whole": whole,
        "ways": ways.items(),
        "split": split,
        "eras": chosen,
        "parts": PARTS.items(),
        "part": part,
        "matters": matters,
        "following": following,
    }
    return show(request, "desk/measures/measure.html", face, context)
