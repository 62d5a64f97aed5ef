"""The own login: its second factors, added and ended; recovery codes, shown once."""

import datetime
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jingwei.kernel.agencies.commands import AddFactor, EndFactor
from jingwei.kernel.agencies.commands.factors import for_own_login
from jingwei.kernel.agencies.commands.resets import waiting
from jingwei.kernel.agencies.factors import store, totp
from jingwei.kernel.agencies.models import Account, Factor
from jingwei.kernel.agencies.sessions import open_of
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import as_uuid, reading
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.grants import title_of
from jingwei.kernel.values.words import Text
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, signed_in
from jingwei.kit.signing.session import ASKED, has_proved, own_id, prove
from jingwei.surfaces.desk.signing.second import next_of

KINDS = {
    "totp": Text("手机验证器", "Authenticator app"),
    "passkey": Text("通行密钥", "Passkey"),
    "recovery": Text("恢复码", "Recovery codes"),
    "pin": Text("窗口 PIN", "Counter PIN"),
}


@dataclass(frozen=True, slots=True)
class FactorLine:
    """One factor as its holder sees it."""

    id: uuid.UUID
    kind: str
    title: Text
    label: str
    begun_at: datetime.datetime
    used_at: datetime.datetime | None
    left: int | None  # of recovery codes


def line_of(factor: Factor) -> FactorLine:
    """The factor with its title."""
    left = store.recovery_left(factor) if factor.kind == "recovery" else None
    begun = factor.begun_at or datetime.datetime.now(datetime.UTC)
    return FactorLine(factor.pk, factor.kind, KINDS[factor.kind], factor.label, begun, factor.used_at, left)


def owner(request: HttpRequest) -> tuple[Actor, Account]:
    """Who looks after the own login."""
    return for_own_login(cast(ActorRequest, request).actor), cast(Account, request.user)


def closed_to(request: HttpRequest) -> HttpResponse | None:
    """Whoever has a second factor proves it before the login is changed; None goes on."""
    if has_proved(request) or not store.has_second(cast(Account, request.user).pk):
        return None
    return HttpResponseRedirect(f"{reverse('desk:second')}?next={reverse('desk:means')}", status=HTTPStatus.SEE_OTHER)


@signed_in
@require_safe
def means(request: HttpRequest) -> HttpResponse:
    """All of the own login on one page."""
    actor, account = owner(request)
    with reading(actor) as scope:
        face = face_of(scope)
        opened = open_of(account.pk, scope.now)
    factors = [line_of(one) for one in store.live(account.pk)]
    asking = cast(ActorRequest, request)
    mine = frozenset().union(*(duty.grants for duty in asking.actor.duties)) | asking.withheld
    reset = Factor.objects.filter(account=account).exclude(ended_by=actor.id).exclude(ended_by=None)
    proposed = waiting(scope.now, actor.id) if actor.id else []
    context = {
        "factors": factors,
        "sessions": opened,
        "here": own_id(request),
        "username": account.username if account.has_usable_password() else "",
        "second": any(one.kind in store.SECOND for one in factors),
        "asked": [title_of(one) for one in request.session.get(ASKED, ()) if one in mine],
        "proposed": proposed[0].proposed_at if proposed else None,
        "reset": reset.order_by("-ended_at").first(),
        "next": next_of(request) if request.GET.get("next") else "",
        "proved": has_proved(request),
        "done": request.GET.get("done", ""),
    }
    return show(request, "desk/signing/means.html", face, context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def app(request: HttpRequest) -> HttpResponse:
    """Sets up an authenticator app: the QR code, and the first code as the proof that it was read."""
    if refused := closed_to(request):
        return refused
    actor, account = owner(request)
    with reading(actor) as scope:
        face = face_of(scope)
    waiting, wrong = store.prepared(account.pk, "totp"), False
    if request.method == "POST" and waiting is not None:
        code = "".join(request.POST.get("code", "").split())[:20]
        if store.code_fits(waiting, code, datetime.datetime.now(datetime.UTC)):
            return _added(request, waiting, "totp")
        wrong = True
    if waiting is None or not wrong:
        waiting = store.prepare(account, "totp", "", {"secret": totp.new_secret()})
    secret = store.secret_of(waiting)["secret"]
    site = f"{face.title.en or 'Jingwei'}"
    context = {
        "wrong": wrong,
        "qr": drawn(totp.uri(secret, account.username, site)),
        "secret": " ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        "next": next_of(request),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return show(request, "desk/signing/app.html", face, context, status)


def drawn(text: str) -> SafeString:
    """A QR code as a picture (SVG), dark on light in every theme, as cameras need it."""
    return mark_safe(segno.make_qr(text, error="m").svg_inline(scale=5, border=4, light="#fff"))  # noqa: S308


def _added(request: HttpRequest, factor: Factor, kind: str) -> HttpResponse:
    """Adds what was proved just now; who has no recovery codes gets them with it."""
    actor, account = owner(request)
    execute(actor, AddFactor(factor=factor.pk), str(uuid.uuid4()))
    prove(request, kind)
    if store.live(account.pk, "recovery"):
        return HttpResponseRedirect(f"{reverse('desk:means')}?done=added", status=HTTPStatus.SEE_OTHER)
    return show_codes(request)


@signed_in
@require_POST
def codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes in place of the old ones."""
    if refused := closed_to(request):
        return refused
    if not store.has_second(cast(Account, request.user).pk):
        return HttpResponseRedirect(reverse("desk:means"), status=HTTPStatus.SEE_OTHER)
    return show_codes(request)


def show_codes(request: HttpRequest) -> HttpResponse:
    """Makes the codes and shows them, this once."""
    actor, account = owner(request)
    made = store.new_recovery_codes()
    factor = store.prepare(account, "recovery", "", store.recovery_secret(made))
    execute(actor, AddFactor(factor=factor.pk), str(uuid.uuid4()))
    with reading(actor) as scope:
        face = face_of(scope)
    return show(request, "desk/signing/codes.html", face, {"codes": made, "next": next_of(request)})


@signed_in
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Ends one of the own factors."""
    if refused := closed_to(request):
        return refused
    actor, _ = owner(request)
    key = as_uuid(request.POST.get("factor", ""))
    if key is None:
        raise not_found()
    execute(actor, EndFactor(factor=key), str(uuid.uuid4()))
    return HttpResponseRedirect(f"{reverse('desk:means')}?done=ended", status=HTTPStatus.SEE_OTHER)
