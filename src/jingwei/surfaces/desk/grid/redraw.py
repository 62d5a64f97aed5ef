"""The way in for whoever redraws cells: areas by what their cells have to do, and how evenly it lies on them."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.workload import REDRAWS
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.grid.loads import BY, load_page, loads_table

_LONGEST_CODE = 40


@grants(REDRAWS)
@require_safe
def redraw(request: HttpRequest, area: str = "") -> HttpResponse:
    """An area with its parts by their load; without a code the whole city."""
    by = request.GET.get("by", "")
    by = by if by in BY else next(iter(BY))
    with reading(cast(ActorRequest, request).actor) as scope:
        face, page = face_of(scope), load_page(scope, area[:_LONGEST_CODE], by)
    done = request.GET.get("done", "")[:_LONGEST_CODE]
    context = {
        "page": page,
        "measures": BY.items(),
        "below": loads_table(page.rows, request.GET),
        "done": done,
        "divided": request.GET.get("divided") == "1",
    }
    return show(request, "desk/redraw.html", face, context)
