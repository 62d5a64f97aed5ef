"""Handing out files, so that no browser takes one for a page, runs it, guesses its kind or shares it; the only module
that says how one is called and whether it is to be saved."""

from typing import Literal, cast

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from jingwei.kernel.files.kinds import KINDS
from jingwei.kernel.files.models import Attachment
from jingwei.kernel.files.opening import stored_of
from jingwei.kernel.files.store import Stored, store

Shape = Literal["copy", "thumb"]
MEDIA_TYPES = {
    "crt": "application/x-x509-ca-cert",
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "parquet": "application/vnd.apache.parquet",
    "pdf": "application/pdf",
    "py": "text/x-python; charset=utf-8",
    "tlog-proof": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
"""Of the files that are made here, by what their names end in."""

_ALONE = "default-src 'none'; sandbox"  # the file opened by itself can do nothing


def copy_answer(attachment: Attachment, shape: Shape) -> HttpResponseBase:
    """The clean copy of a picture, or the small one. Raises Denied as not found for what is no picture, Conflict for
    what is spoilt on the disk and without a key database."""
    named = _disposition(f"{attachment.pk}.jpg", shown=True)
    return _answer(stored_of(attachment, shape), "image/jpeg", named, "private, max-age=3600")


def original_answer(attachment: Attachment) -> HttpResponseBase:
    """The original, to be saved and never shown in place. Raises Denied as not found where it is not kept, Conflict as
    above."""
    kind = KINDS[attachment.kind]
    named = _disposition(f"{attachment.pk}.{kind.suffix}", shown=False)
    return _answer(stored_of(attachment, "original"), kind.media_type, named, "private, no-store")


def file_answer(content: bytes | str, name: str, ending: str, *, shown: bool = False) -> HttpResponse:
    """A file made here, one of MEDIA_TYPES, to be saved as `name.ending`; `shown`: the browser may show it first."""
    answer = HttpResponse(content, content_type=MEDIA_TYPES[ending])
    answer["Content-Disposition"] = _disposition(f"{name}.{ending}", shown=shown)
    return answer


def _disposition(name: str, *, shown: bool) -> str:
    return cast(str, content_disposition_header(not shown, name))  # None is what has no name


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
