"""Workstations: the administrator's list, and the page at the machine where the one-time code is typed."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import cast
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jingwei.kernel.agencies.commands import EndWorkstation, EnrolWorkstation, OpenWorkstation
from jingwei.kernel.agencies.commands.known import EDIT
from jingwei.kernel.agencies.commands.workstations import ENROL, KINDS
from jingwei.kernel.agencies.factors.store import LETTERS, plain
from jingwei.kernel.agencies.models import Workstation
from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.keyed import keyed
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.values.errors import Invalid, Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import slow_down, status_of
from jingwei.kit.forms import new_key, read_key
from jingwei.kit.limits import TOO_OFTEN, Limit, address_of, wait_for
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.lists.listing import Listing
from jingwei.kit.page import face_of, public_face, show
from jingwei.kit.parts.table import Cell, Column
from jingwei.kit.permission import ActorRequest, grants, public
from jingwei.kit.signing.device import digest_of, keep, new_secret
from jingwei.surfaces.desk.doing import Form, Reader, Refused, choice, done_by, form, line, read_id, status_after

_TRIES = Limit("enrol a workstation", 20, 900)
_END = Text("停用", "End")
_FINAL = Text(
    "停用后，这台机器要重新登记才能再用。", "Once ended, this machine must be enrolled anew before it can be used."
)
_COLUMNS = (
    Column("name", Text("名称", "Name")),
    Column("kind", Text("种类", "Kind")),
    Column("unit", Text("单位", "Unit")),
    Column("enrolled", Text("登记于", "Enrolled")),
    Column("ended", Text("已停用", "Ended")),
)


def _code_for(key: str) -> str:
    """The one-time code of a form, worked out from its key, so that a form that is sent again shows the same one."""
    drawn = keyed("code of a workstation", key.encode())
    letters = "".join(LETTERS[one % len(LETTERS)] for one in drawn[:12])
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def _readers(code: str) -> Mapping[str, Reader]:
    def opened(values: Mapping[str, str], _: ZoneInfo) -> OpenWorkstation:
        name, kind = values.get("name", "").strip()[:60], values.get("kind", "")
        return OpenWorkstation(unit=values.get("unit", ""), name=name, kind=kind, code=digest_of(plain(code)))

    return {"open": opened, "end": lambda values, _: EndWorkstation(workstation=read_id(values, "_subject"))}


@grants(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def stations(request: HttpRequest) -> HttpResponse:
    """All workstations; a new one with its code, which is shown this once; ending one."""
    actor, code, tried = cast(ActorRequest, request).actor, "", None
    if file_asked(request):
        return as_file(request, lambda _, __: _listing())
    if request.method == "POST":
        drawn = _code_for(request.POST.get("_key", ""))
        answer = done_by(request, actor, _readers(drawn))
        if isinstance(answer, Refused):
            tried = answer
        elif request.POST.get("_do") == "open":
            code = drawn
        else:
            return HttpResponseRedirect("?done=1", status=HTTPStatus.SEE_OTHER)
    with reading(actor) as scope:
        face = face_of(scope)
        found = _stations()
        lines = [
            (
                one,
                KINDS[one.kind],
                Text(one.unit.name_zh, one.unit.name_en),
                form("end", _END, (), str(one.pk), tried, _FINAL),
            )
            for one in found
        ]
        drawn_form = _form(scope, tried)
    context = {"stations": lines, "form": drawn_form, "code": code, "done": "done" in request.GET}
    context["address"] = request.build_absolute_uri(reverse("desk:enrol"))
    return show(request, "desk/signing/stations.html", face, context, status_after(tried))


def _stations() -> "QuerySet[Workstation]":
    return Workstation.objects.select_related("unit").order_by("ended_at", "unit__code", "name")


def _listing() -> Listing:
    rows = (
        {
            "name": Cell(text=one.name),
            "kind": Cell(words=KINDS[one.kind]),
            "unit": Cell(words=Text(one.unit.name_zh, one.unit.name_en)),
            "enrolled": Cell(at=one.enrolled_at),
            "ended": Cell(at=one.ended_at),
        }
        for one in _stations()
    )
    return Listing(name="workstations", title=Text("工作站", "Workstations"), columns=_COLUMNS, rows=rows)


def _form(scope: Scope, tried: Refused | None) -> Form:
    units = [(unit.code, unit.name) for unit in agencies_of(scope).unit_by_code.values()]
    fields = (
        line("name", Text("名称，如“大厅 3 号窗口”", "Name, such as “hall, counter 3”")),
        choice("kind", Text("种类", "Kind"), tuple(KINDS.items())),
        choice("unit", Text("单位", "Unit"), units),
    )
    return form("open", Text("新设工作站", "Open a workstation"), fields, tried=tried)


@public("the one-time code of an administrator is the proof")
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """At the machine: the code makes this browser the workstation."""
    refusal: Refusal | None = None
    if request.method == "POST":
        if seconds := wait_for(_TRIES, address_of(request)):
            return slow_down(request, TOO_OFTEN, seconds)
        secret, code = new_secret(), plain(request.POST.get("code", "")[:40])
        command = EnrolWorkstation(code=digest_of(code), digest=digest_of(secret))
        try:
            key, _ = read_key(request.POST.get("_key", ""))
            answer = execute(system("workstation", ENROL), command, key)
        except Invalid as error:
            refusal = error
        else:
            kind = str(answer["kind"])
            to = reverse("desk:wall" if kind == "wall" else "desk:switch")
            response = HttpResponseRedirect(to, status=HTTPStatus.SEE_OTHER)
            keep(response, kind, secret)
            return response
    context = {"refusal": refusal, "form_key": new_key()}
    status = status_of(refusal) if refusal else HTTPStatus.OK
    return show(request, "desk/signing/enrol.html", public_face(), context, status)
