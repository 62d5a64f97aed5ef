"""Handing out files, so that no browser takes one for a page, runs it, guesses its kind or shares it."""

from typing import Literal

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from jingwei.kernel.files.kinds import KINDS
from jingwei.kernel.files.models import Attachment
from jingwei.kernel.files.opening import stored_of
from jingwei.kernel.files.store import Stored, store
from jingwei.kit.page import Face

Shape = Literal["copy", "thumb"]
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ALONE = "default-src 'none'; sandbox"  # the file opened by itself can do nothing


def copy_answer(attachment: Attachment, shape: Shape) -> HttpResponseBase:
    """The clean copy of a picture, or the small one. Raises Denied as not found for what is no picture, Conflict for
    what is spoilt on the disk and without a key database."""
    return _answer(
        stored_of(attachment, shape), "image/jpeg", f'inline; filename="{attachment.pk}.jpg"', "private, max-age=3600"
    )


def original_answer(attachment: Attachment) -> HttpResponseBase:
    """The original, to be saved and never shown in place. Raises Denied as not found where it is not kept, Conflict as
    above."""
    kind = KINDS[attachment.kind]
    named = f'attachment; filename="{attachment.pk}.{kind.suffix}"'
    return _answer(stored_of(attachment, "original"), kind.media_type, named, "private, no-store")


def docx_answer(content: bytes, face: Face, name: str) -> HttpResponse:
    """A document of Word, to be saved under this name."""
    answer = HttpResponse(content, content_type=_WORD)
    answer["Content-Disposition"] = f'attachment; filename="{face.file_name(name)}.docx"'
    return answer


def _answer(stored: Stored, media_type: str, disposition: str, cache: str) -> HttpResponseBase:
    content = store().open(stored)
    answer = StreamingHttpResponse(content.chunks, content_type=media_type)
    answer["Content-Length"] = str(content.size)
    answer["Content-Disposition"] = disposition
    answer["Content-Security-Policy"] = _ALONE
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = cache
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
