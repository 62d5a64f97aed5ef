"""A look at the latest entries: cheap enough for every morning, no substitute for `verify`."""

import json

from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.values.canonical import digest


def broken_of_latest(number: int) -> int:
    """How many of the latest entries do not hash to what stands beside them or do not follow the one before.

    Two statements: ids grow with time, and each predecessor is found by its place in the stream.
    """
    latest = list(Entry.objects.order_by("-id")[:number].values_list("stream", "seq", "hash", "body"))
    places = {seq - 1 for _, seq, _, _ in latest if seq > 1}
    before = Entry.objects.filter(stream__in={stream for stream, _, _, _ in latest}, seq__in=places)
    held = {(stream, seq): bytes(kept) for stream, seq, kept in before.values_list("stream", "seq", "hash")}
    broken = 0
    for stream, seq, kept, body in latest:
        try:
            follows = json.loads(bytes(body))["prev"] == held.get((stream, seq - 1), b"").hex()
        except (ValueError, KeyError, TypeError):
            follows = False
        broken += digest(bytes(body)) != bytes(kept) or not follows
    return broken
