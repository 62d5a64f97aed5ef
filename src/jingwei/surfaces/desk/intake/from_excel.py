"""The page that takes in a sheet of matters reported elsewhere: what each row would do, then that very file entered."""

from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from jingwei.kernel.commands.scope import reading
from jingwei.kernel.reads.note import note_reads
from jingwei.kernel.values.words import Text
from jingwei.kit.intake import type_to_report, types_for
from jingwei.kit.lists.taking import faults_table, kept_text, sent_workbook
from jingwei.kit.page import face_of, show
from jingwei.kit.parts.table import Cell, still_table
from jingwei.kit.permission import ActorRequest, signed_in
from jingwei.kit.serving import file_answer
from jingwei.surfaces.desk.intake.entering import Line, take
from jingwei.surfaces.desk.intake.sheet import MOST, MatterSheet

_COLUMNS = (
    ("row", Text("行", "Row")),
    ("number", Text("对方编号", "Their number")),
    ("category", Text("类别", "Class")),
    ("outcome", Text("结果", "What becomes of it")),
    ("due", Text("期限", "Due")),
)
_WOULD, _DONE = Text("将登记", "would be entered"), Text("已登记", "entered")
_KNOWN = Text("以前登记过", "was entered before")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def import_matters(request: HttpRequest) -> HttpResponse:
    """Tries the file that is sent, or enters the one that was tried. Raises Denied for a type that the reader may not
    report, Invalid for a file that is none."""
    actor = cast(ActorRequest, request).actor
    with reading(actor) as scope:
        face, types = face_of(scope), types_for(scope, actor)
        if not types:
            return show(request, "desk/intake/nothing.html", face, {})
        chosen = type_to_report(scope, actor, request.GET.get("type", "")[:30])
        if request.GET.get("as") == "template":
            content = MatterSheet(scope, chosen).template(get_language() or "zh-hans", face.file_mark)
            return file_answer(content, face.file_name(f"template-{chosen.key}"), "xlsx")
    content = sent_workbook(request) if request.method == "POST" else b""
    do = bool(content) and request.POST.get("apply") == "1"
    taken = take(actor, chosen, content, face.zone, do=do) if content else None
    note_reads(actor, "list", taken.shown if taken else ())
    context = {
        "type": chosen,
        "types": types,
        "most": MOST,
        "taken": taken,
        "done": do,
        "lines": still_table(_COLUMNS, [_cells(one, do) for one in taken.lines]) if taken else None,
        "faults": faults_table(taken.faults) if taken else None,
        "kept": kept_text(content),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if taken and taken.faults else HTTPStatus.OK
    return show(request, "desk/intake/from_excel.html", face, context, status)


def _cells(one: Line, do: bool) -> dict[str, Cell]:
    words = _KNOWN if one.known else _DONE if do else _WOULD
    address = reverse("desk:matter", args=[one.ours]) if one.ours else ""
    return {
        "row": Cell(number=one.row),
        "number": Cell(text=one.number),
        "category": Cell(words=one.category),
        "outcome": Cell(text=one.ours, address=address, under=words) if one.ours else Cell(words=words),
        "due": Cell(at=one.due),
    }
