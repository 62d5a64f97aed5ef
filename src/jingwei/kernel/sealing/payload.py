"""The payload of a sealed row: AES-256-GCM over its members and a salt for each, bound to where it belongs.

A payload is a version byte, the length of the list of members (two bytes), that list as canonical JSON, a nonce and the
ciphertext. The list is in clear: that a phone number was left is no secret to whoever works with the table. GCM does
not commit to its key, so entries hold a salted hash of each member as well; the salts lie in the payload and are lost
with its key.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jingwei.kernel.values.canonical import canonical, digest

ALGORITHM = "A256GCM"
_VERSION, _NONCE, _SALT = 1, 12, 16

draw = os.urandom
"""Where salts and nonces come from."""


class Broken(ValueError):
    """A payload that its key does not open: it was changed, or belongs to another row."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Where a payload belongs; in another place it does not open."""

    row: str  # table:id
    matter: str
    subject: str


def closed(key: bytes, members: Mapping[str, Any], bound: Bound) -> tuple[bytes, dict[str, Any]]:
    """The payload of these members, and what an entry says of it: its hash, and a commitment to each member."""
    salts = {name: draw(_SALT) for name in sorted(members)}
    listed = canonical(sorted(members))
    body = canonical({"fields": dict(members), "salts": {name: salt.hex() for name, salt in salts.items()}})
    nonce = draw(_NONCE)
    cipher = AESGCM(key).encrypt(nonce, body, _beside(bound, sorted(members)))
    payload = _head(listed) + nonce + cipher
    commitments = {name: commitment(salt, members[name]) for name, salt in salts.items()}
    return payload, {"cipher": digest(payload).hex(), "commit": commitments}


def opened(key: bytes, payload: bytes, bound: Bound) -> dict[str, Any]:
    """The members of a payload. Raises Broken."""
    members, start = members_of(payload), 3 + int.from_bytes(payload[1:3], "big")
    nonce, cipher = payload[start : start + _NONCE], payload[start + _NONCE :]
    try:
        body = json.loads(AESGCM(key).decrypt(nonce, cipher, _beside(bound, members)))
    except InvalidTag as error:
        raise Broken(f"the sealed part of {bound.row} does not open: it was changed behind the ledger") from error
    fields: dict[str, Any] = body["fields"]
    return fields


def members_of(payload: bytes) -> list[str]:
    """The names of what a payload holds, which need no key."""
    if not payload or payload[0] != _VERSION:
        raise Broken("a payload of an unknown version")
    names: list[str] = json.loads(payload[3 : 3 + int.from_bytes(payload[1:3], "big")])
    return names


def commitment(salt: bytes, value: Any) -> str:
    """The salted hash of one member, in hexadecimal: nobody finds the value by trying without the salt."""
    return digest(salt, canonical(value)).hex()


def _head(listed: bytes) -> bytes:
    return bytes([_VERSION]) + len(listed).to_bytes(2, "big") + listed


def _beside(bound: Bound, members: Sequence[str]) -> bytes:
    return canonical([ALGORITHM, bound.row, bound.matter, bound.subject, list(members)])
