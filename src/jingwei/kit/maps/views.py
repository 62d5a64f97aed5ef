"""The shapes of the city's cells, for the scripts that draw them: the same for everybody, kept by browsers."""

import gzip
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.actor import public as residents
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.places.snapshot import places_of
from jingwei.kit.maps.sheets import sheet_of
from jingwei.kit.permission import public
from jingwei.kit.signing.device import on_wall

_KEPT = "public, max-age=300, stale-while-revalidate=86400"
_NOTHING = gzip.compress(b'{"areas":[]}', mtime=0)


@public("who lives where in the grid is published; the shapes say nothing of any matter")
@on_wall
@require_safe
def shapes(request: HttpRequest) -> HttpResponse:
    """The areas of a level in force today, inside one area if `within` is its code, as one sheet; all cells where none
    is named. 304 for whoever has this state of them."""
    with reading(residents()) as scope:
        level, within = request.GET.get("level", ""), request.GET.get("within", "")[:40]
        known = {one.level for one in places_of(scope).in_force}
        sheet = sheet_of(scope, level if level in known else places_of(scope).innermost, within)
    tag = f'"{sheet.version}"' if sheet else '"none"'
    if tag in request.headers.get("If-None-Match", ""):
        answer = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    else:
        packed = sheet.packed if sheet else _NOTHING
        takes = "gzip" in request.headers.get("Accept-Encoding", "")
        answer = HttpResponse(packed if takes else gzip.decompress(packed), content_type="application/json")
        if takes:
            answer["Content-Encoding"] = "gzip"
    answer["ETag"], answer["Cache-Control"], answer["Vary"] = tag, _KEPT, "Accept-Encoding"
    return answer
