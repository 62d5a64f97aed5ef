"""What the map's part of a page needs, and what the map is told of the parts that it shows."""

import hashlib
import json
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.values.words import Text
from jingwei.kit.maps.panel import shades
from jingwei.kit.saying import level_title
from jingwei.surfaces.command_map.behind import MOST_PARTS, NOWHERE, address_of
from jingwei.surfaces.command_map.figures import WAYS, Counted, standing_of
from jingwei.surfaces.command_map.seat import Seat

EVERY = 3
"""Seconds after which an open page asks again; with those that a figure stands (figures.FRESH) at most five."""

_SHOWS = ("open", "overdue", "came")
"""What the map may be shaded by."""

_LISTED = 60  # parts of the map in the list beside it


def shown_by(request: HttpRequest) -> str:
    """What the map is shaded by, as an address asks for it."""
    return next((one for one in _SHOWS if one == request.GET.get("show")), _SHOWS[0])


def asked_by(seat: Seat, shown: str) -> dict[str, str]:
    """The seat and what is shown of it, as addresses write them."""
    return {"area": seat.area.code, "level": seat.level, "type": seat.type.key if seat.type else "", "show": shown}


def mapped(scope: Scope, seat: Seat, shown: str, marks: str, **more: str) -> dict[str, Any]:
    """What the map's part of a page needs, and the choices beside it; `marks` is the address of what is said of it. It
    opens nothing (`lists`, `inside`) unless the page says what."""
    asked = asked_by(seat, shown)
    return {
        "seat": seat,
        "levels": [(one, level_title(scope, one)) for one in seat.levels],
        "shows": [(key, WAYS[key].title) for key in _SHOWS],
        "shown": shown,
        "address": urlencode(asked),
        "shapes": f"{reverse('shapes')}?{urlencode({'level': seat.level, 'within': seat.area.code})}",
        "marks": f"{marks}?{urlencode({**asked, **more})}",
        "every": EVERY,
        "lists": "",
        "most": MOST_PARTS,
        "inside": "",
        "replay": "",
    }


def marks_of(scope: Scope, seat: Seat, shown: str) -> dict[str, Any]:
    """`areas`: by code the shade, and how many are open, overdue and came today; what has none of them is left out."""
    standing = standing_of(scope, seat)
    counts = {one.code: standing.by_area.get(one.code) for one in seat.parts}
    shade, _ = shades({code: getattr(one, shown) if one else 0 for code, one in counts.items()})
    return {"areas": {code: [shade[code], one.open, one.overdue, one.came] for code, one in counts.items() if one}}


def rows_of(scope: Scope, seat: Seat, shown: str) -> tuple[list[dict[str, Any]], int]:
    """The parts of the map as a list, those with most of what is shown first, and what lies in none of them last; and
    how many parts are left out."""
    standing, places = standing_of(scope, seat), places_of(scope)
    found = [(one, standing.by_area[one.code]) for one in seat.parts if one.code in standing.by_area]
    found.sort(key=lambda pair: (-getattr(pair[1], shown), pair[0].lft))
    rows = [
        _row(seat, place.name, counted, place.code, "" if places.is_cell(place) else place.code)
        for place, counted in found[:_LISTED]
    ]
    if standing.nowhere != Counted():
        rows.append(_row(seat, NOWHERE, standing.nowhere, ""))
    return rows, max(0, len(found) - _LISTED)


def _row(seat: Seat, name: Text, counted: Counted, part: str, inside: str = "") -> dict[str, Any]:
    lists = {f"{key}_list": address_of(seat, key, part=part, level=seat.level) for key in _SHOWS}
    return {"name": name, "counted": counted, "inside": inside, **lists}


def as_json(request: HttpRequest, told: dict[str, Any]) -> HttpResponse:
    """What a map is told, written once; 304 for whoever has it as it is."""
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    if request.headers.get("If-None-Match") == tag:
        answer = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    else:
        answer = HttpResponse(body, content_type="application/json")
    answer["ETag"], answer["Cache-Control"] = tag, "private, no-cache"
    return answer
