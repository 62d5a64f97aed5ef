"""Signing in, and the first sign-in by a one-time link."""

import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, LoginView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from jingwei.kernel.agencies.accounts import set_password
from jingwei.kernel.agencies.actors import actor_of_account
from jingwei.kernel.agencies.factors import store
from jingwei.kernel.agencies.factors.presence import present
from jingwei.kernel.agencies.models import Account
from jingwei.kit.language import IN_SESSION
from jingwei.kit.page import public_face
from jingwei.kit.signing.device import workstation_of
from jingwei.kit.signing.provider import provider
from jingwei.kit.signing.session import ASKED, without
from jingwei.surfaces.desk.signing.second import next_of, wait

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


@method_decorator(_BY_FORM, name="dispatch")
class FirstLogin(PasswordResetConfirmView):
    """Setting the password by the one-time link that the console printed; signs in at once."""

    template_name = "desk/first_login.html"
    post_reset_login = True
    post_reset_login_backend = "django.contrib.auth.backends.ModelBackend"
    success_url = reverse_lazy("desk:work")

    def form_valid(self, form: Any) -> HttpResponse:
        """A new password does not do for whoever has a second factor: it is asked for as ever."""
        account = form.user
        if not store.has_second(account.pk):
            return self._enrolling(account, super().form_valid(form))
        set_password(account, form.cleaned_data["new_password1"])
        del self.request.session[INTERNAL_RESET_SESSION_TOKEN]
        return wait(self.request, account)

    def _enrolling(self, account: Account, answer: HttpResponse) -> HttpResponse:
        """Whose post needs a second factor sets one up next, and then goes on to work: one way from the link to it."""
        actor = actor_of_account(account.pk, account.language, datetime.datetime.now(datetime.UTC))
        if actor is None or not without(actor, self.request.session[ASKED])[1]:
            return answer
        return HttpResponseRedirect(f"{reverse('desk:means')}?next={reverse('desk:work')}")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the city."""
        return {**super().get_context_data(**kwargs), "city": public_face()}
