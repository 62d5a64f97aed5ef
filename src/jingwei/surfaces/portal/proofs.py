"""The page where anybody reads what the log signed and checks proofs and receipts, and the verifier to take along."""

from http import HTTPStatus
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger import verifier
from jingwei.kernel.ledger.proofs import latest_signed, logs, receipt_keys
from jingwei.kit.answers import NOT_KEPT, slow_down
from jingwei.kit.limits import TOO_OFTEN, Limit, address_of, wait_for
from jingwei.kit.page import face_of, show
from jingwei.kit.proving.checking import LARGEST, checked
from jingwei.kit.receiving import wait_for_room
from jingwei.kit.serving import file_answer

CHECKING = Limit("portal.proofs", 60, 600)
_SHOWN = 20  # checkpoints in the list


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What the log signed last, the keys, and what became of what was brought (422 where it does not hold)."""
    text: str | None = None
    if request.method == "POST":
        seconds = wait_for_room(request) or wait_for(CHECKING, address_of(request))
        if seconds:
            return slow_down(request, TOO_OFTEN, seconds)
        text = _brought(request)
    with reading(public()) as scope:
        given = checked(text) if text is not None else None
        face, known, signed = face_of(scope), logs(), latest_signed(_SHOWN)
        context = {"logs": known, "receipt_keys": receipt_keys(), "signed": signed, "given": given}
    context["latest"] = known[-1].signed if known else None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if given and not given.holds else HTTPStatus.OK
    answer = show(request, "portal/proofs.html", face, context, status)
    answer["Cache-Control"] = NOT_KEPT
    return answer


def _brought(request: HttpRequest) -> str:
    """The file, or what was pasted; of either no more than may be brought."""
    file = request.FILES.get("file")
    if file is not None:
        content = file.read(LARGEST + 1)
        return content.decode("utf-8", errors="replace") if len(content) <= LARGEST else ""
    return request.POST.get("text", "")[:LARGEST]


@require_safe
def program(request: HttpRequest) -> HttpResponse:
    """The stand-alone verifier, to be read and run elsewhere."""
    return file_answer(Path(verifier.__file__).read_bytes(), "verifier", "py")
