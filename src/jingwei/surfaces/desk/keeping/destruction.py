"""Destruction lists: what is due is proposed by one person, reviewed by another, and carried out by the worker."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jingwei.kernel.commands.scope import reading
from jingwei.kernel.reads.note import note_reads
from jingwei.kernel.retention.commands import ProposeDestruction, ReviewList, TakeOut, WithdrawList
from jingwei.kernel.retention.commands.propose import MOST
from jingwei.kernel.retention.commands.review import LONGEST
from jingwei.kernel.retention.policies import PROPOSE, READ
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import Input
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.page import face_of, show
from jingwei.kit.pages import read_cursor
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.doing import Form, Reader, Refused, choice, done_by, form, read_id, status_after
from jingwei.surfaces.desk.keeping.lists import ListPage, due_now, list_page, lists_page
from jingwei.surfaces.desk.keeping.report import lists_listing, report_of

_PROPOSE = Text("提出销毁清单", "Propose a destruction list")
_APPROVE = Text("批准销毁", "Approve the destruction")
_FINAL = Text(
    "批准后，清单上的内容会被销毁，谁也恢复不了。",
    "Once approved, what the list names is destroyed; nobody can bring it back.",
)
_RETURN = Text("退回", "Send back")
_WITHDRAW = Text("撤回", "Withdraw")
_OUT = Text("移出清单", "Take off the list")
_ALL = Text("所有类型", "All types")


@grants(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: HttpRequest) -> HttpResponse:
    """The lists within reach, and what is due; sending the form puts it on a list."""
    actor = cast(ActorRequest, request).actor
    if file_asked(request):
        return as_file(request, lambda scope, _: lists_listing(scope))
    tried = None
    if request.method == "POST":
        answer = done_by(request, actor, {"propose": _propose})
        if not isinstance(answer, Refused):
            address = reverse("desk:destruction_list", args=[answer["list"]])
            return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
        tried = answer
    with reading(actor) as scope:
        face = face_of(scope)
        found, following = lists_page(scope, read_cursor(request.GET.get("after", "")))
        due = due_now(scope)
    context = {
        "lists": found,
        "following": following,
        "due": due,
        "most": MOST,
        "proposes": actor.holds(PROPOSE),
        "form": form("propose", _PROPOSE, [_types(due)], tried=tried) if due or tried else None,
    }
    return show(request, "desk/keeping/lists.html", face, context, status_after(tried))


@grants(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def one_list(request: HttpRequest, key: str) -> HttpResponse:
    """One list with what becomes of each matter; as a table to keep. Raises Denied as not found."""
    actor = cast(ActorRequest, request).actor
    if file_asked(request):
        return as_file(request, lambda scope, _: report_of(scope, key))
    tried = None
    if request.method == "POST":
        answer = done_by(request, actor, _readers(key))
        if not isinstance(answer, Refused):
            return HttpResponseRedirect("?done=1", status=HTTPStatus.SEE_OTHER)
        tried = answer
    with reading(actor) as scope:
        face, page = face_of(scope), list_page(scope, key, read_cursor(request.GET.get("after", "")))
    note_reads(actor, "list", [row.seen for row in page.rows])
    rows = [(row, _take_out(page, row.id, tried) if row.listed else None) for row in page.rows]
    forms = _forms(page, tried)
    told = any(one.tried for one in (*forms, *(out for _, out in rows if out)))
    context = {
        "page": page,
        "rows": rows,
        "forms": forms,
        "refused": tried.refusal.reason if tried and not told else None,
        "done": request.GET.get("done") == "1",
    }
    return show(request, "desk/keeping/list.html", face, context, status_after(tried))


def _propose(values: Mapping[str, str], _: ZoneInfo) -> ProposeDestruction:
    return ProposeDestruction(list_id=new_id(), type=values.get("type", ""))


def _readers(key: str) -> Mapping[str, Reader]:
    one: Any = read_id({"key": key}, "key")
    return {
        "withdraw": lambda _, __: WithdrawList(list_id=one),
        "approve": lambda _, __: ReviewList(list_id=one, approve=True),
        "return": lambda values, _: ReviewList(list_id=one, approve=False, reason=values.get("reason", "")),
        "take_out": lambda values, _: TakeOut(
            list_id=one, row=read_id(values, "_subject"), reason=values.get("reason", "")
        ),
    }


def _forms(page: ListPage, tried: Refused | None) -> list[Form]:
    """What may be done with the list as a whole, by whoever reads it; the author is told that somebody else reviews,
    and a reviewer who does not see all of it that it is not for them to approve."""
    approve = [] if page.unseen else [form("approve", _APPROVE, tried=tried, final=_FINAL)]
    review = [*approve, form("return", _RETURN, [_reason()], tried=tried)]
    withdraw = [form("withdraw", _WITHDRAW, tried=tried)]
    return (review if page.may_review and not page.mine else []) + (withdraw if page.may_withdraw else [])


def _take_out(page: ListPage, row: str, tried: Refused | None) -> Form | None:
    return form("take_out", _OUT, [_reason()], row, tried) if page.may_review and not page.mine else None


def _types(due: tuple[tuple[str, Text, int], ...]) -> Input:
    counted = [(key, Text(f"{title.zh}（{count}）", f"{title.en} ({count})")) for key, title, count in due]
    return choice("type", Text("事项类型", "Type of matter"), [("", _ALL), *counted], required=False)


def _reason() -> Input:
    return Input(name="reason", title=Text("理由", "Reason"), kind="text", required=True, longest=LONGEST)
