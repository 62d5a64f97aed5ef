"""Units, posts, people and shifts by Excel on the desk: the dry run first, then the file applied; and out again."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from jingwei.kernel.agencies.commands.known import EDIT
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.sheets import Sheet, template
from jingwei.kit.lists.taking import faults_table, kept_text, sent_workbook
from jingwei.kit.page import face_of, public_face, show
from jingwei.kit.parts.table import Cell, Table, still_table
from jingwei.kit.people.apply import Applied, apply
from jingwei.kit.people.export import workbook
from jingwei.kit.people.plan import VERBS, Change, plan_of
from jingwei.kit.people.sheets import SHEETS
from jingwei.kit.permission import ActorRequest, grants
from jingwei.kit.serving import file_answer

_LEAD = Text(
    "工作表：单位、岗位、人员、任岗、值班。先试算，看清每一处变动再导入；文件里没有写的一律不动，要结束的须写结束日期。",
    "Sheets: units, posts, people, holdings, shifts. Try it first and see every change before you import. What the "
    "file does not name is left alone; what is to end needs a date.",
)
_CHANGES = (
    ("sheet", Text("工作表", "Sheet")),
    ("row", Text("行", "Row")),
    ("verb", Text("变动", "Change")),
    ("what", Text("是什么", "Of what")),
)


@grants(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def import_(request: HttpRequest) -> HttpResponse:
    """Units, posts, people, holdings and shifts."""
    return enter_from_file(request, SHEETS, _LEAD)


def enter_from_file(request: HttpRequest, sheets: Sequence[Sheet], lead: Text) -> HttpResponse:
    """Shows what the sheets of a file would change; the second button applies just that file. `?as=template` is a
    workbook to fill in."""
    if request.GET.get("as") == "template":
        face = public_face()
        content = template(sheets, get_language() or "zh-hans", face.file_mark)
        return file_answer(content, face.file_name("template"), "xlsx")
    actor = cast(ActorRequest, request).actor
    content = sent_workbook(request) if request.method == "POST" else b""
    applied: Applied | None = None
    with reading(actor) as scope:
        face = face_of(scope)
        plan = plan_of(scope, content, face.zone, sheets) if content else None
    if plan is not None and not plan.faults and request.POST.get("apply") == "1":
        applied = apply(actor, plan)
    context = {
        "lead": lead,
        "plan": plan,
        "faults": faults_table(plan.faults) if plan else None,
        "changes": _changes_table(sheets, plan.changes) if plan else None,
        "kept": kept_text(content),
        "applied": applied,
        "links": [(login, request.build_absolute_uri(path)) for login, path in applied.links.items()]
        if applied
        else [],
    }
    wrong = plan is not None and (plan.faults or (applied is not None and applied.fault))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return show(request, "desk/agencies/import.html", face, context, status)


def _changes_table(sheets: Sequence[Sheet], changes: Sequence[Change]) -> Table:
    titles = {sheet.key: sheet.title for sheet in sheets}
    rows = [
        {
            "sheet": Cell(words=titles[one.kind]),
            "row": Cell(number=one.row.number),
            "verb": Cell(words=VERBS[one.verb]),
            "what": Cell(text=one.what),
        }
        for one in changes
    ]
    return still_table(_CHANGES, rows)


@grants(EDIT)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The city's units, posts, people and shifts as a workbook."""
    with reading(cast(ActorRequest, request).actor) as scope:
        face = face_of(scope)
        content = workbook(scope, face.zone, get_language() or "zh-hans", face.file_mark)
    return file_answer(content, face.file_name("people"), "xlsx")
