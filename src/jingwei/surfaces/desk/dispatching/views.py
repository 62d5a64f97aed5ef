"""`/dispatch/`: one key gives a matter to the unit proposed and goes on to the next; everything by mouse as well."""

import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jingwei.kernel.agencies.snapshot import Agencies, agencies_of
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.rules.routing import DISPATCHES
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.reads.note import note_reads
from jingwei.kernel.values.errors import Invalid, Refusal, not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import status_of
from jingwei.kit.forms import new_key, read_key
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.page import face_of, show
from jingwei.kit.pages import read_cursor
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.acting.many import MOST, Acted, Order, act_on_each, found_by_number, read_chosen
from jingwei.surfaces.desk.acting.views import outcome
from jingwei.surfaces.desk.dispatching.listing import waiting_listing
from jingwei.surfaces.desk.dispatching.proposed import unit_named
from jingwei.surfaces.desk.dispatching.waiting import (
    Waiting,
    certain_and_not,
    other_states,
    waiting_list,
    waiting_one,
)

_WHICH = Text("请选一个单位。", "Choose a unit.")
_UNKNOWN = Text("没有这个单位，请换个说法。", "There is no such unit: try other words.")
_SEVERAL = Text("不止一个单位叫这个名字，请写得更全。", "Several units are called so: write more of the name.")


@dataclass(frozen=True, slots=True)
class _Told:
    """What became of one row: done, refused and still waiting, or taken by somebody else."""

    number: str
    acted: Acted | None = None
    unit: Text | None = None
    row: Waiting | None = None
    refusal: Refusal | None = None
    now: Text | None = None  # the state in which somebody else has put it


@grants(DISPATCHES)
@require_http_methods(["GET", "HEAD", "POST"])
def dispatch(request: HttpRequest) -> HttpResponse:
    """The matters that wait for a unit; or gives one of them to a unit, or takes it back. Raises Denied, Invalid."""
    if request.method == "POST":
        return _acted(request)
    if file_asked(request):
        return as_file(request, lambda scope, _: waiting_listing(scope))
    return _page(request)


def _page(request: HttpRequest, told: _Told | None = None) -> HttpResponse:
    actor = cast(ActorRequest, request).actor
    with reading(actor) as scope:
        face, page = face_of(scope), waiting_list(scope, read_cursor(request.GET.get("after", "")))
        units = sorted((one.name for one in agencies_of(scope).unit_by_code.values()), key=lambda one: one.zh)
    note_reads(actor, "list", (row.seen for row in page.rows))
    context = {"page": page, "units": units, "others": other_states(), "told": told, "form_key": new_key()}
    status = status_of(told.refusal) if told and told.refusal else HTTPStatus.OK
    return show(request, "desk/dispatching/dispatch.html", face, context, status)


def _acted(request: HttpRequest) -> HttpResponse:
    """Answers the open page with the one row, in which a refusal is told and is no error of the request; without
    scripts with the whole page."""
    actor, post = cast(ActorRequest, request).actor, request.POST
    ((number, version),) = read_chosen(post.getlist("numbers")[:1])
    with reading(actor) as scope:
        face, agencies = face_of(scope), agencies_of(scope)
    try:
        values, unit = ({"reason": post["reason"]}, None) if "reason" in post else _given(agencies, post)
        order = Order(number, post.get("action", "")[:60], values, version)
        (acted,) = act_on_each(actor, [order], read_key(post.get("_key", "")))
        told = _Told(number, acted, unit)
        refusal = acted.refusal
    except Invalid as refused:
        refusal = refused
    if refusal is not None or not acted.undo:
        told = _as_it_is(actor, number, refusal)
    if request.headers.get("HX-Request") != "true":
        return _page(request, told)
    note_reads(actor, "list", [told.row.seen] if told.row else ())
    context = {"told": told, "row": told.row, "alone": True, "form_key": post.get("_key", "")}
    return show(request, "desk/dispatching/row.html", face, context)


def _as_it_is(actor: Actor, number: str, refusal: Refusal | None) -> _Told:
    """The matter anew: it waits still, or again, or somebody else has given it meanwhile. Raises Denied."""
    with reading(actor) as scope:
        matter = found_by_number(scope, [number]).get(number)
        if matter is None:
            raise not_found()
        now = type_of(matter.type, matter.type_version).state(matter.state).title
        return _Told(number, None, None, waiting_one(scope, number), refusal, now)


def _given(agencies: Agencies, post: QueryDict) -> tuple[dict[str, str], Text]:
    """The unit that a button names, or that somebody wrote. Raises Invalid."""
    if other := post.get("other", "").strip():
        found = unit_named(agencies, other[:100])
        if len(found) != 1:
            raise Invalid(_SEVERAL if found else _UNKNOWN, place="other")
        return {"unit": str(found[0])}, agencies.unit_by_id[found[0]].name
    named = {str(one.id): one.name for one in agencies.unit_by_code.values()}
    unit = post.get("unit", "")
    if unit not in named:
        raise Invalid(_WHICH, place="unit")
    return {"unit": unit}, named[unit]


@grants(DISPATCHES)
@require_http_methods(["GET", "HEAD", "POST"])
def certain(request: HttpRequest) -> HttpResponse:
    """First what is certain and what is not, and why; then all that is still ticked, each by itself."""
    actor = cast(ActorRequest, request).actor
    if request.method == "POST":
        return _all_given(request)
    with reading(actor) as scope:
        face, page = face_of(scope), waiting_list(scope, None, MOST)
    note_reads(actor, "list", (row.seen for row in page.rows))
    sure, exceptions = certain_and_not(page.rows)
    context = {"sure": sure, "exceptions": exceptions, "more": bool(page.following), "form_key": new_key()}
    return show(request, "desk/dispatching/certain.html", face, context)


def _all_given(request: HttpRequest) -> HttpResponse:
    """`numbers`: `NUMBER~VERSION~ACTION~UNIT`, as the page proposed them. Raises Invalid."""
    actor, chosen = cast(ActorRequest, request).actor, request.POST.getlist("numbers")
    read_chosen([one.rsplit("~", 2)[0] for one in chosen])
    orders = []
    for one in chosen:
        number, version, action, unit = (*one.split("~"), "", "", "", "")[:4]
        known = int(version) if version.isascii() and version.isdigit() else None
        orders.append(Order(number, action[:60], {"unit": _unit_id(unit)}, known))
    done = act_on_each(actor, orders, read_key(request.POST.get("_key", "")))
    with reading(actor) as scope:
        (first, *_) = [*found_by_number(scope, [one.number for one in orders]).values(), None]
    if first is None:
        raise not_found()
    title = Text("派遣确定的", "Dispatch what is certain")
    return outcome(request, type_of(first.type, first.type_version), title, done, reverse("desk:dispatch"))


def _unit_id(text: str) -> str:
    """The id as it is kept, or what the command will refuse."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""
