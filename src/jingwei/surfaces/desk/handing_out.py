"""Handing out what belongs to a matter: copies to every reader, originals to few and on record, papers to print."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.files.looks import LONGEST_REASON, record_look
from jingwei.kernel.matters.fields import clean_text
from jingwei.kernel.matters.filing import ORIGINAL, attachment_of
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import READ, may_act
from jingwei.kernel.reads.note import note_reads, seen
from jingwei.kernel.values.errors import Denied, Invalid, not_found
from jingwei.kernel.values.grants import missing
from jingwei.kernel.values.words import Text
from jingwei.kit.page import face_of
from jingwei.kit.permission import ActorRequest, grants
from jingwei.kit.printing.letters import letter_of
from jingwei.kit.printing.sheets import GRANT, PAPERS, sheet_of
from jingwei.kit.serving import copy_answer, file_answer, original_answer
from jingwei.surfaces.desk.matter_page import found_matter

_NO_REASON = Text("请写明为什么要看原件。", "Please say why you need the original.")


@grants(READ)
@require_safe
def copy(request: HttpRequest, number: str, file: str, shape: str) -> HttpResponseBase:
    """The clean copy of a picture (`copy`), or the small one (`thumb`), to whoever may read the matter."""
    with reading(cast(ActorRequest, request).actor) as scope:
        matter = found_matter(scope, number)
        attachment = attachment_of(matter, file)
    if shape not in ("copy", "thumb"):
        raise not_found()
    answer = copy_answer(attachment, "copy" if shape == "copy" else "thumb")
    note_reads(scope.actor, "file", [seen(matter)])
    return answer


@grants(ORIGINAL)
@require_POST
def original(request: HttpRequest, number: str, file: str) -> HttpResponseBase:
    """A sealed original, once it is written down who opens it and why. Raises Denied, Invalid without a reason."""
    with reading(cast(ActorRequest, request).actor) as scope:
        matter = found_matter(scope, number)
        attachment = attachment_of(matter, file)
        decision = may_act(scope.actor, matter, ORIGINAL)
    if decision.duty is None:
        raise Denied(decision.reason or missing(ORIGINAL))
    answer = original_answer(attachment)
    record_look(scope, attachment, decision.duty.post, _reason(request.POST.get("reason", "")))
    note_reads(scope.actor, "file", [seen(matter, ORIGINAL)])
    return answer


def _reason(text: str) -> str:
    try:
        reason = clean_text(text, LONGEST_REASON)
    except ValueError as error:
        raise Invalid(
            Text(f"理由不能这样写：{error}", f"The reason cannot be this: {error}"), place="reason"
        ) from error
    if not reason:
        raise Invalid(_NO_REASON, place="reason")
    return reason


def leads_to(request: HttpRequest, paper: str, number: str) -> str:
    """Where the code of a paper leads: a resident to the page to follow by, a unit to the matter."""
    known = PAPERS.get(paper)
    to_unit = known is not None and known.reader == "unit"
    path = reverse("desk:matter", args=[number]) if to_unit else f"{reverse('portal:follow')}?number={number}"
    return request.build_absolute_uri(path)


def _printed(scope: Scope, number: str) -> Matter:
    """The matter, to whoever may print its papers. Raises Denied."""
    matter = found_matter(scope, number)
    decision = may_act(scope.actor, matter, GRANT)
    if not decision.allowed:
        raise Denied(decision.reason or missing(GRANT))
    return matter


@grants(GRANT)
@require_safe
def paper(request: HttpRequest, number: str, paper: str) -> HttpResponse:
    """One paper as PDF."""
    with reading(cast(ActorRequest, request).actor) as scope:
        matter, face = _printed(scope, number), face_of(scope)
        sheet = sheet_of(scope, face, matter, paper, leads_to(request, paper, number))
    note_reads(scope.actor, "print", [seen(matter, GRANT)])
    return file_answer(sheet.pdf(), f"{face.file_name(sheet.key)}-{matter.number}", "pdf", shown=True)


@grants(GRANT)
@require_safe
def paper_to_edit(request: HttpRequest, number: str, paper: str) -> HttpResponse:
    """The same paper as a document of Word, by the template of the city."""
    with reading(cast(ActorRequest, request).actor) as scope:
        matter, face = _printed(scope, number), face_of(scope)
        letter = letter_of(scope, face, matter, paper, leads_to(request, paper, number))
    note_reads(scope.actor, "print", [seen(matter, GRANT)])
    return file_answer(letter.docx(), face.file_name(f"{paper}-{matter.number}"), "docx")
