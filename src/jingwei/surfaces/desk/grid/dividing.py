"""A balanced division of an area: proposed with figures and maps of before and after, carried out as a dated redraw."""

import datetime
import functools
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

import shapely
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.workload import REDRAWS, Spot, spots
from jingwei.kernel.places.dividing.proposing import (
    MOST,
    Carried,
    Part,
    Proposal,
    Quality,
    cells_by_area,
    plan_division,
    proposal_of,
    propose,
)
from jingwei.kernel.places.snapshot import Place, Places, places_of
from jingwei.kernel.values.coordinates import E7, Point
from jingwei.kernel.values.errors import Conflict, Invalid, Refusal, not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import status_of
from jingwei.kit.forms import Group, Input, error_at, new_key, read_key
from jingwei.kit.maps.panel import Mark, Panel, panel_of, shades
from jingwei.kit.maps.sheets import sheet_of_shapes
from jingwei.kit.page import face_of, show
from jingwei.kit.parts.table import Cell, Table, still_table
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.grid.loads import BY, households_of, percent

_LONGEST_CODE, _LONGEST_BASIS = 40, 200
_SALT = "jingwei.desk.division"
_DAY = 86_400  # seconds that a proposal on a page can be carried out
_FIGURES = (
    ("figure", Text("", "")),
    ("now", Text("现在", "Now")),
    ("then", Text("方案", "Proposed")),
)
_CELLS = (
    ("name", Text("网格", "Cell")),
    ("code", Text("代码", "Code")),
    ("now", Text("现在", "Now")),
    ("then", Text("方案", "Proposed")),
    ("off", Text("离平均", "Off the mean")),
    ("km2", Text("平方公里", "km²")),
)
_MOVES = {
    "reports": Text("要换网格的上报", "Reports that would lie in another cell"),
    "households": Text("要换网格的户数", "Households that would lie in another cell"),
}
_NEW = Text("新网格", "New cell")
_STALE = Text("方案已过期或不完整；请重新生成。", "The proposal is too old or incomplete: make it anew.")


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal as the page tells it."""

    figures: Table
    cells: Table
    before: Panel
    after: Panel
    better: bool
    moved: Text
    opened: int  # open matters that would be handed over
    kept: str  # the proposal, signed, as the form brings it back


@grants(REDRAWS)
@require_http_methods(["GET", "HEAD", "POST"])
def divide(request: HttpRequest, area: str) -> HttpResponse:
    """What to balance by and into how many cells; with these the proposal; and the act."""
    actor = cast(ActorRequest, request).actor
    refusal: Refusal | None = None
    shown = None
    given = request.POST if request.method == "POST" else request.GET
    with reading(actor) as scope:
        face, place = face_of(scope), _area(scope, area)
        above = [places_of(scope).by_code[one] for one in reversed(place.lineage[1:])]
        by = given.get("by", "") if given.get("by", "") in BY else next(iter(BY))
        count = given.get("count", "") or str(_cells_now(scope, place))
        try:
            if request.method == "POST":
                key, _ = read_key(given.get("_key", ""))
                parts = _parts(scope, given.get("plan", ""))
                shown = _shown(scope, place, by, parts)
                command = plan_division(
                    places_of(scope), place, proposal_of(places_of(scope), place, Carried(), parts), *_act(scope, given)
                )
            elif "count" in given:
                shown = _shown(scope, place, by, _proposed(scope, place, by, _number(count)))
        except Invalid as raised:
            refusal = raised
    if request.method == "POST" and refusal is None:
        try:
            execute(actor, command, key)
            address = reverse("desk:redraw_area", args=[place.code])
            return HttpResponseRedirect(f"{address}?by={by}&divided=1", status=HTTPStatus.SEE_OTHER)
        except (Invalid, Conflict) as raised:
            refusal = raised
    context = {
        "place": place,
        "above": above,
        "asked": _asked(by, count, refusal),
        "inputs": _inputs(scope, given, refusal),
        "by": by,
        "moves": _MOVES[by],
        "count": count,
        "shown": shown,
        "refusal": refusal,
        "form_key": new_key(),
    }
    return show(request, "desk/divide.html", face, context, status_of(refusal) if refusal else HTTPStatus.OK)


def _area(scope: Scope, code: str) -> Place:
    """The area, in force and with something below. Raises Denied as not found."""
    place = places_of(scope).by_code.get(code[:_LONGEST_CODE])
    if place is None or not place.on(places_of(scope).today):
        raise not_found()
    return place


def _cells_now(scope: Scope, place: Place) -> int:
    return sum(len(cells) for cells in cells_by_area(places_of(scope), place).values())


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 4 or not int(text):  # noqa: PLR2004  # far beyond MOST
        raise Invalid(Text(f"请填写 1 到 {MOST} 的数。", f"Give a number from 1 to {MOST}."), place="count")
    return int(text)


def _act(scope: Scope, given: Mapping[str, str]) -> tuple[datetime.date, str]:
    """Day and basis of the act. Raises Invalid."""
    try:
        from_on = datetime.date.fromisoformat(given.get("from_on", "")[:10])
    except ValueError as error:
        raise Invalid(Text("请填写生效日期。", "Give the day it is in force from."), place="from_on") from error
    if from_on < scope.today:
        raise Invalid(Text("生效日期不能早于今天。", "It cannot be in force before today."), place="from_on")
    basis = given.get("basis", "").replace("\0", "").strip()[:_LONGEST_BASIS]
    if not basis:
        raise Invalid(Text("请写明依据。", "Name the decision it rests on."), place="basis")
    return from_on, basis


def _carried(scope: Scope, place: Place, by: str) -> tuple[Carried, list[Spot]]:
    """What the cells carry, and the spots it was read from."""
    found = [one for one in spots(scope, place) if one.cell]
    if by == "households":
        return Carried(whole={code: float(count) for code, count in households_of(scope).items()}), found
    whole: dict[str, float] = {}
    for one in found:
        if one.point is None:
            whole[one.cell] = whole.get(one.cell, 0.0) + one.reported
    points = [(one.point, float(one.reported)) for one in found if one.point is not None and one.reported]
    return Carried(points, whole), found


@dataclass(frozen=True, slots=True)
class _Question:
    """What a proposal follows from; compared by all but the places themselves."""

    places: Places
    edition: tuple[int, datetime.date]
    code: str
    points: tuple[tuple[Point, float], ...]
    whole: tuple[tuple[str, float], ...]
    count: int

    def __hash__(self) -> int:
        return hash((self.edition, self.code, self.points, self.whole, self.count))

    def __eq__(self, other: object) -> bool:
        mine = (self.edition, self.code, self.points, self.whole, self.count)
        return isinstance(other, _Question) and mine == (
            other.edition, other.code, other.points, other.whole, other.count
        )  # fmt: skip


_one_at_a_time = threading.Lock()


def _proposed(scope: Scope, place: Place, by: str, count: int) -> tuple[Part, ...]:
    """The proposal's parts; worked out once as long as nothing changes, and one at a time in a process."""
    carried, _ = _carried(scope, place, by)
    places = places_of(scope)
    edition = (scope.edition("places"), places.today)
    points, whole = tuple(carried.points), tuple(sorted(carried.whole.items()))
    with _one_at_a_time:
        return _worked_out(_Question(places, edition, place.code, points, whole, count))


@functools.lru_cache(maxsize=16)
def _worked_out(asked: _Question) -> tuple[Part, ...]:
    carried = Carried(asked.points, dict(asked.whole))
    return propose(asked.places, asked.places.by_code[asked.code], carried, asked.count).parts


def _kept(scope: Scope, parts: Sequence[Part]) -> str:
    """The proposal as its page brings it back: what each piece belongs to, with the edition of the places it is of."""
    told = [[one.above, one.wanted, bytes(one.areas).hex()] for one in parts]
    return signing.dumps([scope.edition("places"), told], salt=_SALT, compress=True)


def _parts(scope: Scope, text: str) -> tuple[Part, ...]:
    """The parts that were signed. Raises Invalid for others, and where the places have changed since."""
    try:
        edition, told = cast(tuple[int, list[Any]], signing.loads(text, salt=_SALT, max_age=_DAY))
    except signing.BadSignature as error:
        raise Invalid(_STALE, place="plan") from error
    if edition != scope.edition("places"):
        raise Invalid(_STALE, place="plan")
    return tuple(Part(above, wanted, tuple(bytes.fromhex(areas))) for above, wanted, areas in told)


def _shown(scope: Scope, place: Place, by: str, parts: Sequence[Part]) -> Shown:
    carried, found = _carried(scope, place, by)
    places = places_of(scope)
    proposal = proposal_of(places, place, carried, parts)
    then = {_key(at, one.code): one.load for at, one in enumerate(proposal.cells)}
    whole = proposal.before.spread.total if proposal.before.spread else 0.0
    share = proposal.moved / whole if whole else 0.0
    return Shown(
        figures=_figures(proposal.before, proposal.after),
        cells=_cells(places, proposal),
        before=_panel(places, Text("现在", "Now"), _present(places, place), proposal.now),
        after=_panel(places, Text("方案", "Proposed"), _proposed_shapes(proposal), then),
        better=proposal.better,
        moved=Text(f"{proposal.moved:,.0f}（{share:.0%}）", f"{proposal.moved:,.0f} ({share:.0%})"),
        opened=_opened(proposal, found),
        kept=_kept(scope, parts),
    )


def _figures(now: Quality, then: Quality) -> Table:
    def row(title: Text, tell: Any) -> dict[str, Cell]:
        return {"figure": Cell(words=title), "now": Cell(text=tell(now)), "then": Cell(text=tell(then))}

    return still_table(
        _FIGURES,
        [
            row(Text("网格数", "Cells"), lambda one: f"{one.spread.cells}" if one.spread else "—"),
            row(Text("每格平均", "Mean of a cell"), lambda one: f"{one.spread.mean:,.1f}" if one.spread else "—"),
            row(
                Text("离平均最远的网格", "The cell furthest from the mean"),
                lambda one: percent(one.spread.farthest) if one.spread else "—",
            ),
            row(
                Text("变异系数", "Coefficient of variation"),
                lambda one: f"{one.spread.variation:.2f}" if one.spread else "—",
            ),
            row(Text("紧凑度（圆为 1）", "Compactness (a circle is 1)"), lambda one: f"{one.roundness:.2f}"),
        ],
    )


def _cells(places: Places, proposal: Proposal) -> Table:
    mean = proposal.after.spread.mean if proposal.after.spread else 0.0
    rows = []
    for one in proposal.cells:
        rows.append(
            {
                "name": Cell(words=places.by_code[one.code].name if one.code else _NEW),
                "code": Cell(text=one.code, under=None if one.code else places.by_code[one.above].name),
                "now": Cell(text=f"{proposal.now[one.code]:,.0f}" if one.code else "—"),
                "then": Cell(text=f"{one.load:,.0f}"),
                "off": Cell(text=f"{(one.load / mean - 1) * 100:+.0f} %" if mean else "—"),
                "km2": Cell(number=round(one.m2 / 1e6, 2)),
            }
        )
    for code in proposal.ends:
        ends = Cell(words=places.by_code[code].name, marks=(Text("撤销", "Ends"),))
        told = {"now": Cell(text=f"{proposal.now[code]:,.0f}"), "then": Cell(), "off": Cell(), "km2": Cell()}
        rows.append({"name": ends, "code": Cell(text=code), **told})
    return still_table(_CELLS, rows)


def _present(places: Places, place: Place) -> list[tuple[str, Text, shapely.Geometry]]:
    held = cells_by_area(places, place)
    return [
        (code, places.by_code[code].name, shapely.from_wkb(wkb))
        for cells in held.values()
        for code, wkb in cells.items()
    ]


def _proposed_shapes(proposal: Proposal) -> list[tuple[str, Text, shapely.Geometry]]:
    return [(_key(at, one.code), _NEW, one.shape) for at, one in enumerate(proposal.cells)]


def _key(at: int, code: str) -> str:
    return code or f"+{at}"


def _panel(
    places: Places, title: Text, shapes: Sequence[tuple[str, Text, shapely.Geometry]], loads: Mapping[str, float]
) -> Panel:
    names = {key: places.by_code[key].name if key in places.by_code else name for key, name, _ in shapes}
    sheet = sheet_of_shapes(places.innermost, names, list(names), [shape for _, _, shape in shapes])
    shade, keys = shades({key: round(loads[key]) for key in names})
    marks = [
        Mark(key, name, shade[key], Text(f"{loads[key]:,.0f}", f"{loads[key]:,.0f}")) for key, name in names.items()
    ]
    return panel_of(title, sheet, marks, keys)


def _opened(proposal: Proposal, found: Sequence[Spot]) -> int:
    """Open matters whose point would lie in another cell than now."""
    still = [one for one in found if one.open and one.point is not None]
    if not still:
        return 0
    where = [shapely.Point(one.point.lon_e7 / E7, one.point.lat_e7 / E7) for one in still if one.point is not None]
    stays = {one.code: one.shape for one in proposal.cells if one.code}
    return sum(
        one.open
        for one, point in zip(still, where, strict=True)
        if one.cell not in stays or not shapely.intersects(stays[one.cell], point)
    )


def _asked(by: str, count: str, refusal: Refusal | None) -> list[Input]:
    """What the proposal is made by."""
    choices = (Group(Text("", ""), tuple(BY.items())),)
    return [
        Input(name="by", id="by", title=Text("按什么均衡", "Balanced by"), kind="choice", value=by, groups=choices),
        Input(
            name="count",
            id="count",
            title=Text("网格数", "Cells"),
            kind="number",
            value=count[:4],
            required=True,
            error=error_at("count", refusal),
        ),
    ]


def _inputs(scope: Scope, given: Mapping[str, str], refusal: Refusal | None) -> list[Input]:
    """What the act needs."""
    return [
        Input(
            name="from_on",
            id="from_on",
            kind="day",
            title=Text("自哪天起", "In force from"),
            value=given.get("from_on", scope.today.isoformat())[:10],
            required=True,
            error=error_at("from_on", refusal),
        ),
        Input(
            name="basis",
            id="basis",
            title=Text("依据", "Decision it rests on"),
            value=given.get("basis", "")[:_LONGEST_BASIS],
            longest=_LONGEST_BASIS,
            required=True,
            error=error_at("basis", refusal),
        ),
    ]
