"""Drawn pictures of a road before and after, for the acts that must show the place; nobody is in them."""

import datetime
import struct
import uuid
import zlib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from jingwei.surfaces.console.practice.acts import WITH_PICTURES
from jingwei.surfaces.console.practice.plan import Planned

_WIDE, _HIGH, _SKY = 320, 240, 90  # pixels
_HOLES = {"before": (36, 48, 60), "after": (0,)}
"""Half the width in pixels of the hole in the road: several pictures before, one after."""


def upload_id(matter: uuid.UUID, place: int, rule: str) -> uuid.UUID:
    """The id of the upload that the step at this place attaches under a rule."""
    return uuid.uuid5(matter, f"{place}/{rule}")


def send_pictures(matters: Iterable[tuple[uuid.UUID, Planned]], owner: Mapping[str, str]) -> None:
    """The uploads that the acts of these matters attach; `owner`: the reference of whoever holds a post."""
    from jingwei.kernel.files.uploads import send_again

    senders: dict[int, dict[uuid.UUID, str]] = {}
    for matter, planned in matters:
        for place, step in enumerate(planned.steps):
            for rule in WITH_PICTURES.get(step.action, ()):
                hole = _HOLES[rule][planned.number % len(_HOLES[rule])]
                senders.setdefault(hole, {})[upload_id(matter, place, rule)] = owner[step.who]
    for hole, given in senders.items():
        send_again(_received(hole), given, datetime.datetime.now(datetime.UTC))


@cache
def _received(hole: int) -> Any:
    """A drawn picture, received once as from any sender."""
    from jingwei.kernel.commands.actor import system
    from jingwei.kernel.files.uploads import receive

    now = datetime.datetime.now(datetime.UTC)
    return receive(system("practice"), lambda digest: uuid.UUID(bytes=digest[:16]), [drawing(hole)], now)


def forget() -> None:
    """Forgets what was received: for a process that turns to another city."""
    _received.cache_clear()


def drawing(hole: int) -> bytes:
    """A PNG of a road, with a hole of this half width in it."""
    lines = b"".join(b"\0" + b"".join(_colour(x, y, hole) for x in range(_WIDE)) for y in range(_HIGH))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", _WIDE, _HIGH, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def _colour(x: int, y: int, hole: int) -> bytes:
    if y < _SKY:
        return bytes((196, 214, 230))
    if (x - 160) ** 2 + 3 * (y - 170) ** 2 < hole**2:
        return bytes((44, 40, 38))
    if abs(x - 160) < 4 and y % 40 < 24:
        return bytes((238, 238, 232))
    grain = (x * 7 + y * 13) % 9
    return bytes((118 + grain, 118 + grain, 122 + grain))
