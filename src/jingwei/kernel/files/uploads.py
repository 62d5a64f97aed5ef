"""Receiving files: sniffed, counted, stored by content, copied clean, and kept for their sender until attached."""

import datetime
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from django.db import connection

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.files.kinds import HEAD, LARGEST, Kind, kind_of, too_large
from jingwei.kernel.files.models import Upload
from jingwei.kernel.files.pictures import MOST_PIXELS, Copies, TooManyPixels, Unreadable, copies_of
from jingwei.kernel.files.store import Store, store
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
    """Takes in one file; `named` gives its id by its SHA-256, so that the same sent again changes nothing.

    Raises Invalid for what is not taken (kind, size, damage), Conflict for an id used for something else and for a
    disk that is nearly full.
    """
    kept = store()
    if kept.room() < _ROOM:
        raise Conflict(_NO_ROOM, place="files")
    kind, size, tail, digest = _stored(kept, chunks)
    key = named(digest)
    known = Upload.objects.filter(pk=key).first()
    if known is not None:
        return _same(known, actor, digest)
    copies = _copies(kept, kind, digest, tail)
    row = Upload(
        id=key,
        owner=actor.reference,
        kind=kind.key,
        size=size,
        original=digest,
        copy=kept.put([copies.copy]) if copies else None,
        thumb=kept.put([copies.thumb]) if copies else None,
        width=copies.width if copies else None,
        height=copies.height if copies else None,
        taken_at=taken_at or (_moment(copies.taken) if copies else None),
        expires_at=now + LIVES,
    )
    Upload.objects.bulk_create([row], ignore_conflicts=True)
    return _same(Upload.objects.get(pk=key), actor, digest)


def send_again(known: Upload, senders: Mapping[uuid.UUID, str], now: datetime.datetime) -> None:
    """The content of an upload for others as well: an upload of its own for each, by its id; `senders` are references
    of actors. An id that is there already is left as it is."""
    columns = {field.attname: getattr(known, field.attname) for field in Upload._meta.concrete_fields}
    columns |= {"expires_at": now + LIVES}
    rows = [Upload(**{**columns, "id": key, "owner": owner}) for key, owner in senders.items()]
    Upload.objects.bulk_create(rows, ignore_conflicts=True)


def _stored(kept: Store, chunks: Iterable[bytes]) -> tuple[Kind, int, bytes, bytes]:
    """Kind, size, last bytes and hash of what was sent; refused before the rest of it is read."""
    flow = _Flow(chunks)
    digest = kept.put(flow)
    return kind_of(flow.head), flow.size, flow.tail, digest


class _Flow:
    """The chunks of a file on their way into the store: looks at the first and last bytes and counts."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.head, self.tail, self.size = b"", b"", 0

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
            yield chunk
        kind_of(self.head)


def _copies(kept: Store, kind: Kind, digest: bytes, tail: bytes) -> Copies | None:
    if not kind.picture:
        if b"%%EOF" not in tail:
            raise Invalid(_CUT_PDF, place="files")
        return None
    try:
        return copies_of(kept.path(digest), kind.key)
    except TooManyPixels as error:
        raise Invalid(_TOO_FINE, place="files") from error
    except Unreadable as error:
        raise Invalid(_DAMAGED, place="files") from error


def _moment(taken: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.strptime(taken, "%Y:%m:%d %H:%M:%S%z")
    except ValueError:
        return None


def _same(known: Upload, actor: Actor, digest: bytes) -> Upload:
    if known.owner != actor.reference or bytes(known.original) != digest:
        raise Conflict(_OTHER_CONTENT, place="files")
    return known


def uploads_of(actor: Actor, keys: Collection[uuid.UUID], now: datetime.datetime) -> Mapping[uuid.UUID, Upload]:
    """The actor's own uploads among these ids that still wait; no statement where none are asked for."""
    if not keys:
        return {}
    found = Upload.objects.filter(pk__in=keys, owner=actor.reference, expires_at__gt=now)
    return {row.pk: row for row in found}


def expire(now: datetime.datetime) -> int:
    """Forgets the uploads whose time is over; the sweep removes their files where nothing else refers to them."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM files_upload WHERE expires_at <= %s", [now])
        return int(cursor.rowcount)
