"""The hand-over sheet in one click, printable, and the receipts of hand-overs with their acceptance."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jingwei.kernel.agencies.models import Post
from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.registry import Command
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.commands.posts.hand_over import LONGEST_NOTE, AcceptHandOver, HandOverShift
from jingwei.kernel.matters.policies import READ
from jingwei.kernel.reads.note import note_reads
from jingwei.kernel.values.errors import Invalid, not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import Input
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.lists.listing import MOST, Listing, listing_of
from jingwei.kit.page import Face, face_of, show
from jingwei.kit.parts.table import Cell, Column, Table, table_of
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.doing import (
    Form,
    Refused,
    choice,
    done_by,
    form,
    moment,
    read_id,
    read_moment,
    status_after,
    written,
)
from jingwei.surfaces.desk.handing import queries

_GIVE, _TAKE = Text("交班", "Hand over"), Text("接收", "Take over")
_WHOSE = (("post", Text("本岗经手", "held by this post")), ("unit", Text("本单位", "of the whole unit")))


@grants(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest) -> HttpResponse:
    """The sheet of one of the actor's posts; sending the form records that it was handed over."""
    actor = cast(ActorRequest, request).actor
    if file_asked(request):
        return as_file(request, lambda scope, _: _sheet_listing(scope, request))
    tried = None
    if request.method == "POST":
        answer = done_by(request, actor, {"give": _give})
        if not isinstance(answer, Refused):
            address = reverse("desk:receipt", args=[answer["hand_over"]])
            return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
        tried = answer
    with reading(actor) as scope:
        face = face_of(scope)
        rows, context = _sheet(scope, face, request, tried)
    note_reads(actor, "list", (row.seen for row in rows))
    return show(request, "desk/handing/sheet.html", face, context, status_after(tried))


def _give(values: Mapping[str, str], zone: ZoneInfo) -> Command:
    post, to = read_id(values, "post"), read_id(values, "to")
    codes = dict(Post.objects.filter(pk__in=[post, to]).values_list("pk", "code"))
    if not {post, to} <= codes.keys():
        raise not_found()
    if len(values.get("note", "")) > LONGEST_NOTE:
        raise Invalid(Text("留言太长。", "The note is too long."), place="note")
    return HandOverShift(
        post=codes[post],
        to=codes[to],
        whose=values.get("whose", ""),
        since=read_moment(values, "since", zone),
        until=read_moment(values, "until", zone),
        note=values.get("note", "").replace("\r\n", "\n").strip(),
    )


def _sheet_listing(scope: Scope, request: HttpRequest) -> Listing:
    mine = {str(duty.post): duty for duty in scope.actor.duties if READ in duty.grants}
    duty = mine.get(request.GET.get("post", "")) or next(iter(mine.values()))
    whose = "unit" if request.GET.get("whose") == "unit" else "post"
    post = Post.objects.get(pk=duty.post)
    rows = queries.rows_of(scope, post, whose, queries.times_of(scope, post.pk), MOST + 1)
    filters = [(Text("岗位", "Post"), duty.title), (Text("范围", "Which matters"), dict(_WHOSE)[whose])]
    return _listing(rows, request, Text("交接班", "Hand-over"), filters)


def _receipt_listing(scope: Scope, receipt: str, request: HttpRequest) -> Listing:
    found, rows, _ = queries.found_receipt(scope, receipt, MOST + 1)
    filters = [(Text("移交", "From"), found.from_post), (Text("接收", "To"), found.to_post)]
    return _listing(rows, request, found.kind, filters)


def _listing(
    rows: Sequence[queries.SheetRow], request: HttpRequest, title: Text, filters: Sequence[tuple[Text, Text]]
) -> Listing:
    listing = listing_of(_table(rows, request), "handover", title, filters)
    listing.seen.extend(row.seen for row in rows)
    return listing


def _sheet(
    scope: Scope, face: Face, request: HttpRequest, tried: Refused | None
) -> tuple[Sequence[queries.SheetRow], dict[str, Any]]:
    mine = {str(duty.post): duty for duty in scope.actor.duties if READ in duty.grants}
    asked = tried.values if tried else request.GET
    duty = mine.get(asked.get("post", "")) or next(iter(mine.values()))
    whose = "unit" if asked.get("whose") == "unit" else "post"
    post = Post.objects.select_related("area").get(pk=duty.post)
    times = queries.times_of(scope, post.pk)
    agencies = agencies_of(scope)
    others = [(str(desk.id), desk.title) for desk in agencies.posts.values() if desk.unit == duty.unit]
    rows = queries.rows_of(scope, post, whose, times)
    return rows, {
        "title": duty.title,
        "unit": agencies.unit_by_id[duty.unit].name,
        "posts": [(key, one.title) for key, one in mine.items()],
        "chosen": str(post.pk),
        "whose": whose,
        "choices": _WHOSE,
        "now": scope.now,
        "times": times,
        "counts": queries.counted(scope, post, whose, times),
        "rows": _table(rows, request),
        "shown": queries.SHOWN,
        "receipts": queries.receipts(scope),
        "form": _form(post, whose, times, others, face.zone, tried),
    }


_COLUMNS = (
    Column("number", Text("编号", "Number"), fixed=True, sorts=False),
    Column("matter", Text("事项", "Matter"), fixed=True),
    Column("place", Text("地点", "Place")),
    Column("state", Text("状态", "State")),
    Column("due", Text("期限", "Due")),
    Column("note", Text("注意", "Note"), sorts=False),
)


def _table(rows: Sequence[queries.SheetRow], request: HttpRequest) -> Table:
    return table_of(
        _COLUMNS,
        [
            {
                "number": Cell(text=one.number, address=reverse("desk:matter", args=[one.number])),
                "matter": Cell(words=one.category, order=one.category.zh),
                "place": Cell(words=one.place, order=one.place.zh),
                "state": Cell(words=one.state, order=one.state.zh),
                "due": Cell(at=one.due_at, left=one.left, order=one.due_at),
                "note": Cell(marks=one.marks),
            }
            for one in rows
        ],
        request.GET,
    )


def _form(
    post: Post,
    whose: str,
    times: queries.Times,
    others: list[tuple[str, Text]],
    zone: ZoneInfo,
    tried: Refused | None,
) -> Form:
    own = Text(post.title_zh, post.title_en)
    inputs = (
        choice("post", Text("交班岗位", "Post handed over"), [(str(post.pk), own)], value=str(post.pk)),
        choice("to", Text("接班岗位", "Post taking over"), others),
        choice("whose", Text("范围", "Which matters"), _WHOSE, value=whose),
        moment("since", Text("本班从", "This shift began"), written(times.since, zone)),
        moment("until", Text("下一班到", "The next one ends"), written(times.until, zone)),
        Input(name="note", title=Text("留言", "Note"), kind="text", longest=LONGEST_NOTE),
    )
    return form("give", _GIVE, inputs, tried=tried)


@grants(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """One hand-over with its matters, to print; the receiving post takes over here. Raises Denied as not found."""
    actor = cast(ActorRequest, request).actor
    if file_asked(request):
        return as_file(request, lambda scope, _: _receipt_listing(scope, receipt, request))
    tried = None
    if request.method == "POST":
        readers = {"take": lambda values, _: AcceptHandOver(hand_over=read_id(values, "_subject"))}
        answer = done_by(request, actor, readers)
        if not isinstance(answer, Refused):
            return HttpResponseRedirect("?done=1", status=HTTPStatus.SEE_OTHER)
        tried = answer
    with reading(actor) as scope:
        face = face_of(scope)
        found, rows, named = queries.found_receipt(scope, receipt)
    note_reads(actor, "list", (row.seen for row in rows))
    context = {
        "one": found,
        "rows": _table(rows, request),
        "named": named,
        "form": form("take", _TAKE, (), str(found.id), tried) if found.mine else None,
        "done": "done" in request.GET,
    }
    return show(request, "desk/handing/receipt.html", face, context, status_after(tried))
