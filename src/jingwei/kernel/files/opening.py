"""What opens the contents of a file: their key, and the SHA-256 that proves the original. It lies sealed in the row.

An upload has no matter yet: what it seals is bound to the upload and its sender. When it is attached the same is sealed
for the matter, under the same key, so that destroying this one key ends every copy of the file, backups included.
"""

from collections.abc import Collection
from typing import Any

from jingwei.kernel.files.models import Attachment, Opener, Upload
from jingwei.kernel.files.store import Shape, Stored
from jingwei.kernel.sealing import Gone, keys, payload, revealed, seal
from jingwei.kernel.values.errors import Conflict, not_found
from jingwei.kernel.values.words import Text

MEMBERS = ("key", "sha256")
"""What is sealed of an attachment's `content`."""

_CLEAR = Text(
    "此文件尚未加密；请系统管理员执行 jingwei upgrade。",
    "This file is not encrypted yet: the administrator has to run jingwei upgrade.",
)


def close_upload(upload: Upload, key: bytes, sha256: str) -> None:
    """Seals what opens an upload's contents, under a new key of the key database. Raises Conflict without one."""
    upload.held = Opener(key, sha256, keys.take())
    upload.key, wrapping = upload.opener.under
    upload.sealed, _ = payload.closed(wrapping, upload.opener.members, _bound(upload))


def open_uploads(uploads: Collection[Upload]) -> list[Upload]:
    """Those of the uploads whose keys are there, opened; all keys are fetched in one statement. Raises Conflict."""
    known = keys.fetch({one.key for one in uploads})
    for one in uploads:
        if one.key in known:
            members = payload.opened(known[one.key], bytes(one.sealed), _bound(one))
            one.held = Opener(bytes.fromhex(members["key"]), members["sha256"], (one.key, known[one.key]))
    return [one for one in uploads if one.held is not None]


def _bound(upload: Upload) -> payload.Bound:
    return payload.Bound(f"{upload._meta.db_table}:{upload.pk}", "", upload.owner)


def close_attachment(row: Attachment, opener: Opener) -> None:
    """Seals the same for the matter, under the upload's key."""
    row.content = opener.members
    seal(row, opener.under, content=MEMBERS)


def stored_of(row: Attachment, shape: Shape) -> Stored:
    """Where a content of an attachment lies, and what opens it. Raises Denied as not found for what is not kept or was
    erased, Conflict where no key can be had."""
    digest = getattr(row, shape)
    if digest is None or (shape == "original" and not row.kept):
        raise not_found()
    key: Any = revealed(row).content.get("key")
    if isinstance(key, Gone):
        raise not_found()
    if key is None:
        raise Conflict(_CLEAR)
    return Stored(bytes(digest), bytes.fromhex(key), shape)
