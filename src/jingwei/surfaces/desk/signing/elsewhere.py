"""Signing in at the city's identity provider; whose login it is, an administrator entered."""

from http import HTTPStatus

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from jingwei.kernel.agencies.accounts import account_of_subject
from jingwei.kernel.agencies.factors import store
from jingwei.kernel.values.errors import Invalid, not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import slow_down
from jingwei.kit.language import IN_SESSION
from jingwei.kit.limits import TOO_OFTEN, Limit, address_of, wait_for
from jingwei.kit.permission import public
from jingwei.kit.signing import provider
from jingwei.surfaces.desk.signing.second import BACKEND, next_of, wait

_TRIES = Limit("identity provider", 60, 900)
_NOBODY = Text(
    "统一身份认证认识您，但这里没有与之对应的账户；请管理员在您的人员页上填写统一身份。",
    "The identity provider knows you, but no login here is yours: ask the administrator to enter your identity.",
)


@public("the identity provider's page is the proof; without a provider this address is not there")
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """To the provider's page."""
    known = provider.provider()
    if known is None:
        raise not_found()
    if seconds := wait_for(_TRIES, address_of(request)):
        return slow_down(request, TOO_OFTEN, seconds)
    back = request.build_absolute_uri(reverse("desk:elsewhere_done"))
    return HttpResponseRedirect(provider.leave_for(request, known, back, next_of(request)))


@public("what the identity provider signed is the proof")
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Back from the provider: the login that an administrator matched, never a new one. Raises Invalid."""
    known = provider.provider()
    if known is None:
        raise not_found()
    back = request.build_absolute_uri(reverse("desk:elsewhere_done"))
    claims, going_on = provider.came_back(request, known, back)
    account = account_of_subject(claims)
    if account is None:
        raise Invalid(_NOBODY)
    if store.has_second(account.pk):
        return wait(request, account, going_on)
    login(request, account, BACKEND)
    request.session[IN_SESSION] = account.language
    return HttpResponseRedirect(going_on, status=HTTPStatus.SEE_OTHER)
