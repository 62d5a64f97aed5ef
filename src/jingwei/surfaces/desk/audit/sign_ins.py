"""Who signed in, who failed to, and whose factors changed: for the audit administrator; no secret is in it."""

import datetime
import uuid
from dataclasses import dataclass
from typing import cast

from axes.models import AccessAttempt, AccessLog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jingwei.kernel.agencies.models import Factor, Person
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.reads.note import AUDIT
from jingwei.kernel.values.words import Text
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.signing.means import KINDS

_MOST = 200


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
@require_safe
def sign_ins(request: HttpRequest) -> HttpResponse:
    """The latest, the newest first; of one login where it is named."""
    login = request.GET.get("login", "").replace("\0", "").strip()[:60]
    with reading(cast(ActorRequest, request).actor) as scope:
        face = face_of(scope)
        lines = sorted([*_signed_in(login), *_failed(login), *_factors(login)], key=lambda one: one.at, reverse=True)
    return show(request, "desk/audit/sign_ins.html", face, {"login": login, "lines": lines[:_MOST]})


def _signed_in(login: str) -> list[Line]:
    found = AccessLog.objects.filter(username=login) if login else AccessLog.objects.all()
    lines = []
    for one in found.order_by("-attempt_time")[:_MOST]:
        lines.append(Line(one.attempt_time, one.username or "", Text("登录", "signed in"), one.ip_address or ""))
        if one.logout_time:
            lines.append(Line(one.logout_time, one.username or "", Text("退出", "signed out"), one.ip_address or ""))
    return lines


def _failed(login: str) -> list[Line]:
    found = AccessAttempt.objects.filter(username=login) if login else AccessAttempt.objects.all()
    return [
        Line(
            one.attempt_time,
            one.username or "",
            Text(f"登录失败 {one.failures_since_start} 次", f"failed {one.failures_since_start} times"),
            one.ip_address or "",
            bad=True,
        )
        for one in found.order_by("-attempt_time")[:_MOST]
    ]


def _factors(login: str) -> list[Line]:
    found = Factor.objects.exclude(begun_at=None).select_related("account__person").order_by("-begun_at")
    factors = list((found.filter(account__username=login) if login else found)[:_MOST])
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
