"""The own password: changed by whoever knows the old one, in the session that stays."""

import uuid
from http import HTTPStatus

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from jingwei.kernel.agencies.commands import ChangeOwnPassword
from jingwei.kernel.agencies.models import Account
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import slow_down
from jingwei.kit.limits import Limit, wait_for
from jingwei.kit.permission import signed_in
from jingwei.kit.signing.session import own_id
from jingwei.surfaces.desk.signing.means import closed_to, owner

_TRIES = Limit("own password", 8, 900)
_TOO_OFTEN = Text("试的次数过多，请 15 分钟后再试。", "Too many tries: wait 15 minutes.")


@signed_in
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Every other session ends. Raises Denied as not found for whoever has no password: another site signs them in."""
    if refused := closed_to(request):
        return refused
    actor, account = owner(request)
    here = own_id(request)
    if here is None or not account.has_usable_password():
        raise not_found()
    if seconds := wait_for(_TRIES, str(account.pk)):
        return slow_down(request, _TOO_OFTEN, seconds)
    new = request.POST.get("new", "")
    if done := _problem(account, request.POST.get("old", ""), new, request.POST.get("again", "")):
        return HttpResponseRedirect(f"{reverse('desk:means')}?done={done}#password", status=HTTPStatus.SEE_OTHER)
    execute(actor, ChangeOwnPassword(hashed=make_password(new), going_on=here), str(uuid.uuid4()))
    account.refresh_from_db()
    update_session_auth_hash(request, account)
    return HttpResponseRedirect(f"{reverse('desk:means')}?done=password", status=HTTPStatus.SEE_OTHER)


def _problem(account: Account, old: str, new: str, again: str) -> str:
    """Why the password stays as it is; "" for nothing."""
    if not account.check_password(old):
        return "old"
    if new != again:
        return "again"
    if new == old:
        return "same"
    try:
        validate_password(new, account)
    except ValidationError:
        return "policy"
    return ""
