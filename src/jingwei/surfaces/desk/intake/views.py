"""The page for telephone and counter: write, look at what is proposed, send; by keyboard, and without scripts."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.registry import Result
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.rules.naming import units_to_name
from jingwei.kernel.matters.types import Action
from jingwei.kernel.reads.note import note_reads
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import Conflict, Invalid, Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import status_of
from jingwei.kit.forms import Group, Input, error_at, inputs_of, new_key
from jingwei.kit.intake import choices_of, parts_of, type_to_report, types_for
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, signed_in
from jingwei.kit.printing.sheets import papers_of
from jingwei.kit.proving.receipts import receipt_of
from jingwei.kit.receiving import file_inputs, keep, received
from jingwei.surfaces.desk.intake.proposals import Proposals, proposals_for
from jingwei.surfaces.desk.intake.sending import closing_acts, named, send, sending_of, values_of
from jingwei.surfaces.desk.intake.told import CHANNELS, Told

_CLOSING = "close:"
_REPORTER = "reporter"


@dataclass(frozen=True, slots=True)
class Closing:
    """An act of the page that reports and closes at once."""

    key: str
    title: Text
    inputs: tuple[Input, ...]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new_matter(request: HttpRequest) -> HttpResponse:
    """Proposes for what is typed, or takes it in. A form sent twice is one report, with the same number and code.
    Raises Denied for a type that the reader may not report."""
    actor = cast(ActorRequest, request).actor
    asked = request.POST if request.method == "POST" else request.GET
    with reading(actor) as scope:
        if not types_for(scope, actor):
            return show(request, "desk/intake/nothing.html", face_of(scope), {})
        chosen = type_to_report(scope, actor, asked.get("type", "")[:30])
    told = Told(chosen, {name: str(value) for name, value in asked.items()})
    if request.method != "POST":
        return _page(request, told)
    files: list[FileGiven] = []
    try:
        files = received(request, actor, told.type.files)
        wanted = told.post.get("_do", "")
        if wanted == "propose":
            return _page(request, told, files)
        with reading(actor) as scope:
            proposed = proposals_for(scope, told)
            closing = wanted.removeprefix(_CLOSING) if wanted.startswith(_CLOSING) else ""
            sending = sending_of(scope, told, proposed, files, closing)
        result, late = send(actor, sending)
    except (Invalid, Conflict) as refusal:
        return _page(request, told, files, refusal)
    said = {"code": sending.taken.code, "refusal": late, "receipt": receipt_of(result, told.type)}
    return _page(request, Told(told.type, {"channel": told.channel}), taken=_taken(actor, told, result, said))


def _page(
    request: HttpRequest,
    told: Told,
    files: Sequence[FileGiven] = (),
    refusal: Refusal | None = None,
    taken: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The form with what it proposes; `taken` is what came of the one before, told above the next, empty one."""
    actor = cast(ActorRequest, request).actor
    with reading(actor) as scope:
        face, choices = face_of(scope), choices_of(scope, told.type, open_only=False)
        proposed = proposals_for(scope, told)
        channels, types = _channels(scope, told), types_for(scope, actor)
        units = [_units(scope, told, proposed, refusal)] if told.type.names_unit else []
    note_reads(actor, "alike", (one.seen for one in proposed.alike))
    values = {**proposed.request, **told.post, **_untouched(told, proposed)}
    parts, axes = parts_of(choices, told.fields, values, refusal), {one.key for one in told.what if one.limits}
    context: dict[str, Any] = {
        "type": told.type,
        "types": types,
        "parts": parts,
        "proposed": proposed,
        "axes": [(one, proposed.request.get(one.name, "")) for one in parts.what if one.name in axes],
        "further": units + [one for one in parts.what if one.name not in axes and one.kind != "text"],
        "other_category": _other(parts.category, told, proposed),
        "channels": channels,
        "caller": _REPORTER in told.type.parties,
        "anonymous": bool(told.post.get("anonymous")),
        "lesson": told.post.get("lesson", "0"),
        "other_cell": told.post.get("other_cell", ""),
        "files": file_inputs(told.type.files, files, refusal),
        "kept": keep(files),
        "closings": [_closing(one, told, refusal) for one in closing_acts(actor, told.type)],
        "refusal": refusal,
        "taken": taken,
        "who": actor.reference,
        "form_key": told.post.get("_key") if told.post.get("_do") == "propose" else new_key(),
    }
    return show(request, "desk/intake/intake.html", face, context, status_of(refusal) if refusal else HTTPStatus.OK)


def _untouched(told: Told, proposed: Proposals) -> dict[str, str]:
    """A field whose choice the clerk left as it was proposed follows the new proposal."""
    return {
        one.key: proposed.request.get(one.key, "")
        for one in told.what
        if one.limits and told.post.get(one.key, "") == told.post.get(f"proposed_{one.key}", "")
    }


def _other(category: Input, told: Told, proposed: Proposals) -> Input:
    """The whole catalogue, for whoever finds none of the proposals right."""
    shown = any(one.chosen for one in proposed.classes)
    title = Text("目录中的其他类别", "Another class of the catalogue") if proposed.classes else category.title
    value = "" if shown else proposed.category
    return replace(category, name="other_category", id="category", title=title, value=value, required=False)


def _channels(scope: Scope, told: Told) -> Input:
    rules, on = rules_of(scope), scope.today
    titles = tuple((key, rules.word(f"channel.{key}", on) or title) for key, title in CHANNELS.items())
    return Input(
        name="channel",
        title=Text("来源渠道", "How it came"),
        kind="choice",
        id="channel",
        value=told.channel,
        groups=(Group(Text("", ""), titles),),
    )


def _units(scope: Scope, told: Told, proposed: Proposals, refusal: Refusal | None) -> Input:
    """The unit that it is for, of those where somebody can sign for it there."""
    lft = proposed.place.lft if proposed.place else None
    units = units_to_name(scope.actor, told.type, agencies_of(scope), lft)
    return Input(
        name="unit",
        title=Text("给哪个单位", "For which unit"),
        kind="unit",
        id="unit",
        value=told.unit,
        required=True,
        groups=(Group(Text("", ""), tuple((one.code, one.name) for one in units)),),
        error=error_at("unit", refusal),
    )


def _closing(action: Action, told: Told, refusal: Refusal | None) -> Closing:
    inputs = inputs_of(action.fields, groups={}, values=values_of(action, told.post), refusal=refusal)
    own = [replace(one, name=named(action, one.name), id=named(action, one.name), required=False) for one in inputs]
    return Closing(action.key, action.title, tuple(own))


def _taken(actor: Actor, told: Told, result: Result, said: Mapping[str, Any]) -> dict[str, Any]:
    """Whoever reported sees the receipt, even of a matter that is another unit's from now on."""
    reported = uuid.UUID(str(result["matter"]))
    with reading(actor, granted=[reported]) as scope:
        matter = Matter.objects.select_related("detail").get(pk=reported)
        known = rules_of(scope).categories(scope.today).get(matter.category)
        return {
            "matter": matter,
            "number": matter.number,
            **said,
            "unplaced": matter.area_id is None and matter.closed_at is None,
            "papers": [one for one in papers_of(actor, matter) if one.reader == "resident"],
            "emergency": rules_of(scope).word("emergency", scope.today) if known and known.urgency == "U1" else None,
        }
