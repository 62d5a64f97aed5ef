"""Proofs for a stranger: entries of a stream with their paths to a signed checkpoint, as one text (C2SP tlog-proof).

`verifier.py` beside this checks it with nothing but the log's public key.
"""

import base64
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from jingwei.kernel.ledger.checkpoints import hashes_of, root_at
from jingwei.kernel.ledger.models import Entry, Leaf, Log, SignedCheckpoint
from jingwei.kernel.ledger.notes import key_text, receipts_name
from jingwei.kernel.ledger.tree import Range, consistency_ranges, inclusion_ranges, leaf_hash, needed, range_root
from jingwei.kernel.ledger.verifier import HEAD


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof of a stream as far as it has been signed for."""

    text: str
    entries: int  # proved
    waiting: int  # recorded, and not signed for yet: some seconds


def prove(stream: uuid.UUID) -> Proof:
    """The proof of a stream's entries from the first one on; whoever asks has read the head in scope before."""
    return prove_as(dict(Entry.objects.filter(stream=stream).order_by("seq").values_list("id", "body")))


def leaves_of(entries: Sequence[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """The hash under which the log holds, or will hold, each of these entries; whoever asks has read their head."""
    found = Entry.objects.filter(id__in=entries).values_list("id", "body")
    return {entry: leaf_hash(bytes(body)) for entry, body in found}


def prove_as(bodies: Mapping[uuid.UUID, bytes | memoryview]) -> Proof:
    """The proof of entries in this order, each told by these bytes: its own, or those of a receipt in its place."""
    leaves = {leaf.entry: leaf for leaf in Leaf.objects.filter(entry__in=list(bodies))}
    signed = {epoch: latest_checkpoint(epoch) for epoch in {leaf.epoch for leaf in leaves.values()}}
    proved: list[tuple[Leaf, SignedCheckpoint]] = []
    for entry in bodies:
        leaf = leaves.get(entry)
        checkpoint = signed[leaf.epoch] if leaf else None
        if leaf is None or checkpoint is None or leaf.idx >= checkpoint.size:
            break
        proved.append((leaf, checkpoint))
    blocks = []
    for epoch, ours in groupby(proved, key=lambda one: one[0].epoch):
        within = [(leaf, note, inclusion_ranges(leaf.idx, note.size)) for leaf, note in ours]
        found = hashes_of(epoch, needed(one for _, _, ranges in within for one in ranges))
        for leaf, note, ranges in within:
            path = [_text(range_root(one, found.__getitem__)) for one in ranges]
            lines = [HEAD.rstrip(), f"extra {_text(bodies[leaf.entry])}", f"index {leaf.idx}", *path, "", note.note]
            blocks.append("\n".join(lines))
    return Proof("".join(blocks), len(blocks), len(bodies) - len(blocks))


def prove_leaf(hashed: bytes, told: bytes) -> str:
    """The proof that the leaf with this hash is in a log, told by these bytes; empty where no log has signed for it."""
    leaf = Leaf.objects.filter(hash=hashed).first()
    return prove_as({leaf.entry: told}).text if leaf else ""


def latest_checkpoint(epoch: int) -> SignedCheckpoint | None:
    """The log's largest signed checkpoint."""
    return SignedCheckpoint.objects.filter(epoch=epoch).order_by("-size").first()


def current_checkpoint() -> SignedCheckpoint | None:
    """The largest signed checkpoint of the log that grows; none before the first."""
    return SignedCheckpoint.objects.order_by("-epoch", "-size").first()


def inclusion(epoch: int, index: int, size: int) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root at `size`, 0 ≤ index < size ≤ the log's size."""
    return _roots(epoch, inclusion_ranges(index, size))


def consistency(epoch: int, old: int, new: int) -> list[bytes]:
    """The hashes that show the tree of `old` leaves to be the beginning of that of `new`, 0 < old ≤ new ≤ its size."""
    return _roots(epoch, consistency_ranges(old, new))


def keys() -> list[str]:
    """The public keys of the city's logs, the oldest first, as the C2SP tools take them."""
    return [key_text(log.origin, bytes(log.public_key)) for log in Log.objects.order_by("epoch")]


def receipt_keys() -> list[str]:
    """The public keys that signed receipts of the city, the oldest first; each once."""
    found = Log.objects.exclude(receipt_key=None).order_by("epoch").values_list("origin", "receipt_key")
    names = {bytes(key): receipts_name(origin.split("/")[-3]) for origin, key in found if key}
    return [key_text(name, key) for key, name in names.items()]


def _roots(epoch: int, ranges: Sequence[Range]) -> list[bytes]:
    found = hashes_of(epoch, needed(ranges))
    return [range_root(one, found.__getitem__) for one in ranges]


def _text(content: bytes | memoryview) -> str:
    return base64.b64encode(content).decode()


@dataclass(frozen=True, slots=True)
class LogShown:
    """A log as anybody may know it."""

    epoch: int
    origin: str
    key: str  # its public key as one line
    signed: SignedCheckpoint | None  # the latest


def logs() -> list[LogShown]:
    """The city's logs, the oldest first; a statement, and one for each."""
    found = Log.objects.order_by("epoch")
    return [
        LogShown(log.epoch, log.origin, key_text(log.origin, bytes(log.public_key)), latest_checkpoint(log.epoch))
        for log in found
    ]


def latest_signed(most: int) -> list[SignedCheckpoint]:
    """The latest checkpoints of all logs, the newest first."""
    return list(SignedCheckpoint.objects.order_by("-epoch", "-size")[:most])


def root_of_log(origin: str, size: int) -> bytes | None:
    """The root that the log of this name has now over its first `size` leaves; none where it has not so many."""
    log = Log.objects.filter(origin=origin).first()
    return root_at(log, size) if log is not None and size <= log.size else None


def leaf_hashes(epoch: int, start: int, end: int) -> list[bytes]:
    """The hashes of the leaves from `start` up to, not with, `end`."""
    found = Leaf.objects.filter(epoch=epoch, idx__gte=start, idx__lt=end).order_by("idx")
    return [bytes(one) for one in found.values_list("hash", flat=True)]


def index_of(epoch: int, hashed: bytes) -> int | None:
    """The place of the leaf with this hash; none where the log has no such leaf."""
    return Leaf.objects.filter(epoch=epoch, hash=hashed).values_list("idx", flat=True).first()
