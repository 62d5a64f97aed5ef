"""Who read the matter, for whoever follows it by its code."""

import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.reads.note import note_subject
from jingwei.kernel.reads.shown import readings_of
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import NOT_KEPT
from jingwei.kit.page import face_of, show
from jingwei.surfaces.portal.queries import party_of
from jingwei.surfaces.portal.views import unknown, without_code

_BAD = Text("页码不对；请从第一页开始。", "This is not a page of the list; start from the first.")


@require_http_methods(["GET", "HEAD", "POST"])
def who_read(request: HttpRequest) -> HttpResponse:
    """Unit, purpose and day of each reading; that it was shown, and how much was withheld, is noted before the answer.
    Without a code: the form for it. Raises Invalid for a page that is none."""
    if (answer := without_code(request)) is not None:
        return answer
    number, code = request.POST.get("number", "")[:200], request.POST.get("code", "")[:200]
    with reading(public()) as scope:
        face, party = face_of(scope), party_of(number, code)
        found = readings_of(scope, party.matter_id, face.zone, read_day(request)) if party else None
    if party is None or found is None:
        return unknown(request, face)
    note_subject(party.matter_id, party.pk, found.withheld)
    context = {"number": party.matter.number, "code": code, "found": found}
    answer = show(request, "portal/who_read.html", face, context)
    answer["Cache-Control"] = NOT_KEPT
    return answer


def read_day(request: HttpRequest) -> datetime.date | None:
    """The day before which a page begins; None for the first page. Raises Invalid."""
    text = request.POST.get("before", "")
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid(_BAD, place="before") from error
