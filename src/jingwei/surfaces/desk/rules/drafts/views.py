"""The pages of drafts: all of them, and one with its difference and what may be done with it."""

import datetime
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.drafts.life import LONGEST_REASON
from jingwei.kernel.matters.rules.problems import RuleProblem, problems_on, rules_problems
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.rulebook.drafting import (
    AskPublication,
    LeaveOut,
    PublishDraft,
    RenameDraft,
    ReturnDraft,
    UndoPublication,
    WithdrawDraft,
)
from jingwei.kernel.rulebook.drafting.rules import GRANT, LONGEST_TITLE
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import Input, read_version
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.page import face_of, show
from jingwei.kit.pages import read_cursor
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.doing import Form, Reader, Refused, done_by, form, read_id, status_after
from jingwei.surfaces.desk.rules.drafts.changing import read_day
from jingwei.surfaces.desk.rules.drafts.editing import since_each
from jingwei.surfaces.desk.rules.drafts.listing import draft_listing, drafts_listing
from jingwei.surfaces.desk.rules.drafts.reading import DraftPage, changes_of, draft_page, drafts_page, found_draft
from jingwei.surfaces.desk.rules.drafts.trial.carried import TRIED
from jingwei.surfaces.desk.rules.pages import parts

READS = "rulebook.read"

_ASK = Text("提交，请另一人发布", "Hand in for publication")
_PUBLISH = Text("发布", "Publish")
_FINAL = Text(
    "发布后自生效日起按新规则办；可以再发布一次撤回。",
    "From its day on the new rules hold; a further publication takes them back.",
)
_RETURN, _TAKE_BACK = Text("退回", "Send back"), Text("收回修改", "Take back to change it")
_RENAME, _WITHDRAW = Text("改名称或生效日", "Change name or day"), Text("撤销草案", "Withdraw the draft")
_UNDO, _LEAVE_OUT = Text("撤回这次发布", "Take this publication back"), Text("去掉", "Leave out")
_TITLE, _FROM = Text("名称", "Name"), Text("自哪天起", "In force from")
_DAY = datetime.timedelta(days=1)


@grants(READS)
@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """Those that are being written, wait, were published or withdrawn, the newest first."""
    if file_asked(request):
        return as_file(request, lambda scope, _: drafts_listing(scope))
    with reading(cast(ActorRequest, request).actor) as scope:
        face = face_of(scope)
        found, following = drafts_page(scope, read_cursor(request.GET.get("after", "")))
        context = {"parts": parts(scope), "found": found, "following": following}
    return show(request, "desk/drafts/list.html", face, context)


@grants(READS)
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, key: str) -> HttpResponse:
    """One draft: its difference, its alarms, and what its reader may do. Raises Denied as not found."""
    actor, tried = cast(ActorRequest, request).actor, None
    if file_asked(request):
        return as_file(request, lambda scope, _: draft_listing(scope, key))
    if request.method == "POST":
        with reading(actor) as scope:
            one = found_draft(scope, key)
        answer = done_by(request, actor, _readers(one.pk, scope.today))
        if not isinstance(answer, Refused):
            address = reverse("desk:rules_draft", args=[answer["draft"]])
            return HttpResponseRedirect(f"{address}?done=1", status=HTTPStatus.SEE_OTHER)
        tried = answer
    with reading(actor) as scope:
        face, page = face_of(scope), draft_page(scope, key)
        context = {
            "parts": parts(scope),
            "page": page,
            "changes": [(row, _leave_out(page, str(row.id), tried)) for row in page.rows],
            "since": since_each(row.parameter for row in page.rows),
            "alarms": _alarms(scope, page),
            "tries": any(row.parameter in TRIED for row in page.rows),
            "refused": tried.refusal.reason if tried else None,
            "forms": _forms(page, scope.today, tried) if actor.holds(GRANT) else [],
            "done": request.GET.get("done") == "1",
        }
    return show(request, "desk/drafts/draft.html", face, context, status_after(tried))


def _readers(key: Any, today: datetime.date) -> Mapping[str, Reader]:
    def undo(values: Mapping[str, str], _: ZoneInfo) -> UndoPublication:
        day = read_day(values, "from_on")
        return UndoPublication(draft_id=new_id(), of=key, title=values.get("title", ""), from_on=day)

    return {
        "ask": lambda values, _: AskPublication(draft_id=key, expected_version=_version(values)),
        "publish": lambda values, _: PublishDraft(draft_id=key, expected_version=_version(values)),
        "return": lambda values, _: ReturnDraft(draft_id=key, reason=values.get("reason", "")),
        "withdraw": lambda _, __: WithdrawDraft(draft_id=key),
        "leave_out": lambda values, _: LeaveOut(draft_id=key, change=read_id(values, "_subject")),
        "rename": lambda values, _: RenameDraft(
            draft_id=key, title=values.get("title", ""), from_on=read_day(values, "from_on", today)
        ),
        "undo": undo,
    }


def _version(values: Mapping[str, str]) -> int:
    """The version of the draft that its reader saw: it stands as the subject of the form."""
    return read_version(values.get("_subject", ""))


def _forms(page: DraftPage, today: datetime.date, tried: Refused | None) -> list[Form]:
    """What may be done with the draft as a whole, what is done most at the head."""
    head, version = page.head, str(page.head.version)
    if head.state == "open":
        named = _named(head.title, max(head.from_on, today))
        ask = [form("ask", _ASK, subject=version, tried=tried)] if page.rows else []
        return [*ask, form("rename", _RENAME, named, tried=tried), form("withdraw", _WITHDRAW, tried=tried)]
    if head.state == "asked":
        reason = Input(name="reason", title=Text("理由", "Reason"), kind="text", required=True, longest=LONGEST_REASON)
        if page.own:
            return [form("return", _TAKE_BACK, tried=tried)]
        publish = form("publish", _PUBLISH, subject=version, tried=tried, final=_FINAL)
        return [publish, form("return", _RETURN, [reason], tried=tried)]
    if head.state == "published":
        words = Text(f"撤回：{head.title}", f"Taken back: {head.title}")
        title = words.in_(get_language() or "zh-hans")[:LONGEST_TITLE]
        return [form("undo", _UNDO, _named(title, max(head.from_on, today + _DAY)), tried=tried)]
    return []


def _named(title: str, day: datetime.date) -> list[Input]:
    return [
        Input(name="title", title=_TITLE, value=title, required=True, longest=LONGEST_TITLE),
        Input(name="from_on", title=_FROM, kind="day", value=day.isoformat(), required=True),
    ]


def _leave_out(page: DraftPage, row: str, tried: Refused | None) -> Form | None:
    return form("leave_out", _LEAVE_OUT, subject=row, tried=tried) if page.writes else None


def _alarms(scope: Scope, page: DraftPage) -> list[RuleProblem]:
    """What would be wrong with the rules under the draft, and is not today; nothing once it is decided."""
    if page.head.state not in ("open", "asked"):
        return []
    rows = changes_of(found_draft(scope, str(page.head.id)))
    rules = rules_of(scope).changed([(row.parameter, row.subject, row.content) for row in rows], "draft")
    today = set(rules_problems(scope))
    found = problems_on(rules, agencies_of(scope), places_of(scope), scope.today)
    return [one for one in found if one not in today]
