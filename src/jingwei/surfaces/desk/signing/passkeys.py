"""Passkeys over JSON: a browser asks for a challenge, then sends what it made or proved."""

import datetime
import json
import uuid
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.urls import reverse
from django.views.decorators.http import require_POST

from jingwei.kernel.agencies.commands import AddFactor
from jingwei.kernel.agencies.factors import store
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.values.errors import Denied, Invalid
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import slow_down
from jingwei.kit.limits import TOO_OFTEN, Limit, address_of, wait_for
from jingwei.kit.permission import ActorRequest, public, signed_in
from jingwei.kit.signing import passkeys
from jingwei.kit.signing.session import has_proved, prove
from jingwei.surfaces.desk.signing.means import owner
from jingwei.surfaces.desk.signing.second import asked_account, finish, next_of

_TRIES = Limit("passkey", 60, 900)
_LONGEST_LABEL = 60
_PROVE_FIRST = Text(
    "请先用已有的验证方式验证，再添加通行密钥。", "Prove a factor that you have first, then add a passkey."
)
_ANOTHERS = Text("这个通行密钥属于另一个账户。", "This passkey belongs to another login.")
_MALFORMED = Text("请求格式不对，请刷新页面再试。", "The request is malformed: reload the page and try again.")


def _body(request: HttpRequest) -> dict[str, Any]:
    """What the page sent. Raises Invalid."""
    try:
        sent = json.loads(request.body or b"{}")
    except (ValueError, RecursionError, RawPostDataException) as error:  # the last: it was a form, and is read already
        raise Invalid(_MALFORMED) from error
    if not isinstance(sent, dict):
        raise Invalid(_MALFORMED)
    return sent


@public("a passkey is the proof")
@require_POST
def proving(request: HttpRequest) -> HttpResponse:
    """The challenge; with an answer to it, the sign-in, or the second step of whoever the session knows."""
    sent = _body(request)
    if seconds := wait_for(_TRIES, address_of(request)):
        return slow_down(request, TOO_OFTEN, seconds)
    if "credential" not in sent:
        return JsonResponse(passkeys.asked_to_prove(request)["publicKey"])
    factor = passkeys.proved(request, sent["credential"], datetime.datetime.now(datetime.UTC))
    known = asked_account(request)
    if not factor.account.is_active or (known is not None and known.pk != factor.account_id):
        raise Denied(_ANOTHERS)
    finish(request, factor.account, "passkey")
    return JsonResponse({"next": next_of(request)})


@signed_in
@require_POST
def making(request: HttpRequest) -> HttpResponse:
    """The challenge of a new passkey; with what the browser made of it, it is added. Raises Denied, Invalid."""
    actor, account = owner(request)
    first = not store.has_second(account.pk)
    if not first and not has_proved(request):
        raise Denied(_PROVE_FIRST)
    sent = _body(request)
    if "credential" not in sent:
        return JsonResponse(
            passkeys.asked_to_make(request, account, cast(ActorRequest, request).actor.name)["publicKey"]
        )
    label = str(sent.get("label", "")).strip()[:_LONGEST_LABEL]
    factor = passkeys.made(request, account, label, sent["credential"])
    execute(actor, AddFactor(factor=factor.pk), str(uuid.uuid4()))
    prove(request, "passkey")
    return JsonResponse({"next": f"{reverse('desk:means')}?done=added"})
