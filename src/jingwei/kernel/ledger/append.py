"""Makes the entries of a stream. Only `kernel.commands` may call it."""

import datetime
import uuid
from collections.abc import Callable, Mapping
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.values.canonical import canonical, digest, moment_text, plain, row_bytes
from jingwei.kernel.writes.models import GuardedModel, StreamHead

FORMAT = 1
"""Version of the entry's fields; a reader of later years finds the rule by it."""


class Source(NamedTuple):
    """What one command says of all its entries: whose act, under which key, when recorded."""

    actor: str
    post: str
    grant: str
    key_hash: str
    recorded_at: datetime.datetime


def row_hash(salt: bytes | memoryview, table: str, content: bytes) -> str:
    """Hash of one row's tracked columns (see `tracked_bytes`), in hexadecimal. The salt keeps guesses at personal data
    from being tried."""
    return digest(salt, table.encode(), b"\0", content).hex()


@cache
def tracked_columns(model: type[GuardedModel]) -> tuple[str, ...]:
    """The columns whose content enters the row's hash, in the model's order."""
    left_out = model.untracked | {"chain", "salt"}
    return tuple(field.attname for field in model._meta.concrete_fields if field.attname not in left_out)


@cache
def _reading(model: type[GuardedModel]) -> Callable[[dict[str, Any]], tuple[Any, ...]]:
    return itemgetter(*tracked_columns(model))


def tracked_bytes(row: GuardedModel) -> bytes:
    """The canonical bytes of the row's columns that enter its hash."""
    model = type(row)
    return row_bytes(dict(zip(tracked_columns(model), _reading(model)(vars(row)), strict=True)))


def append(
    source: Source,
    head: StreamHead,
    entry_id: uuid.UUID,
    kind: str,
    facts: Mapping[str, Any],
    rows: Mapping[str, str],
) -> Entry:
    """The next entry of `head`'s stream; moves the head's `version` and `chain`.

    `facts` may carry `happened` (a moment) and `claimed` (what the source says of the time, in its own words); `rows`
    maps "table:id" to the row's hash after the command, the head's own row excepted, whose hash is worked out here
    because it counts the entry. No name, address, free text or coordinate may be in `facts` (trust.md c.2).
    """
    head.version += 1
    after = {**rows, head.name_in_entries: row_hash(head.salt, head._meta.db_table, tracked_bytes(head))}
    body = canonical(
        {
            "v": FORMAT,
            "id": str(entry_id),
            "stream": str(head.pk),
            "seq": head.version,
            "prev": bytes(head.chain).hex(),
            "kind": kind,
            "recorded": moment_text(source.recorded_at),
            "actor": source.actor,
            "post": source.post,
            "grant": source.grant,
            "key": source.key_hash,
            "facts": plain(dict(facts)),
            "after": after,
        }
    )
    head.chain = digest(body)
    return Entry(
        id=entry_id,
        stream=head.pk,
        seq=head.version,
        kind=kind,
        recorded_at=source.recorded_at,
        hash=head.chain,
        body=body,
    )
