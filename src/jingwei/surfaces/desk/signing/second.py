"""The second step: at the sign-in, after the password; later, when something asks for it."""

import datetime
import time
import uuid
from http import HTTPStatus
from urllib.parse import quote

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from jingwei.kernel.agencies.factors import store
from jingwei.kernel.agencies.models import Account
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import slow_down
from jingwei.kit.language import IN_SESSION
from jingwei.kit.limits import Limit, wait_for
from jingwei.kit.page import public_face, show
from jingwei.kit.permission import public
from jingwei.kit.signing.session import has_proved, prove

BACKEND = "django.contrib.auth.backends.ModelBackend"
_WAITING = "waits_for_second"
_PATIENCE = 600  # seconds from the password to the second step
_LONGEST = 40
_TRIES = Limit("second factor", 8, 900)
_TOO_OFTEN = Text(
    "验证码错误次数过多，请 15 分钟后再试；丢失验证方式请联系安全管理员。",
    "Too many wrong codes: wait 15 minutes. If you lost your factor, ask the security administrator.",
)


def next_of(request: HttpRequest) -> str:
    """Where to go on, within this site."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    here = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if here else resolve_url("desk:work")


def wait(request: HttpRequest, account: Account, going_on: str = "") -> HttpResponse:
    """The first step was right: what is left is the second."""
    request.session.cycle_key()
    request.session[_WAITING] = [str(account.pk), int(time.time())]
    return HttpResponseRedirect(f"{reverse('desk:second')}?next={quote(going_on or next_of(request))}")


def finish(request: HttpRequest, account: Account, kind: str) -> None:
    """Signs in whoever proved a second factor, or lets a session that is signed in do more."""
    if not request.user.is_authenticated:
        request.session.pop(_WAITING, None)
        login(request, account, BACKEND)
        request.session[IN_SESSION] = account.language
    prove(request, kind)


def asked_account(request: HttpRequest) -> Account | None:
    """Who is to take the second step: whoever is signed in, or gave the password a moment ago."""
    if request.user.is_authenticated:
        return request.user
    waiting = request.session.get(_WAITING)
    if not waiting or time.time() - waiting[1] > _PATIENCE:
        return None
    return Account.objects.filter(pk=uuid.UUID(waiting[0]), is_active=True).first()


@public("who gave the password, or is signed in, is known by the session; everybody else is led to the sign-in page")
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """Asks for a code of the app, a recovery code or a passkey; who has none is led to where one is set up."""
    account, going_on = asked_account(request), next_of(request)
    if account is None:
        return HttpResponseRedirect(f"{reverse('desk:login')}?next={going_on}")
    if request.user.is_authenticated and has_proved(request):
        return HttpResponseRedirect(going_on)
    factors = store.live(account.pk, *store.SECOND, "recovery")
    if not any(one.kind in store.SECOND for one in factors):
        return HttpResponseRedirect(f"{reverse('desk:means')}?next={going_on}")
    wrong = False
    if request.method == "POST":
        if seconds := wait_for(_TRIES, str(account.pk)):
            return slow_down(request, _TOO_OFTEN, seconds)
        kind = _fitting(account.pk, request.POST.get("code", "")[:_LONGEST])
        if kind:
            finish(request, account, kind)
            return HttpResponseRedirect(going_on, status=HTTPStatus.SEE_OTHER)
        wrong = True
    context = {"kinds": {one.kind for one in factors}, "next": going_on, "wrong": wrong}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return show(request, "desk/signing/second.html", public_face(), context, status)


def _fitting(account: uuid.UUID, code: str) -> str:
    """The kind of the factor that the code is of; "" where it is of none."""
    typed, now = "".join(code.split()), datetime.datetime.now(datetime.UTC)
    for factor in store.live(account, "totp", "recovery"):
        fits = store.code_fits if factor.kind == "totp" else store.recovery_fits
        if fits(factor, typed, now):
            return factor.kind
    return ""
