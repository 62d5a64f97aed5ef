"""Sending a code to a telephone: at once, over a channel that carries free text, with nothing kept of the number."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.telling.route import adapters_of
from jingwei.kernel.matters.telling.send import Post
from jingwei.kernel.outbox.adapters import Adapter
from jingwei.kernel.outbox.gateway import Letter, NotSent, send_http
from jingwei.kernel.values.canonical import digest
from jingwei.kernel.values.errors import Conflict
from jingwei.kernel.values.words import Text

_NOT_SENT = Text(
    "短信没有发出去，请过几分钟再试，或带证件到服务窗口办理。",
    "The message could not be sent. Try again in some minutes, or come to the counter with a document.",
)


def post_office() -> Post:
    """What sending needs from the installation, as its settings have it."""
    return Post(settings.PUBLIC_URL, settings.DEFAULT_FROM_EMAIL, settings.CHANNEL_SECRET, settings.GATEWAYS)


def telephone_channel(scope: Scope) -> Adapter | None:
    """The first channel that tells residents by telephone and whose words are free; None where there is none."""
    adapters = adapters_of(scope, mail=False).values()
    able = (one for one in adapters if one.kind == "http" and one.address == "phone" and one.residents)
    return next((one for one in able if _carries_text([one.url, one.headers, one.body])), None)


def _carries_text(part: Any) -> bool:
    if isinstance(part, str):
        return "{text}" in part
    members = part.values() if isinstance(part, Mapping) else part
    return isinstance(part, Mapping | list) and any(_carries_text(one) for one in members)


def message_id(key: str) -> str:
    """What the gateway knows the message of a form by: the same when the form is sent again."""
    return digest(b"telephone", key.encode()).hex()[:32]


def send_to_telephone(adapter: Adapter, phone: str, text: str, key: str) -> None:
    """Sends these words once; `key` is what the gateway knows the message by. Raises Conflict where it fails."""
    office = post_office()
    try:
        secret = office.secret(adapter.name) if adapter.asks_secret else ""
        send_http(
            adapter,
            Letter(key, "", f"{office.site}/mine/" if office.site else "", 0, text),
            phone,
            secret,
            office.gateways,
        )
    except (NotSent, OSError) as error:
        raise Conflict(_NOT_SENT) from error
