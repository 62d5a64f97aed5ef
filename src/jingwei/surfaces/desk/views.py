"""The staff's pages: work list, one matter, acting on it."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.matters.alike import merge_suggestions
from jingwei.kernel.matters.commands.act import Act, declared
from jingwei.kernel.matters.policies import READ
from jingwei.kernel.matters.rules.problems import rules_problems
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.reads.note import note_reads
from jingwei.kernel.values.errors import Conflict, Denied, Invalid
from jingwei.kit.acts.orders import Filled, command_of, fields_of
from jingwei.kit.answers import status_of
from jingwei.kit.forms import read_key, read_version, sent
from jingwei.kit.kept.views import LONGEST_NAME, View, views_of
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.page import face_of, show
from jingwei.kit.pages import read_cursor
from jingwei.kit.parts.table import Column
from jingwei.kit.parts.timeline import by_day
from jingwei.kit.permission import ActorRequest, grants, signed_in
from jingwei.kit.receiving import received
from jingwei.surfaces.desk.matter_page import found_matter, matter_page
from jingwei.surfaces.desk.offers import Attempt, reply_field
from jingwei.surfaces.desk.parts.replies import replies_of
from jingwei.surfaces.desk.queries import Sort, Wanted, acts_on_many, pressing, turned_to, work_list
from jingwei.surfaces.desk.rules.drafts.reading import waiting
from jingwei.surfaces.desk.tables.columns import COLUMNS, USUAL, columns_of
from jingwei.surfaces.desk.tables.matters import TABS, work_listing

_SORTS: tuple[Sort, ...] = ("clock", "newest", "place")


@signed_in
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """The work list; whoever handles no matters is told so."""
    actor = cast(ActorRequest, request).actor
    if file_asked(request) and actor.holds(READ):
        return _as_file(request, actor)
    with reading(actor) as scope:
        kept = views_of(actor.id) if actor.id and actor.holds(READ) else []
        first = next((one.query for one in kept if one.first), "") if not request.GET else ""
        wanted = _wanted(QueryDict(first.removeprefix("?")) if first else request.GET)
        face = face_of(scope)
        page = work_list(scope, wanted) if actor.holds(READ) else None
        pressed = pressing(scope, wanted.tab) if page else None
        acts = acts_on_many(scope, page.types) if page else ()
        edits = actor.holds("rulebook.edit")
        alarms, draft = (rules_problems(scope), waiting(scope)) if edits else ((), None)
    note_reads(actor, "search" if wanted.words else "list", (row.seen for row in page.rows) if page else ())
    following = turned_to(wanted, after=read_cursor(page.following)) if page and page.following else ""
    tabs = {tab: turned_to(wanted, tab=tab) for tab in TABS}
    context: dict[str, object] = {"page": page, "wanted": wanted, "tabs": tabs, "following": following}
    context |= {"pressed": pressed, "only_late": turned_to(Wanted(wanted.tab, overdue=True))}
    shows = _columns(kept, wanted.view)
    columns = [*shows, *(one for one in COLUMNS.values() if one not in shows)]
    context |= {"shows": shows, "columns": columns, "acts": acts}
    context |= {"here": turned_to(wanted), "views": [one for one in kept if one.name]}
    return show(request, "desk/work.html", face, {**context, "duties": actor.duties, "alarms": alarms, "draft": draft})


def _columns(kept: Sequence[View], name: str) -> tuple[Column, ...]:
    """The columns of the view of this name, else those chosen for every list, else the usual, in their order."""
    by_name = {one.name: one.columns for one in kept}
    return columns_of(by_name.get(name) or by_name.get("") or USUAL)


def _as_file(request: HttpRequest, actor: Actor) -> HttpResponse:
    wanted, fields = _wanted(request.GET), request.GET.get("fields") == "1"
    columns = _columns(views_of(actor.id) if actor.id else [], wanted.view)
    return as_file(request, lambda scope, _: work_listing(scope, wanted, columns, fields=fields))


def _wanted(asked: QueryDict) -> Wanted:
    return Wanted(
        next((tab for tab in TABS if tab == asked.get("tab")), "area"),
        _plain(asked.get("type", ""), 30),
        _plain(asked.get("state", ""), 61),
        _plain(asked.get("category", ""), 60),
        asked.get("overdue") == "1",
        _plain(asked.get("q", ""), 200),
        next((sort for sort in _SORTS if sort == asked.get("sort")), "clock"),
        _plain(asked.get("view", ""), LONGEST_NAME),
        read_cursor(asked.get("after", "")),
    )


def _plain(text: str, longest: int) -> str:
    """What was asked for, without the one character that the database cannot take."""
    return text.replace("\0", "").strip()[:longest]


@grants(READ)
@require_safe
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """One matter, whole."""
    return _matter(request, number)


def _matter(
    request: HttpRequest, number: str, attempt: Attempt | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    with reading(cast(ActorRequest, request).actor) as scope:
        face, page = face_of(scope), matter_page(scope, number, attempt)
        merging = any(offer.key == "merge" for offer in page.every_offer)
        alike = merge_suggestions(scope, page.head.id) if merging else []
    note_reads(scope.actor, "page", page.seen)
    tried = attempt if attempt and attempt.refusal and not any(offer.tried for offer in page.every_offer) else None
    context: dict[str, object] = {"page": page, "tried": tried, "alike": alike, "done": request.GET.get("done") == "1"}
    oldest = request.GET.get("story") == "oldest"
    context |= {"oldest": oldest, "days": by_day(page.timeline, face.zone, oldest=oldest)}
    return show(request, "desk/matter.html", face, context, status)


@grants(READ)
@require_POST
def act(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Carries out one form of the page, or puts a reply template into it; refused, it shows the matter again with what
    was filled in. Raises Denied."""
    if "_fill" in request.POST:
        return _filled(request, number, action)
    actor = cast(ActorRequest, request).actor
    values: dict[str, str] = {}
    files: list[FileGiven] = []
    try:
        with reading(actor) as scope:
            head = found_matter(scope, number)
            matter_type = type_of(head.type, head.type_version)
            values = sent(fields_of(matter_type, action), request.POST)
            key, made_at = read_key(request.POST.get("_key", ""))
            filled = Filled(values, key, made_at, read_version(request.POST.get("_version", "")))
            command = command_of(scope, head, matter_type, action, filled)
        if isinstance(command, Act):
            files = received(request, actor, declared(matter_type, action).files)
            command = replace(command, files=tuple(files))
        execute(actor, command, key)
    except (Invalid, Conflict) as refusal:
        return _matter(request, number, Attempt(action, values, refusal, tuple(files)), status_of(refusal))
    except Denied as refusal:
        if not refusal.found:
            raise
        return _matter(request, number, Attempt(action, values, refusal, tuple(files)), HTTPStatus.FORBIDDEN)
    return HttpResponseRedirect(f"{reverse('desk:matter', args=[number])}?done=1", status=HTTPStatus.SEE_OTHER)


def _filled(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """The matter with this form as it stands and the template chosen put into its text; nothing is done."""
    with reading(cast(ActorRequest, request).actor) as scope:
        head = found_matter(scope, number)
        fields = fields_of(type_of(head.type, head.type_version), action)
        values, into = dict(sent(fields, request.POST)), reply_field(fields)
        chosen = next((one for one in replies_of(scope, head) if one.key == request.POST.get("_reply")), None)
    if chosen and into:
        text = chosen.text.in_(get_language() or "zh-hans")
        values[into] = "\n".join(filter(None, (values.get(into, ""), text)))
    return _matter(request, number, Attempt(action, values, None))
