"""Checkpoints and receipts as signed notes (C2SP tlog-checkpoint, signed-note): written, read, checked. Knows no table.

Further signature lines (witnesses, an SM2 line) may follow the log's own: a reader takes the lines whose key it knows
and passes over the others.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from jingwei.kernel.ledger.verifier import RECEIPT

_ED25519 = b"\x01"  # the kind of signature in a key of a signed note
_MOST_LINES = 100
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class BadNote(ValueError):
    """A text that is not a checkpoint signed by the key asked for; says in what it is not."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: so many entries, with this root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever brought something is given at once: this entry stands in the record, and the log will hold it."""

    number: str  # of the matter
    recorded: str  # the entry's moment, as it is written there
    what: str  # what the entry tells, in words that its holder may read
    leaf: bytes  # the hash under which the log holds the entry
    place: int = 0  # of the entry in its matter, from 1 on; 0 where the receipt does not say so

    def text(self) -> str:
        """The text that is signed."""
        leaf = base64.b64encode(self.leaf).decode()
        place = f"{self.place}\n" if self.place else ""
        return f"{RECEIPT}{self.number}\n{self.recorded}\n{self.what}\n{leaf}\n{place}"


def receipts_name(city: str) -> str:
    """The name of the key that signs a city's receipts. It is not a log's: whoever hands out receipts signs no log."""
    return f"{city}/receipts"


@dataclass(frozen=True, slots=True)
class Signer:
    """A key under a name. The name of a log's key is its origin."""

    name: str
    seed: bytes  # 32 bytes

    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return _private(self.seed).public_key().public_bytes_raw()

    def signed(self, text: str) -> str:
        """The text as a signed note."""
        signature = _private(self.seed).sign(text.encode())
        line = base64.b64encode(_key_id(self.name, self.public()) + signature).decode()
        return f"{text}\n— {self.name} {line}\n"


SignerOf = Callable[[str], Signer]
"""The key of the log with this origin."""


@lru_cache(maxsize=16)
def _private(seed: bytes) -> Ed25519PrivateKey:
    """The key of a seed, worked out once: to do it anew costs as much as to sign."""
    return Ed25519PrivateKey.from_private_bytes(seed)


def signer_from(secret: str, name: str) -> Signer:
    """The key of this name, worked out from the installation's secret `ledger`."""
    return Signer(name, hmac.digest(secret.encode(), f"log {name}".encode(), hashlib.sha256))


def key_text(name: str, public: bytes) -> str:
    """A public key as one line, as the C2SP tools take it: name+id+key."""
    return f"{name}+{_key_id(name, public).hex()}+{base64.b64encode(_ED25519 + public).decode()}"


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def read_note(note: str, name: str, public: bytes) -> str:
    """The text of a note if this key signed it. Raises BadNote."""
    text, gap, lines = note.rpartition("\n\n")
    signatures = lines.split("\n")
    if not gap or signatures[-1] != "" or "\r" in note:
        raise BadNote("it is not a signed note")
    if len(signatures) - 1 > _MOST_LINES:
        raise BadNote("it has more signature lines than a note may have")
    for line in signatures[:-1]:
        dash, signer, encoded = line.split(" ") if line.count(" ") == 2 else ("", "", "")
        if dash != "—" or not signer or not encoded:
            raise BadNote("a signature line is malformed")
        blob = _decoded(encoded)
        if signer == name and blob[:4] == _key_id(name, public):
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(blob[4:], f"{text}\n".encode())
            except InvalidSignature as error:
                raise BadNote("the signature is not the key's") from error
            return f"{text}\n"
    raise BadNote("the key did not sign it")


def read_checkpoint(note: str, origin: str, public: bytes) -> Checkpoint:
    """The checkpoint of a note that the log's key signed. Raises BadNote."""
    lines = read_note(note, origin, public).split("\n")
    if len(lines) < 4 or lines[0] != origin:
        raise BadNote("it is no checkpoint of this log")
    if not _SIZE.fullmatch(lines[1]):
        raise BadNote("its size is not a number")
    root = _decoded(lines[2])
    if len(root) != 32:
        raise BadNote("its root is not a hash")
    return Checkpoint(origin, int(lines[1]), root)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise BadNote("it holds what is not base64") from error
