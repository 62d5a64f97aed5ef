"""The page that takes in a sheet of cells: what each row begins or changes, then that very file carried out."""

import datetime
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.places.sheets.plan import RowPlan, SheetPlan, Verb, plan_sheet
from jingwei.kernel.places.sheets.table import SheetProblem, read_table
from jingwei.kernel.places.sheets.taking_out import headings, rows
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.tables.writing import Mark, Page, workbook
from jingwei.kernel.values.errors import Conflict, Invalid, Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import status_of
from jingwei.kit.forms import Input, error_at, new_key, read_key
from jingwei.kit.lists.sheets import Fault
from jingwei.kit.lists.taking import faults_table, kept_text, sent_workbook
from jingwei.kit.page import face_of, show
from jingwei.kit.parts.table import Cell, Table, still_table
from jingwei.kit.permission import ActorRequest, grants
from jingwei.kit.serving import file_answer

GRANT = "places.edit"
_LONGEST_BASIS = 200
_SHOWN = 500  # rows of the table of what would be
_CELLS = Text("网格", "Cells")
_VERBS: Mapping[Verb, Text] = {
    "new": Text("新设", "begins"),
    "changed": Text("改动", "changes"),
    "same": Text("不变", "as it is"),
}
_COLUMNS = (
    ("row", Text("行", "Row")),
    ("verb", Text("办理后", "Then")),
    ("cell", Text("网格", "Cell")),
    ("parent", Text("上级", "In")),
    ("says", Text("改什么", "What changes")),
)
_NO_BASIS = Text("请写明依据。", "Say which decision it rests on.")
_PAST = Text("生效日期不能早于今天。", "It cannot be in force before today.")
_NO_DAY = Text("请填写生效日期。", "Give the day it is in force from.")


@grants(GRANT)
@require_http_methods(["GET", "HEAD", "POST"])
def from_excel(request: HttpRequest) -> HttpResponse:
    """Shows what each row of the file that is sent would do, or carries out the one that was shown; `?as=template` is
    the sheet of the cells within reach as they stand. Raises Invalid for what is no file."""
    actor = cast(ActorRequest, request).actor
    content = sent_workbook(request) if request.method == "POST" else b""
    refusal: Refusal | None = None
    plan: SheetPlan | None = None
    with reading(actor) as scope:
        face = face_of(scope)
        if request.GET.get("as") == "template":
            file = _as_it_stands(scope, get_language() or "zh-hans", face.file_mark)
            return file_answer(file, face.file_name("cells"), "xlsx")
        said = _said(request, scope.today)
        if content:
            try:
                plan = _plan(scope, content, said)
            except Invalid as raised:
                refusal = raised
    done = False
    if plan is not None and not plan.problems and request.POST.get("apply") == "1":
        try:
            _carry_out(actor, plan, request.POST.get("_key", ""))
            done = True
        except (Invalid, Conflict) as raised:
            refusal = raised
    context: dict[str, Any] = {
        "inputs": _inputs(said, refusal),
        "said": said,
        "kept": kept_text(content),
        "form_key": new_key(),
    }
    context |= {"plan": plan, "done": done, "refusal": refusal, **(_told(plan, done) if plan else {})}
    wrong = plan is not None and plan.problems
    status = status_of(refusal) if refusal else HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return show(request, "desk/grid_from_excel.html", face, context, status)


def _said(request: HttpRequest, today: datetime.date) -> dict[str, str]:
    told = {"from_on": request.POST.get("from_on", today.isoformat()), "basis": request.POST.get("basis", "")}
    return {key: value.strip()[:_LONGEST_BASIS] for key, value in told.items()}


def _carry_out(actor: Actor, plan: SheetPlan, form_key: str) -> None:
    """Raises Invalid and Conflict; what came before stays, and the same form goes on behind it."""
    key, _ = read_key(form_key)
    for part, command in plan.commands:
        execute(actor, command, f"{key}:{part}")


def _told(plan: SheetPlan, done: bool) -> dict[str, Any]:
    """The plan as the page shows it."""
    return {
        "counts": [(title, plan.count(verb)) for verb, title in _VERBS.items()],
        "changes": None if done else _changes(plan.rows),
        "left": max(0, len(plan.rows) - plan.count("same") - _SHOWN),
        "faults": faults_table([_fault(one) for one in plan.problems]),
    }


def _plan(scope: Scope, content: bytes, said: dict[str, str]) -> SheetPlan:
    """Raises Invalid where the day is missing or past, or the basis is missing."""
    try:
        on = datetime.date.fromisoformat(said["from_on"])
    except ValueError as error:
        raise Invalid(_NO_DAY, place="from_on") from error
    if on < scope.today:
        raise Invalid(_PAST, place="from_on")
    if not said["basis"]:
        raise Invalid(_NO_BASIS, place="basis")
    return plan_sheet(scope, read_table(content, ""), on, said["basis"])


def _as_it_stands(scope: Scope, language: str, mark: Mark | None) -> bytes:
    """The sheet of the cells in force within reach of the posts that redraw."""
    within = [place for place in places_of(scope).in_force if _reached(scope, place.lft, place.rgt)]
    outermost = [place for place in within if not any(one.code in place.lineage[1:] for one in within)]
    lines = [line for place in outermost for line in rows(scope, place)]
    return workbook([Page(_CELLS.in_(language), headings(language), lines)], mark)


def _reached(scope: Scope, lft: int, rgt: int) -> bool:
    return any(GRANT in duty.grants and duty.area[0] <= lft and rgt <= duty.area[1] for duty in scope.actor.duties)


def _changes(planned: Sequence[RowPlan]) -> Table:
    """What each row does; those that do nothing are only counted."""
    acting = [one for one in planned if one.verb != "same"]
    lines = [
        {
            "row": Cell(number=one.row.number),
            "verb": Cell(words=_VERBS[one.verb]),
            "cell": Cell(text=one.row.cell.code, under=Text(*one.row.name)),
            "parent": Cell(text=one.row.parent),
            "says": Cell(marks=one.says),
        }
        for one in acting[:_SHOWN]
    ]
    return still_table(_COLUMNS, lines)


def _fault(one: SheetProblem) -> Fault:
    sheet, column = one.sheet or _CELLS.zh, one.column
    return Fault(Text(sheet, sheet), one.row, Text(column, column), one.text, one.remedy)


def _inputs(said: dict[str, str], refusal: Refusal | None) -> list[Input]:
    day = Input(
        name="from_on",
        id="from_on",
        title=Text("自哪天起", "In force from"),
        value=said["from_on"],
        kind="day",
        required=True,
        error=error_at("from_on", refusal),
    )
    basis = Input(
        name="basis",
        id="basis",
        title=Text("依据", "Decision it rests on"),
        value=said["basis"],
        longest=_LONGEST_BASIS,
        required=True,
        error=error_at("basis", refusal),
    )
    return [day, basis]
