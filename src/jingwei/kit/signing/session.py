"""What a session holds of its sign-in: the rule of that day, whether a second factor was proved, the last request.

The rule is read at the sign-in and holds for the session, so that no request asks for it again.
"""

import datetime
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from jingwei.kernel.agencies.factors.presence import arrive
from jingwei.kernel.agencies.models import Account
from jingwei.kernel.commands.actor import Actor
from jingwei.kit.kept.typed import path_held
from jingwei.kit.signing.agents import coarse
from jingwei.kit.signing.device import workstation_of
from jingwei.kit.signing.engine import IDLE, SEEN, SIGNED_IN
from jingwei.kit.signing.rule import sign_in_rule

PROVEN, ASKED = "second_factor", "second_factor_asked"
"""Which factor was proved; which grants ask for one."""

COUNTER = "counter"
"""In a session at a counter: after how many seconds without a touch it locks."""

HELD = "held"
"""In a session at a counter: the page on which something that was typed waits to be given back."""

_NOTED_EVERY = 60  # seconds: the last request is noted no more often
View = TypeVar("View", bound=Callable[..., Any])


@receiver(user_logged_in)
def begin(sender: Any, request: HttpRequest, user: Account, **_: Any) -> None:
    """A session that begins knows its rule and has proved nothing yet; at a counter it is short and taken up by PIN."""
    rule = sign_in_rule()
    request.session.pop(PROVEN, None)
    request.session[ASKED] = list(rule.second_factor)
    request.session[IDLE], request.session[SEEN] = rule.idle * 60, int(time.time())
    station = workstation_of(request, "counter")
    kind, device = ("counter", station.name) if station else ("browser", coarse(request.headers.get("User-Agent", "")))
    known = {"id": str(uuid.uuid4()), "kind": kind, "device": device, "at": request.session[SEEN]}
    request.session[SIGNED_IN] = known
    if station is not None:
        request.session[COUNTER] = request.session[IDLE] = rule.lock * 60
        arrive(station.pk, user, rule.midnight)
        request.session[HELD] = path_held(user.pk, datetime.datetime.now(datetime.UTC))


def own_id(request: HttpRequest) -> uuid.UUID | None:
    """By what the holder of this session knows it; None for one that was never signed in."""
    known = request.session.get(SIGNED_IN)
    return uuid.UUID(known["id"]) if known else None


def prove(request: HttpRequest, kind: str) -> None:
    """The session has proved a second factor; it goes on under another key."""
    request.session.cycle_key()
    request.session[PROVEN] = kind


def has_proved(request: HttpRequest) -> bool:
    """Whether a second factor was proved in this session."""
    return bool(request.session.get(PROVEN))


def as_proved(actor: Actor, request: HttpRequest) -> tuple[Actor, frozenset[str]]:
    """The actor with the grants that this session may use, and those that wait for a second factor."""
    if has_proved(request):
        return actor, frozenset()
    return without(actor, request.session.get(ASKED, ()))


def without(actor: Actor, asked: Iterable[str]) -> tuple[Actor, frozenset[str]]:
    """The actor less these grants, and which of them there were."""
    kept = frozenset(asked)
    withheld = kept & frozenset().union(*(duty.grants for duty in actor.duties))
    if not withheld:
        return actor, withheld
    duties = tuple(replace(duty, grants=duty.grants - withheld) for duty in actor.duties)
    return replace(actor, duties=duties), withheld


def in_background(view: View) -> View:
    """For what a page asks for by itself: it keeps no session alive."""
    view.in_background = True  # type: ignore[attr-defined]  # functions carry attributes
    return view


def ended_idle(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Ends a session that was idle for too long, and says so; notes the request otherwise."""
    seen, now = request.session.get(SEEN), int(time.time())
    if seen is None or now - seen > request.session.get(IDLE, 0):
        logout(request)
        return True
    if now - seen >= min(_NOTED_EVERY, request.session[IDLE] // 4) and not getattr(view, "in_background", False):
        request.session[SEEN] = now
    return False
