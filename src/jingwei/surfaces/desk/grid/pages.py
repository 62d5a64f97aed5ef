"""The grid's pages: areas with their faults, hand-over after a redraw, and putting a matter into its cell by hand."""

import uuid
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope, as_uuid, reading
from jingwei.kernel.matters.commands import PlaceMatter
from jingwei.kernel.matters.commands.place import GRANT as PLACE
from jingwei.kernel.matters.commands.place import MOST, FollowGrid
from jingwei.kernel.matters.handover import HandOver, to_hand_over
from jingwei.kernel.matters.policies import READ
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.places.commands import RememberAlias
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.reads.note import Seen, note_reads
from jingwei.kernel.values.errors import Conflict, Denied, Invalid, Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import status_of
from jingwei.kit.forms import new_key, read_key, read_version
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.lists.listing import Listing
from jingwei.kit.page import face_of, show
from jingwei.kit.parts.table import Cell, Column
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.grid.listing import areas_listing, areas_table
from jingwei.surfaces.desk.grid.placing import lessons_of, place_page
from jingwei.surfaces.desk.grid.queries import grid_page
from jingwei.surfaces.desk.matter_page import found_matter
from jingwei.surfaces.desk.queries import category_title

_LONGEST_CODE = 40
_NO_CODE = Text("请选一个可能的网格，或填写网格编码。", "Choose one of the cells, or write the code of a cell.")
_COLUMNS = (
    Column("number", Text("编号", "Number")),
    Column("class", Text("类别", "Category")),
    Column("state", Text("状态", "State")),
    Column("unit", Text("承办单位", "Unit")),
    Column("old", Text("原网格", "Old cell")),
    Column("new", Text("现网格", "New cell")),
    Column("opened", Text("上报时间", "Reported")),
    Column("due", Text("期限", "Due")),
)


@grants(READ)
@require_safe
def grid(request: HttpRequest, area: str = "") -> HttpResponse:
    """An area with those below it; without a code the whole city."""
    kind = request.GET.get("kind", "")[:30]
    if file_asked(request):
        return as_file(
            request, lambda scope, _: areas_listing(grid_page(scope, area[:_LONGEST_CODE], kind), request.GET)
        )
    with reading(cast(ActorRequest, request).actor) as scope:
        face, page = face_of(scope), grid_page(scope, area[:_LONGEST_CODE], kind)
    below = areas_table(page.below, request.GET) if page.below else None
    return show(request, "desk/grid.html", face, {"page": page, "kind": kind, "below": below})


@grants(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest) -> HttpResponse:
    """Open matters whose cell is no longer theirs; on the page, or as a file. Those with one new cell go there in one
    act, with a receipt."""
    actor, refusal = cast(ActorRequest, request).actor, None
    if file_asked(request):
        return as_file(request, lambda scope, _: _listing(scope))
    if request.method == "POST":
        try:
            key, _ = read_key(request.POST.get("_key", ""))
            done = execute(actor, FollowGrid(cells=_cells(request.POST.getlist("move"))), key)
            address = reverse("desk:receipt", args=[done["hand_over"]])
            return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
        except (Invalid, Conflict) as raised:
            refusal = raised
    with reading(actor) as scope:
        face, found = face_of(scope), to_hand_over(scope)
        rows = [(one, *_told(scope, one)) for one in found]
        idle = _idle_posts(scope)
    moves = _moves(actor, found)
    context = {"rows": rows, "idle": idle, "moves": moves, "refusal": refusal, "form_key": new_key()}
    return show(request, "desk/handover.html", face, context, status_of(refusal) if refusal else HTTPStatus.OK)


def _moves(actor: Actor, found: Sequence[HandOver]) -> list[str]:
    """Matter and code of what one of the reader's duties may put into its one new cell, as the form brings it back."""
    known = [one for one in found if len(one.new) == 1]
    by_duty = [
        [one for one in known if all(duty.reaches(lft, one.unit) for lft in (one.old.lft, one.new[0].lft))]
        for duty in actor.duties
        if PLACE in duty.grants
    ]
    most = max(by_duty, key=len, default=[])
    return [f"{one.matter}:{one.new[0].code}" for one in most[:MOST]]


def _cells(moves: Sequence[str]) -> tuple[tuple[uuid.UUID, str], ...]:
    pairs = [(as_uuid(key), code[:_LONGEST_CODE]) for key, _, code in (one.partition(":") for one in moves[: MOST + 1])]
    return tuple((key, code) for key, code in pairs if key is not None)


def _told(scope: Scope, one: HandOver) -> tuple[Text, Text, Text]:
    """Category, state and unit in words."""
    body = agencies_of(scope).unit_by_id.get(one.unit) if one.unit else None
    state = type_of(*one.type).state(one.state).title
    return category_title(scope, one.category), state, body.name if body else Text("", "")


def _idle_posts(scope: Scope) -> list[tuple[Text, Text]]:
    """Posts whose own area has ended: they reach old matters only."""
    places = places_of(scope)
    ended = {(place.lft, place.rgt): place.name for place in places.by_id.values() if not place.on(places.today)}
    return [(post.title, ended[post.area]) for post in agencies_of(scope).posts.values() if post.area in ended]


def _listing(scope: Scope) -> Listing:
    noted: list[Seen] = []
    title = Text("区划调整后的移交", "Hand-over after a redraw")
    return Listing(name="handover", title=title, columns=_COLUMNS, rows=_rows(scope, noted), seen=noted)


def _rows(scope: Scope, noted: list[Seen]) -> Iterator[dict[str, Cell]]:
    for one in to_hand_over(scope):
        noted.append(Seen(one.matter, one.old.lft, one.unit))
        category, state, unit = _told(scope, one)
        new = [Text(f"{place.code} {place.name.zh}", f"{place.code} {place.name.en}") for place in one.new]
        yield {
            "number": Cell(text=one.number),
            "class": Cell(words=category),
            "state": Cell(words=state),
            "unit": Cell(words=unit),
            "old": Cell(text=one.old.code, under=one.old.name),
            "new": Cell(marks=tuple(new)),
            "opened": Cell(at=one.opened_at),
            "due": Cell(at=one.due_at),
        }


@grants(PLACE)
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, number: str) -> HttpResponse:
    """The cells a matter may be in, each chosen by one key; what the choice teaches is remembered."""
    if request.method != "POST":
        return _place(request, number, None)
    actor = cast(ActorRequest, request).actor
    with reading(actor) as scope:
        head = found_matter(scope, number)
        learnt = lessons_of(scope, place_page(scope, number).address)
    try:
        key, _ = read_key(request.POST.get("_key", ""))
        version = read_version(request.POST.get("_version", ""))
        code = (request.POST.get("area") or request.POST.get("other", "")).strip()[:_LONGEST_CODE]
        if not code:
            raise Invalid(_NO_CODE, place="other")
        execute(actor, PlaceMatter(matter_id=head.pk, area=code, expected_version=version), key)
        lesson = request.POST.get("lesson", "")
        if lesson.isascii() and lesson.isdigit() and len(lesson) < 5 and int(lesson) < len(learnt):
            execute(actor, RememberAlias(area=code, name=learnt[int(lesson)]), f"{key}:alias")
    except (Invalid, Conflict) as refusal:
        return _place(request, number, refusal)
    except Denied as refusal:
        if not refusal.found:
            raise
        return _place(request, number, refusal)
    return HttpResponseRedirect(f"{reverse('desk:matter', args=[number])}?done=1", status=HTTPStatus.SEE_OTHER)


def _place(request: HttpRequest, number: str, refusal: Refusal | None) -> HttpResponse:
    with reading(cast(ActorRequest, request).actor) as scope:
        face, page = face_of(scope), place_page(scope, number)
    note_reads(scope.actor, "page", [page.seen])
    sent = {"other": request.POST.get("other", "")[:_LONGEST_CODE], "lesson": request.POST.get("lesson", "0")}
    context = {"page": page, "refusal": refusal, "form_key": new_key(), **sent}
    return show(request, "desk/place.html", face, context, status_of(refusal) if refusal else HTTPStatus.OK)
