"""Erasures: what waits for a second person, what was decided, and the form that proposes one."""

import datetime
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope, as_uuid, reading
from jingwei.kernel.matters.models import Matter, Party
from jingwei.kernel.matters.policies import in_reach, in_scope
from jingwei.kernel.reads.note import seen
from jingwei.kernel.sealing import BASES, GROUNDS
from jingwei.kernel.subjects.destroying import finish_erasures
from jingwei.kernel.subjects.erasing import GRANT, DecideErasure, ProposeErasure
from jingwei.kernel.subjects.models import Erasure
from jingwei.kernel.values.errors import Conflict, Invalid, Refusal, not_found
from jingwei.kernel.values.ids import NUMBER, public_number
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import status_of
from jingwei.kit.forms import Group, Input, error_at, new_key, read_key
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.lists.listing import MOST, Listing
from jingwei.kit.page import face_of, show
from jingwei.kit.pages import Cursor, newest_page, read_cursor
from jingwei.kit.parts.table import Cell, Column
from jingwei.kit.permission import ActorRequest, grants
from jingwei.kit.saying import names_of
from jingwei.surfaces.desk.timeline import named

log = logging.getLogger("jingwei.erasing")

PAGE = 50
_COLUMNS = (
    Column("number", Text("编号", "Number")),
    Column("state", Text("状态", "State")),
    Column("what", Text("清除什么", "What to erase")),
    Column("law", Text("依据", "By which law")),
    Column("wish", Text("本人申请", "Wish")),
    Column("wished", Text("申请时间", "Wished")),
    Column("answer", Text("最迟决定于", "To be decided by")),
    Column("by", Text("提出", "Proposed by")),
    Column("proposed", Text("提出时间", "Proposed")),
    Column("decider", Text("决定", "Decided by")),
    Column("decided", Text("决定时间", "Decided")),
)

_UNKNOWN = Text("没有这个编号的事项，或者不在您的范围内。", "There is no matter of this number in your reach.")
_EXTENTS: Mapping[str, Text] = {
    "contact": Text("上报人的姓名、电话、邮箱", "Name, telephone and e-mail of the reporter"),
    "all": Text(
        "事项中的全部个人信息：联系方式、公众写的话和发来的照片、精确位置、封存的办理内容",
        "Everything personal in it: contact, words and pictures of the public, the exact point, sealed words of acts",
    ),
}
_WAITING = (Erasure.WISHED, Erasure.PROPOSED)
_STATES = {
    Erasure.WISHED: (Text("本人申请，待提出", "wished for: to be proposed"), "soon"),
    Erasure.PROPOSED: (Text("等第二人决定", "waits for a second person"), "soon"),
    Erasure.REFUSED: (Text("未同意", "refused"), ""),
    Erasure.ORDERED: (Text("已清除，密钥待销毁", "erased; its keys are being destroyed"), "soon"),
    Erasure.DONE: (Text("已清除", "erased"), "done"),
}


_APPROVE = Text("批准并清除", "Approve and erase")
_FINAL = Text(
    "批准后，个人信息在各处被清除，密钥被销毁，谁也恢复不了。",
    "Once approved, the personal data is erased everywhere and its keys are destroyed; nobody can bring it back.",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One erasure as the list shows it."""

    id: uuid.UUID
    number: str
    what: Text
    law: Text
    state: Text
    badge: str
    wish: str  # its number, where it began with one
    wished_at: datetime.datetime | None
    answer_by: datetime.datetime | None
    late: bool
    proposed_at: datetime.datetime | None
    proposed_by: Text
    decided_at: datetime.datetime | None
    decided_by: Text
    own: bool  # whoever reads it proposed it

    @property
    def mark(self) -> str:
        """An id that is its own on the page."""
        return f"sure-{self.id}"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the list, when, and the names of those who acted."""

    reference: str
    now: datetime.datetime
    names: Mapping[str, str]


@grants(GRANT)
@require_http_methods(["GET", "HEAD", "POST"])
def erasures(request: HttpRequest) -> HttpResponse:
    """The lists and the form; a form that was sent proposes an erasure."""
    if file_asked(request):
        return as_file(request, lambda scope, _: _listing(scope))
    if request.method != "POST":
        return _page(request, None)
    actor = cast(ActorRequest, request).actor
    try:
        key, _ = read_key(request.POST.get("_key", ""))
        with reading(actor) as scope:
            matter, party = _named(scope, request.POST)
        execute(actor, ProposeErasure(matter_id=matter, party=party, basis=request.POST.get("basis", "")[:20]), key)
    except (Invalid, Conflict) as refusal:
        return _page(request, refusal)
    return HttpResponseRedirect(reverse("desk:erasures"), status=HTTPStatus.SEE_OTHER)


@grants(GRANT)
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Approves or refuses; where it is approved the keys are destroyed before the answer, if they can be reached."""
    actor = cast(ActorRequest, request).actor
    wanted = as_uuid(request.POST.get("erasure", ""))
    with reading(actor) as scope:
        found = _in_reach(scope).filter(pk=wanted).first() if wanted else None
    if found is None:
        raise not_found()
    approve = request.POST.get("decision") == "approve"
    try:
        key, _ = read_key(request.POST.get("_key", ""))
        execute(actor, DecideErasure(matter_id=found.matter_id, erasure=found.pk, approve=approve), key)
    except (Invalid, Conflict) as refusal:
        return _page(request, refusal)
    try:
        finish_erasures()
    except Conflict:
        log.exception("the keys of erasure %s are left for the worker", found.pk)
    return HttpResponseRedirect(reverse("desk:erasures"), status=HTTPStatus.SEE_OTHER)


def _named(scope: Scope, post: Mapping[str, str]) -> tuple[uuid.UUID, uuid.UUID | None]:
    """The matter, and the party whose contact is meant. Raises Invalid."""
    number, extent = post.get("number", "").strip().upper()[:20], post.get("extent", "")
    reach = Matter.objects.filter(in_scope(scope.actor), in_reach(scope.actor, GRANT))
    matter = reach.filter(number=number).first() if NUMBER.fullmatch(number) else None
    if matter is None:
        raise Invalid(_UNKNOWN, place="number")
    if extent not in _EXTENTS:
        raise Invalid(Text("请选择清除什么。", "Choose what to erase."), place="extent")
    if extent == "all":
        return matter.pk, None
    party = Party.objects.filter(matter=matter, role="reporter").order_by("pk").first()
    if party is None:
        raise Invalid(Text("没有可清除的联系方式。", "There is no contact to erase."), place="extent")
    return matter.pk, party.pk


def _in_reach(scope: Scope) -> "QuerySet[Erasure]":
    matters = Matter.objects.filter(in_scope(scope.actor), in_reach(scope.actor, GRANT))
    return Erasure.objects.filter(matter__in=matters).select_related("matter")


def _listing(scope: Scope) -> Listing:
    """What waits, then what was decided, the latest first."""
    reach = _in_reach(scope)
    waiting = reach.filter(state__in=_WAITING).order_by("proposed_at", "pk")
    decided = reach.exclude(state__in=_WAITING).order_by("-decided_at", "-pk")
    found = [*waiting[: MOST + 1], *decided[: MOST + 1]][: MOST + 1]
    names = names_of(by for one in found for by in (one.proposed_by, one.decided_by))
    reader = Reader(scope.actor.reference, scope.now, names)
    rows = (_cells(_row(one, reader)) for one in found)
    noted = [seen(one.matter, GRANT) for one in found]
    title = Text("清除个人信息", "Erasure of personal information")
    return Listing(name="erasures", title=title, columns=_COLUMNS, rows=rows, seen=noted)


def _cells(row: Row) -> dict[str, Cell]:
    return {
        "number": Cell(text=row.number),
        "state": Cell(words=row.state),
        "what": Cell(words=row.what),
        "law": Cell(words=row.law),
        "wish": Cell(text=row.wish),
        "wished": Cell(at=row.wished_at),
        "answer": Cell(at=row.answer_by),
        "by": Cell(words=row.proposed_by if row.proposed_at else None),
        "proposed": Cell(at=row.proposed_at),
        "decider": Cell(words=row.decided_by if row.decided_at else None),
        "decided": Cell(at=row.decided_at),
    }


def _page(request: HttpRequest, refusal: Refusal | None) -> HttpResponse:
    with reading(cast(ActorRequest, request).actor) as scope:
        face, reach = face_of(scope), _in_reach(scope)
        waiting = list(reach.filter(state__in=_WAITING).order_by("proposed_at", "pk")[:PAGE])
        others = reach.exclude(state__in=_WAITING)
        decided, more = newest_page(others, "decided_at", read_cursor(request.GET.get("after", "")), PAGE)
        names = names_of(by for one in (*waiting, *decided) for by in (one.proposed_by, one.decided_by))
        reader = Reader(scope.actor.reference, scope.now, names)
    context = {
        "waiting": [_row(one, reader) for one in waiting],
        "decided": [_row(one, reader) for one in decided],
        "following": Cursor(decided[-1].decided_at, decided[-1].pk).text if more else "",
        "inputs": _inputs(request.POST, refusal),
        "approve_words": _APPROVE,
        "erase_words": _FINAL,
        "form_key": new_key(),
        "refusal": refusal,
    }
    status = status_of(refusal) if refusal else HTTPStatus.OK
    return show(request, "desk/protection/erasures.html", face, context, status)


def _row(one: Erasure, reader: Reader) -> Row:
    state, badge = _STATES[one.state]
    wished = one.state == Erasure.WISHED
    late = one.decided_at is None and one.answer_by is not None and one.answer_by < reader.now
    return Row(
        one.pk,
        one.matter.number,
        _EXTENTS["contact" if one.party_id else "all"],
        GROUNDS.get(one.basis, Text(one.basis, one.basis)),
        state,
        badge,
        public_number(one.pk) if one.wished_at else "",
        one.wished_at,
        one.answer_by,
        late,
        None if wished else one.proposed_at,
        named(one.proposed_by, reader.names),
        one.decided_at,
        named(one.decided_by, reader.names),
        one.proposed_by == reader.reference,
    )


def _inputs(post: Mapping[str, str], refusal: Refusal | None) -> list[Input]:
    def one(name: str, title: Text, choices: Mapping[str, Text], hint: Text | None = None) -> Input:
        return Input(
            name=name,
            title=title,
            kind="choice" if choices else "line",
            id=name,
            value=post.get(name, "")[:20],
            required=True,
            longest=20,
            groups=(Group(Text("", ""), tuple(choices.items())),) if choices else (),
            hint=hint,
            error=error_at(name, refusal),
        )

    hint = Text("照片在两天之内从磁盘上消失。", "Pictures disappear from the disk within two days.")
    return [
        one("number", Text("事项编号", "Number of the matter"), {}),
        one("extent", Text("清除什么", "What to erase"), _EXTENTS, hint),
        one("basis", Text("依据", "By which law"), BASES),
    ]
