"""The page that takes in a workbook of rules: what each row would change, then that very file put into a draft."""

import datetime
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.rulebook.drafting import BeginDraft, ChangeDraft, NewValue
from jingwei.kernel.rulebook.drafting.rules import GRANT
from jingwei.kernel.rulebook.parameters import PARAMETERS
from jingwei.kernel.values.errors import Invalid, Refusal, not_found
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import new_key, read_key
from jingwei.kit.lists.taking import faults_table, kept_text, sent_workbook
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, grants
from jingwei.kit.serving import file_answer
from jingwei.surfaces.desk.rules.drafts.difference import Line, difference, drafted, title_of
from jingwei.surfaces.desk.rules.drafts.reading import DraftLine, open_drafts
from jingwei.surfaces.desk.rules.drafts.sheet import RuleSheet, Taken, in_sheets
from jingwei.surfaces.desk.rules.pages import parts

_FROM_EXCEL = Text("从 Excel 导入", "From Excel")
_NOTHING = Text("文件里没有改动。", "The file changes nothing.")


@dataclass(frozen=True, slots=True)
class Would:
    """What one row would change."""

    title: Text
    subject: str
    is_new: bool
    ends: bool
    lines: tuple[Line, ...]


@grants(GRANT)
@require_http_methods(["GET", "HEAD", "POST"])
def import_rules(request: HttpRequest, parameter: str) -> HttpResponse:
    """Shows what the file that is sent would change, or puts the one that was shown into the draft that is written,
    else into a new one from tomorrow. Raises Denied as not found for what comes by no file, Invalid for no workbook."""
    actor = cast(ActorRequest, request).actor
    if not in_sheets(parameter):
        raise not_found()
    content = sent_workbook(request) if request.method == "POST" else b""
    with reading(actor) as scope:
        face = face_of(scope)
        draft = next((one for one in open_drafts(scope) if one.state == "open"), None)
        tomorrow = scope.today + datetime.timedelta(days=1)
        sheet = RuleSheet(scope, parameter, draft.from_on if draft else tomorrow)
        if request.GET.get("as") == "template":
            file = sheet.workbook(get_language() or "zh-hans", face.file_mark)
            return file_answer(file, face.file_name(f"rules-{parameter}"), "xlsx")
        taken = sheet.taken(content, face.zone) if content else None
        would = [_would(scope, sheet, one) for one in taken.values] if taken else []
        context: dict[str, Any] = {"parameter": PARAMETERS[parameter], "parts": parts(scope)}
    refused: Refusal | None = None
    if taken and request.POST.get("apply") == "1" and not taken.faults:
        try:
            key, _ = read_key(request.POST.get("_key", ""))
            result = execute(actor, _command(parameter, draft, tomorrow, taken, get_language() or "zh-hans"), key)
        except Invalid as refusal:
            refused = refusal
        else:
            address = f"{reverse('desk:rules_draft', args=[result['draft']])}?done=1"
            return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
    context |= {"taken": taken, "would": would, "draft": draft, "tomorrow": tomorrow, "refused": refused}
    context |= {"faults": faults_table(taken.faults) if taken else None, "kept": kept_text(content), "key": new_key()}
    wrong = refused or (taken and taken.faults)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return show(request, "desk/drafts/from_excel.html", face, context, status)


def _command(parameter: str, draft: DraftLine | None, tomorrow: datetime.date, taken: Taken, language: str) -> Command:
    """Raises Invalid where nothing would change."""
    if not taken.values:
        raise Invalid(_NOTHING)
    if draft is not None:
        return ChangeDraft(draft_id=draft.id, values=taken.values)
    title = f"{PARAMETERS[parameter].title.in_(language)} · {_FROM_EXCEL.in_(language)}"
    return BeginDraft(draft_id=new_id(), title=title, from_on=tomorrow, values=taken.values)


def _would(scope: Scope, sheet: RuleSheet, value: NewValue) -> Would:
    dated = sheet.standing.get(value.subject)
    after = drafted(value.subject, value.content, value.basis) if value.content is not None else None
    title = title_of(scope, value.parameter, value.subject, value.content or (dated.content if dated else None))
    lines = difference(scope, value.parameter, dated, after)
    return Would(title, value.subject, dated is None, value.content is None, lines)
