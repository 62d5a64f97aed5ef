"""Checks a proof or a receipt of Jingwei offline: `python verifier.py FILE KEY...`. Needs Python and `cryptography`.

KEY is a public key as one line (name+id+key), or a file of such lines; get it from somewhere else. Exit 0: it holds.
"""

import base64
import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HEAD, RECEIPT = "c2sp.org/tlog-proof@v1\n", "jingwei.receipt/v1\n"


def root_of(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root of the tree (RFC 9162, 2.1.3.2) that the path leads to from the leaf; ValueError if it cannot."""
    inner = (index ^ (size - 1)).bit_length()  # so far up there are nodes on either side
    if not 0 <= index < size or len(path) != inner + (index >> inner).bit_count():
        raise ValueError("the index lies outside the tree, or the path is too short or too long")
    for height, other in enumerate(path):
        left = height >= inner or index >> height & 1
        leaf = sha256(b"\1" + (other + leaf if left else leaf + other)).digest()
    return leaf


def note_by(note: str, keys: list[str]) -> tuple[str, list[str]]:
    """Name of the key that signed the note, and its lines. Keys of receipts sign receipts, and no other key does."""
    text, _, lines = note.rpartition("\n\n")
    for dash, name, signature in (line.split(" ") for line in lines.splitlines()):
        for known, _, rest in (key.partition("+") for key in keys):
            public = base64.b64decode(rest.partition("+")[2], validate=True)
            blob = base64.b64decode(signature, validate=True)
            may = name.endswith("/receipts") == text.startswith(RECEIPT) and public[:1] == b"\1"
            if may and (dash, name, blob[:4]) == ("—", known, sha256(f"{known}\n".encode() + public).digest()[:4]):
                Ed25519PublicKey.from_public_bytes(public[1:]).verify(blob[4:], f"{text}\n".encode())
                return name, text.split("\n")
    raise ValueError("no key given has signed it")


def signed_by(note: str, keys: list[str]) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint that one of the keys signed; the key's name is the origin."""
    name, (origin, size, root, *_) = note_by(note, keys)
    if name != origin:
        raise ValueError("the checkpoint is of another log than the key")
    return origin, int(size), base64.b64decode(root, validate=True)


def receipt(note: str, keys: list[str]) -> dict[str, Any]:
    """What a receipt says; `leaf` is the hash (base64) of the entry's leaf, `seq` its place in the matter, if told."""
    _, number, recorded, kind, leaf, *seq = note_by(note, keys)[1]
    return {"number": number, "recorded": recorded, "kind": kind, "leaf": leaf, **({"seq": int(*seq)} if seq else {})}


def proved(block: str, keys: list[str]) -> tuple[bytes, str]:
    """The entry of a proof, or the receipt for it, and what it is proved by. Raises for anything that is not right."""
    head, _, note = block.partition("\n\n")
    extra, index, *path = head.split("\n")
    if not (extra.startswith("extra ") and index.startswith("index ")):
        raise ValueError("it is not a proof with its entry")
    body = base64.b64decode(extra[6:], validate=True)
    leaf = sha256(b"\0" + body).digest()
    if body.startswith(RECEIPT.encode()):
        leaf = base64.b64decode(receipt(body.decode(), keys)["leaf"], validate=True)
    origin, size, root = signed_by(note, keys)
    if root_of(leaf, int(index[6:]), size, [base64.b64decode(one, validate=True) for one in path]) != root:
        raise ValueError("the path does not lead to the signed root")
    return body, f"{origin} {size} #{index[6:]}"


def verified(text: str, keys: list[str]) -> list[tuple[dict[str, Any], str]]:
    """What a file proves, and by what: the entries of a stream from the first on, or receipts for those of a matter."""
    found, before = list[tuple[dict[str, Any], str]](), ""
    for number, (body, by) in enumerate((proved(block, keys) for block in text.split(HEAD)[1:]), 1):
        entry = receipt(body.decode(), keys) if body.startswith(RECEIPT.encode()) else json.loads(body)
        same = len({(one.get("stream"), one.get("number"), "seq" in one) for one, _ in [*found[:1], (entry, by)]}) == 1
        chained = entry.get("seq", number) == number and ("leaf" in entry or entry["prev"] == before)
        if not (same and chained) or entry.get("leaf", "") in [one.get("leaf") for one, _ in found]:
            raise ValueError(f"entry {number} does not follow the one before it")
        before = sha256(body).hexdigest()
        found.append((entry, by))
    if not found:
        raise ValueError("there is no proof in it")
    return found


if __name__ == "__main__":
    given = [Path(one).read_text(encoding="utf-8").split() if Path(one).is_file() else [one] for one in sys.argv[2:]]
    text, known = Path(sys.argv[1]).read_text(encoding="utf-8"), [key for lines in given for key in lines]
    try:
        told = [(receipt(text, known), "")] if text.startswith(RECEIPT) else verified(text, known)
    except Exception as fault:  # whatever is wrong with it: it proves nothing
        sys.exit(f"NOT PROVED 未能证明: {type(fault).__name__} {fault}")
    for entry, by in told:
        print(*(entry[one] for one in ("number", "seq", "recorded", "kind", "facts") if one in entry), by)
    whole = " (none between left out 其间一条不缺)" if "seq" in told[0][0] else ""
    print(f"PROVED 已证明: {len(told)}{whole}" if text.startswith(HEAD) else "SIGNED 确由本市签发")
