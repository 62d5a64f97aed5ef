"""The wall: an enrolled screen shows declared figures of the whole city, and nothing that is of one matter."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading
from jingwei.kit.frame.look import Look
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import public
from jingwei.kit.signing.device import on_wall, workstation_of
from jingwei.surfaces.desk.measures.queries import figures_of, measured_types, tabs_of

WALL = system("wall", "measures.read")
"""Reads figures and has no other grant."""


@public("an enrolled wall is known by its cookie; any other browser is led to where one is enrolled")
@on_wall
@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """Every figure that is declared, as it stands; the page asks for itself again each minute."""
    station = workstation_of(request, "wall")
    if station is None:
        return HttpResponseRedirect(reverse("desk:enrol"))
    with reading(WALL, by_heads=True) as scope:
        face = face_of(scope)
        groups = [(title, figures_of(scope, key)) for key, title in tabs_of(measured_types(scope))]
        at = scope.now
    context = {"groups": [one for one in groups if one[1]], "station": station, "at": at, "look": Look(theme="wall")}
    return show(request, "desk/signing/wall.html", face, context)
