"""Signing in, and the first sign-in by a one-time link."""

import datetime
import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.contrib.auth.hashers import make_password
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from jingwei.kernel.agencies.actors import actor_of_account
from jingwei.kernel.agencies.commands import UseInvitation
from jingwei.kernel.agencies.commands.factors import for_own_login
from jingwei.kernel.agencies.factors import store
from jingwei.kernel.agencies.factors.presence import present
from jingwei.kernel.agencies.invitations import opened_by
from jingwei.kernel.agencies.models import Account
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.values.errors import Invalid
from jingwei.kit.language import IN_SESSION
from jingwei.kit.page import public_face, show
from jingwei.kit.permission import public
from jingwei.kit.signing.device import workstation_of
from jingwei.kit.signing.provider import provider
from jingwei.kit.signing.session import ASKED, without
from jingwei.surfaces.desk.signing.second import BACKEND, next_of, wait

_SECRET = "first_link"  # noqa: S105  # where the session keeps it
_TYPING = "set"
_FIRST = "desk/first_login.html"
_LONGEST_NAME = 150  # characters, as AbstractUser declares it


class SignIn(AuthenticationForm):
    """Name and password."""

    def clean(self) -> dict[str, Any]:
        """A name longer than any login's is a wrong name: the throttle's record of attempts has no room for it."""
        if len(self.cleaned_data.get("username", "")) > _LONGEST_NAME:
            raise self.get_invalid_login_error()
        return super().clean()


_BY_FORM = require_http_methods(["GET", "HEAD", "POST"])  # Django's own views take a PUT for a POST


@method_decorator(_BY_FORM, name="dispatch")
class Login(LoginView):
    """The sign-in page; too many failures are answered by the throttle."""

    template_name = "desk/login.html"
    authentication_form = SignIn
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """At a counter where somebody may come back by PIN, that page first, in a training city the choice of a role;
        `whole` asks for this one."""
        if settings.TRAINING and "whole" not in request.GET:
            return HttpResponseRedirect(reverse("training:home"))
        station = workstation_of(request, "counter") if "whole" not in request.GET else None
        if station is not None and present(station.pk, datetime.datetime.now(datetime.UTC)):
            return HttpResponseRedirect(f"{reverse('desk:switch')}?next={next_of(request)}")
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Asks whoever has a second factor for it; signs in the others, and keeps their language in the session."""
        account = form.get_user()
        if not isinstance(account, Account):
            return self.form_invalid(form)
        if store.has_second(account.pk):
            return wait(self.request, account)
        answer = super().form_valid(form)
        self.request.session[IN_SESSION] = account.language
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the city."""
        return {
            **super().get_context_data(**kwargs),
            "city": public_face(),
            "address": reverse("desk:passkey"),
            "provider": provider(),
        }


@public("the one-time link is the proof")
@sensitive_post_parameters()
@_BY_FORM
def first_login(request: HttpRequest, secret: str) -> HttpResponse:
    """Setting the password by the link of an invitation; signs in at once. The secret goes from the address into the
    session, so that no page that follows is told of it."""
    typing = secret == _TYPING
    now = datetime.datetime.now(datetime.UTC)
    invitation = opened_by(request.session.get(_SECRET, "") if typing else secret, now)
    account = invitation.person.account if invitation else None
    if invitation is None or account is None:
        return _closed(request)
    if not typing:
        request.session[_SECRET] = secret
        return HttpResponseRedirect(reverse("desk:first_login", args=[_TYPING]))
    form = SetPasswordForm(account, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return show(request, _FIRST, public_face(), {"form": form, "validlink": True})
    hashed = make_password(form.cleaned_data["new_password1"])
    holder = Actor("person", invitation.person.name, invitation.person_id)
    try:
        execute(for_own_login(holder), UseInvitation(invitation=invitation.pk, hashed=hashed), str(uuid.uuid4()))
    except Invalid:  # used, withdrawn or lapsed while the password was typed
        return _closed(request)
    del request.session[_SECRET]
    account.refresh_from_db()
    return _signed_in(request, account)


def _closed(request: HttpRequest) -> HttpResponse:
    return show(request, _FIRST, public_face(), {"validlink": False})


def _signed_in(request: HttpRequest, account: Account) -> HttpResponse:
    """A new password does not do for whoever has a second factor: it is asked for as ever. Whose post needs one sets it
    up next, and then goes on to work: one way from the link to it."""
    if store.has_second(account.pk):
        return wait(request, account)
    login(request, account, BACKEND)
    request.session[IN_SESSION] = account.language
    actor = actor_of_account(account.pk, account.language, datetime.datetime.now(datetime.UTC))
    if actor is None or not without(actor, request.session[ASKED])[1]:
        return HttpResponseRedirect(reverse("desk:work"))
    return HttpResponseRedirect(f"{reverse('desk:means')}?next={reverse('desk:work')}")
