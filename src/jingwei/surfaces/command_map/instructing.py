"""An instruction from the command map: one form, to one unit. That it was signed for and answered is seen on the map
within seconds, by the stages of the instructions."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import Conflict, Denied, Invalid, Refusal, not_found
from jingwei.kernel.values.grants import missing
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import status_of
from jingwei.kit.forms import Group, Input, error_at, inputs_of, new_key, sent
from jingwei.kit.intake import read_report, types_used
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, signed_in
from jingwei.kit.templatetags.kit import language_now
from jingwei.surfaces.command_map.figures import Counted, standing_of
from jingwei.surfaces.command_map.seat import seat_of, told_type
from jingwei.surfaces.command_map.units import units_to_tell

_CHANNEL = "command"
_LONGEST = 60  # characters of a code
_LATE = Text(
    "你单位现有逾期未办结事项 {} 件（未结共 {} 件）。请今日内逐件办理，办不完的说明原因和办结时间，并反馈。",
    "Your unit has {} overdue matters ({} open in all). Please deal with each of them today; of those that cannot be "
    "done say why, and when they will be, and answer.",
)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def instruct(request: HttpRequest) -> HttpResponse:
    """The form, and what it sends; a refused one is shown as it was filled in."""
    actor, refusal = cast(ActorRequest, request).actor, None
    with reading(actor) as scope:
        kind = _kind(scope)
    if request.method == "POST":
        try:
            taken = read_report(kind, kind.fields, request.POST, _CHANNEL)
            done = execute(actor, replace(taken.command, unit=_code(request.POST, "unit")), taken.key)
            return HttpResponseRedirect(f"{reverse('command_map:home')}?told={done['number']}")
        except (Conflict, Denied, Invalid) as refused:
            if isinstance(refused, Denied) and not refused.found:
                raise
            refusal = refused
    with reading(actor) as scope:
        face = face_of(scope)
        given = request.POST if request.method == "POST" else _drafted(scope, kind, request.GET)
        inputs = _inputs(scope, kind, given, refusal)
    elsewhere = refusal.reason if refusal and refusal.place not in {one.name for one in inputs} else None
    status = status_of(refusal) if refusal else HTTPStatus.OK
    context = {"inputs": inputs, "error": elsewhere, "form_key": new_key()}
    return show(request, "command_map/instruct.html", face, context, status)


def _kind(scope: Scope) -> MatterType:
    """What the city's centres tell units. Raises Denied: as not found where there is no such type, or without the grant
    to issue it."""
    kind = told_type(types_used(scope))
    if kind is None:
        raise not_found()
    if not scope.actor.holds(kind.report_grant):
        raise Denied(missing(kind.report_grant))
    return kind


def _code(given: Mapping[str, str], name: str) -> str:
    return given.get(name, "").replace("\0", "")[:_LONGEST]


def _drafted(scope: Scope, kind: MatterType, given: QueryDict) -> QueryDict:
    """What the form begins with: where the unit has matters that are late, the words that ask it to deal with them, in
    the officer's language. So what is told most often takes one press."""
    wanted = next((one.key for one in kind.fields if one.kind == "text" and one.required), None)
    if wanted is None or given.get(wanted) or not scope.actor.holds("measures.read"):
        return given
    stands = standing_of(scope, seat_of(scope)).by_unit.get(_code(given, "unit"), Counted())
    if not stands.overdue:
        return given
    drafted = given.copy()
    drafted[wanted] = _LATE.in_(language_now()).format(stands.overdue, stands.open)
    return drafted


def _inputs(scope: Scope, kind: MatterType, given: Mapping[str, str], refusal: Refusal | None) -> list[Input]:
    """To whom, of which class, and the declared fields."""
    classes = rules_of(scope).categories(scope.today).items()
    kinds = tuple((key, one.title) for key, one in classes if one.leaf and one.type == kind.key)
    chosen = {"unit": _code(given, "unit"), "category": _code(given, "category") or (kinds[0][0] if kinds else "")}
    choices = {"unit": tuple((one.code, one.name) for one in units_to_tell(scope, kind)), "category": kinds}
    titles = {"unit": Text("下达给", "To"), "category": Text("指令类别", "Kind of instruction")}
    asked = [
        Input(
            name=name,
            title=titles[name],
            kind=name,
            id=name,
            value=chosen[name],
            required=True,
            groups=(Group(Text("", ""), choices[name]),),
            error=error_at(name, refusal),
        )
        for name in titles
    ]
    return asked + inputs_of(kind.fields, groups={}, values=sent(kind.fields, given), refusal=refusal)
