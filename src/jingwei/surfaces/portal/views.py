"""The residents' pages: what this is, report, follow, and what is not done."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.matters.commands import Act, Urge
from jingwei.kernel.matters.commands.urge import URGE
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import MatterType, type_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import Conflict, Invalid, Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import NOT_KEPT, slow_down, status_of
from jingwei.kit.forms import new_key, read_key, sent
from jingwei.kit.intake import (
    Taken,
    asked_fields,
    choices_of,
    follow_digest,
    parts_of,
    read_report,
    type_to_report,
    types_for,
)
from jingwei.kit.limits import TOO_OFTEN, Limit, address_of, wait_for, wait_for_all
from jingwei.kit.page import Face, face_of, public_face, show
from jingwei.kit.proving.receipts import receipt_of
from jingwei.kit.receiving import file_inputs, keep, received, wait_for_room
from jingwei.surfaces.portal.offers import FOLLOWER, fields_of, offered
from jingwei.surfaces.portal.queries import followed

REPORTS_OF_ADDRESS = Limit("portal.report", 30, 3600)  # a house behind one router reports more than one person does
REPORTS_OF_KEY = Limit("portal.report.key", 6, 600)  # one filling in of the form, sent again and again
FOLLOWING = Limit("portal.follow", 30, 600)

RESIDENT = public("matter.report")
"""Whoever reports without signing in."""

_NO_TEXT = Text("请写明发生了什么。", "Please say what is wrong.")
_NOT_YOURS = Text("这件事不能在这里办。", "This cannot be done here.")
_NOT_OPEN = Text("请从列表中选择一类。", "Please choose a kind from the list.")


def emergency_of(scope: Scope) -> Text | None:
    """What the city says to whoever is in danger (its word `emergency`); None where it says nothing."""
    return rules_of(scope).word("emergency", scope.now.date())


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page."""
    return show(request, "portal/home.html", public_face(), {})


@require_safe
def boundaries(request: HttpRequest) -> HttpResponse:
    """What this platform does not do."""
    return show(request, "portal/boundaries.html", public_face(), {})


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, type: str = "") -> HttpResponse:  # noqa: A002  # the route's word
    """The report form of a type, and the receipt. A form sent twice is one report, with the same number and the same
    code. Raises Denied, in plain words, for a type that residents do not report."""
    if request.method != "POST":
        return _form(request, type, None)
    seconds = wait_for_room(request)
    seconds = seconds or wait_for_all(
        (REPORTS_OF_ADDRESS, address_of(request)), (REPORTS_OF_KEY, request.POST.get("_key", "")[:200])
    )
    if seconds:
        return slow_down(request, TOO_OFTEN, seconds)
    with reading(RESIDENT) as scope:
        chosen = type_to_report(scope, RESIDENT, type)
    files: list[FileGiven] = []
    try:
        files = received(request, RESIDENT, chosen.files)
        taken = _taken(request, chosen, files)
        result = execute(RESIDENT, taken.command, taken.key)
    except (Invalid, Conflict) as refusal:
        return _form(request, chosen.key, refusal, files)
    with reading(public()) as scope:
        known = rules_of(scope).categories(scope.now.date()).get(taken.command.category)
        warning = emergency_of(scope) if known and known.urgency == "U1" else None
    receipt = receipt_of(result, chosen)
    context = {"number": result["number"], "code": taken.code, "emergency": warning, "receipt": receipt}
    answer = show(request, "portal/receipt.html", public_face(), context)
    answer["Cache-Control"] = NOT_KEPT
    return answer


def _taken(request: HttpRequest, matter_type: MatterType, files: Sequence[FileGiven]) -> Taken:
    asked = asked_fields(matter_type, staff=False)
    taken = read_report(matter_type, asked, request.POST, "portal", files)
    with reading(public()) as scope:
        category = rules_of(scope).categories(scope.now.date()).get(taken.command.category)
    if category is None or not (category.open and category.leaf):
        raise Invalid(_NOT_OPEN, place="category")
    if any(one.key == "text" for one in asked) and "text" not in taken.command.fields:
        raise Invalid(_NO_TEXT, place="text")
    return taken


def _form(request: HttpRequest, key: str, refusal: Refusal | None, files: Sequence[FileGiven] = ()) -> HttpResponse:
    with reading(RESIDENT) as scope:
        face, matter_type, warning = face_of(scope), type_to_report(scope, RESIDENT, key), emergency_of(scope)
        choices = choices_of(scope, matter_type, open_only=True)
        others = [one for one in types_for(scope, RESIDENT) if one is not matter_type]
    values = request.POST.dict()
    context = {
        "chosen": matter_type,
        "others": others,
        "parts": parts_of(choices, asked_fields(matter_type, staff=False), values, refusal),
        "files": file_inputs(matter_type.files, files, refusal),
        "kept": keep(files),
        "refusal": refusal,
        "emergency": warning,
        "form_key": new_key(),
        "anonymous": bool(values.get("anonymous")),
    }
    return show(request, "portal/report.html", face, context, status_of(refusal) if refusal else HTTPStatus.OK)


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
