"""Reads what the entries of one stream tell, for people who look at the matter."""

import datetime
import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.ledger.models import Entry


@dataclass(frozen=True, slots=True)
class Told:
    """One entry: what happened, by whom in which post, when recorded, its facts, and the rows it wrote ("table:id")."""

    id: uuid.UUID
    seq: int
    kind: str
    actor: str
    post: str  # in whose exercise; "…;for:…" names the person stood in for
    recorded_at: datetime.datetime
    facts: Mapping[str, Any]
    rows: tuple[str, ...]


def entries_of(stream: uuid.UUID) -> list[Told]:
    """The entries of a stream in their order (one statement); whoever asks has read the head in scope before."""
    return [_told(row) for row in Entry.objects.filter(stream=stream).order_by("seq")]


def entries_of_all(streams: Collection[uuid.UUID]) -> list[Told]:
    """The entries of several streams, each stream's in their order. One statement."""
    return [_told(row) for row in Entry.objects.filter(stream__in=streams).order_by("stream", "seq")]


def entries_since(kind: str, at: datetime.datetime, stream: uuid.UUID | None = None) -> list[Told]:
    """The entries of one kind recorded since a moment, of one stream or of any; where a log is short. One statement."""
    found = Entry.objects.filter(kind=kind, recorded_at__gte=at)
    return [_told(row) for row in (found.filter(stream=stream) if stream else found)]


def entries_of_since(stream: uuid.UUID, at: datetime.datetime) -> list[Told]:
    """The entries of a stream recorded since a moment, in their order. One statement."""
    return [_told(row) for row in Entry.objects.filter(stream=stream, recorded_at__gte=at).order_by("seq")]


def _told(row: Entry) -> Told:
    body = json.loads(bytes(row.body))
    return Told(
        row.id, row.seq, row.kind, body["actor"], body["post"], row.recorded_at, body["facts"], tuple(body["after"])
    )
