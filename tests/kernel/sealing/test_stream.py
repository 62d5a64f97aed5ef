"""Contents sealed in chunks: whatever is changed, moved, left out or cut off does not open."""

import hashlib
import io
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingwei.kernel.sealing.payload import Broken
from jingwei.kernel.sealing.stream import CHUNK, MARK, Sealer, clear_size, new_key, opened

KEY = new_key()
HEAD, FULL = len(MARK) + 16, CHUNK + 16
BORDERS = st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1])


def sealed(pieces: Sequence[bytes], key: bytes = KEY, what: str = "copy") -> bytes:
    sealer = Sealer(key, what)
    return b"".join([*(sealer.update(one) for one in pieces), sealer.finish()])


def read(content: bytes, key: bytes = KEY, what: str = "copy") -> bytes:
    return b"".join(opened(key, what, io.BytesIO(content)))


def some(size: int) -> bytes:
    return hashlib.shake_128(size.to_bytes(4, "big")).digest(size)


@settings(max_examples=60)
@given(BORDERS | st.integers(0, 3 * CHUNK), st.lists(BORDERS, max_size=4))
def test_what_was_sealed_in_any_pieces_opens_again(size: int, cuts: list[int]) -> None:
    clear, edges = some(size), [0, *sorted(min(cut, size) for cut in cuts), size]
    pieces = [clear[low:high] for low, high in zip(edges, edges[1:], strict=False)]
    content = sealed(pieces)
    assert read(content) == clear and clear_size(len(content)) == size
    assert content.startswith(MARK) and (size < 16 or clear[:16] not in content)


def test_every_flipped_byte_is_found() -> None:
    content = sealed([some(40)])
    for place in range(len(content)):
        with pytest.raises(Broken):
            read(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])


@pytest.mark.parametrize("size", [3 * CHUNK, 2 * CHUNK + 7])
def test_chunks_stand_in_their_order_and_to_their_end(size: int) -> None:
    head, first, second, third = _parts(sealed([some(size)]))
    other = _parts(sealed([some(size)]))[1]
    for changed in (
        head + first + third + second,
        head + second + first + third,
        head + first + third,
        head + first + first + second + third,
        head + first + second,
        head + first,
        head,
        b"",
        head + other + second + third,
        head + first + second + third[:-1],
        head + first + second + third + b"x",
        head + first + second + third + third,
        head + third,
        MARK + other[:16] + first + second + third,
        some(size),
    ):
        with pytest.raises(Broken):
            read(changed)


def test_nothing_is_handed_out_of_a_chunk_that_does_not_open() -> None:
    head, first, second, third = _parts(sealed([some(3 * CHUNK)]))
    chunks = opened(KEY, "copy", io.BytesIO(head + first + third + second))
    assert next(chunks) == some(3 * CHUNK)[:CHUNK]
    with pytest.raises(Broken, match="chunk 1"):
        next(chunks)


def test_it_opens_only_by_its_key_and_as_what_it_is() -> None:
    content = sealed([b"x"])
    with pytest.raises(Broken):
        read(content, key=new_key())
    with pytest.raises(Broken):
        read(content, what="thumb")


def _parts(content: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    edges = [0, HEAD, HEAD + FULL, HEAD + 2 * FULL, len(content)]
    first, second, third, fourth = (content[low:high] for low, high in zip(edges, edges[1:], strict=False))
    return first, second, third, fourth
