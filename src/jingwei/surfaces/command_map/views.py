"""The command map's page, what of it is asked again every few seconds, and the lists behind its figures."""

import hashlib
import json
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.reads.note import Seen, note_reads, seen
from jingwei.kernel.values.ids import NUMBER
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.lists.listing import Listing
from jingwei.kit.maps.panel import shades
from jingwei.kit.page import face_of, show
from jingwei.kit.parts.table import table_of
from jingwei.kit.people.on_duty import rosters_then
from jingwei.kit.permission import ActorRequest, grants
from jingwei.kit.saying import level_title
from jingwei.surfaces.command_map.behind import (
    COLUMNS,
    address_of,
    asked_of,
    every_row,
    matters_behind,
    row_of,
)
from jingwei.surfaces.command_map.figures import WAYS, Standing, shared, standing_of
from jingwei.surfaces.command_map.hot_spots import hot_spots_of
from jingwei.surfaces.command_map.seat import Seat, seat_of, told_type
from jingwei.surfaces.command_map.units import board_of, kind_of

GRANT = "measures.read"
EVERY = 3
"""Seconds after which an open page asks again; with those that a figure stands (figures.FRESH) at most five."""

DUTY_STANDS = 60.0  # seconds
_SHOWS = ("open", "overdue", "came")
"""What the map may be shaded by."""


@grants(GRANT)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The whole page for one area."""
    with reading(cast(ActorRequest, request).actor, by_heads=True) as scope:
        face, seat = face_of(scope), _seat(scope, request)
        moving, shown = _moving(scope, seat), _shown(request)
        levels = [(one, level_title(scope, one)) for one in seat.levels]
        rows, cells = _rows(scope, seat, shown), all(map(places_of(scope).is_cell, seat.parts))
    context = {
        **moving,
        "seat": seat,
        "levels": levels,
        "shows": [(key, WAYS[key].title) for key in _SHOWS],
        "shown": shown,
        "shapes": f"{reverse('shapes')}?{urlencode({'level': seat.level, 'within': seat.area.code})}",
        "lists": address_of(seat, shown),
        "inside": "" if cells else f"?{urlencode({'show': shown, 'type': seat.type.key if seat.type else ''})}&area=",
        "rows": rows,
        "issued": number if NUMBER.fullmatch(number := request.GET.get("told", "")) else "",
    }
    return show(request, "command_map/home.html", face, context)


@grants(GRANT)
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """What moves, as a part of the page; nothing (204) for whoever has it as it is."""
    with reading(cast(ActorRequest, request).actor, by_heads=True) as scope:
        face, seat = face_of(scope), _seat(scope, request)
        moving = _moving(scope, seat)
    if request.GET.get("seen") == moving["version"]:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return show(request, "command_map/live.html", face, {**moving, "seat": seat})


@grants(GRANT)
@require_safe
def marks(request: HttpRequest) -> HttpResponse:
    """What the map says of each of its parts: shade, words and count; 304 for whoever has it as it is."""
    with reading(cast(ActorRequest, request).actor, by_heads=True) as scope:
        told = _marks(scope, _seat(scope, request), _shown(request))
    tag = f'"{_version(told)}"'
    if request.headers.get("If-None-Match") == tag:
        answer: HttpResponse = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    else:
        answer = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})
    answer["ETag"], answer["Cache-Control"] = tag, "private, no-cache"
    return answer


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
    context: dict[str, Any] = {"asked": asked, "title": WAYS[asked.figure].title, "table": table if rows else None}
    return show(
        request, "command_map/behind.html", face, {**context, "following": onward.urlencode() if following else ""}
    )


def _listing(scope: Scope, request: HttpRequest) -> Listing:
    asked, noted = asked_of(scope, request.GET), list[Seen]()
    return Listing(
        name="behind",
        title=WAYS[asked.figure].title,
        columns=COLUMNS,
        rows=every_row(scope, asked, noted),
        filters=list(asked.said),
        seen=noted,
    )


def _seat(scope: Scope, request: HttpRequest) -> Seat:
    return seat_of(scope, *(request.GET.get(name, "") for name in ("area", "level", "type")))


def _shown(request: HttpRequest) -> str:
    return next((one for one in _SHOWS if one == request.GET.get("show")), _SHOWS[0])


def _moving(scope: Scope, seat: Seat) -> dict[str, Any]:
    """What is asked again: figures with the lists behind them, stages, units, hot spots, duty; and its version."""
    standing = standing_of(scope, seat)
    numbers = {
        "open": standing.whole.open,
        "overdue": standing.whole.overdue,
        "came": standing.whole.came,
        "went": standing.whole.went,
        "urged": standing.urged,
        "supervised": standing.supervised,
    }
    figures = [(key, WAYS[key].title, number, address_of(seat, key)) for key, number in numbers.items()]
    stages, told = _stages(seat, standing, kind_of(seat, standing)), _told(seat, standing)
    board, spots = board_of(scope, seat, standing), hot_spots_of(scope, seat)
    duty = shared(scope, ("duty",), DUTY_STANDS, lambda: [one for one in rosters_then(scope, scope.now) if one.people])
    moving: dict[str, Any] = {
        "figures": figures,
        "stages": stages,
        "told": told,
        "board": board,
        "spots": spots,
        "duty": duty,
    }
    address = {"area": seat.area.code, "level": seat.level, "type": seat.type.key if seat.type else ""}
    return {
        **moving,
        "may_instruct": (kind := told_type(seat.types)) is not None and scope.actor.holds(kind.report_grant),
        "version": _version(moving),
        "at": standing.at,
        "address": urlencode(address),
        "every": EVERY,
    }


def _told(seat: Seat, standing: Standing) -> list[tuple[Text, int, int, str]]:
    """How far what units were told to do has come."""
    kind = told_type(seat.types)
    return _stages(seat, standing, kind.key) if kind else []


def _stages(seat: Seat, standing: Standing, kind: str) -> list[tuple[Text, int, int, str]]:
    """The stages of one type with what is open in each, its per cent of the fullest, and the list."""
    counts = {state: number for (of, state), number in standing.by_state.items() if of == kind}
    most = max(counts.values(), default=0)
    return [
        (one.title, counts[one.key], counts[one.key] * 100 // most, _list_of(seat, kind, one.key))
        for one in (type_of(kind).states if counts else ())
        if one.key in counts
    ]


def _list_of(seat: Seat, kind: str, state: str) -> str:
    return address_of(seat, "open", type=kind, state=state)


def _marks(scope: Scope, seat: Seat, shown: str) -> dict[str, Any]:
    """`areas`: by code the shade, and how many are open, overdue and came today; what has none of them is left out."""
    standing = standing_of(scope, seat)
    counts = {one.code: standing.by_area.get(one.code) for one in seat.parts}
    shade, _ = shades({code: getattr(one, shown) if one else 0 for code, one in counts.items()})
    return {"areas": {code: [shade[code], one.open, one.overdue, one.came] for code, one in counts.items() if one}}


def _rows(scope: Scope, seat: Seat, shown: str) -> list[dict[str, Any]]:
    """The parts of the map as a list: those with most of what is shown first."""
    standing, places = standing_of(scope, seat), places_of(scope)
    found = [(one, standing.by_area[one.code]) for one in seat.parts if one.code in standing.by_area]
    found.sort(key=lambda pair: (-getattr(pair[1], shown), pair[0].lft))
    return [
        {
            "name": place.name,
            "counted": counted,
            "inside": "" if places.is_cell(place) else place.code,
            "open_list": address_of(seat, "open", part=place.code),
            "overdue_list": address_of(seat, "overdue", part=place.code),
        }
        for place, counted in found[:60]
    ]


def _version(told: Any) -> str:
    return hashlib.sha256(json.dumps(told, default=str, sort_keys=True).encode()).hexdigest()[:16]
