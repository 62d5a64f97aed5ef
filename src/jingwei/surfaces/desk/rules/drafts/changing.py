"""The page on which one value is edited, named anew or ended: into the draft being written, or into a new one."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jingwei.kernel.commands.registry import Command
from jingwei.kernel.commands.scope import Scope, as_uuid, reading
from jingwei.kernel.rulebook.drafting import BeginDraft, ChangeDraft, NewValue
from jingwei.kernel.rulebook.drafting.rules import GRANT, LONGEST_TITLE
from jingwei.kernel.rulebook.models import DraftChange
from jingwei.kernel.rulebook.parameters import PARAMETERS
from jingwei.kernel.rulebook.snapshot import Dated, rules_of
from jingwei.kernel.values.errors import Invalid, not_found
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import Input
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.doing import Reader, Refused, choice, done_by, form, status_after
from jingwei.surfaces.desk.rules.drafts.difference import title_of
from jingwei.surfaces.desk.rules.drafts.editing import (
    content_of,
    editable,
    inputs_of,
    naming,
    since,
    taken_problem,
    usual,
)
from jingwei.surfaces.desk.rules.drafts.reading import DraftLine, open_drafts
from jingwei.surfaces.desk.rules.pages import parts
from jingwei.surfaces.desk.rules.values import Row, rows_of

PUT, END = Text("放进草案", "Put into the draft"), Text("不再适用", "End this value")
_NEW = "new"
_DRAFT, _ANEW = Text("草案", "Draft"), Text("另起一份草案", "A new draft")
_BASIS = Text("依据", "Basis")
_BASIS_HINT = Text("文号、会议、标准；不写人名。", "A document, a meeting, a standard; no names of persons.")
_FROM = Text("自哪天起", "In force from")
_BAD_DAY = Text("请写日期，如 2026-12-01。", "Give a day, such as 2026-12-01.")


@dataclass(frozen=True, slots=True)
class _Edited:
    """What is edited: the value as it stands, as the draft has it already, and the drafts it may go into."""

    parameter: str
    subject: str  # "" for a new one
    title: Text
    standing: Dated | None
    content: Mapping[str, Any] | None  # what the form begins with
    basis: str
    drafts: tuple[DraftLine, ...]
    today: datetime.date


@grants(GRANT)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, parameter: str) -> HttpResponse:
    """The form of the value `?subject=`, or without one of a new value; it writes into a draft and nowhere else.
    Raises Denied as not found for what is not edited here."""
    actor, subject, tried = cast(ActorRequest, request).actor, request.GET.get("subject", ""), None
    if not editable(parameter) or not (subject or naming(parameter)):
        raise not_found()
    if request.method == "POST":
        with reading(actor) as scope:
            edited = _edited(scope, parameter, subject, request.POST.get("draft", ""))
            readers = _readers(scope, edited)
        answer = done_by(request, actor, readers)
        if not isinstance(answer, Refused):
            address = f"{reverse('desk:rules_draft', args=[answer['draft']])}?done=1"
            return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
        tried = answer
    with reading(actor) as scope:
        face = face_of(scope)
        edited = _edited(scope, parameter, subject, request.GET.get("draft", ""))
        context = _context(scope, edited, tried)
    return show(request, "desk/drafts/change.html", face, context, status_after(tried))


def _context(scope: Scope, edited: _Edited, tried: Refused | None) -> dict[str, Any]:
    again = tried if tried and tried.act == "put" else None
    named = naming(edited.parameter) if not edited.subject else None
    inputs = [*(named.inputs(scope) if named else ()), *inputs_of(scope, edited.parameter, edited.content, again)]
    rows: tuple[Row, ...] = tuple(rows_of(scope, edited.parameter, edited.standing)) if edited.standing else ()
    end = form("end", END, _into(edited), tried=tried) if edited.standing and naming(edited.parameter) else None
    return {
        "parameter": PARAMETERS[edited.parameter],
        "parts": parts(scope),
        "wide": any(one.part for one in inputs),
        "edited": edited,
        "says": rows,
        "form": form("put", PUT, [*inputs, *_into(edited)], tried=tried),
        "end": end,
    }


def _edited(scope: Scope, parameter: str, subject: str, draft: str) -> _Edited:
    """Raises Denied as not found for a subject that has no value and stands in no draft."""
    drafts = tuple(one for one in open_drafts(scope) if one.state == "open")
    chosen = next((one for one in drafts if str(one.id) == draft), drafts[0] if drafts and draft != _NEW else None)
    on = chosen.from_on if chosen else scope.today
    standing = rules_of(scope).value(parameter, subject, on) if subject else None
    written = _written(chosen, parameter, subject) if subject else None
    content = (written.content if written else None) or (standing.content if standing else usual(parameter, subject))
    if subject and written is None and content is None:
        raise not_found()
    title = title_of(scope, parameter, subject, content) if subject else PARAMETERS[parameter].title
    in_order = tuple(sorted(drafts, key=lambda one: one != chosen))
    basis = written.basis if written else ""
    return _Edited(parameter, subject, title, standing, content, basis, in_order, scope.today)


def _written(chosen: DraftLine | None, parameter: str, subject: str) -> DraftChange | None:
    if chosen is None:
        return None
    return DraftChange.objects.filter(draft=chosen.id, parameter=parameter, subject=subject, left_out_at=None).first()


def _into(edited: _Edited) -> list[Input]:
    return into(edited.drafts, edited.basis, edited.today, since(edited.parameter))


def into(drafts: Sequence[DraftLine], basis: str, today: datetime.date, means: Text) -> list[Input]:
    """The basis, and the draft: one that is being written, else the day of a new one, with what that day `means`."""
    given = Input(name="basis", title=_BASIS, value=basis, required=True, longest=400, hint=_BASIS_HINT)
    tomorrow = (today + datetime.timedelta(days=1)).isoformat()
    if not drafts:
        return [given, Input(name="from_on", title=_FROM, kind="day", value=tomorrow, required=True, hint=means)]
    choices = [(str(one.id), _draft_words(one)) for one in drafts]
    return [given, choice("draft", _DRAFT, [*choices, (_NEW, _ANEW)], value=choices[0][0])]


def _draft_words(one: DraftLine) -> Text:
    return Text(f"{one.title}（{one.count} 项，自 {one.from_on}）", f"{one.title} ({one.count}, from {one.from_on})")


def _readers(scope: Scope, edited: _Edited) -> Mapping[str, Reader]:
    base = edited.content
    name = naming(edited.parameter)

    def put(values: Mapping[str, str], _: ZoneInfo) -> Command:
        subject = edited.subject
        if not subject and name is not None:
            subject = name.subject(values)
            taken = taken_problem(scope, edited.parameter, subject)
            if taken is not None:
                raise Invalid(taken, place="_code")
        content = content_of(edited.parameter, values, base)
        return _into_draft(scope, edited, values, subject, content)

    def end(values: Mapping[str, str], _: ZoneInfo) -> Command:
        return _into_draft(scope, edited, values, edited.subject, None)

    return {"put": put, "end": end}


def _into_draft(
    scope: Scope, edited: _Edited, values: Mapping[str, str], subject: str, content: Mapping[str, Any] | None
) -> Command:
    value = NewValue(
        parameter=edited.parameter, subject=subject, content=content, basis=values.get("basis", "").strip()
    )
    named = title_of(scope, edited.parameter, subject, content or edited.content)
    return drafting(values, value, named.in_(scope.actor.language), edited.today)


def drafting(
    values: Mapping[str, str], value: NewValue, title: str, today: datetime.date, documents: tuple[bytes, ...] = ()
) -> Command:
    """The command that puts a value into the draft that was chosen, or into a new one. Raises Invalid."""
    draft = as_uuid(values.get("draft", ""))
    if draft is not None:
        return ChangeDraft(draft_id=draft, values=(value,), documents=documents)
    day = read_day(values, "from_on", today + datetime.timedelta(days=1))
    title = title[:LONGEST_TITLE]
    return BeginDraft(draft_id=new_id(), title=title, from_on=day, values=(value,), documents=documents)


def read_day(values: Mapping[str, str], name: str, usual: datetime.date | None = None) -> datetime.date:
    """A day that a form brought; `usual` where it has no such input. Raises Invalid."""
    if name not in values and usual is not None:
        return usual
    try:
        return datetime.date.fromisoformat(values.get(name, ""))
    except ValueError as error:
        raise Invalid(_BAD_DAY, place=name) from error
