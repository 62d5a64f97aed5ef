"""The command map's page, what of it is asked again every few seconds, and the lists behind its figures."""

from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.reads.note import Seen, note_reads, seen
from jingwei.kernel.values.ids import NUMBER
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.lists.listing import Listing
from jingwei.kit.page import face_of, show
from jingwei.kit.parts.table import table_of
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.command_map.behind import (
    COLUMNS,
    SHARED,
    Asked,
    address_of,
    asked_of,
    every_row,
    matters_behind,
    row_of,
)
from jingwei.surfaces.command_map.mapping import EVERY, as_json, asked_by, mapped, marks_of, rows_of, shown_by
from jingwei.surfaces.command_map.moving import moving_of
from jingwei.surfaces.command_map.replaying import day_of
from jingwei.surfaces.command_map.seat import Seat, seat_asked
from jingwei.surfaces.command_map.units import SHOWN

GRANT = "measures.read"


@grants(GRANT)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The whole page for one area."""
    with reading(cast(ActorRequest, request).actor, by_heads=True) as scope:
        face, seat = face_of(scope), seat_asked(scope, request.GET)
        moving, shown = _moving(scope, seat, request), shown_by(request)
        (rows, left), cells = rows_of(scope, seat, shown), all(map(places_of(scope).is_cell, seat.parts))
        drawn = mapped(scope, seat, shown, reverse("command_map:marks"))
    onward = f"?{urlencode({'show': shown, 'type': seat.type.key if seat.type else ''})}&area="
    context = {
        **moving,
        **drawn,
        "lists": address_of(seat, shown),
        "onward": onward,
        "inside": "" if cells else onward,
        "rows": rows,
        "left": left,
        "issued": number if NUMBER.fullmatch(number := request.GET.get("told", "")) else "",
    }
    return show(request, "command_map/home.html", face, context)


@grants(GRANT)
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """What moves, as a part of the page; nothing (204) for whoever has it as it is."""
    with reading(cast(ActorRequest, request).actor, by_heads=True) as scope:
        face, seat = face_of(scope), seat_asked(scope, request.GET)
        moving, address = _moving(scope, seat, request), urlencode(asked_by(seat, shown_by(request)))
    if request.GET.get("seen") == moving["version"]:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return show(request, "command_map/live.html", face, {**moving, "address": address, "every": EVERY})


def _moving(scope: Scope, seat: Seat, request: HttpRequest) -> dict[str, Any]:
    """What moves, with all units where the address asks for them."""
    every = request.GET.get("units") == "all"
    return {**moving_of(scope, seat, units=None if every else SHOWN), "every_unit": every}


@grants(GRANT)
@require_safe
def marks(request: HttpRequest) -> HttpResponse:
    """What the map says of each of its parts: its shade, and how many are open, overdue and came today."""
    with reading(cast(ActorRequest, request).actor, by_heads=True) as scope:
        told = marks_of(scope, seat_asked(scope, request.GET), shown_by(request))
    return as_json(request, told)


@grants(GRANT)
@require_safe
def replay(request: HttpRequest) -> HttpResponse:
    """A day of the area again: the map by the hour, and the same as a table."""
    with reading(cast(ActorRequest, request).actor, by_heads=True) as scope:
        face, seat = face_of(scope), seat_asked(scope, request.GET)
        shown, day = shown_by(request), day_of(scope, seat, request.GET.get("day", ""))
        drawn = mapped(scope, seat, shown, reverse("command_map:frames"), day=day.on.isoformat())
        today = scope.now.astimezone(face.zone).date()
    hours = list(zip(day.moments, day.whole, strict=True))
    context = {**drawn, "day": day, "today": today, "hours": hours, "last": len(hours) - 1, "replay": "controls"}
    return show(request, "command_map/replay.html", face, context)


@grants(GRANT)
@require_safe
def frames(request: HttpRequest) -> HttpResponse:
    """What the map says hour by hour of a day that is replayed (`Day.frames`)."""
    with reading(cast(ActorRequest, request).actor, by_heads=True) as scope:
        told = day_of(scope, seat_asked(scope, request.GET), request.GET.get("day", "")).frames(shown_by(request))
    return as_json(request, {"areas": told})


@grants(GRANT)
@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """The matters behind a figure, page by page or as a file."""
    if file_asked(request):
        return as_file(request, lambda scope, _: _listing(scope, request), by_heads=True)
    with reading(cast(ActorRequest, request).actor, by_heads=True) as scope:
        face, asked = face_of(scope), asked_of(scope, request.GET)
        rows, following = matters_behind(scope, asked)
        table = table_of(COLUMNS, [row_of(scope, one) for one in rows], request.GET)
    note_reads(scope.actor, "list", [seen(one) for one in rows])
    onward = request.GET.copy()
    onward["after"] = following
    context: dict[str, Any] = {
        "asked": asked,
        "table": table if rows else None,
        "following": onward.urlencode() if following else "",
        "parts": _parts(request, asked),
    }
    return show(request, "command_map/behind.html", face, context)


def _parts(request: HttpRequest, asked: Asked) -> list[tuple[Text, str, bool]]:
    """The parts of a share with their lists, and which one is shown; none of a count."""
    if asked.way.measure.unit != "share":
        return []
    found, onward = [], request.GET.copy()
    onward.pop("after", None)
    for key, title in SHARED.items():
        onward["of"] = key
        found.append((title, onward.urlencode(), key == asked.part))
    return found


def _listing(scope: Scope, request: HttpRequest) -> Listing:
    asked, noted = asked_of(scope, request.GET), list[Seen]()
    return Listing(
        name="behind",
        title=asked.way.title,
        columns=COLUMNS,
        rows=every_row(scope, asked, noted),
        filters=list(asked.said),
        seen=noted,
    )
