"""Files by content: the name of a file is the SHA-256 of its bytes; written whole or not at all, one folder a city."""

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
from typing import BinaryIO

from django.conf import settings

YOUNG = 48 * 3600  # seconds: what was written or sent again since then may be about to be referred to
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Store:
    """The files of one city (folders 0700, files 0600)."""

    folder: Path

    def path(self, digest: bytes) -> Path:
        """Where content with this SHA-256 lies, whether or not it does."""
        name = digest.hex()
        return self.folder / name[:2] / name

    def open(self, digest: bytes) -> BinaryIO:
        """The content, for reading. Raises FileNotFoundError."""
        return self.path(digest).open("rb")

    def room(self) -> int:
        """Bytes that are free where the files lie."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return shutil.disk_usage(self.folder).free

    def put(self, chunks: Iterable[bytes]) -> bytes:
        """Keeps content and gives its SHA-256. Down to the disk before it bears its name; nothing of it stays if the
        chunks break off."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.folder / f".{secrets.token_hex(16)}.part"
        state = hashlib.sha256()
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                for chunk in chunks:
                    state.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            self._name(draft, self.path(state.digest()))
        finally:
            draft.unlink(missing_ok=True)
        return state.digest()

    def _name(self, draft: Path, path: Path) -> None:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with self._lock(fcntl.LOCK_SH):
            draft.replace(path)  # the same bytes under the same name, and young again
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
        for part in sorted(self.folder.glob("??")):
            for path in part.iterdir():
                if _HASH.fullmatch(path.name) and path.stat().st_mtime < before:
                    yield bytes.fromhex(path.name)

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


def store() -> Store:
    """The store of the city that this process serves."""
    return Store(Path(settings.FILES) / settings.CITY)
