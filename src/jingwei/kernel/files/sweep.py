"""The sweep: removes contents that nothing refers to, never one that is referred to or young."""

import datetime
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from jingwei.kernel.files.models import Attachment, Upload
from jingwei.kernel.files.store import SHAPES, Store
from jingwei.kernel.files.uploads import expire
from jingwei.kernel.values.errors import Conflict

log = logging.getLogger("jingwei.files")

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did."""

    expired: int  # uploads forgotten
    removed: int  # contents removed


def sweep(kept: Store, now: datetime.datetime) -> Swept:
    """Forgets expired uploads, then removes what nothing refers to any more. May be killed and run at any time."""
    expired, removed = _expired(now), 0
    old = iter(kept.old(now.timestamp()))
    while batch := set(islice(old, _BATCH)):
        removed += remove_unreferred(kept, batch, now)
    return Swept(expired, removed)


def _expired(now: datetime.datetime) -> int:
    try:
        return expire(now)
    except Conflict:
        log.exception("uploads wait for the key database to be forgotten")
        return 0


def remove_unreferred(kept: Store, digests: set[bytes], now: datetime.datetime) -> int:
    """Removes those of the contents that nothing refers to and that are not young; gives how many."""
    return kept.remove(digests - _referred(digests), now.timestamp())


def remove_open(kept: Store) -> int:
    """After an upgrade: removes what an earlier edition kept in clear and nothing refers to any more, however young.
    Gives how many lie in clear still, because they are not what was stored and so were not sealed."""
    left, found = 0, iter(kept.lying_open())
    while batch := set(islice(found, _BATCH)):
        referred = _referred(batch)
        kept.remove(batch - referred, float("inf"))
        left += len(referred)
    return left


def _referred(digests: set[bytes]) -> set[bytes]:
    found: set[bytes] = set()
    for column in SHAPES:
        wanted = {f"{column}__in": digests}
        found |= _hashes(Upload.objects.filter(**wanted).values_list(column, flat=True))
        attached = Attachment.objects.filter(**wanted)
        if column == "original":
            attached = attached.filter(kept=True)
        found |= _hashes(attached.values_list(column, flat=True))
    return found


def _hashes(values: Iterable[bytes | memoryview | None]) -> set[bytes]:
    return {bytes(value) for value in values if value is not None}
