"""Which enrolled workstation a browser is: its cookie holds a secret of which the city keeps the hash."""

import hashlib
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from jingwei.kernel.agencies.models import Workstation
from jingwei.kernel.commands.actor import system

COOKIES = {"counter": f"jw-counter{settings.COOKIE_SUFFIX}", "wall": f"jw-wall{settings.COOKIE_SUFFIX}"}
WALL = system("wall", "measures.read", "matter.read")
"""A figure is taken over what its reader may read: a wall counts every matter, and its pages show none."""

_YEARS = 5 * 365 * 24 * 3600  # browsers shorten it; then the machine is enrolled anew
View = TypeVar("View", bound=Callable[..., Any])


def digest_of(secret: str) -> bytes:
    """What is kept of a device's secret or of a one-time code: both are drawn at random, so no salt is needed."""
    return hashlib.sha256(secret.encode()).digest()


def new_secret() -> str:
    """What the browser keeps: 256 random bits."""
    return secrets.token_urlsafe(32)


def workstation_of(request: HttpRequest, kind: str) -> Workstation | None:
    """The workstation of this kind that the browser is; None for any other. One statement where there is a cookie."""
    kept = request.COOKIES.get(COOKIES[kind], "")
    if not kept:
        return None
    found = Workstation.objects.filter(digest=digest_of(kept[:100]), kind=kind, ended_at=None)
    return found.exclude(enrolled_at=None).first()


def keep(response: HttpResponseBase, kind: str, secret: str) -> None:
    """The browser is this workstation from now on, and no other."""
    for other, cookie in COOKIES.items():
        if other != kind:
            response.delete_cookie(cookie)
    response.set_cookie(
        COOKIES[kind],
        secret,
        max_age=_YEARS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def on_wall(view: View) -> View:
    """For what a wall may ask for."""
    view.on_wall = True  # type: ignore[attr-defined]  # functions carry attributes
    return view


def beyond_wall(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Whether the browser is an enrolled wall, and this is not what a wall shows."""
    return not getattr(view, "on_wall", False) and workstation_of(request, "wall") is not None
