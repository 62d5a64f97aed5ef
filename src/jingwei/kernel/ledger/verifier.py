"""Checks a proof of Jingwei offline: `python verifier.py PROOF KEY...`. Stands alone: Python and `cryptography`.

PROOF is a file of `jingwei ledger prove`. KEY is the log's public key as one line (name+id+key), or a file of such
lines; get it from somewhere else than the proof. Exit 0: every entry is in the log that the key's owner signed for.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HEAD = "c2sp.org/tlog-proof@v1\n"


def root_of(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root of the tree (RFC 9162, 2.1.3.2) that the path leads to from the leaf; ValueError if it cannot."""
    if not 0 <= index < size:
        raise ValueError("the index lies outside the tree")
    place, last, root = index, size - 1, leaf
    for other in path:
        if last == 0:
            raise ValueError("the path is too long")
        if place & 1 or place == last:
            root = hashlib.sha256(b"\1" + other + root).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = hashlib.sha256(b"\1" + root + other).digest()
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ValueError("the path is too short")
    return root


def signed_by(note: str, keys: list[str]) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint that one of the keys signed; the key's name is the origin."""
    text, _, lines = note.rpartition("\n\n")
    origin, size, root = (text.split("\n") + ["", "", ""])[:3]
    for line in lines.splitlines():
        dash, name, signature = line.split(" ")
        for key in keys:
            known, _, rest = key.partition("+")
            public = base64.b64decode(rest.partition("+")[2], validate=True)
            number = hashlib.sha256(f"{known}\n".encode() + public).digest()[:4]
            blob = base64.b64decode(signature, validate=True)
            if (dash, name, blob[:4]) == ("—", known, number) and name == origin and public[:1] == b"\1":
                Ed25519PublicKey.from_public_bytes(public[1:]).verify(blob[4:], f"{text}\n".encode())
                return origin, int(size), base64.b64decode(root, validate=True)
    raise ValueError("no key given has signed the checkpoint")


def proved(block: str, keys: list[str]) -> tuple[bytes, str]:
    """The entry's bytes of one proof, and what it is proved by. Raises for anything that is not right."""
    head, _, note = block.partition("\n\n")
    extra, index, *path = head.split("\n")
    if not (extra.startswith("extra ") and index.startswith("index ")):
        raise ValueError("it is not a proof with its entry")
    body = base64.b64decode(extra[6:], validate=True)
    origin, size, root = signed_by(note, keys)
    hashes = [base64.b64decode(one, validate=True) for one in path]
    if root_of(hashlib.sha256(b"\0" + body).digest(), int(index[6:]), size, hashes) != root:
        raise ValueError("the path does not lead to the signed root")
    return body, f"{origin} {size} #{index[6:]}"


def verified(text: str, keys: list[str]) -> list[tuple[dict[str, Any], str]]:
    """The entries of a proof file, each with what it is proved by; they are one stream from its beginning on."""
    found: list[tuple[dict[str, Any], str]] = []
    previous = b""
    for number, block in enumerate(text.split(HEAD)[1:], 1):
        body, by = proved(block, keys)
        entry = json.loads(body)
        if (
            entry["seq"] != number
            or entry["prev"] != previous.hex()
            or (found and entry["stream"] != found[0][0]["stream"])
        ):
            raise ValueError(f"entry {number} does not follow the one before it")
        previous = hashlib.sha256(body).digest()
        found.append((entry, by))
    if not found:
        raise ValueError("there is no proof in it")
    return found


if __name__ == "__main__":
    given = [Path(one).read_text(encoding="utf-8").split() if Path(one).is_file() else [one] for one in sys.argv[2:]]
    try:
        told = verified(Path(sys.argv[1]).read_text(encoding="utf-8"), [key for lines in given for key in lines])
    except Exception as fault:  # whatever is wrong with it: it proves nothing
        sys.exit(f"NOT PROVED 未能证明: {type(fault).__name__} {fault}")
    for entry, by in told:
        print(entry["seq"], entry["recorded"], entry["kind"], json.dumps(entry["facts"], ensure_ascii=False), by)
    print(f"PROVED 已证明: {len(told)}")
