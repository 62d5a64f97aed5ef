"""The pages of a training city: which role to try. Every other city answers as if they were not there."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jingwei.kernel.agencies.models import Account
from jingwei.kernel.values.errors import not_found
from jingwei.kit.language import IN_SESSION
from jingwei.kit.page import Face, public_face, show
from jingwei.surfaces.training.roles import ROLES, account_of, role_named

ROLE = "training_role"
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def training_face() -> Face:
    """The city as its pages show it. Raises NotFound where it is not one for training."""
    face = public_face()
    if face.training is None:
        raise not_found()
    return face


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Which role to try."""
    face = training_face()
    return show(request, "training/home.html", face, {"roles": ROLES, "chosen": request.session.get(ROLE, "")})


@require_POST
def take_role(request: HttpRequest) -> HttpResponse:
    """Signs in as the invented person of the role: nothing here is worth a password. Raises NotFound."""
    training_face()
    role = role_named(request.POST.get("role", ""))
    account: Account | None = account_of(role) if role else None
    if role is None or account is None:
        raise not_found()
    language = request.session.get(IN_SESSION)
    login(request, account, backend=_BACKEND)
    request.session[ROLE] = role.key
    if language:
        request.session[IN_SESSION] = language
    return HttpResponseRedirect(reverse("training:home"))
