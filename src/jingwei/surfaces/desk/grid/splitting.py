"""One cell cut in two by a line that somebody draws or types: looked at first, then carried out as a dated redraw."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

import shapely
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.handover import OpenHere, open_in
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.matters.workload import REDRAWS, Spot, spots
from jingwei.kernel.places.commands import RedrawAreas
from jingwei.kernel.places.dividing.cutting import Half, Named, cut, free_codes, plan_split
from jingwei.kernel.places.dividing.lines import LONGEST, read_line
from jingwei.kernel.places.sheets.cells import CODE
from jingwei.kernel.places.snapshot import Place, places_of
from jingwei.kernel.reads.note import Seen, note_reads
from jingwei.kernel.values.coordinates import E7, Point
from jingwei.kernel.values.errors import Conflict, Invalid, Refusal, not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import status_of
from jingwei.kit.forms import Input, error_at, new_key, read_key
from jingwei.kit.maps.panel import Mark, Panel, panel_of
from jingwei.kit.maps.sheets import sheet_of, sheet_of_shapes
from jingwei.kit.page import face_of, show
from jingwei.kit.parts.table import Cell, Table, still_table
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.grid.loads import households_of
from jingwei.surfaces.desk.queries import category_title

_LONGEST_CODE, _LONGEST_NAME, _LONGEST_BASIS = 40, 120, 200
_SIDES = ("a", "b")
_SHADES = ("1", "3")
_MARKS = (Text("甲", "A"), Text("乙", "B"))
_COLUMNS = (
    ("name", Text("新网格", "New cell")),
    ("code", Text("代码", "Code")),
    ("km2", Text("平方公里", "km²")),
    ("households", Text("户数（按面积估）", "Households (by area)")),
    ("reported", Text("近 12 个月上报", "Reports a year")),
    ("open", Text("未结", "Open")),
)
_NO_SHAPE = Text("这个网格还没有边界，不能在图上拆分。", "The cell has no boundary yet: it cannot be split on a map.")
_NEITHER = Text("没有坐标，移交时定", "No point: decided at the hand-over")


@dataclass(frozen=True, slots=True)
class Asked:
    """The form as it was filled in."""

    line: str
    codes: tuple[str, str]
    names: tuple[tuple[str, str], tuple[str, str]]  # Chinese, English
    from_on: str
    basis: str


@dataclass(frozen=True, slots=True)
class MovedRow:
    """One open matter with the half it would lie in."""

    one: OpenHere
    category: Text
    state: Text
    unit: Text
    goes: Text


@dataclass(frozen=True, slots=True)
class Looked:
    """What the line would make of the cell."""

    table: Table
    unplaced: int  # reports of the cell without a point
    matters: tuple[MovedRow, ...]
    hidden: int  # open ones that the reader may count but not read
    posts: tuple[Text, ...]
    panel: Panel | None
    neighbours: int  # whose borders take over a corner
    noted: tuple[Seen, ...]


@grants(REDRAWS)
@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, area: str) -> HttpResponse:
    """The form; what the line would do; and, once that was looked at, the act."""
    actor = cast(ActorRequest, request).actor
    refusal: Refusal | None = None
    looked = None
    with reading(actor) as scope:
        face, place = face_of(scope), _cell(scope, area)
        asked = _asked(scope, place, request.POST if request.method == "POST" else {})
        panel = _panel_of_cell(scope, place)
        if request.method == "POST":
            try:
                command, sides = _planned(scope, place, asked)
                looked = _looked(scope, place, sides, command)
            except Invalid as raised:
                refusal = raised
    if looked is not None and request.POST.get("step") == "do":
        try:
            key, _ = read_key(request.POST.get("_key", ""))
            execute(actor, command, key)
            address = reverse("desk:redraw_area", args=[place.lineage[1]])
            return HttpResponseRedirect(f"{address}?done={place.code}", status=HTTPStatus.SEE_OTHER)
        except (Invalid, Conflict) as raised:
            refusal = raised
    if looked is not None:
        note_reads(actor, "list", looked.noted)
    context = {
        "place": place,
        "above": [places_of(scope).by_code[one] for one in reversed(place.lineage[1:])],
        "panel": panel,
        "no_shape": _NO_SHAPE if panel is None else None,
        "inputs": _inputs(asked, refusal),
        "line": asked.line,
        "line_error": error_at("line", refusal),
        "refusal": refusal,
        "looked": looked,
        "form_key": new_key(),
    }
    return show(request, "desk/split.html", face, context, status_of(refusal) if refusal else HTTPStatus.OK)


def _cell(scope: Scope, code: str) -> Place:
    """The cell, in force. Raises Denied as not found."""
    places = places_of(scope)
    place = places.by_code.get(code[:_LONGEST_CODE])
    if place is None or not place.on(places.today) or not places.is_cell(place) or place is places.root:
        raise not_found()
    return place


def _asked(scope: Scope, place: Place, given: Mapping[str, str]) -> Asked:
    """What was sent; what was not, is put forward."""
    codes = free_codes(places_of(scope), place, len(_SIDES))

    def told(name: str, proposed: str, longest: int) -> str:
        return given.get(name, proposed).replace("\0", "").strip()[:longest]

    names = [
        (
            told(f"name_{side}", f"{place.name.zh}{mark.zh}", _LONGEST_NAME),
            told(f"name_en_{side}", f"{place.name.en} {mark.en}", _LONGEST_NAME),
        )
        for side, mark in zip(_SIDES, _MARKS, strict=True)
    ]
    first, second = (told(f"code_{side}", code, _LONGEST_CODE) for side, code in zip(_SIDES, codes, strict=True))
    return Asked(
        line=given.get("line", "").replace("\0", "")[: LONGEST + 1],
        codes=(first, second),
        names=(names[0], names[1]),
        from_on=told("from_on", scope.today.isoformat(), 10),
        basis=told("basis", "", _LONGEST_BASIS),
    )


def _planned(scope: Scope, place: Place, asked: Asked) -> tuple[RedrawAreas, list[tuple[Half, Named]]]:
    """The act that the form means. Raises Invalid at the input that is wrong."""
    places = places_of(scope)
    try:
        from_on = datetime.date.fromisoformat(asked.from_on)
    except ValueError as error:
        raise Invalid(Text("请填写生效日期。", "Give the day it is in force from."), place="from_on") from error
    if from_on < scope.today:
        raise Invalid(Text("生效日期不能早于今天。", "It cannot be in force before today."), place="from_on")
    for side, code, name in zip(_SIDES, asked.codes, asked.names, strict=True):
        if not CODE.fullmatch(code) or code in places.by_code or (side == _SIDES[1] and code == asked.codes[0]):
            used = Text(
                "请给一个没有用过的编码：字母、数字和 - _ .，最多 40 位。",
                "Give a code that was never used: letters, digits and - _ . only.",
            )
            raise Invalid(used, place=f"code_{side}")
        if not all(name):
            raise Invalid(Text("请填写名称。", "Give it a name."), place=f"name_{side}")
    if not asked.basis:
        raise Invalid(Text("请写明依据。", "Name the decision it rests on."), place="basis")
    drawn = next((one for one in places.shapes_on(from_on) if one.code == place.code), None)
    if drawn is None:
        raise Invalid(_NO_SHAPE, place="line")
    halves = cut(drawn.wkb, read_line(asked.line))
    named = [Named(code, name) for code, name in zip(asked.codes, asked.names, strict=True)]
    sides = list(zip(halves, named, strict=True))
    return plan_split(places, place, sides, from_on, asked.basis), sides


def _looked(scope: Scope, place: Place, sides: Sequence[tuple[Half, Named]], command: RedrawAreas) -> Looked:
    here = [one for one in spots(scope, place) if one.cell == place.code]
    households = households_of(scope).get(place.code)
    rows = [_half_row(half, named, here, households) for half, named in sides]
    matters, noted = [], []
    for one in open_in(scope, place.id):
        body = agencies_of(scope).unit_by_id.get(one.unit) if one.unit else None
        matters.append(
            MovedRow(
                one,
                category_title(scope, one.category),
                type_of(*one.type).state(one.state).title,
                body.name if body else Text("", ""),
                _goes(sides, one.point),
            )
        )
        noted.append(Seen(one.matter, place.lft, one.unit))
    still = sum(one.open for one in here)
    return Looked(
        table=still_table(_COLUMNS, rows),
        unplaced=sum(one.reported for one in here if one.point is None),
        matters=tuple(matters),
        hidden=max(0, still - len(matters)),
        posts=tuple(one.title for one in agencies_of(scope).posts.values() if one.area == (place.lft, place.rgt)),
        panel=_panel_of_halves(place, sides),
        neighbours=len(command.redraws),
        noted=tuple(noted),
    )


def _half_row(half: Half, named: Named, here: Sequence[Spot], households: int | None) -> dict[str, Cell]:
    """One half. Its households are its share of the cell's by area: nobody has counted them by half."""
    mine = [one for one in here if one.point is not None and _holds(half, one.point)]
    parts = len(shapely.get_parts(half.shape))
    apart = (Text(f"分成 {parts} 块", f"In {parts} pieces"),) if parts > 1 else ()
    return {
        "name": Cell(words=Text(*named.name), marks=apart),
        "code": Cell(text=named.code),
        "km2": Cell(number=round(half.m2 / 1e6, 3)),
        "households": Cell(number=None if households is None else round(households * half.share)),
        "reported": Cell(number=sum(one.reported for one in mine)),
        "open": Cell(number=sum(one.open for one in mine)),
    }


def _holds(half: Half, point: Point) -> bool:
    return bool(shapely.intersects_xy(half.shape, point.lon_e7 / E7, point.lat_e7 / E7))


def _goes(sides: Sequence[tuple[Half, Named]], point: Point | None) -> Text:
    if point is None:
        return _NEITHER
    found = next((named for half, named in sides if _holds(half, point)), None)
    return Text(*(f"{found.code} {name}" for name in found.name)) if found else _NEITHER


def _panel_of_cell(scope: Scope, place: Place) -> Panel | None:
    sheet = sheet_of(scope, place.level, place.code)
    marks = [Mark(place.code, place.name, "0", Text("", ""))]
    return panel_of(place.name, sheet, marks, ()) if sheet else None


def _panel_of_halves(place: Place, sides: Sequence[tuple[Half, Named]]) -> Panel:
    names = {named.code: Text(*named.name) for _, named in sides}
    sheet = sheet_of_shapes(place.level, names, list(names), [half.shape for half, _ in sides])
    marks = [
        Mark(named.code, names[named.code], shade, Text(f"{half.share:.0%}", f"{half.share:.0%}"))
        for (half, named), shade in zip(sides, _SHADES, strict=True)
    ]
    keys = [(shade, names[named.code]) for (_, named), shade in zip(sides, _SHADES, strict=True)]
    return panel_of(Text("拆分以后", "After the split"), sheet, marks, keys)


def _inputs(asked: Asked, refusal: Refusal | None) -> list[Input]:
    """What is asked beside the line."""
    inputs = []
    for side, mark, code, name in zip(_SIDES, _MARKS, asked.codes, asked.names, strict=True):
        which = Text("（西侧）", " (western)") if side == "a" else Text("（东侧）", " (eastern)")
        told = (
            (f"code_{side}", Text(f"{mark.zh}的编码{which.zh}", f"Code of {mark.en}{which.en}"), code, _LONGEST_CODE),
            (f"name_{side}", Text(f"{mark.zh}的名称", f"Chinese name of {mark.en}"), name[0], _LONGEST_NAME),
            (f"name_en_{side}", Text(f"{mark.zh}的英文名", f"English name of {mark.en}"), name[1], _LONGEST_NAME),
        )
        inputs += [
            Input(name=key, id=key, title=title, value=value, longest=longest, required=True,
                  error=error_at(key, refusal))
            for key, title, value, longest in told
        ]  # fmt: skip
    day = Input(
        name="from_on",
        id="from_on",
        kind="day",
        title=Text("自哪天起", "In force from"),
        value=asked.from_on,
        required=True,
        error=error_at("from_on", refusal),
    )
    basis = Input(
        name="basis",
        id="basis",
        title=Text("依据", "Decision it rests on"),
        value=asked.basis,
        longest=_LONGEST_BASIS,
        required=True,
        error=error_at("basis", refusal),
    )
    return [*inputs, day, basis]
