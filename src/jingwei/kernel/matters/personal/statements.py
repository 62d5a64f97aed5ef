"""What is kept of a row of another system, so that a changed one is known; its cells cannot be tried by it."""

import hashlib

from jingwei.kernel.commands.keyed import keyed

_PURPOSE = "jingwei.kernel.matters.statements"
_LENGTH = 16  # bytes; what editions before kept of a row, SHA-256 without a key, has 32
UNKEYED = 32


def statement_digest(row: str) -> bytes:
    """The keyed digest of a row as the other system wrote it."""
    return keyed_statement(hashlib.sha256(row.encode()).digest())


def keyed_statement(kept: bytes) -> bytes:
    """The same from what stands of a row: an edition before kept the digest without a key, from which the keyed one
    follows, so that the same row is known again. A keyed one is given as it is."""
    return keyed(_PURPOSE, kept)[:_LENGTH] if len(kept) == UNKEYED else kept
