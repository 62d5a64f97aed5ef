"""Files that values name by their SHA-256: kept with the draft by which they came, and told in its entries.

They lie in the database, not among the files of matters: nothing in them is about a person, all of the staff may read
them, and whoever takes a publication back finds the old one as it was. What is there already is not kept twice.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jingwei.kernel.commands.work import Work
from jingwei.kernel.rulebook.models import Document, Draft
from jingwei.kernel.values.errors import Conflict
from jingwei.kernel.values.words import Text

MEMBER = "docx"
"""The member of a value that names a document."""

LARGEST = 600_000
"""Bytes of a document."""

TOO_LARGE = Text(
    f"文件超过 {LARGEST // 1000} KB；请压缩或去掉里面的图片。",
    f"The file is larger than {LARGEST // 1000} KB: make the pictures in it smaller, or take them out.",
)
_MISSING = Text("规则库里没有这份模板文件；请重新上传。", "The rulebook has no such file of a template: send it again.")


def digest_of(content: bytes) -> str:
    """Under which a content is kept: its SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def document(sha256: str) -> bytes:
    """The content. Raises Conflict where it is not kept. One statement."""
    found = Document.objects.filter(sha256=sha256).values_list("content", flat=True).first()
    if found is None:
        raise Conflict(_MISSING)
    return bytes(found)


def new_documents(
    work: Work, contents: Iterable[Mapping[str, Any] | None], given: Sequence[bytes]
) -> Mapping[str, bytes]:
    """Those of the given ones that are not kept yet. Raises Invalid for one that is too large, and for a content of a
    value that names one which is neither kept nor given. One statement where any is named, else none."""
    named = {str(one[MEMBER]) for one in contents if one and MEMBER in one}
    if not named and not given:
        return {}
    work.require(TOO_LARGE if any(len(one) > LARGEST for one in given) else None, place="file")
    brought = {digest_of(one): one for one in given}
    known = set(Document.objects.filter(sha256__in={*named, *brought}).values_list("sha256", flat=True))
    work.require(_MISSING if named - known - brought.keys() else None, place="file")
    return {sha256: content for sha256, content in brought.items() if sha256 not in known}


def keep(work: Work, draft: Draft, documents: Mapping[str, bytes]) -> None:
    """Keeps them with the draft."""
    for sha256, content in documents.items():
        work.insert(Document(id=work.new_id(), draft_id=draft.pk, sha256=sha256, content=content))
