"""Reads a QR code as a telephone does (ISO/IEC 18004, versions 2 to 6, text in bytes), from the picture on a page. What
a telephone mends where it sees badly is left out: a picture on a page has no faults."""

import itertools
import re
from collections.abc import Iterator

Dots = list[list[bool]]

_LEVELS = {0b01: "L", 0b00: "M", 0b11: "Q", 0b10: "H"}
_XORED = 0b101010000010010  # so that no format is all light
_DRAWN = re.compile(
    r'<svg[^>]*viewBox="0 0 (\d+) \1"[^>]*><path fill[^>]*/><path[^>]*stroke="#000" d="M(\d+) \2\.5([^"]+)"'
)
_BLOCKS = {  # data bytes of each block, by size in dots and level
    (25, "M"): [28],
    (25, "Q"): [22],
    (29, "M"): [44],
    (29, "Q"): [17] * 2,
    (33, "M"): [32] * 2,
    (33, "Q"): [24] * 2,
    (37, "M"): [43] * 2,
    (37, "Q"): [15, 15, 16, 16],
    (41, "M"): [27] * 4,
    (41, "Q"): [19] * 4,
}
_FORMAT = [(8, column) for column in (0, 1, 2, 3, 4, 5, 7, 8)] + [(row, 8) for row in (7, 5, 4, 3, 2, 1, 0)]


def read(page: str) -> str:
    """The text of the first code on a page."""
    dots = _dots(page)
    size = len(dots)
    said = int("".join(str(int(dots[row][column])) for row, column in _FORMAT), 2) ^ _XORED
    level, mask = _LEVELS[said >> 13], said >> 10 & 0b111
    bits = [dots[row][column] ^ _masked(mask, row, column) for row, column in _way(size)]
    written = [int("".join(str(int(bit)) for bit in bits[at : at + 8]), 2) for at in range(0, len(bits) - 7, 8)]
    stream = "".join(f"{one:08b}" for one in _in_order(written, _BLOCKS[size, level]))
    assert stream[:4] == "0100", "bytes"
    count = int(stream[4:12], 2)
    return bytes(int(stream[12 + 8 * at : 20 + 8 * at], 2) for at in range(count)).decode()


def _dots(page: str) -> Dots:
    """Dark and light as the strokes of the drawing say, without its border."""
    drawn = re.search(_DRAWN, page)
    assert drawn, "no code on this page"
    border, size = int(drawn.group(2)), int(drawn.group(1)) - 2 * int(drawn.group(2))
    dots = [[False] * size for _ in range(size)]
    row = column = 0
    for move, across, down, stroke in re.findall(r"(m)(-?\d+) (-?\d+)|h(\d+)", drawn.group(3)):
        if move:
            row, column = row + int(down), column + int(across)
        else:
            dots[row][column : column + int(stroke)] = [True] * int(stroke)
            column += int(stroke)
    assert border and len(dots[0]) == size
    return dots


def _way(size: int) -> Iterator[tuple[int, int]]:
    """The dots that carry data, in their order: two columns at a time from the right, up and down in turn."""
    upwards = True
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        for row in range(size - 1, -1, -1) if upwards else range(size):
            yield from ((row, column) for column in (right, right - 1) if _is_data(size, row, column))
        upwards = not upwards


def _is_data(size: int, row: int, column: int) -> bool:
    corner = (row < 9 and (column < 9 or column >= size - 8)) or (row >= size - 8 and column < 9)
    middle = size - 9 <= row < size - 4 and size - 9 <= column < size - 4
    return not (corner or middle or row == 6 or column == 6)


def _masked(mask: int, i: int, j: int) -> bool:
    return (
        (i + j) % 2 == 0,
        i % 2 == 0,
        j % 3 == 0,
        (i + j) % 3 == 0,
        (i // 2 + j // 3) % 2 == 0,
        i * j % 2 + i * j % 3 == 0,
        (i * j % 2 + i * j % 3) % 2 == 0,
        ((i + j) % 2 + i * j % 3) % 2 == 0,
    )[mask]


def _in_order(written: list[int], lengths: list[int]) -> list[int]:
    """The blocks one after another; they are written a byte of each in turn."""
    blocks: list[list[int]] = [[] for _ in lengths]
    given = iter(written)
    for at in range(max(lengths)):
        for block, length in zip(blocks, lengths, strict=True):
            if at < length:
                block.append(next(given))
    return list(itertools.chain.from_iterable(blocks))
