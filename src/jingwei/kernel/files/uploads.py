"""Receiving files: sniffed, counted, sealed as they come, copied clean, and kept for their sender until attached."""

import datetime
import hashlib
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from django.db import transaction

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.files.kinds import HEAD, LARGEST, Kind, kind_of, too_large
from jingwei.kernel.files.models import Upload
from jingwei.kernel.files.opening import close_upload, open_uploads
from jingwei.kernel.files.pictures import MOST_PIXELS, Copies, TooManyPixels, Unreadable, copies_of
from jingwei.kernel.files.store import Store, Stored, store
from jingwei.kernel.sealing import keys, stream
from jingwei.kernel.values.errors import Conflict, Invalid
from jingwei.kernel.values.words import Text

LIVES = datetime.timedelta(hours=24)
"""How long an upload waits to be attached; less than the files of an upload are young."""

_DAMAGED = Text(
    "图片不完整或已损坏，无法打开；请重新拍摄或另存后再传。",
    "The picture is cut off or damaged: take it anew, or save it again before sending it.",
)
_TOO_FINE = Text(
    f"图片超过 {MOST_PIXELS // 1_000_000} 百万像素；请缩小后再传。",
    f"The picture has more than {MOST_PIXELS // 1_000_000} million pixels; make it smaller.",
)
_CUT_PDF = Text("PDF 文件不完整；请重新导出。", "The PDF is cut off; export it again.")
_OTHER_CONTENT = Text(
    "同一个文件编号已用于另一内容；请用新的编号重新上传。",
    "This id of a file was used for other content; send it again under a new one.",
)
_NO_ROOM = Text(
    "服务器存储空间不足，暂时不能收文件；其余内容仍可提交。请告诉值班台。",
    "The disk is nearly full, so no files can be taken now; the rest can still be sent. Tell the duty desk.",
)
_ROOM = 1024 * 1024 * 1024  # bytes that stay free for the database and the rest
_PDF_END = 2048  # bytes in which the end mark must stand


def receive(
    actor: Actor,
    named: Callable[[bytes], uuid.UUID],
    chunks: Iterable[bytes],
    now: datetime.datetime,
    taken_at: datetime.datetime | None = None,
) -> Upload:
    """Takes in one file; `named` gives its id by its SHA-256, so that the same sent again changes nothing. What it
    gives is opened.

    Raises Invalid for what is not taken (kind, size, damage), Conflict for an id used for something else, for a disk
    that is nearly full and without a key database.
    """
    kept = store()
    if kept.room() < _ROOM:
        raise Conflict(_NO_ROOM, place="files")
    flow = _Flow(chunks)
    original = kept.put(flow, stream.new_key(), "original")
    kind, sha256 = kind_of(flow.head), flow.state.digest()
    key = named(sha256)
    known = Upload.objects.filter(pk=key).first()
    if known is not None:
        kept.discard(original)
        return _same(known, actor, sha256)
    copies = _copies(kept, kind, original, flow.tail)
    row = Upload(
        id=key,
        owner=actor.reference,
        kind=kind.key,
        size=flow.size,
        original=original.digest,
        copy=kept.put([copies.copy], original.key, "copy").digest if copies else None,
        thumb=kept.put([copies.thumb], original.key, "thumb").digest if copies else None,
        width=copies.width if copies else None,
        height=copies.height if copies else None,
        taken_at=taken_at or (_moment(copies.taken) if copies else None),
        expires_at=now + LIVES,
    )
    close_upload(row, original.key, sha256.hex())
    Upload.objects.bulk_create([row], ignore_conflicts=True)
    return _same(Upload.objects.get(pk=key), actor, sha256)


def send_again(known: Upload, senders: Mapping[uuid.UUID, str], now: datetime.datetime) -> None:
    """The contents of an opened upload for others as well: an upload of its own for each, by its id, with a key of its
    own; `senders` are references of actors. An id that is there already is left as it is."""
    columns = {field.attname: getattr(known, field.attname) for field in Upload._meta.concrete_fields}
    columns |= {"expires_at": now + LIVES, "attached": False}
    rows = [Upload(**{**columns, "id": key, "owner": owner}) for key, owner in senders.items()]
    for row in rows:
        close_upload(row, known.opener.key, known.opener.sha256)
    Upload.objects.bulk_create(rows, ignore_conflicts=True)


class _Flow:
    """The chunks of a file on their way into the store: looks at the first and last bytes, counts and hashes."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.head, self.tail, self.size, self.state = b"", b"", 0, hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        asked = False
        for chunk in self._chunks:
            self.size += len(chunk)
            if self.size > LARGEST:
                raise too_large()
            self.head = (self.head + chunk)[:HEAD] if len(self.head) < HEAD else self.head
            if len(self.head) == HEAD and not asked:
                kind_of(self.head)
                asked = True
            self.tail = (self.tail + chunk)[-_PDF_END:]
            self.state.update(chunk)
            yield chunk
        kind_of(self.head)


def _copies(kept: Store, kind: Kind, original: Stored, tail: bytes) -> Copies | None:
    if not kind.picture:
        if b"%%EOF" not in tail:
            raise Invalid(_CUT_PDF, place="files")
        return None
    try:
        return copies_of(kept.open(original).chunks, kind.key)
    except TooManyPixels as error:
        raise Invalid(_TOO_FINE, place="files") from error
    except Unreadable as error:
        raise Invalid(_DAMAGED, place="files") from error


def _moment(taken: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.strptime(taken, "%Y:%m:%d %H:%M:%S%z")
    except ValueError:
        return None


def _same(known: Upload, actor: Actor, sha256: bytes) -> Upload:
    open_uploads([known])
    if known.owner != actor.reference or known.held is None or known.held.sha256 != sha256.hex():
        raise Conflict(_OTHER_CONTENT, place="files")
    return known


def uploads_of(actor: Actor, ids: Collection[uuid.UUID], now: datetime.datetime) -> Mapping[uuid.UUID, Upload]:
    """The actor's own uploads among these ids that still wait, opened; no statement where none are asked for. Raises
    Conflict without a key database."""
    if not ids:
        return {}
    found = Upload.objects.filter(pk__in=ids, owner=actor.reference, expires_at__gt=now)
    return {row.pk: row for row in open_uploads(list(found))}


def taken_over(ids: Collection[uuid.UUID]) -> bool:
    """Leaves the keys of these uploads to their attachments: none goes when the upload expires. Tells whether all of
    them were there still."""
    return Upload.objects.filter(pk__in=ids).update(attached=True) == len(ids)


def expire(now: datetime.datetime) -> int:
    """Forgets the uploads whose time is over, and the keys of those that were not attached; the sweep removes the files
    that nothing else refers to. Raises Conflict without a key database: then they are forgotten the next time."""
    with transaction.atomic():
        over = list(Upload.objects.select_for_update().filter(expires_at__lte=now).values_list("pk", "key", "attached"))
        keys.drop([key for _, key, attached in over if not attached])
        Upload.objects.filter(pk__in=[pk for pk, _, _ in over]).delete()
    return len(over)
