"""The proof of a matter, for whoever follows it by its code: it reveals nothing that the page does not show."""

import uuid
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.ledger.entries import Told, entries_of
from jingwei.kernel.ledger.proofs import Proof
from jingwei.kernel.matters.models import Matter, Step
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import NOT_KEPT
from jingwei.kit.page import face_of
from jingwei.kit.proving.receipts import prove_told
from jingwei.kit.serving import file_answer
from jingwei.surfaces.portal.queries import followed, party_of, stages_of
from jingwei.surfaces.portal.views import show_followed, unknown, without_code


@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: HttpRequest) -> HttpResponse:
    """A file that /proofs/ and the stand-alone verifier check; before the log has signed for anything the page of the
    report again, which says so (409). Without a code: the form for it."""
    if (answer := without_code(request)) is not None:
        return answer
    number, code = request.POST.get("number", "")[:200], request.POST.get("code", "")[:200]
    with reading(public()) as scope:
        face, party = face_of(scope), party_of(number, code)
        found = _proof_of(scope, party.matter) if party else None
        page = followed(scope, number, code) if found is not None and not found.entries else None
    if party is None or found is None:
        return unknown(request, face)
    if page is not None:
        return show_followed(request, face, {"found": page, "unsigned": True}, HTTPStatus.CONFLICT)
    answer = file_answer(found.text, face.file_name(party.matter.number), "tlog-proof")
    answer["Cache-Control"] = NOT_KEPT
    return answer


def _proof_of(scope: Scope, matter: Matter) -> Proof:
    """Of the stages that the page shows, as far as the log has signed for them, and that nothing else stands between:
    of what does only that it is there. What came after the last stage shown is not told. About 8 statements."""
    steps = list(Step.objects.filter(matter=matter).order_by("at", "id"))
    entries = entries_of(matter.pk)
    titles: dict[uuid.UUID, list[Text]] = {}
    for stage in stages_of(scope, type_of(matter.type, matter.type_version), matter, steps):
        entry = _entry_of(stage.step, entries)
        if entry is not None:
            titles.setdefault(entry.id, []).append(stage.title)
    last = max((one.seq for one in entries if one.id in titles), default=0)
    return prove_told(matter.number, [(one, titles.get(one.id, [])) for one in entries if one.seq <= last])


def _entry_of(step: uuid.UUID | None, entries: list[Told]) -> Told | None:
    """The entry that tells of a step; of the report without one."""
    row = f"{Step._meta.db_table}:{step}"
    return next((one for one in entries if (one.seq == 1 if step is None else row in one.rows)), None)
