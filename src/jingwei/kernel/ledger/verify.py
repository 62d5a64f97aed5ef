"""Recomputes every chain; compares columns, heads, rows and leaves with what the entries say. Reads only; any size.

Entries and rows are read side by side in the order of their streams, some thousand at a time.
"""

import resource
import time
import uuid
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import msgspec
import psycopg
from django.apps import apps
from django.db import models
from psycopg import sql
from psycopg.types.json import set_json_loads
from psycopg.types.string import TextLoader

from jingwei.kernel.ledger.append import row_hash, tracked_columns
from jingwei.kernel.ledger.faults import Report
from jingwei.kernel.ledger.tree import leaf_hash
from jingwei.kernel.ledger.verify_tree import verify_tree
from jingwei.kernel.values.canonical import digest, read_row_bytes
from jingwei.kernel.writes import GuardedModel, StreamHead
from jingwei.kernel.writes.columns import column_of, key_of
from jingwei.kernel.writes.models import EVERY_ROW

_FETCH = 5000
_WAITS = (2**32, 0)  # behind every leaf
_BEYOND = "g"  # behind every id as text
_MOMENT = sql.SQL("""to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')""")
_DIGITS = sql.SQL("encode({}, 'hex')")
_first = itemgetter(0)


class _Said(msgspec.Struct, gc=False):
    """What is read of an entry's bytes."""

    stream: str
    seq: int
    id: str
    kind: str
    recorded: str
    prev: str
    after: dict[str, str]


_said = msgspec.json.Decoder(_Said).decode


@dataclass(slots=True)
class _Stream:
    """One stream as its entries tell it."""

    seq: int = 0
    chain: bytes = b""
    rows: dict[str, str] = field(default_factory=dict)  # "table:id" → hash after its last entry
    place: tuple[int, int] = (0, -1)  # (epoch, index) of its last entry's leaf; `_WAITS` from the first that waits on
    salt: bytes | None = None  # of its head


_Streams = dict[str, _Stream]  # by id, in their order


def guarded_models() -> list[type[GuardedModel]]:
    """Every table whose rows belong to a stream, by name."""
    models = (model for model in apps.get_models() if issubclass(model, GuardedModel))
    return sorted(models, key=lambda model: model._meta.db_table)


def verify(
    connect: Callable[[], AbstractContextManager["psycopg.Connection[Any]"]],
    low: uuid.UUID | None = None,
    high: uuid.UUID | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Report:
    """Verifies the streams with low ≤ id < high, or all, and then the logs' trees too (else see `verify_tree`).

    `connect` opens a new connection in the city.
    """
    began, report = time.monotonic(), Report()
    with connect() as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute(
            "SET LOCAL enable_hashjoin = off"
        )  # the leaf of an entry by its index, in the stream's order
        connection.execute("SET LOCAL enable_mergejoin = off")
        connection.execute("SELECT set_config('jw.areas', %s, true)", [EVERY_ROW])
        _read_as_hashed(connection)
        heads_first = sorted(guarded_models(), key=lambda model: not issubclass(model, StreamHead))
        tables = [_Table(connection, model, low, high) for model in heads_first]
        for streams in _streams(connection, report, low, high):
            _compare(streams, tables, report)
            progress(report.entries)
        for table in tables:
            table.compare({}, _BEYOND, report)
        connection.rollback()
    if low is None and high is None:
        verify_tree(connect, report)
    report.seconds = round(time.monotonic() - began, 3)
    report.rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return report


def _read_as_hashed(connection: "psycopg.Connection[Any]") -> None:
    """Values come as they are hashed (see `_selected`), without a detour: half of what comparing a row would cost."""
    for kind in ("uuid", "date"):
        connection.adapters.register_loader(kind, TextLoader)
    set_json_loads(msgspec.json.decode, connection)


def _selected(column: "models.Field[Any, Any]") -> sql.Composable:
    """A column in the list of a SELECT: moments and bytes as `values.canonical.plain` writes them."""
    name = sql.Identifier(column_of(column))
    forms = ((models.DateTimeField, _MOMENT), (models.BinaryField, _DIGITS))
    return next((form.format(name) for kind, form in forms if isinstance(column, kind)), name)


def _compare(streams: _Streams, tables: Sequence["_Table"], report: Report) -> None:
    """Compares the rows of these streams with what their entries say."""
    last = next(reversed(streams))
    for table in tables:
        table.compare(streams, last, report)
    for name, stream in streams.items():
        if stream.salt is None:
            report.fault("ledger_entry", "", name, "a stream without a head")
        for row in stream.rows:
            report.fault(row.partition(":")[0], row.partition(":")[2], name, "the row is gone")


def _range(column: str, low: uuid.UUID | None, high: uuid.UUID | None) -> tuple[sql.Composable, list[Any]]:
    parts: list[sql.Composable] = [sql.SQL("TRUE")]
    values: list[Any] = []
    for operator, border in ((sql.SQL(">="), low), (sql.SQL("<"), high)):
        if border is not None:
            parts.append(sql.SQL("{} {} %s").format(sql.Identifier(column), operator))
            values.append(border)
    return sql.SQL(" AND ").join(parts), values


def _streams(
    connection: "psycopg.Connection[Any]", report: Report, low: uuid.UUID | None, high: uuid.UUID | None
) -> Iterator[_Streams]:
    """The streams in the order of their ids, some at a time, each after its last entry has been checked."""
    where, values = _range("stream", low, high)
    query = sql.SQL(
        """SELECT e.stream::text, e.seq, e.hash, e.body, e.id::text, e.kind, {},
          l.epoch, l.idx, l.hash, p.pid IS NOT NULL
        FROM ledger_entry e LEFT JOIN ledger_leaf l ON l.entry = e.id LEFT JOIN ledger_pending p ON p.entry = e.id
        WHERE {} ORDER BY e.stream, e.seq"""
    )
    streams: _Streams = {}
    with connection.cursor(name="entries", binary=True) as cursor:
        cursor.execute(query.format(_MOMENT.format(sql.Identifier("recorded_at")), where), values)
        while rows := cursor.fetchmany(_FETCH):
            for row in rows:
                stream = streams.get(row[0])
                if stream is None:
                    stream = streams[row[0]] = _Stream()
                    report.streams += 1
                _check_entry(stream, row, report)
            name, stream = streams.popitem()  # may go on in what is read next
            if streams:
                yield streams
            streams = {name: stream}
    if streams:
        yield streams


def _check_entry(stream: _Stream, row: Sequence[Any], report: Report) -> None:
    stream_id, seq, stored, body, entry_id, kind, recorded_at, *leaf = row
    report.entries += 1
    wrong: Callable[[str], None] = lambda what: report.fault("ledger_entry", entry_id, stream_id, what)  # noqa: E731  # a name for three calls
    found = digest(body)
    if found != stored:
        wrong("the hash is not that of the bytes")
    _check_place(stream, body, leaf, wrong)
    before, stream.seq, stream.chain = (stream.seq, stream.chain), seq, found
    try:
        said = _said(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        wrong("the bytes are not an entry")
        return
    told = (said.stream, said.seq, said.id, said.kind, said.recorded)
    if told != (stream_id, seq, entry_id, kind, recorded_at):
        wrong("the columns differ from the bytes")
    if seq != before[0] + 1:
        wrong(f"entry {before[0] + 1} is missing before it")
    if said.prev != before[1].hex():
        wrong("it does not follow the entry before it")
    stream.rows.update(said.after)


def _check_place(stream: _Stream, body: bytes, leaf: Sequence[Any], wrong: Callable[[str], None]) -> None:
    """Each entry is one leaf or waits to be one, in the order of its stream."""
    epoch, index, stored, waits = leaf
    if stored is None and not waits:
        wrong("it is no leaf of the log, and does not wait to be one")
        return
    if stored is not None and waits:
        wrong("it is a leaf of the log and waits to be one")
    if stored is not None and leaf_hash(body) != stored:
        wrong("the leaf of the log is not that of the bytes")
    place = _WAITS if stored is None else (epoch, index)
    if place < stream.place:
        wrong("its leaf stands before that of an earlier entry of its stream")
    stream.place = place


class _Table:
    """The rows of one guarded table in the order of their streams, read alongside the entries."""

    def __init__(
        self,
        connection: "psycopg.Connection[Any]",
        model: type[GuardedModel],
        low: uuid.UUID | None,
        high: uuid.UUID | None,
    ) -> None:
        self.name = model._meta.db_table
        self._is_head = issubclass(model, StreamHead)
        self._tracked = tracked_columns(model)
        columns = {one.attname: one for one in model._meta.concrete_fields}
        ends = ("version", "chain", "salt") if self._is_head else ()
        wanted = [model.stream_column, key_of(model).attname, *ends, *self._tracked]
        self._from = len(wanted) - len(self._tracked)  # where the tracked columns begin
        stream = column_of(columns[model.stream_column])
        where, values = _range(stream, low, high)
        listed = sql.SQL(", ").join(_selected(columns[name]) for name in wanted)
        query = sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY {}")
        self._cursor = connection.cursor(name=f"rows_{self.name}")
        self._cursor.execute(
            query.format(listed, sql.Identifier(self.name), where, sql.Identifier(self.name, stream)), values
        )
        self._rows = self._cursor.fetchmany(_FETCH)

    def compare(self, streams: _Streams, last: str, report: Report) -> None:
        """Compares the rows of the streams up to the last with the hashes of the entries, and strikes them off."""
        for row in self._up_to(last):
            stream = streams.get(row[0])
            if stream is not None and self._is_head:
                self._compare_head(stream, row, report)
            expected = stream.rows.pop(f"{self.name}:{row[1]}", None) if stream is not None else None
            if stream is None or expected is None:
                report.fault(self.name, row[1], row[0], "no entry tells of this row")
            elif row_hash(stream.salt or b"", self.name, read_row_bytes(self._tracked, row[self._from :])) != expected:
                report.fault(self.name, row[1], row[0], "the row differs from what its last entry says")

    def _up_to(self, last: str) -> Iterator[Sequence[Any]]:
        while self._rows:
            end = bisect_right(self._rows, last, key=_first)
            yield from self._rows[:end]
            if end < len(self._rows):
                self._rows = self._rows[end:]
                return
            self._rows = self._cursor.fetchmany(_FETCH)

    def _compare_head(self, stream: _Stream, row: Sequence[Any], report: Report) -> None:
        """Compares version and chain of the stream's head with the entries; keeps its salt."""
        _, _, version, chain, salt, *_ = row
        if version != stream.seq:
            report.fault(self.name, row[1], row[0], f"version {version} but {stream.seq} entries")
        if chain != stream.chain.hex():
            report.fault(self.name, row[1], row[0], "the end of its chain is not the last entry's hash")
        stream.salt = bytes.fromhex(salt)
