"""The residents' pages: what this is, follow, and what is not done."""

import datetime
import uuid
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import Act, Urge
from jingwei.kernel.matters.commands.urge import URGE
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.subjects.commands import USE
from jingwei.kernel.subjects.erasing import WishErasure
from jingwei.kernel.values.errors import Conflict, Invalid
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import NOT_KEPT, slow_down, status_of
from jingwei.kit.forms import new_key, read_key, sent
from jingwei.kit.intake import (
    follow_digest,
)
from jingwei.kit.limits import TOO_OFTEN, Limit, address_of, wait_for
from jingwei.kit.page import Face, face_of, public_face, show
from jingwei.surfaces.portal.offers import FOLLOWER, fields_of, offered
from jingwei.surfaces.portal.queries import followed, party_of

FOLLOWING = Limit("portal.follow", 30, 600)

_NOT_YOURS = Text("这件事不能在这里办。", "This cannot be done here.")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page."""
    return show(request, "portal/home.html", public_face(), {})


@require_safe
def boundaries(request: HttpRequest) -> HttpResponse:
    """What this platform does not do."""
    return show(request, "portal/boundaries.html", public_face(), {})


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """A report by its code. The code comes by POST, so that it enters no address, log or history."""
    if (answer := without_code(request)) is not None:
        return answer
    with reading(public()) as scope:
        face = face_of(scope)
        found = followed(scope, request.POST.get("number", "")[:200], request.POST.get("code", "")[:200])
    if found is None:
        return unknown(request, face)
    return show_followed(request, face, {"found": found})


def without_code(request: HttpRequest) -> HttpResponse | None:
    """The form for a code, where none was sent; that it was too often. None for whoever goes on to ask by a code."""
    if request.method != "POST":
        return show(request, "portal/follow.html", public_face(), {})
    seconds = wait_for(FOLLOWING, address_of(request))
    return slow_down(request, TOO_OFTEN, seconds) if seconds else None


def unknown(request: HttpRequest, face: Face) -> HttpResponse:
    """The form once more, with what was typed, so that one wrong letter is mended and not typed anew."""
    typed = {name: request.POST.get(name, "")[:60] for name in ("code", "number")}
    answer = show(request, "portal/follow.html", face, {"unknown": True, **typed}, HTTPStatus.NOT_FOUND)
    answer["Cache-Control"] = NOT_KEPT
    return answer


def show_followed(
    request: HttpRequest, face: Face, said: Mapping[str, Any], status: int = HTTPStatus.OK
) -> HttpResponse:
    """The page of the report `found`, with what else there is to say of what was just done."""
    code = request.POST.get("code", "")[:200]
    with reading(public()) as scope:
        matter = Matter.objects.get(pk=said["found"].matter)
        said = {**said, "offers": offered(scope, matter, request.POST.dict(), said.get("refusal"))}
    answer = show(request, "portal/followed.html", face, {**said, "code": code, "form_key": new_key()}, status)
    answer["Cache-Control"] = NOT_KEPT
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def urge(request: HttpRequest) -> HttpResponse:
    """Whoever follows a report by its code asks for progress; then its page again. Without a code: the form for it."""
    return _done(request, _urge, "urged")


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest) -> HttpResponse:
    """An act that is open to whoever follows a report by its code; then its page again."""
    return _done(request, _act, "said")


def _done(request: HttpRequest, do: Callable[[uuid.UUID, Mapping[str, str]], None], told: str) -> HttpResponse:
    """Does what a follower asks and shows the page again, which tells of it by the name `told` or of the refusal."""
    if (answer := without_code(request)) is not None:
        return answer
    number, code = request.POST.get("number", "")[:200], request.POST.get("code", "")[:200]
    with reading(public()) as scope:
        face, found = face_of(scope), followed(scope, number, code)
    if found is None:
        return unknown(request, face)
    said: dict[str, Any] = {told: True}
    status: int = HTTPStatus.OK
    try:
        do(found.matter, request.POST)
    except (Invalid, Conflict) as refusal:
        said, status = {"refusal": refusal}, status_of(refusal)
    with reading(public()) as scope:
        found = followed(scope, number, code)
    return show_followed(request, face, {**said, "found": found}, status)


@require_http_methods(["GET", "HEAD", "POST"])
def forget(request: HttpRequest) -> HttpResponse:
    """Whoever follows a report by its code wishes that the contact left with it be erased; two of staff decide. The
    answer is a number and a day. Without a code: the form for it."""
    if (answer := without_code(request)) is not None:
        return answer
    number, code = request.POST.get("number", "")[:200], request.POST.get("code", "")[:200]
    with reading(public()) as scope:
        face, party = face_of(scope), party_of(number, code)
        found = followed(scope, number, code)
    if party is None or found is None:
        return unknown(request, face)
    try:
        key, _ = read_key(request.POST.get("_key", ""))
        wish = WishErasure(matter_id=party.matter_id, party=party.pk)
        result = execute(public(USE), wish, f"{key}:forget")
    except (Invalid, Conflict) as refusal:
        return show_followed(request, face, {"found": found, "refusal": refusal}, status_of(refusal))
    with reading(public()) as scope:
        found = followed(scope, number, code)
    until = datetime.datetime.fromisoformat(str(result["answer_by"]))
    return show_followed(request, face, {"found": found, "wish": {"number": result["number"], "until": until}})


def _urge(matter_id: uuid.UUID, post: Mapping[str, str]) -> None:
    key, _ = read_key(post.get("_key", ""))
    execute(public(URGE), Urge(matter_id=matter_id, follow=follow_digest(post.get("code", "")[:200])), key)


def _act(matter_id: uuid.UUID, post: Mapping[str, str]) -> None:
    """Sends the act. Raises Invalid for one that is not open to followers, else as the command."""
    with reading(public()):
        matter = Matter.objects.get(pk=matter_id)
    declared = type_of(matter.type, matter.type_version).action(post.get("action", "")[:30])
    if declared is None or not FOLLOWER.holds(declared.grant):
        raise Invalid(_NOT_YOURS, place="action")
    values = {name: value for name, value in sent(fields_of(declared), post).items() if value.strip()}
    reason = values.pop("reason", "")
    key, _ = read_key(post.get("_key", ""))
    command = Act(matter_id=matter.pk, action=declared.key, fields=values, reason=reason, grant=declared.grant)
    execute(FOLLOWER, command, key)
