"""The wall: an enrolled screen shows declared figures of the whole city, and nothing that is of one matter."""

from dataclasses import dataclass
from math import ceil

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kit.figures.words import Shown
from jingwei.kit.frame.look import Look
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import public
from jingwei.kit.signing.device import WALL, on_wall, workstation_of
from jingwei.surfaces.desk.measures.queries import figures_of, measured_types, tabs_of

FULL = 12
"""Figures on one sheet, so that a screen of any size shows it whole: nobody scrolls a wall."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a wall shows at a time, and the name of what it shows next."""

    of: str
    part: int
    parts: int
    figures: list[Shown]
    next: str


@public("an enrolled wall is known by its cookie; any other browser is led to where one is enrolled")
@on_wall
@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """The declared figures that have a value, sheet by sheet; the page turns itself, unless it is held (`hold`)."""
    station = workstation_of(request, "wall")
    if station is None:
        return HttpResponseRedirect(reverse("desk:enrol"))
    with reading(WALL, by_heads=True) as scope:
        face = face_of(scope)
        *types, whole = tabs_of(measured_types(scope))
        tabs = dict([whole, *types])
        sheet = _sheet(scope, list(tabs), request.GET.get("sheet", ""))
        at = scope.now
    context = {"sheet": sheet, "tabs": tabs, "title": tabs[sheet.of], "station": station, "at": at}
    context |= {"held": "hold" in request.GET, "look": Look(theme="wall")}
    return show(request, "desk/signing/wall.html", face, context)


def _sheet(scope: Scope, keys: list[str], wanted: str) -> Sheet:
    """The sheet of this name (`TYPE.PART`), or the first after it with a value. One statement for each type that is
    asked."""
    of, _, number = wanted.partition(".")
    at = keys.index(of) if of in keys else 0
    figures: list[Shown] = []
    for of in (*keys[at:], *keys[:at]):
        figures = [one for one in figures_of(scope, of) if one.figure.value is not None]
        if figures:
            break
        number = ""
    parts = max(1, ceil(len(figures) / FULL))
    part = int(number) if number in map(str, range(parts)) else 0
    after = f"{of}.{part + 1}" if part + 1 < parts else keys[(keys.index(of) + 1) % len(keys)]
    return Sheet(of, part, parts, figures[part * FULL : (part + 1) * FULL], after)
