"""Seals the contents that an edition before sealing kept in clear. For `jingwei upgrade` alone."""

from collections.abc import Iterator

from jingwei.kernel.files.models import Attachment
from jingwei.kernel.files.opening import MEMBERS
from jingwei.kernel.files.store import SHAPES, Shape, Store, store
from jingwei.kernel.sealing import seal, stream


def lies_open(row: Attachment) -> bool:
    """Whether contents of an attachment lie in clear, or their plain hash is known still."""
    return row.sealed is None and row.original is not None


def seal_contents(row: Attachment) -> tuple[str, ...]:
    """Seals the contents of an attachment that lies open; gives the attributes to be saved. A content that is gone or
    was changed stays as it is, so that the verification goes on to name it. Raises Conflict without a key database."""
    kept, key, sha256 = store(), stream.new_key(), bytes(row.original or b"").hex()
    if not row.kept:
        row.original = None
    for shape in SHAPES:
        digest = getattr(row, shape)
        if digest is not None:
            setattr(row, shape, _sealed(kept, bytes(digest), key, shape))
    if not row.gone:
        row.content = {"key": key.hex(), "sha256": sha256}
        seal(row, content=MEMBERS)
    return (*SHAPES, "content", "key", "sealed")


def _sealed(kept: Store, digest: bytes, key: bytes, shape: Shape) -> bytes:
    return digest if kept.what_is_wrong(digest) else kept.put(_chunks(kept, digest), key, shape).digest


def _chunks(kept: Store, digest: bytes) -> Iterator[bytes]:
    with kept.path(digest).open("rb") as file:
        while chunk := file.read(stream.CHUNK):
            yield chunk
