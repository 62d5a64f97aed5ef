"""The brief as a page, and as a document of Word that may be edited before it is sent."""

import datetime
from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.reads.note import What, note_reads
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.kit.page import Face, face_of, show
from jingwei.kit.permission import ActorRequest, grants
from jingwei.kit.serving import file_answer
from jingwei.surfaces.desk.brief.document import written
from jingwei.surfaces.desk.brief.period import KINDS, Kind, Period, latest, period
from jingwei.surfaces.desk.brief.queries import Brief, brief_of
from jingwei.surfaces.desk.brief.wording import OVERDUE, beyond, days_of, lead, note, parts
from jingwei.surfaces.desk.measures.queries import measured_types
from jingwei.surfaces.desk.measures.views import MEASURES

_EARLIEST = datetime.date(1990, 1, 1)


@grants(MEASURES)
@require_safe
def brief(request: HttpRequest) -> HttpResponse:
    """The brief of a day, week or month: the latest that is over, or the one in which the day `on` lies."""
    face, found, types = _asked(request, "list")
    titles = {
        "kind": KINDS[found.period.kind],
        "days": days_of(found.period),
        "lead": lead(found),
        "overdue": OVERDUE,
        "beyond": beyond(found),
        "note": note(found, face.zone),
    }
    context = {
        "brief": found,
        "titles": titles,
        "parts": list(parts(found)),
        "kinds": KINDS.items(),
        "types": types,
        "address": _address(found, found.period),
        "earlier": _address(found, found.period.before),
        "later": _address(found, found.period.after) if found.over else "",
    }
    return show(request, "desk/brief/brief.html", face, context)


@grants(MEASURES)
@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """The same as a document."""
    face, found, _ = _asked(request, "export")
    name = f"{found.type.key}-{found.period.kind}-{found.period.first:%Y-%m-%d}"
    return file_answer(written(found, face, get_language() or "zh-hans"), face.file_name(name), "docx")


def _asked(request: HttpRequest, what: What) -> tuple[Face, Brief, list[tuple[str, Text]]]:
    """The brief asked for, noted as read, and the types there are briefs on. Raises Invalid."""
    actor = cast(ActorRequest, request).actor
    with reading(actor, by_heads=True) as scope:
        face, types = face_of(scope), measured_types(scope)
        matter_type = next((one for one in types if one.key == request.GET.get("type", "")), types[0])
        found = brief_of(scope, matter_type, _period(request, scope, face), face.zone)
    note_reads(actor, what, found.seen)
    return face, found, [(one.key, one.title) for one in types]


def _address(found: Brief, of: Period) -> str:
    return urlencode({"type": found.type.key, "of": of.kind, "on": of.first.isoformat()})


def _period(request: HttpRequest, scope: Scope, face: Face) -> Period:
    kind: Kind = next((one for one in KINDS if one == request.GET.get("of", "")), "week")
    today = scope.now.astimezone(face.zone).date()
    if not (day := request.GET.get("on", "")):
        return latest(kind, today)
    try:
        on = datetime.date.fromisoformat(day)
    except ValueError:
        on = datetime.date.max
    if not _EARLIEST <= on <= today:
        raise Invalid(Text("日期不对；请选今天或以前的一天。", "Choose today or a day before it."), place="on")
    return period(kind, on)
