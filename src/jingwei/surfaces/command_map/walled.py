"""The command map on an enrolled wall: the same figures of the whole city, as aggregates alone; it opens no matter and
names nobody."""

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.places.snapshot import Place, places_of
from jingwei.kit.frame.look import Look
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import public
from jingwei.kit.signing.device import WALL, on_wall, workstation_of
from jingwei.surfaces.command_map.mapping import EVERY, as_json, asked_by, mapped, marks_of, shown_by
from jingwei.surfaces.command_map.moving import moving_of
from jingwei.surfaces.command_map.seat import Seat, seat_asked

_WHO = "an enrolled wall is known by its cookie; any other browser is led to where one is enrolled"


@public(_WHO)
@on_wall
@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """The map, large, and beside it what moves."""
    station = workstation_of(request, "wall")
    if station is None:
        return HttpResponseRedirect(reverse("desk:enrol"))
    with reading(WALL, by_heads=True) as scope:
        face, seat = face_of(scope), seat_asked(scope, request.GET)
        moving = moving_of(scope, seat, names=False)
        context = {**moving, **mapped(scope, seat, shown_by(request), reverse("command_map:wall_marks"))}
        context["areas"] = _areas(scope, seat)
    return show(request, "command_map/wall.html", face, {**context, "station": station, "look": Look(theme="wall")})


@public(_WHO)
@on_wall
@require_safe
def wall_live(request: HttpRequest) -> HttpResponse:
    """What moves; nothing (204) for the wall that has it as it is."""
    if workstation_of(request, "wall") is None:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    with reading(WALL, by_heads=True) as scope:
        face, seat = face_of(scope), seat_asked(scope, request.GET)
        moving, address = moving_of(scope, seat, names=False), urlencode(asked_by(seat, shown_by(request)))
    if request.GET.get("seen") == moving["version"]:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return show(request, "command_map/wall_live.html", face, {**moving, "address": address, "every": EVERY})


@public(_WHO)
@on_wall
@require_safe
def wall_marks(request: HttpRequest) -> HttpResponse:
    """What the map says of each of its parts."""
    if workstation_of(request, "wall") is None:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    with reading(WALL, by_heads=True) as scope:
        told = marks_of(scope, seat_asked(scope, request.GET), shown_by(request))
    return as_json(request, told)


def _areas(scope: Scope, seat: Seat) -> list[tuple[Place, str, bool]]:
    """The city and what lies right below it: each with its address, and whether it is shown."""
    places = places_of(scope)
    root = places.root
    below = [one for one in places.in_force if root and len(one.lineage) == len(root.lineage) + 1]
    chosen = [root] if root else []
    chosen += [one for one in below if not places.is_cell(one)]
    return [(one, urlencode({"area": one.code}), one == seat.area) for one in chosen]
