"""The Merkle tree over the entries' bytes (RFC 6962, SHA-256): hashes, proofs, and their check. Knows no table.

A node is named (height, number): it stands over the leaves from number * 2^height on, 2^height of them, all present.
Every hash that a proof needs is folded from such nodes.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

Node = tuple[int, int]
Lookup = Callable[[Node], bytes]
Range = tuple[int, int]  # leaves from the first up to, not with, the second

EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(body: bytes | memoryview) -> bytes:
    """Hash of a leaf, whose content is the entry's body."""
    return hashlib.sha256(b"\0" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\1" + left + right).digest()


@dataclass(slots=True)
class Edge:
    """The tree as far as it must be known to grow: the roots of its full parts, largest first."""

    size: int = 0
    roots: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> list[tuple[Node, bytes]]:
        """Appends a leaf; gives the inner nodes that became full by it."""
        full, height, number = [], 0, self.size
        self.roots.append(leaf)
        while number & 1:
            right, left = self.roots.pop(), self.roots.pop()
            height, number = height + 1, number >> 1
            self.roots.append(node_hash(left, right))
            full.append(((height, number), self.roots[-1]))
        self.size += 1
        return full

    def root(self) -> bytes:
        """The root of the whole tree."""
        return _fold(self.roots) if self.roots else EMPTY


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over these hashes of leaves, or of full nodes of one height, in their order."""
    edge = Edge()
    for one in hashes:
        edge.add(one)
    return edge.root()


def _fold(roots: Sequence[bytes]) -> bytes:
    folded = roots[-1]
    for root in reversed(roots[:-1]):
        folded = node_hash(root, folded)
    return folded


def cover(leaves: Range) -> list[Node]:
    """The full nodes that together stand over these leaves, largest first, as a tree of them has it."""
    low, high = leaves
    found = []
    while low < high:
        height = (high - low).bit_length() - 1
        found.append((height, low >> height))
        low += 1 << height
    return found


def range_root(leaves: Range, lookup: Lookup) -> bytes:
    """The root over these leaves."""
    return _fold([lookup(node) for node in cover(leaves)])


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges whose roots prove that leaf `index` is in the tree of `size` leaves, from the leaf upwards."""
    low, high, found = 0, size, []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            found.append((middle, high))
            high = middle
        else:
            found.append((low, middle))
            low = middle
    return found[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The ranges whose roots prove that the tree of `old` leaves (one at least) is the beginning of that of `new`."""
    low, high, whole, found = 0, new, True, []
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            found.append((middle, high))
            high = middle
        else:
            found.append((low, middle))
            low, whole = middle, False
    return ([] if whole else [(low, high)]) + found[::-1]


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def root_by_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes | None:
    """The root that the proof leads to from this leaf; none for a proof of the wrong length or an impossible place."""
    if not 0 <= index < size:
        return None
    sides = [low < index for low, _ in inclusion_ranges(index, size)]
    if len(sides) != len(proof) or any(len(one) != 32 for one in (leaf, *proof)):
        return None
    root = leaf
    for is_left, other in zip(sides, proof, strict=True):
        root = node_hash(other, root) if is_left else node_hash(root, other)
    return root


def is_consistent(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Whether the proof shows the tree (size, root) `old` to be the beginning of `new`."""
    (first, old_root), (second, new_root) = old, new
    if not 0 < first <= second or any(len(one) != 32 for one in (old_root, new_root, *proof)):
        return False
    ranges = consistency_ranges(first, second)
    if len(ranges) != len(proof):
        return False
    if first == second:
        return old_root == new_root
    known = dict(zip(ranges, proof, strict=True))
    return _rebuilt(first, second, known, old_root) == (old_root, new_root)


def _rebuilt(first: int, second: int, known: dict[Range, bytes], old_root: bytes) -> tuple[bytes, bytes]:
    """The two roots that the known parts lead to; a part that is the whole old tree is the old root itself."""
    steps, low, high = [], 0, second
    while first != high:
        middle = low + _split(high - low)
        left = first <= middle
        steps.append((left, (middle, high) if left else (low, middle)))
        low, high = (low, middle) if left else (middle, high)
    older = newer = known.get((low, high), old_root)
    for left, part in reversed(steps):
        newer = node_hash(newer, known[part]) if left else node_hash(known[part], newer)
        older = older if left else node_hash(known[part], older)
    return older, newer


def needed(ranges: Iterable[Range]) -> list[Node]:
    """Every full node that the roots of these ranges are folded from."""
    return [node for one in ranges for node in cover(one)]
