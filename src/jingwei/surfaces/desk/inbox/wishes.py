"""How somebody wants to be told: language, channels, quiet hours, sound."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jingwei.kernel.agencies.accounts import set_language
from jingwei.kernel.agencies.models import Account
from jingwei.kernel.commands.actor import NOBODY
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.fields import clean_text
from jingwei.kernel.matters.telling.route import adapters_of, wants
from jingwei.kernel.outbox.adapters import Adapter
from jingwei.kernel.outbox.marks import Wish, set_wish
from jingwei.kernel.outbox.models import Preference
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.kit.language import IN_SESSION, known
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, signed_in

_BAD_TIME = Text("请写成如 22:00 的时刻，两个都填或都不填。", "Write times like 22:00, both or neither.")
_LONGEST_ADDRESS = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """One channel as the page offers it."""

    name: str
    title: Text
    chosen: bool
    asks_address: bool
    address: str


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """Shows the wishes, and keeps them."""
    if request.method != "POST":
        return _page(request)
    actor = cast(ActorRequest, request).actor
    with reading(actor) as scope:
        adapters = _offered(scope)
    try:
        wish = _read(request, adapters)
    except Invalid as refusal:
        return _page(request, refusal, HTTPStatus.UNPROCESSABLE_ENTITY)
    if actor.id is not None:
        set_wish(actor.id, wish)
    language = known(request.POST.get("language", ""))
    if language:
        set_language(cast(Account, request.user), language)
        request.session[IN_SESSION] = language
    answer = HttpResponseRedirect(f"{reverse('desk:wishes')}?done=1", status=HTTPStatus.SEE_OTHER)
    answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return answer


def _page(request: HttpRequest, refusal: Invalid | None = None, status: int = HTTPStatus.OK) -> HttpResponse:
    with reading(cast(ActorRequest, request).actor) as scope:
        face = face_of(scope)
        wish = Preference.objects.filter(person=scope.actor.id or NOBODY).first()
        choices = tuple(_choices(_offered(scope), wish))
    context = {
        "wish": wish or Preference(),
        "choices": choices,
        "refusal": refusal,
        "done": request.GET.get("done") == "1",
        "account_language": cast(Account, request.user).language,
    }
    return show(request, "desk/wishes.html", face, context, status)


def _offered(scope: Scope) -> list[Adapter]:
    known = adapters_of(scope, mail=bool(settings.EMAIL_HOST)).values()
    return sorted((one for one in known if one.tells_people), key=lambda one: one.name)


def _choices(adapters: list[Adapter], wish: Preference | None) -> Iterator[Choice]:
    for one in adapters:
        address = str(wish.addresses.get(one.name, "")) if wish else ""
        yield Choice(one.name, one.title, wants(one, wish), one.address != "none", address)


def _read(request: HttpRequest, adapters: list[Adapter]) -> Wish:
    addresses = {}
    for one in adapters:
        try:
            address = clean_text(request.POST.get(f"address-{one.name}", ""), _LONGEST_ADDRESS)
        except ValueError as error:
            raise Invalid(Text(f"地址不能这样写：{error}", f"This is no address: {error}"), place=one.name) from error
        if address and one.address == "email":
            _check_mail(address, one.name)
        if address:
            addresses[one.name] = address
    begin, end = _time(request.POST.get("quiet_from", "")), _time(request.POST.get("quiet_until", ""))
    if (begin is None) != (end is None):
        raise Invalid(_BAD_TIME, place="quiet_from")
    return Wish(
        tuple(one.name for one in adapters if request.POST.get(f"channel-{one.name}")),
        addresses,
        bool(request.POST.get("working_time")),
        begin,
        end,
        bool(request.POST.get("sound")),
    )


def _check_mail(address: str, channel: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        words = Text(f"“{address}”不是电子邮箱地址。", f"“{address}” is no e-mail address.")
        raise Invalid(words, place=channel) from error


def _time(text: str) -> datetime.time | None:
    try:
        return datetime.time.fromisoformat(text[:8]).replace(tzinfo=None) if text else None
    except ValueError as error:
        raise Invalid(_BAD_TIME, place="quiet_from") from error
