"""`/work/act/`: one act on the matters chosen in a list. It asks for what the act needs, then tells row by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST

from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import READ
from jingwei.kernel.matters.types import Action, MatterType, type_of
from jingwei.kernel.reads.note import note_reads, seen
from jingwei.kernel.values.errors import Invalid, not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.acts.orders import fields_of
from jingwei.kit.answers import status_of
from jingwei.kit.forms import read_key, sent
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.acting.many import NO_SUCH, Acted, Order, act_on_each, found_by_number, read_chosen
from jingwei.surfaces.desk.offers import Attempt, offer_of
from jingwei.surfaces.desk.queries import category_title, place_name

_ALONE = Text("这个动作要附文件，请逐件办理。", "This act needs files: do it on each matter alone.")


@grants(READ)
@require_POST
def act_on_many(request: HttpRequest) -> HttpResponse:
    """Without a form's key it asks what the act needs; with one it acts on each and tells what became of it.

    `numbers` (repeated; `NUMBER` or `NUMBER~VERSION`), `action`, the act's own fields, `back` (the list's filters).
    Raises Denied where none of the matters is in scope, Invalid for a choice that is none.
    """
    actor, action = cast(ActorRequest, request).actor, request.POST.get("action", "")[:60]
    chosen = read_chosen(request.POST.getlist("numbers"))
    with reading(actor) as scope:
        matters = found_by_number(scope, [number for number, _ in chosen])
    shape = _shape_of(matters, action)
    if not request.POST.get("_key"):
        return _asked(request, chosen, matters, shape)
    values = sent(fields_of(shape.type, action), request.POST)
    orders = [Order(number, action, values, version) for number, version in chosen]
    done = act_on_each(actor, orders, read_key(request.POST["_key"]))
    first = done[0].refusal
    if isinstance(first, Invalid) and first.place in values and not any(one.state for one in done):
        return _asked(request, chosen, matters, shape, Attempt(action, values, first))
    return _outcome(request, shape, done)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the act is, as the first type that declares it says."""

    type: MatterType
    action: Action


def _shape_of(matters: dict[str, Matter], action: str) -> _Shape:
    """Raises Denied where nothing is in scope, Invalid for an act that none of them has or that needs files."""
    types = [type_of(one.type, one.type_version) for one in matters.values()]
    if not types:
        raise not_found()
    found = next((_Shape(one, declared) for one in types if (declared := one.action(action))), None)
    if found is None:
        raise Invalid(NO_SUCH, place="action")
    if any(rule.least for rule in found.action.files):
        raise Invalid(_ALONE, place="action")
    return found


def _asked(
    request: HttpRequest,
    chosen: list[tuple[str, int | None]],
    matters: dict[str, Matter],
    shape: _Shape,
    attempt: Attempt | None = None,
) -> HttpResponse:
    actor, action = cast(ActorRequest, request).actor, shape.action
    with reading(actor) as scope:
        face = face_of(scope)
        offer = offer_of(scope, shape.type, action.key, action.title, attempt)
        rows = [_row(scope, matters.get(number), number, version, action.begins) for number, version in chosen]
    note_reads(actor, "list", (seen(one) for one in matters.values()))
    context = {"offer": offer, "action": action.key, "rows": rows, "back": _back(request.POST)}
    status = status_of(attempt.refusal) if attempt and attempt.refusal else HTTPStatus.OK
    return show(request, "desk/acting/ask.html", face, context, status)


def _row(
    scope: Scope, matter: Matter | None, number: str, version: int | None, begins: tuple[str, ...]
) -> dict[str, object]:
    """A matter of the page that asks; what its state bars is said before anything is sent."""
    if matter is None:
        return {"number": number, "found": False}
    return {
        "number": number,
        "found": True,
        "chosen": f"{number}~{matter.version if version is None else version}",
        "category": category_title(scope, matter.category),
        "place": place_name(scope, matter.area_id),
        "state": type_of(matter.type, matter.type_version).state(matter.state).title,
        "barred": matter.state not in begins,
    }


def _outcome(request: HttpRequest, shape: _Shape, done: list[Acted]) -> HttpResponse:
    return outcome(request, shape.type, shape.action.title, done, reverse("desk:work") + _back(request.POST))


def outcome(
    request: HttpRequest, matter_type: MatterType, title: Text, done: Sequence[Acted], home: str
) -> HttpResponse:
    """The page that tells row by row; `home` is the list that whoever acted goes back to."""
    actor = cast(ActorRequest, request).actor
    with reading(actor) as scope:
        face = face_of(scope)
        shown = found_by_number(scope, [one.number for one in done]).values()
    note_reads(actor, "list", (seen(one) for one in shown))
    undo = next((one.undo for one in done if one.undo), "")
    context = {
        "title": title,
        "done": [one for one in done if one.state],
        "refused": [one for one in done if not one.state],
        "undo": matter_type.action(undo) if undo else None,
        "undone": [one.number for one in done if one.undo == undo] if undo else (),
        "home": home,
    }
    return show(request, "desk/acting/outcome.html", face, context)


def _back(post: QueryDict) -> str:
    """The list's filters as its address had them; nothing else is led to from here."""
    back = post.get("back", "")[:300]
    return back if back.startswith("?") else ""
