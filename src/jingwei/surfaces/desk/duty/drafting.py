"""The page of a roster's draft: read day by day, handed in, published by a second person, taken back."""

import uuid
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jingwei.kernel.agencies.commands import (
    HandInRoster,
    LeaveShiftOut,
    PublishRoster,
    ReturnRoster,
    UndoRoster,
    WithdrawRoster,
)
from jingwei.kernel.agencies.commands.known import ROSTER
from jingwei.kernel.agencies.models import Roster
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.drafts.life import LONGEST_REASON
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import Input, read_version
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.lists.listing import Listing
from jingwei.kit.page import Face, face_of, show
from jingwei.kit.parts.table import Cell, Column
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.doing import Form, Reader, Refused, done_by, form, read_id, status_after
from jingwei.surfaces.desk.duty import queries
from jingwei.surfaces.desk.duty.reading import DraftPage, draft_page, earlier, edits, found_draft

_ASK = Text("提交，请另一人发布", "Hand in for publication")
_PUBLISH = Text("发布", "Publish")
_FINAL = Text(
    "发布后立即按新的排班值班；未开始的班次可以再发布一次撤回。",
    "The roster holds at once; what has not begun can be taken back by a further publication.",
)
_RETURN, _TAKE_BACK = Text("退回", "Send back"), Text("收回修改", "Take back to change it")
_WITHDRAW, _UNDO = Text("撤销草案", "Withdraw the draft"), Text("撤回这次发布", "Take this publication back")
_LEAVE_OUT = Text("去掉", "Leave out")
_COMES, _GOES = Text("来", "comes"), Text("去", "goes")
_COLUMNS = (
    Column("day", Text("日期", "Day")),
    Column("what", Text("改动", "Change")),
    Column("name", Text("姓名", "Name")),
    Column("post", Text("岗位", "Post")),
    Column("from", Text("开始", "From")),
    Column("until", Text("结束", "Until")),
    Column("writer", Text("起草", "Written by")),
    Column("gap", Text("空班", "Nobody on duty")),
)


@grants(ROSTER)
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, roster: str) -> HttpResponse:
    """The draft that is being written or waits, or the earlier one `?of=`.

    Raises Denied as not found, also for a roster that the reader does not edit."""
    actor, key, tried = cast(ActorRequest, request).actor, request.GET.get("of", ""), None
    if file_asked(request):
        return as_file(request, lambda scope, face: _listing(scope, face, _edited(scope, roster), key))
    if request.method == "POST":
        with reading(actor) as scope:
            one = found_draft(_edited(scope, roster), key)
        if one is None:
            raise not_found()
        answer = done_by(request, actor, _readers(one.pk))
        if not isinstance(answer, Refused):
            address = reverse("desk:roster_draft", args=[roster])
            return HttpResponseRedirect(f"{address}?of={answer['draft']}&done=1", status=HTTPStatus.SEE_OTHER)
        tried = answer
    with reading(actor) as scope:
        face, found = face_of(scope), _edited(scope, roster)
        one = found_draft(found, key)
        page = draft_page(scope, found, one, face.zone) if one else None
        writes = page is not None and page.head.state == "open"
        context = {
            "roster": found,
            "title": Text(found.title_zh, found.title_en),
            "page": page,
            "days": [(day, [(row, _leave_out(str(row.id), writes, tried)) for row in day.changes]) for day in page.days]
            if page
            else [],
            "forms": _forms(page, tried) if page else [],
            "refused": tried.refusal.reason if tried else None,
            "earlier": [head for head in earlier(found) if page is None or head.id != page.head.id],
            "done": request.GET.get("done") == "1",
        }
    return show(request, "desk/duty/draft.html", face, context, status_after(tried))


def _edited(scope: Scope, code: str) -> Roster:
    found = queries.found_roster(code)
    if not edits(scope, found):
        raise not_found()
    return found


def _readers(key: uuid.UUID) -> Mapping[str, Reader]:
    return {
        "ask": lambda values, _: HandInRoster(draft=key, expected_version=_version(values)),
        "publish": lambda values, _: PublishRoster(draft=key, expected_version=_version(values)),
        "return": lambda values, _: ReturnRoster(draft=key, reason=values.get("reason", "")),
        "withdraw": lambda _, __: WithdrawRoster(draft=key),
        "leave_out": lambda values, _: LeaveShiftOut(draft=key, change=read_id(values, "_subject")),
        "undo": lambda _, __: UndoRoster(of=key),
    }


def _version(values: Mapping[str, str]) -> int:
    """The version of the draft that its reader saw: it stands as the subject of the form."""
    return read_version(values.get("_subject", ""))


def _forms(page: DraftPage, tried: Refused | None) -> list[Form]:
    """What may be done with the draft as a whole, what is done most at the head."""
    head, version = page.head, str(page.head.version)
    if head.state == "open":
        ask = [form("ask", _ASK, subject=version, tried=tried)] if page.days else []
        return [*ask, form("withdraw", _WITHDRAW, tried=tried)]
    if head.state == "asked":
        reason = Input(name="reason", title=Text("理由", "Reason"), kind="text", required=True, longest=LONGEST_REASON)
        if page.own:
            return [form("return", _TAKE_BACK, tried=tried)]
        publish = form("publish", _PUBLISH, subject=version, tried=tried, final=_FINAL)
        return [publish, form("return", _RETURN, [reason], tried=tried)]
    return [form("undo", _UNDO, tried=tried)] if head.state == "published" else []


def _leave_out(row: str, writes: bool, tried: Refused | None) -> Form | None:
    return form("leave_out", _LEAVE_OUT, subject=row, tried=tried) if writes else None


def _listing(scope: Scope, face: Face, roster: Roster, key: str) -> Listing:
    """The difference as a file."""
    one = found_draft(roster, key)
    days = draft_page(scope, roster, one, face.zone).days if one else ()
    title = Text(f"排班草案 · {roster.title_zh}", f"Draft of the roster · {roster.title_en}")

    def rows() -> Iterator[dict[str, Cell]]:
        nothing: dict[str, Cell] = {column.key: Cell() for column in _COLUMNS}
        for day in days:
            for row in day.changes:
                when = {"from": Cell(at=row.from_at), "until": Cell(at=row.until_at)}
                who = {"name": Cell(text=row.name), "post": Cell(words=row.post), "writer": Cell(text=row.written_by)}
                what: dict[str, Any] = {"what": Cell(words=_GOES if row.goes else _COMES)}
                yield {**nothing, "day": Cell(on=day.on), **what, **who, **when}
            for gap in day.gaps:
                yield {**nothing, "day": Cell(on=day.on), "gap": Cell(text=gap)}

    return Listing(name="roster_draft", title=title, columns=_COLUMNS, rows=rows())
