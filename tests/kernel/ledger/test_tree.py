"""The tree against the recursive definition of RFC 6962, and proofs that were tampered with."""

import hashlib
import random
from collections.abc import Callable
from functools import cache

from jingwei.kernel.ledger import tree, verifier

MOST = 256
LEAVES = [tree.leaf_hash(str(number).encode()) for number in range(MOST)]


@cache
def reference(low: int, high: int) -> bytes:
    """MTH of RFC 6962, 2.1, as it is written there, over the leaves from `low` up to `high`."""
    if low == high:
        return hashlib.sha256().digest()
    if high - low == 1:
        return LEAVES[low]
    middle = low + split(high - low)
    return hashlib.sha256(b"\x01" + reference(low, middle) + reference(middle, high)).digest()


def split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def path(index: int, low: int, high: int) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1."""
    if high - low == 1:
        return []
    middle = low + split(high - low)
    if index < middle:
        return [*path(index, low, middle), reference(middle, high)]
    return [*path(index, middle, high), reference(low, middle)]


def subproof(old: int, low: int, high: int, whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2."""
    if old == high - low:
        return [] if whole else [reference(low, high)]
    middle = low + split(high - low)
    if old <= middle - low:
        return [*subproof(old, low, middle, whole), reference(middle, high)]
    return [*subproof(old - middle + low, middle, high, False), reference(low, middle)]


def grown() -> tuple[dict[tree.Node, bytes], list[bytes]]:
    """All full nodes of the largest tree, and the root at every size."""
    edge, nodes, roots = tree.Edge(), {}, [tree.EMPTY]
    for number, leaf in enumerate(LEAVES):
        nodes[0, number] = leaf
        nodes.update(edge.add(leaf))
        roots.append(edge.root())
    return nodes, roots


NODES, ROOTS = grown()


def proved(ranges: Callable[[int, int], list[tree.Range]], first: int, size: int) -> list[bytes]:
    return [tree.range_root(one, NODES.__getitem__) for one in ranges(first, size)]


def test_the_hashes_are_those_of_the_standard() -> None:
    """The empty tree, and the leaf of no bytes, of RFC 6962."""
    assert tree.EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tree.leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_the_root_is_the_reference_at_every_size() -> None:
    assert [reference(0, size) for size in range(MOST + 1)] == ROOTS


def test_every_inclusion_proof_is_the_reference_and_leads_to_the_root() -> None:
    for size in range(1, MOST + 1):
        for index in range(size):
            proof = proved(tree.inclusion_ranges, index, size)
            assert proof == path(index, 0, size)
            assert tree.root_by_inclusion(index, size, LEAVES[index], proof) == ROOTS[size]
            assert verifier.root_of(LEAVES[index], index, size, proof) == ROOTS[size]


def test_every_consistency_proof_is_the_reference_and_holds() -> None:
    for new in range(1, MOST + 1):
        for old in range(1, new + 1):
            proof = proved(tree.consistency_ranges, old, new)
            assert proof == subproof(old, 0, new, True)
            assert tree.is_consistent((old, ROOTS[old]), (new, ROOTS[new]), proof)


def mutations(chance: random.Random, proof: list[bytes]) -> list[list[bytes]]:
    """The proof with one bit flipped, a hash more, one less, two changed over, one twice."""
    other, found = bytes(chance.randrange(256) for _ in range(32)), [[*proof, LEAVES[0]], [ROOTS[1], *proof]]
    if proof:
        place, bit = chance.randrange(len(proof)), chance.randrange(256)
        flipped = (int.from_bytes(proof[place]) ^ 1 << bit).to_bytes(32)
        found += [[*proof[:place], flipped, *proof[place + 1 :]], proof[:-1], proof[1:], [*proof[:-1], other]]
        found += [
            [*proof[:place], proof[place][:31], *proof[place + 1 :]],
            [*proof[:place], *proof[place:][:1], *proof],
        ]
    if len(proof) > 1:
        found.append([proof[1], proof[0], *proof[2:]])
    return found


def accepts(index: int, size: int, leaf: bytes, path: list[bytes]) -> bool:
    """Whether the stand-alone verifier does."""
    try:
        return verifier.root_of(leaf, index, size, path) == ROOTS[size]
    except ValueError:
        return False


def test_no_mutated_proof_is_accepted() -> None:
    """More than 80,000 of them, with indexes and sizes changed as well."""
    seed = random.SystemRandom().randrange(2**32)
    chance, tried, accepted = random.Random(seed), 0, 0
    while tried < 80_000:
        size = chance.randrange(2, MOST + 1)
        index, old = chance.randrange(size), chance.randrange(1, size)
        inclusion, consistency = proved(tree.inclusion_ranges, index, size), proved(tree.consistency_ranges, old, size)
        wrong = [(index, size, LEAVES[index], bad) for bad in mutations(chance, inclusion)]
        wrong += [(place, size, LEAVES[index], inclusion) for place in (index ^ 1, -1, size, 2**64)]
        wrong += [(index, size, tree.node_hash(LEAVES[index], LEAVES[index - 1]), inclusion)]
        accepted += sum(tree.root_by_inclusion(*one) == ROOTS[size] for one in wrong)
        accepted += sum(accepts(*one) for one in wrong)
        pairs = [((old, ROOTS[old]), (size, ROOTS[size]), bad) for bad in mutations(chance, consistency)]
        pairs += [((first, ROOTS[old]), (size, ROOTS[size]), consistency) for first in (0, -1, size, size + 1)]
        pairs += [((old, ROOTS[old - 1]), (size, ROOTS[size]), consistency)]
        pairs += [((old, ROOTS[old]), (size, ROOTS[size - 1]), consistency)]
        accepted += sum(tree.is_consistent(*one) for one in pairs)
        tried += len(wrong) + len(pairs)
    assert accepted == 0, seed
