"""The report in steps: each page is a form that brings along what the others were told, so that nothing is kept here
before it is sent, and going back, reloading and errors lose nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.matters.types import Field, MatterType
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import Conflict, Invalid, Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import slow_down, status_of
from jingwei.kit.forms import Input, error_at, new_key, read_key
from jingwei.kit.intake import asked_fields, choices_of, parts_of, read_report, type_to_report, types_for
from jingwei.kit.limits import TOO_OFTEN, Limit, address_of, wait_for, wait_for_all
from jingwei.kit.page import face_of, show
from jingwei.kit.receiving import file_inputs, keep, read_kept, received, wait_for_room
from jingwei.surfaces.portal.reporting.alike import Alike, alike_to, join, read_same
from jingwei.surfaces.portal.reporting.kinds import kinds_for
from jingwei.surfaces.portal.reporting.offline import worker_of
from jingwei.surfaces.portal.reporting.receipt import receipt_page
from jingwei.surfaces.portal.reporting.steps import (
    ALIKE,
    DANGER,
    REACH,
    REVIEW,
    STEPS,
    WHAT,
    WHOLE,
    carried,
    check_until,
    danger_of,
    dangers_of,
    step_of,
)
from jingwei.surfaces.portal.where import found_at

REPORTS_OF_ADDRESS = Limit("portal.report", 30, 3600)  # a house behind one router reports more than one person does
REPORTS_OF_KEY = Limit("portal.report.key", 6, 600)  # one filling in of the form, sent again and again
LOOKING_UP = Limit("portal.report.place", 300, 600)  # while an address is being typed

RESIDENT = public("matter.report")
"""Whoever reports without signing in."""

SEND, OTHER = "send", "other"


@dataclass(frozen=True, slots=True)
class Draft:
    """A report as far as it was told: its type, what was typed, the files that came, the form's key."""

    type: MatterType
    fields: tuple[Field, ...]
    values: Mapping[str, str]
    files: Sequence[FileGiven]
    key: str
    alike: Sequence[Alike] = ()  # what others reported near by, while it is asked whether it is the same


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, type: str = "") -> HttpResponse:  # noqa: A002  # the route's word
    """A step of the report of a type, or the receipt. A form sent twice is one report, with the same number and the
    same code. Raises Denied, in plain words, for a type that residents do not report."""
    with reading(RESIDENT) as scope:
        chosen = type_to_report(scope, RESIDENT, type)
        fields = asked_fields(chosen, staff=False)
        blank = Draft(chosen, fields, {}, (), new_key())
        step = WHOLE if request.GET.get("step") == WHOLE else WHAT
        first = (face_of(scope), _context(scope, step, blank, None)) if request.method != "POST" else None
    if first is not None:
        return show(request, f"portal/report/{step}.html", *first)
    go = SEND if request.POST.get("same") else request.POST.get("go", SEND)
    if seconds := _wait(request, go):
        return slow_down(request, TOO_OFTEN, seconds)
    kept, key = read_kept(request.POST.get("_files", ""), chosen.files), request.POST.get("_key", "")[:200]
    draft = Draft(chosen, fields, _typed(request), kept, key)
    try:
        if request.FILES:
            draft = replace(draft, files=received(request, RESIDENT, chosen.files))
        return _go(request, go, draft)
    except (Invalid, Conflict) as refusal:
        return _page(request, step_of(refusal, fields), replace(draft, key=new_key()), refusal)


def _wait(request: HttpRequest, go: str) -> int:
    """Seconds to wait before the form is read: its files count by their size, its sending by address and by key, what
    others reported near by as any looking up does."""
    seconds = wait_for_room(request)
    if not seconds and go in (REACH, REVIEW):
        seconds = wait_for(LOOKING_UP, address_of(request))
    if seconds or go != SEND:
        return seconds
    key = request.POST.get("_key", "")[:200]
    return wait_for_all((REPORTS_OF_ADDRESS, address_of(request)), (REPORTS_OF_KEY, key))


def _typed(request: HttpRequest) -> dict[str, str]:
    """What was typed, by name; a cell chosen from those that the address may mean is the area meant."""
    values = {name: str(value) for name, value in request.POST.dict().items() if not name.startswith("_")}
    if values.get("cell"):
        values["area"] = values["cell"]
    if values.get("go") == OTHER:
        values[ALIKE] = OTHER
    return values


def _go(request: HttpRequest, go: str, draft: Draft) -> HttpResponse:
    """The page that was asked for, or the receipt. Raises Invalid where a step before it was told something wrong."""
    wanted = go if go in STEPS else REACH if go == OTHER else REVIEW
    read_key(draft.key)
    with reading(public()) as scope:
        danger = danger_of(scope, draft.values.get("category", ""))
        stopped = draft.values.get(DANGER) == "yes" and wanted != WHAT and danger is not None
        if not stopped:
            check_until(scope, draft.type, wanted, draft.fields, draft.values)
    if stopped:
        return _page(request, "stop", draft)
    if go != SEND:
        asked = wanted in (REACH, REVIEW) and draft.values.get(ALIKE) != OTHER
        alike = alike_to(draft.type, draft.values) if asked else []
        return _page(request, ALIKE if alike else wanted, replace(draft, alike=alike))
    other = read_same(draft.values["same"]) if draft.values.get("same") else None
    taken = read_report(draft.type, draft.fields, {**draft.values, "_key": draft.key}, "portal", draft.files)
    result = execute(RESIDENT, taken.command, taken.key)
    joined = other is not None and join(draft.type, taken.command.matter_id, other, taken.key)
    return receipt_page(request, taken, draft.type, result, joined=joined)


def _page(request: HttpRequest, step: str, draft: Draft, refusal: Refusal | None = None) -> HttpResponse:
    with reading(RESIDENT) as scope:
        face, context = face_of(scope), _context(scope, step, draft, refusal)
    status = status_of(refusal) if refusal else HTTPStatus.OK
    return show(request, f"portal/report/{step}.html", face, context, status)


def _context(scope: Scope, step: str, draft: Draft, refusal: Refusal | None) -> dict[str, Any]:
    parts = parts_of(choices_of(scope, draft.type, open_only=True), draft.fields, draft.values, refusal)
    code = draft.values.get("category", "")
    category = rules_of(scope).categories(scope.today).get(code)
    found, begins = found_at(scope, draft.values), step in (WHAT, WHOLE)
    return {
        "step": step,
        "number": STEPS.index(step) + 1 if step in STEPS else 2 if step == ALIKE else 0,
        "chosen": draft.type,
        "others": [one for one in types_for(scope, RESIDENT) if one is not draft.type],
        "parts": parts,
        "category": category.title if category else None,
        "urgent": category is not None and category.urgency == "U1",
        "values": draft.values,
        "danger": danger_of(scope, code),
        "dangers": [(one, not one.classes or code in one.classes) for one in dangers_of(scope)] if begins else [],
        "danger_error": error_at(DANGER, refusal),
        "files": file_inputs(draft.type.files, draft.files, refusal),
        "sends_files": begins and bool(draft.type.files),
        "sent_files": len(draft.files),
        "kept": keep(draft.files),
        "carried": carried(step, draft.fields, draft.values),
        "found": found,
        "alike": draft.alike,
        "picked": next((one for one in found.others if one.code == draft.values.get("cell")), None),
        "kinds": kinds_for(scope, draft.type, draft.values) if begins else None,
        "said": _said(parts.what),
        "placed": _said((*parts.where, *parts.point)),
        "reached": _said(parts.contact),
        "refusal": refusal,
        "form_key": draft.key,
        "worker": worker_of(scope),
    }


def _said(inputs: Sequence[Input]) -> list[tuple[Text, Text | str]]:
    """What was typed or chosen, in words, by the titles of the inputs."""
    told: list[tuple[Text, Text | str]] = []
    for one in inputs:
        choices = {key: title for group in one.groups for key, title in group.choices}
        words = choices.get(one.value, "") if one.groups else one.value
        if words:
            told.append((one.title, words))
    return told


@require_POST
def place(request: HttpRequest) -> HttpResponse:
    """The cell of what is being typed, or of the device's position: a part of the page, for htmx. By POST, so that no
    address of a person stands in a log."""
    if seconds := wait_for(LOOKING_UP, address_of(request)):
        return slow_down(request, TOO_OFTEN, seconds)
    values = _typed(request)
    with reading(public()) as scope:
        face, found = face_of(scope), found_at(scope, values)
    return show(request, "portal/report/found.html", face, {"found": found, "values": values})


@require_POST
def kinds(request: HttpRequest, type: str) -> HttpResponse:  # noqa: A002  # the route's word
    """The kinds that what is being typed may mean: a part of the page, for htmx. By POST, and kept nowhere. Raises
    Denied for a type that residents do not report."""
    if seconds := wait_for(LOOKING_UP, address_of(request)):
        return slow_down(request, TOO_OFTEN, seconds)
    with reading(RESIDENT) as scope:
        face, chosen = face_of(scope), type_to_report(scope, RESIDENT, type)
        context = {"kinds": kinds_for(scope, chosen, _typed(request), keep=True)}
    return show(request, "portal/report/kinds.html", face, context)
