"""Who signed in, who failed to, and whose factors changed: for the audit administrator; no secret is in it."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from axes.models import AccessAttempt, AccessLog
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.views.decorators.http import require_http_methods

from jingwei.kernel.agencies.models import Factor, Person
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.reads.note import AUDIT
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.lists.listing import MOST, Listing, listing_of
from jingwei.kit.page import face_of, show
from jingwei.kit.parts.table import Cell, Column, Table, table_of
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.agencies.forms import on_resets
from jingwei.surfaces.desk.agencies.resets import resets_shown
from jingwei.surfaces.desk.doing import Refused, done_by, status_after
from jingwei.surfaces.desk.signing.means import KINDS

_MOST = 200
_COLUMNS = (
    Column("at", Text("时间", "When"), sorts=False, fixed=True),
    Column("login", Text("账户名", "Login"), sorts=False),
    Column("what", Text("发生了什么", "What happened"), sorts=False, fixed=True),
    Column("by", Text("由谁", "By whom"), sorts=False),
    Column("address", Text("来自", "From"), sorts=False),
)
"""None sorts: the page has the newest alone."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened at a sign-in."""

    at: datetime.datetime
    login: str
    what: Text
    address: str = ""
    by: str = ""  # whoever else did it
    bad: bool = False


@grants(AUDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def sign_ins(request: HttpRequest) -> HttpResponse:
    """The latest, the newest first; of one login where it is named. Resets that wait are confirmed here, or refused."""
    actor, tried = cast(ActorRequest, request).actor, None
    if request.method == "POST":
        answer = done_by(request, actor, on_resets(as_auditor=True))
        if not isinstance(answer, Refused):
            return HttpResponseRedirect("?done=1", status=HTTPStatus.SEE_OTHER)
        tried = answer
    login = request.GET.get("login", "").replace("\0", "").strip()[:60]
    if file_asked(request):
        return as_file(request, lambda _, __: _listing(login, request.GET))
    with reading(actor) as scope:
        face, resets = face_of(scope), resets_shown(scope, tried)
        lines = _table(_lines(login, _MOST), request.GET)
    context = {"login": login, "lines": lines, "resets": resets, "done": "done" in request.GET}
    return show(request, "desk/audit/sign_ins.html", face, context, status_after(tried))


def _lines(login: str, most: int) -> list[Line]:
    """At most so many. Four statements."""
    found = [*_signed_in(login, most), *_failed(login, most), *_factors(login, most)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def _table(lines: Sequence[Line], asked: QueryDict) -> Table:
    rows = [
        {
            "at": Cell(at=one.at),
            "login": Cell(text=one.login),
            "what": Cell(marks=(one.what,)) if one.bad else Cell(words=one.what),
            "by": Cell(text=one.by),
            "address": Cell(text=one.address),
        }
        for one in lines
    ]
    return table_of(_COLUMNS, rows, asked)


def _listing(login: str, asked: QueryDict) -> Listing:
    sought = [(Text("账户名", "Login"), Text(login, login))] if login else []
    return listing_of(_table(_lines(login, MOST + 1), asked), "sign-ins", Text("登录记录", "Sign-ins"), sought)


def _signed_in(login: str, most: int) -> list[Line]:
    found = AccessLog.objects.filter(username=login) if login else AccessLog.objects.all()
    lines = []
    for one in found.order_by("-attempt_time")[:most]:
        lines.append(Line(one.attempt_time, one.username or "", Text("登录", "signed in"), one.ip_address or ""))
        if one.logout_time:
            lines.append(Line(one.logout_time, one.username or "", Text("退出", "signed out"), one.ip_address or ""))
    return lines


def _failed(login: str, most: int) -> list[Line]:
    found = AccessAttempt.objects.filter(username=login) if login else AccessAttempt.objects.all()
    return [
        Line(
            one.attempt_time,
            one.username or "",
            Text(f"登录失败 {one.failures_since_start} 次", f"failed {one.failures_since_start} times"),
            one.ip_address or "",
            bad=True,
        )
        for one in found.order_by("-attempt_time")[:most]
    ]


def _factors(login: str, most: int) -> list[Line]:
    found = Factor.objects.exclude(begun_at=None).select_related("account__person").order_by("-begun_at")
    factors = list((found.filter(account__username=login) if login else found)[:most])
    names = dict(Person.objects.filter(pk__in={one.ended_by for one in factors}).values_list("id", "name"))
    lines = []
    for one in factors:
        kind = KINDS[one.kind]
        if one.begun_at:
            lines.append(Line(one.begun_at, one.account.username, Text(f"添加{kind.zh}", f"added: {kind.en}")))
        if one.ended_at:
            reset = one.ended_by != _person(one)
            what = Text(f"重置{kind.zh}", f"reset: {kind.en}") if reset else Text(f"停用{kind.zh}", f"ended: {kind.en}")
            by = names.get(one.ended_by, "") if reset and one.ended_by else ""
            lines.append(Line(one.ended_at, one.account.username, what, by=by, bad=reset))
    return lines


def _person(factor: Factor) -> uuid.UUID | None:
    person = getattr(factor.account, "person", None)
    return person.pk if person else None
