"""Sealed contents on the disk: the name is the SHA-256 of the sealed bytes; whole or not at all, one folder a city.

Nothing lies here in clear, not even while it is written, and whoever has a backup checks it without any key.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.conf import settings

from jingwei.kernel.sealing import payload, stream
from jingwei.kernel.values.errors import Conflict
from jingwei.kernel.values.words import Text

YOUNG = 48 * 3600  # seconds: what was written or sent again since then may be about to be referred to
_HASH = re.compile(r"[0-9a-f]{64}")

Shape = Literal["original", "copy", "thumb"]
"""What a content is of its file: as it was sent, the clean picture, the small one."""

SHAPES: tuple[Shape, ...] = ("original", "copy", "thumb")

_SPOILT = Text(
    "文件在磁盘上缺失或已被改动，因此不予提供。请告知系统管理员：jingwei ledger verify 会指出它，可从备份中放回。",
    "The file is gone from the disk or was changed there, so it is not handed out. Tell the administrator: "
    "jingwei ledger verify names it, and it can be put back from a backup.",
)


class Spoilt(Conflict):
    """A content is not there, or is not what was stored. It is told before the first byte is handed out."""

    def __init__(self) -> None:
        super().__init__(_SPOILT)


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a content lies, and what opens it."""

    digest: bytes  # SHA-256 of the sealed bytes
    key: bytes
    shape: Shape


@dataclass(frozen=True, slots=True)
class Content:
    """A content in clear, piece by piece."""

    size: int  # bytes
    chunks: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Store:
    """The files of one city (folders 0700, files 0600)."""

    folder: Path

    def path(self, digest: bytes) -> Path:
        """Where content with this SHA-256 lies, whether or not it does."""
        name = digest.hex()
        return self.folder / name[:2] / name

    def open(self, stored: Stored) -> Content:
        """The content in clear, in memory one chunk at a time. Raises Spoilt for what is not there as it was stored."""
        if self.what_is_wrong(stored.digest):
            raise Spoilt
        path = self.path(stored.digest)
        return Content(stream.clear_size(path.stat().st_size), _chunks(path, stored))

    def what_is_wrong(self, digest: bytes) -> str:
        """Why the sealed bytes are not those of this name, in English; "" where they are. Needs no key."""
        try:
            with self.path(digest).open("rb") as file:
                same = hashlib.file_digest(file, "sha256").digest() == digest
        except FileNotFoundError:
            return "is gone"
        except OSError as error:
            return f"cannot be read ({error.strerror})"
        return "" if same else "has other bytes than its hash says"

    def discard(self, stored: Stored) -> None:
        """Removes a content that was just put and that nothing has ever referred to."""
        self.path(stored.digest).unlink(missing_ok=True)

    def room(self) -> int:
        """Bytes that are free where the files lie."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return shutil.disk_usage(self.folder).free

    def put(self, chunks: Iterable[bytes], key: bytes, shape: Shape) -> Stored:
        """Seals a content and keeps it. Down to the disk before it bears its name; nothing of it stays if the chunks
        break off. Each time it lies there as other bytes, under another name."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.folder / f".{secrets.token_hex(16)}.part"
        state, sealer = hashlib.sha256(), stream.Sealer(key, shape)
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                for sealed in _sealed(sealer, chunks):
                    state.update(sealed)
                    file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            self._name(draft, self.path(state.digest()))
        finally:
            draft.unlink(missing_ok=True)
        return Stored(state.digest(), key, shape)

    def _name(self, draft: Path, path: Path) -> None:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with self._lock(fcntl.LOCK_SH):
            draft.replace(path)
        for folder in (path.parent, self.folder):
            number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(number)
            finally:
                os.close(number)

    @contextlib.contextmanager
    def _lock(self, how: int) -> Iterator[None]:
        """Nobody writes a content while the sweep decides upon it."""
        number = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(number, how)
            yield
        finally:
            os.close(number)

    def old(self, now: float | None = None) -> Iterator[bytes]:
        """The hashes of what is no longer young; drafts that a killed writer left behind are removed on the way."""
        before = (time.time() if now is None else now) - YOUNG
        for path in sorted(self.folder.glob(".*.part")):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
        for path in self._contents():
            if path.stat().st_mtime < before:
                yield bytes.fromhex(path.name)

    def lying_open(self) -> Iterator[bytes]:
        """The hashes of what an earlier edition kept in clear; its drafts that lie in clear are removed on the way."""
        for path in self.folder.glob(".*.part"):
            if _lies_open(path):
                path.unlink(missing_ok=True)
        for path in self._contents():
            if _lies_open(path):
                yield bytes.fromhex(path.name)

    def _contents(self) -> Iterator[Path]:
        for part in sorted(self.folder.glob("??")):
            yield from (path for path in part.iterdir() if _HASH.fullmatch(path.name))

    def remove(self, digests: Collection[bytes], now: float | None = None) -> int:
        """Removes those contents that are still not young, and tells how many."""
        before, removed = (time.time() if now is None else now) - YOUNG, 0
        for digest in digests:
            path = self.path(digest)
            with self._lock(fcntl.LOCK_EX), contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()
                    removed += 1
        return removed


def _sealed(sealer: stream.Sealer, chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        yield sealer.update(chunk)
    yield sealer.finish()


def _chunks(path: Path, stored: Stored) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from stream.opened(stored.key, stored.shape, file)
    except (payload.Broken, OSError) as error:
        raise Spoilt from error


def _lies_open(path: Path) -> bool:
    """Whether something lies there, and not sealed."""
    try:
        with path.open("rb") as file:
            return file.read(len(stream.MARK)) not in (b"", stream.MARK)
    except FileNotFoundError:
        return False


def store() -> Store:
    """The store of the city that this process serves."""
    return Store(Path(settings.FILES) / settings.CITY)
