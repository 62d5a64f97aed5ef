"""Every view states who may use it; one that does not is refused at start and at run time."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import get_language

from jingwei.kernel.agencies.actors import actor_of_account
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.values.errors import Denied
from jingwei.kernel.values.grants import missing
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import NOT_KEPT, refused
from jingwei.kit.signing.device import beyond_wall
from jingwei.kit.signing.session import as_proved, ended_idle

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may use a view: anybody, whoever is signed in, or whoever holds a grant in some post."""

    kind: Literal["public", "signed_in", "grant"]
    words: str = ""  # the reason, or the grant


class ActorRequest(HttpRequest):
    """A request of somebody signed in; `actor` was built once, before the view."""

    actor: Actor
    withheld: frozenset[str]  # grants of the posts held that wait for a second factor


def _stating(permission: Permission) -> Callable[[View], View]:
    def state(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]  # functions carry attributes
        return view

    return state


def grants(grant: str) -> Callable[[View], View]:
    """For whoever holds `grant` in some post. Which matters it reaches is asked of the row, not here."""
    return _stating(Permission("grant", grant))


def signed_in(view: View) -> View:
    """For everybody who has signed in."""
    return _stating(Permission("signed_in"))(view)


def public(reason: str) -> Callable[[View], View]:
    """For everybody, and why."""
    if not reason:
        raise ImproperlyConfigured("a public view says why it is public")
    return _stating(Permission("public", reason))


def permission_of(view: Callable[..., Any]) -> Permission | None:
    """What a view states, itself or by its class."""
    stated = getattr(view, "permission", None) or getattr(getattr(view, "view_class", None), "permission", None)
    return stated if isinstance(stated, Permission) else None


class PermissionMiddleware:
    """Asks each view's permission before it runs, and gives the request its actor (one statement)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The view's answer; what only staff see is kept in no browser's cache."""
        response = self.get_response(request)
        if hasattr(request, "actor"):
            response.headers.setdefault("Cache-Control", NOT_KEPT)
        return response

    def process_view(
        self, request: ActorRequest, view: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """An answer in place of the view, or None. Raises ImproperlyConfigured for a view that states nothing."""
        permission = permission_of(view)
        if permission is None:
            raise ImproperlyConfigured(f"{_named(view)} states no permission; see jingwei.kit.permission")
        if beyond_wall(request, view):
            return refused(request, Denied(_WALL))
        if permission.kind == "public":
            return None
        if not request.user.is_authenticated:
            return _to_page(request, settings.LOGIN_URL)
        if ended_idle(request, view):
            return _to_page(request, settings.LOGIN_URL)
        now = datetime.datetime.now(datetime.UTC)
        actor = actor_of_account(request.user.pk, get_language() or "zh-hans", now)
        if actor is None:
            logout(request)
            return refused(request, Denied(_NOBODY))
        request.actor, request.withheld = as_proved(actor, request)
        if permission.kind == "grant" and not request.actor.holds(permission.words):
            if permission.words in request.withheld:
                return _to_page(request, settings.SECOND_FACTOR_URL)
            return refused(request, Denied(missing(permission.words)))
        return None


def _to_page(request: HttpRequest, page: str) -> HttpResponse:
    """A page of the sign-in; for a request of htmx, which would put it into the middle of another, by a header."""
    answer = redirect_to_login(request.get_full_path(), page)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": answer.url})
    return answer


_WALL = Text(
    "这台设备登记为大屏，只显示指标；请在另一台设备上办理。",
    "This device is enrolled as a wall and shows figures alone: use another device.",
)
_NOBODY = Text(
    "这个账户没有对应的在岗人员；请联系管理员。", "This account belongs to nobody in office; ask your administrator."
)


def _named(view: Callable[..., Any]) -> str:
    return f"{view.__module__}.{getattr(view, '__qualname__', type(view).__name__)}"


def all_views(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every route of the site with its view."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from all_views(pattern, f"{prefix}{pattern.pattern}")
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.pattern}", pattern.callback


def views_without() -> list[str]:
    """The routes whose views state no permission, a sentence each."""
    return [f"{route}: {_named(view)} states no permission" for route, view in all_views() if not permission_of(view)]


def check_views(**_: Any) -> list[CheckMessage]:
    """Django's system check."""
    remedy = "decorate it with grants, signed_in or public of jingwei.kit.permission"
    return [Error(sentence, hint=remedy, id="kit.E001") for sentence in views_without()]


def require_permissions() -> None:
    """Refuses to start a site with a view that states nothing. Raises ImproperlyConfigured."""
    found = views_without()
    if found:
        raise ImproperlyConfigured("; ".join(found))
