"""What stands of a feed's rows, read from the matters themselves, so that a run killed and resumed answers the same."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.feeds.definition import Feed

_ROWS = """SELECT external.number, matter.state, matter.area_id IS NOT NULL, matter.due_at, matter.closed_at,
coalesce(detail.fields ->> 'flags', ''), detail.located
FROM matters_externalnumber external JOIN matters_matter matter ON matter.id = external.matter_id
JOIN matters_detail detail ON detail.matter_id = matter.id
WHERE external.source = %s AND external.number = ANY(%s)"""

_HEADS = """SELECT matter.id, matter.version, matter.chain
FROM matters_externalnumber external JOIN matters_matter matter ON matter.id = external.matter_id
WHERE external.source = %s AND external.number = ANY(%s) ORDER BY matter.id"""

_FOUND_OTHERWISE = ("by_address", "by_alias", "by_hand")


def answer(scope: Scope, feed: Feed, keys: Sequence[str], verdicts: Mapping[str, str]) -> dict[str, Any]:
    """Counts over the matters that these rows became; `root` is SHA-256 over their sorted (stream, head hash)."""
    states: dict[str, int] = {}
    located = {"one": 0, "none": 0, "default_point": 0, "by_address": 0, "by_alias": 0, "by_hand": 0}
    on_time = {"met": 0, "missed": 0, "unknown": 0}
    flagged: dict[str, int] = {}
    verdict = {"compared": 0, "equal": 0}
    open_overdue = 0
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [feed.source, list(keys)])
        for number, state, has_area, due_at, closed_at, flags, how in cursor.fetchall():
            states[state] = states.get(state, 0) + 1
            marks = flags.split(",") if flags else []
            located["one" if has_area else "default_point" if "default_point" in marks else "none"] += 1
            if how in _FOUND_OTHERWISE:
                located[how] += 1  # of those with one cell
            for mark in marks:
                flagged[mark] = flagged.get(mark, 0) + 1
            open_overdue += closed_at is None and due_at is not None and due_at < scope.now
            met = "unknown" if due_at is None or closed_at is None else "met" if closed_at <= due_at else "missed"
            on_time[met] += 1
            if met != "unknown" and number in verdicts:
                verdict["compared"] += 1
                verdict["equal"] += verdicts[number] == met
        cursor.execute(_HEADS, [feed.source, list(keys)])
        heads = cursor.fetchall()
    root = hashlib.sha256()
    for stream, _, chain in heads:
        root.update(stream.bytes + bytes(chain))
    return {
        "states": states,
        "located": located,
        "on_time": on_time,
        "verdict": verdict,
        "open_overdue": open_overdue,
        "flagged": flagged,
        "entries": sum(version for _, version, _ in heads),
        "root": root.hexdigest(),
    }
