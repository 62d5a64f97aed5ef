"""Who asks: a partner by its key or the public, each within its rate; and what must not reach an endpoint."""

import uuid
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest

from jingwei.kernel.agencies.actors import actor_of_key
from jingwei.kernel.commands.actor import Actor, public
from jingwei.kernel.commands.keyed import keyed
from jingwei.kernel.values.words import Text
from jingwei.kit.intake import follow_code
from jingwei.kit.limits import TOO_OFTEN, Limit, address_of, wait_for
from jingwei.surfaces.api.bodies import LARGEST_BODY
from jingwei.surfaces.api.problems import Unanswerable

PUBLIC = Limit("api.public", 10, 60)
"""Requests of one address without a key."""

_FAILED = Limit("api.failed", 10, 60)  # wrong keys from one address
_NO_KEY = Text(
    "请在 Authorization: Bearer 中附上接口密钥；密钥由管理员发放。",
    "Send a key as “Authorization: Bearer …”; the city's administrator gives keys.",
)
_WRONG_KEY = Text("接口密钥不存在或已停用。", "The key is unknown or closed.")
_TOO_LARGE = Text(f"内容超过 {LARGEST_BODY // 1024} kB。", f"The body is larger than {LARGEST_BODY // 1024} kB.")
_NOT_JSON = Text("请以 Content-Type: application/json 发送。", "Send it with Content-Type: application/json.")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks."""

    actor: Actor

    @property
    def is_public(self) -> bool:
        """Whether nobody in particular asks."""
        return self.actor.kind == "public"

    def matter_id(self, key: str) -> uuid.UUID:
        """The id of the matter reported under this request key (UUIDv4: a time would differ in a repeat)."""
        return uuid.UUID(bytes=keyed("jingwei.surfaces.api", self._named(key).encode())[:16], version=4)

    def follow_code(self, key: str) -> str | None:
        """The code to follow that matter by, the same in a repeat; partners follow by number instead."""
        return follow_code(self._named(key)) if self.is_public else None

    def _named(self, key: str) -> str:
        return f"{self.actor.reference}|{key}"


def asker_of(request: HttpRequest, secret: str = "", *, keyless: Limit | None = None) -> Asker:
    """Who asks, once counted against the rate (two statements with a key). `secret` is a key that came elsewhere than
    in the header; `keyless` is the rate of an address without one, if
    not that of reports. Raises Unanswerable: 401, 429."""
    header = f"Bearer {secret}" if secret else request.headers.get("Authorization")
    if header is None:
        _count(keyless or PUBLIC, address_of(request))
        return Asker(public("matter.report"))
    scheme, _, secret = header.partition(" ")
    found = actor_of_key(secret.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        _count(_FAILED, address_of(request))
        raise Unanswerable(HTTPStatus.UNAUTHORIZED, _WRONG_KEY, headers={"WWW-Authenticate": "Bearer"})
    actor, per_minute = found
    _count(Limit("api.key", per_minute, 60), str(actor.id))
    return Asker(actor)


def count_public(limit: Limit, request: HttpRequest) -> None:
    """Counts a request of anybody against the limit of its address. Raises Unanswerable: 429."""
    _count(limit, address_of(request))


def with_key(asker: Asker) -> Asker:
    """The asker, if it came with a key. Raises Unanswerable: 401."""
    if asker.is_public:
        raise Unanswerable(HTTPStatus.UNAUTHORIZED, _NO_KEY, headers={"WWW-Authenticate": "Bearer"})
    return asker


def check_form(request: HttpRequest) -> None:
    """Refuses, unread, a body that is too large or not said to be JSON. Raises Unanswerable: 413, 415."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length > LARGEST_BODY:
        raise Unanswerable(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)
    if length and request.content_type != "application/json":
        raise Unanswerable(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _NOT_JSON, place="Content-Type")


def _count(limit: Limit, whose: str) -> None:
    wait = wait_for(limit, whose)
    if wait:
        raise Unanswerable(HTTPStatus.TOO_MANY_REQUESTS, TOO_OFTEN, headers={"Retry-After": str(wait)})
