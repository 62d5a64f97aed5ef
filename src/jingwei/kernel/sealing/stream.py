"""Contents of any size, sealed piece by piece: neither held in memory, nor changed, re-ordered or cut off unseen.

A sealed content is a mark, a salt and its chunks, each AES-256-GCM. The key of the chunks is derived (HKDF-SHA256) from
the content's key, the salt and what the content is; a nonce is the number of its chunk and whether it is the last. So a
chunk opens only in its place, of its content, and only the true end is taken for one.
"""

import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from jingwei.kernel.sealing.payload import Broken

MARK = b"jingwei sealed 1\n"
"""With this a sealed content begins, and nothing else that is kept."""

CHUNK = 64 * 1024  # bytes in clear
_SALT, _TAG = 16, 16
_HEAD, _FULL = len(MARK) + _SALT, CHUNK + _TAG


def new_key() -> bytes:
    """A key for one file and what is made of it."""
    return os.urandom(32)


class Sealer:
    """Seals a content that comes in pieces of any size. `what` it is must be said again to open it."""

    def __init__(self, key: bytes, what: str) -> None:
        salt = os.urandom(_SALT)
        self._cipher, self._number = _cipher(key, salt, what), 0
        self._head, self._left = MARK + salt, bytearray()

    def update(self, piece: bytes) -> bytes:
        """What can be written by now; a full chunk waits for the next piece, as it may be the last."""
        self._left += piece
        done, start = [self._head], 0
        while len(self._left) - start > CHUNK:
            done.append(self._chunk(self._left[start : start + CHUNK], last=False))
            start += CHUNK
        self._head = b""
        del self._left[:start]
        return b"".join(done)

    def finish(self) -> bytes:
        """What is left to be written."""
        return self.update(b"") + self._chunk(self._left, last=True)

    def _chunk(self, clear: bytearray, *, last: bool) -> bytes:
        self._number += 1
        return self._cipher.encrypt(_nonce(self._number - 1, last=last), bytes(clear), None)


def opened(key: bytes, what: str, file: BinaryIO) -> Iterator[bytes]:
    """The chunks of a sealed content, each as it was. Raises Broken at the first that is not."""
    head = file.read(_HEAD)
    if not head.startswith(MARK):
        raise Broken("no sealed content")
    cipher, number, block = _cipher(key, head[len(MARK) :], what), 0, file.read(_FULL)
    while True:
        following = file.read(_FULL)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), block, None)
        except InvalidTag as error:
            raise Broken(f"chunk {number} of a sealed content does not open") from error
        if not following:
            return
        number, block = number + 1, following


def clear_size(size: int) -> int:
    """How many bytes a sealed content of so many bytes has in clear."""
    sealed = size - _HEAD
    return sealed - -(-sealed // _FULL) * _TAG


def _cipher(key: bytes, salt: bytes, what: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=salt, info=f"jingwei sealed content 1 {what}".encode()).derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
