"""The matters behind a figure of the command map: by the very condition that counted them."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope, as_uuid
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.measures.compute import Cut, Part, drill
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.reads.note import Seen, seen
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.figures.words import group_title
from jingwei.kit.moments import time_left
from jingwei.kit.parts.table import Cell, Column
from jingwei.kit.saying import category_title
from jingwei.surfaces.command_map.figures import Way, parts_of, way_of
from jingwei.surfaces.command_map.seat import Seat, seat_of

PAGE = 50
_PIECE = 500  # rows of a file that are held at once
MOST_PARTS = 200
"""Parts of the map that one list takes together: a cluster of more is looked into first."""

COLUMNS = (
    Column("number", Text("编号", "Number"), sorts=False, fixed=True),
    Column("clock", Text("时限", "Time left"), sorts=False),
    Column("type", Text("类型", "Type"), sorts=False),
    Column("class", Text("类别", "Category"), sorts=False),
    Column("state", Text("状态", "State"), sorts=False),
    Column("place", Text("地点", "Place"), sorts=False),
    Column("unit", Text("承办单位", "Unit"), sorts=False),
    Column("opened", Text("上报时间", "Reported"), sorts=False),
    Column("due", Text("期限", "Due"), sorts=False),
)
_NAMED = {"unit": Text("承办单位", "Unit"), "state": Text("状态", "State"), "category": Text("类别", "Category")}
_COLUMN = {"unit": "unit__code", "state": "state", "category": "category"}
SHARED: Mapping[Part, Text] = {
    "denominator": Text("七日内到期应计的", "Counted, due within seven days"),
    "numerator": Text("其中达到的", "That were so"),
    "remainder": Text("其中未达到的", "That were not"),
}
"""Parts of a share that its list can show."""

_PARTS = Text("{} 处", "{} places")
NOWHERE = Text("不在地图的任何一处", "In no part of the map")
"""What lies in the area shown and in none of its parts; addresses have it as an empty part."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figure, of which seat, and what narrows it."""

    way: Way
    part: Part  # of the figure; of a share what it is taken of, unless an address asks otherwise
    seat: Seat
    narrowed: Q
    said: tuple[tuple[Text, Text], ...]  # what narrows it, in words
    after: uuid.UUID | None


def asked_of(scope: Scope, given: QueryDict) -> Asked:
    """What an address asks for. Raises Denied as not found for a figure or an area that there is none."""
    way = way_of(given.get("figure", "open"))
    if way is None:
        raise not_found()
    seat = seat_of(scope, given.get("area", ""), given.get("level", ""), given.get("type", ""))
    narrowed, said = Q(), [(Text("区域", "Area"), seat.area.name)]
    if seat.type:
        said.append((Text("事项类型", "Type"), seat.type.title))
    for name, title in _NAMED.items():
        if name in given:
            value = str(given[name]).replace("\0", "")[:61]
            narrowed &= Q(**{_COLUMN[name]: value or None})
            said.append((title, _title(scope, seat, name, value)))
    if parts := given.getlist("part")[:MOST_PARTS]:
        narrowed &= _in_parts(scope, seat, parts)
        said.append((Text("地图上的", "On the map"), _named(scope, parts)))
    part: Part = "numerator"
    if way.measure.unit == "share":
        part = next((key for key in SHARED if key == given.get("of")), "denominator")
        said.append((Text("件", "Matters"), SHARED[part]))
    return Asked(way, part, seat, narrowed, tuple(said), as_uuid(given.get("after", "")))


def _title(scope: Scope, seat: Seat, name: str, value: str) -> Text:
    if name != "state":
        return group_title(scope, name, value or None)
    states = seat.type.states if seat.type else ()
    return next((one.title for one in states if one.key == value), Text(value, value))


def _in_parts(scope: Scope, seat: Seat, parts: list[str]) -> Q:
    places = places_of(scope).by_code
    found = Q(pk__in=[])
    for code in parts:
        if one := places.get(code[:40]):
            found |= Q(area_lft__range=(one.lft, one.rgt))
    if "" in parts:
        inside = parts_of(scope, seat, places)
        found |= Q(area_lft__in=[one.lft for code, one in places.items() if code not in inside])
    return found


def _named(scope: Scope, parts: list[str]) -> Text:
    if len(parts) == 1:
        return group_title(scope, "area", parts[0]) if parts[0] else NOWHERE
    return Text(_PARTS.zh.format(len(parts)), _PARTS.en.format(len(parts)))


def matters_behind(scope: Scope, asked: Asked, limit: int = PAGE) -> tuple[list[Any], str]:
    """At most `limit` matters by id, and the id after which the next page begins ("" on the last). Two statements."""
    cut = Cut(among=asked.seat.within & asked.way.among(scope) & asked.narrowed)
    found = drill(scope, asked.way.measure, asked.part, cut, after=asked.after, limit=limit + 1)
    shown = Matter.objects.filter(in_scope(scope.actor), pk__in=[one.id for one in found[:limit]]).order_by("pk")
    return list(shown), str(found[limit - 1].id) if len(found) > limit else ""


def row_of(scope: Scope, one: Any) -> Mapping[str, Cell]:
    """One matter as a line of the table."""
    declared, place = type_of(one.type, one.type_version), places_of(scope).by_id.get(one.area_id)
    body = agencies_of(scope).unit_by_id.get(one.unit_id) if one.unit_id else None
    return {
        "number": Cell(text=one.number, address=reverse("desk:matter", args=[one.number])),
        "clock": Cell(left=time_left(one.due_at, one.closed_at, scope.now, one.opened_at)),
        "type": Cell(words=declared.title),
        "class": Cell(words=category_title(scope, one.category)),
        "state": Cell(words=declared.state(one.state).title),
        "place": Cell(words=place.name if place else None),
        "unit": Cell(words=body.name if body else None),
        "opened": Cell(at=one.opened_at),
        "due": Cell(at=one.due_at),
    }


def every_row(scope: Scope, asked: Asked, noted: list[Seen]) -> Iterator[Mapping[str, Cell]]:
    """All matters behind the figure, page by page; what was shown is put into `noted`."""
    after = ""
    while True:
        rows, after = matters_behind(scope, replace(asked, after=as_uuid(after)), _PIECE)
        for one in rows:
            noted.append(seen(one))
            yield row_of(scope, one)
        if not after:
            return


def address_of(seat: Seat, figure: str, **more: str | list[str]) -> str:
    """The address of the list behind a figure of this seat."""
    given: dict[str, Any] = {"figure": figure, "area": seat.area.code}
    if seat.type:
        given["type"] = seat.type.key
    return f"{reverse('command_map:behind')}?{urlencode({**given, **more}, doseq=True)}"
