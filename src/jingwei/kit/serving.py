"""Handing out stored files, so that no browser takes one for a page, runs it, guesses its kind or shares it."""

from typing import Literal

from django.http import FileResponse, HttpResponseBase

from jingwei.kernel.files.kinds import KINDS
from jingwei.kernel.files.models import Attachment
from jingwei.kernel.files.store import store
from jingwei.kernel.values.errors import not_found

Shape = Literal["copy", "thumb"]
_ALONE = "default-src 'none'; sandbox"  # the file opened by itself can do nothing


def copy_answer(attachment: Attachment, shape: Shape) -> HttpResponseBase:
    """The clean copy of a picture, or the small one. Raises Denied as not found for what is no picture."""
    digest = attachment.copy if shape == "copy" else attachment.thumb
    if digest is None:
        raise not_found()
    return _answer(bytes(digest), "image/jpeg", f'inline; filename="{attachment.pk}.jpg"', "private, max-age=3600")


def original_answer(attachment: Attachment) -> HttpResponseBase:
    """The sealed original, to be saved and never shown in place. Raises Denied as not found where it is not kept."""
    if not attachment.kept:
        raise not_found()
    kind = KINDS[attachment.kind]
    named = f'attachment; filename="{attachment.pk}.{kind.suffix}"'
    return _answer(bytes(attachment.original), kind.media_type, named, "private, no-store")


def _answer(digest: bytes, media_type: str, disposition: str, cache: str) -> HttpResponseBase:
    answer = FileResponse(store().open(digest), content_type=media_type)
    answer["Content-Disposition"] = disposition
    answer["Content-Security-Policy"] = _ALONE
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = cache
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
