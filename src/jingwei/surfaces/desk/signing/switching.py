"""At a counter: who is here today takes over by PIN; the own PIN is set beside the other factors."""

import datetime
import uuid
from http import HTTPStatus
from typing import cast

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jingwei.kernel.agencies.commands import AddFactor
from jingwei.kernel.agencies.factors import presence
from jingwei.kernel.agencies.models import Account
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import as_uuid
from jingwei.kit.answers import slow_down
from jingwei.kit.kept import typed
from jingwei.kit.language import IN_SESSION
from jingwei.kit.limits import TOO_OFTEN, Limit, wait_for
from jingwei.kit.page import public_face, show
from jingwei.kit.permission import public, signed_in
from jingwei.kit.signing.device import workstation_of
from jingwei.kit.signing.session import COUNTER, HELD
from jingwei.surfaces.desk.signing.means import closed_to, owner
from jingwei.surfaces.desk.signing.second import BACKEND, next_of

_TRIES = Limit("pin", 20, 900)


@public("an enrolled counter is known by its cookie; from any other browser this leads to the sign-in page")
@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """Who signed in here today takes over by PIN. Five wrong ones, and a whole sign-in is asked for."""
    station, going_on = workstation_of(request, "counter"), next_of(request)
    if station is None:
        return HttpResponseRedirect(f"{reverse('desk:login')}?next={going_on}")
    now = datetime.datetime.now(datetime.UTC)
    wrong = False
    if request.method == "POST":
        if seconds := wait_for(_TRIES, str(station.pk)):
            return slow_down(request, TOO_OFTEN, seconds)
        key, pin = as_uuid(request.POST.get("person", "")), request.POST.get("pin", "")[: presence.PIN_DIGITS]
        account = Account.objects.filter(pk=key, is_active=True).first() if key else None
        if account is not None and presence.came_back(station.pk, account.pk, pin, now):
            logout(request)
            login(request, account, BACKEND)
            request.session[IN_SESSION] = account.language
            return HttpResponseRedirect(request.session.get(HELD) or going_on, status=HTTPStatus.SEE_OTHER)
        wrong = True
    context = {
        "station": station,
        "people": presence.present(station.pk, now),
        "next": going_on,
        "wrong": wrong,
        "chosen": request.POST.get("person", ""),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return show(request, "desk/signing/switch.html", public_face(), context, status)


@public("locking is open to everybody")
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Ends the session; at a counter the next one begins by PIN, where this one was. What was typed on the page is
    kept for whoever typed it, and for nobody else."""
    going_on = next_of(request)
    if request.user.is_authenticated and COUNTER in request.session:
        typed.hold(request.user.pk, going_on, request.POST.get("typed", ""), datetime.datetime.now(datetime.UTC))
    logout(request)
    return HttpResponseRedirect(f"{reverse('desk:switch')}?next={going_on}", status=HTTPStatus.SEE_OTHER)


@signed_in
@require_POST
def held(request: HttpRequest) -> HttpResponse:
    """Gives back what was typed before the counter locked: once, and to whom it is of."""
    request.session.pop(HELD, None)
    return JsonResponse({"typed": typed.take(cast(Account, request.user).pk, datetime.datetime.now(datetime.UTC))})


@signed_in
@require_POST
def pin(request: HttpRequest) -> HttpResponse:
    """Sets the own PIN, which works at a counter where one signed in on that day, and nowhere else."""
    if refused := closed_to(request):
        return refused
    actor, account = owner(request)
    chosen = request.POST.get("pin", "")
    if presence.weak(chosen) or chosen != request.POST.get("again", ""):
        return HttpResponseRedirect(f"{reverse('desk:means')}?done=weak", status=HTTPStatus.SEE_OTHER)
    factor = presence.prepare_pin(account, chosen)
    execute(actor, AddFactor(factor=factor.pk), str(uuid.uuid4()))
    return HttpResponseRedirect(f"{reverse('desk:means')}?done=added", status=HTTPStatus.SEE_OTHER)
