"""Units, posts, people and shifts by Excel on the desk: the dry run first, then the file applied; and out again."""

import base64
import binascii
from collections.abc import Sequence
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from jingwei.kernel.agencies.commands.known import EDIT
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.kit.page import face_of, show
from jingwei.kit.people.apply import Applied, apply
from jingwei.kit.people.export import workbook
from jingwei.kit.people.plan import VERBS, plan_of
from jingwei.kit.people.sheets import SHEETS, Sheet, template
from jingwei.kit.permission import ActorRequest, grants

MOST = 600_000
"""Bytes of a file taken on the desk; larger ones go through the console."""

_TOO_LARGE = Text(
    "文件超过 600 KB；请分成几份，或由管理员用命令行导入。",
    "The file is larger than 600 KB: split it, or have the administrator import it from the console.",
)
_LEAD = Text(
    "工作表：单位、岗位、人员、任岗、值班。先试算，看清每一处变动再导入；文件里没有写的一律不动，要结束的须写结束日期。",
    "Sheets: units, posts, people, holdings, shifts. Try it first and see every change before you import. What the "
    "file does not name is left alone; what is to end needs a date.",
)
_EMPTY = Text("文件是空的；请另选一个。", "The file is empty; choose another.")
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@grants(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def import_(request: HttpRequest) -> HttpResponse:
    """Units, posts, people, holdings and shifts."""
    return enter_from_file(request, SHEETS, _LEAD)


def enter_from_file(request: HttpRequest, sheets: Sequence[Sheet], lead: Text) -> HttpResponse:
    """Shows what the sheets of a file would change; the second button applies just that file. `?as=template` is a
    workbook to fill in."""
    if request.GET.get("as") == "template":
        return _book(template(sheets, get_language() or "zh-hans"), "template")
    actor = cast(ActorRequest, request).actor
    content = _sent(request) if request.method == "POST" else b""
    applied: Applied | None = None
    with reading(actor) as scope:
        face = face_of(scope)
        plan = plan_of(scope, content, face.zone, sheets) if content else None
    if plan is not None and not plan.faults and request.POST.get("apply") == "1":
        applied = apply(actor, plan)
    titles = {sheet.key: sheet.title for sheet in sheets}
    context = {
        "lead": lead,
        "plan": plan,
        "changes": [(titles[one.kind], VERBS[one.verb], one) for one in plan.changes] if plan else [],
        "kept": base64.b64encode(content).decode(),
        "applied": applied,
        "links": [(login, request.build_absolute_uri(path)) for login, path in applied.links.items()]
        if applied
        else [],
    }
    wrong = plan is not None and (plan.faults or (applied is not None and applied.fault))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return show(request, "desk/agencies/import.html", face, context, status)


def _sent(request: HttpRequest) -> bytes:
    """The file, or the one the dry run brought back. Raises Invalid."""
    given = request.FILES.get("file")
    if given is not None and not given.size:
        raise Invalid(_EMPTY, place="file")
    if given is not None and (given.size or 0) <= MOST:
        return bytes(given.read())
    try:
        content = base64.b64decode(request.POST.get("kept", ""), validate=True)
    except binascii.Error:
        content = b""
    if given is not None or not 0 < len(content) <= MOST:
        raise Invalid(_TOO_LARGE if given is not None else Text("请选择文件。", "Choose a file."), place="file")
    return content


@grants(EDIT)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The city's units, posts, people and shifts as a workbook."""
    with reading(cast(ActorRequest, request).actor) as scope:
        content = workbook(scope, face_of(scope).zone, get_language() or "zh-hans")
    return _book(content, "people")


def _book(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(content, content_type=_EXCEL, headers=headers)
