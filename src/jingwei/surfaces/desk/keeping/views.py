"""How long one matter is kept, and its legal holds: placed here, lifted here by somebody else."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.keeping.holds import LONGEST, LiftLegalHold, PlaceLegalHold
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import READ
from jingwei.kernel.reads.note import note_reads
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import Input
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, grants
from jingwei.surfaces.desk.doing import Form, Reader, Refused, done_by, form, read_id, status_after
from jingwei.surfaces.desk.keeping.queries import KeepingPage, keeping_page
from jingwei.surfaces.desk.matter_page import found_matter

_PLACE, _LIFT = Text("暂缓销毁", "Place a legal hold"), Text("解除暂缓", "Lift this hold")
_HINT = Text("写案号、文号，不写人名。", "The number of the case or of the letter; no names of persons.")


@grants(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def keeping(request: HttpRequest, number: str) -> HttpResponse:
    """The term with its source, and every hold. Raises Denied as not found."""
    actor = cast(ActorRequest, request).actor
    tried = None
    if request.method == "POST":
        with reading(actor) as scope:
            matter = found_matter(scope, number)
        answer = done_by(request, actor, _readers(matter))
        if not isinstance(answer, Refused):
            return HttpResponseRedirect("?done=1", status=HTTPStatus.SEE_OTHER)
        tried = answer
    with reading(actor) as scope:
        face, page = face_of(scope), keeping_page(scope, number)
    note_reads(actor, "page", [page.seen])
    lifts = [(one, _lift(page, str(one.id), one.mine or one.lifted_at is not None, tried)) for one in page.holds]
    context = {
        "page": page,
        "holds": lifts,
        "place": form("place", _PLACE, [_reason()], tried=tried) if page.may_hold else None,
        "done": request.GET.get("done") == "1",
    }
    return show(request, "desk/keeping/matter.html", face, context, status_after(tried))


def _readers(matter: Matter) -> Mapping[str, Reader]:
    return {
        "place": lambda values, _: PlaceLegalHold(matter_id=matter.pk, reason=values.get("reason", "")),
        "lift": lambda values, _: LiftLegalHold(
            matter_id=matter.pk, hold=read_id(values, "_subject"), reason=values.get("reason", "")
        ),
    }


def _lift(page: KeepingPage, hold: str, barred: bool, tried: Refused | None) -> Form | None:
    """The form that lifts a hold, for whoever may; also where it was just refused, with the reason."""
    refused = tried is not None and tried.subject == hold
    return form("lift", _LIFT, [_reason()], hold, tried) if page.may_hold and (refused or not barred) else None


def _reason() -> Input:
    return Input(name="reason", title=Text("理由", "Reason"), kind="text", required=True, longest=LONGEST, hint=_HINT)
