"""Recomputes every chain; compares columns, heads, rows and leaves with what the entries say. Reads only; any size."""

import json
import resource
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.apps import apps
from psycopg import sql
from psycopg.rows import dict_row

from jingwei.kernel.ledger.append import row_hash, tracked_columns
from jingwei.kernel.ledger.faults import Report
from jingwei.kernel.ledger.tree import leaf_hash
from jingwei.kernel.ledger.verify_tree import verify_tree
from jingwei.kernel.values.canonical import digest, moment_text
from jingwei.kernel.writes import GuardedModel, StreamHead
from jingwei.kernel.writes.columns import column_of, key_of
from jingwei.kernel.writes.models import EVERY_ROW

_FETCH = 5000
_WAITS = (2**32, 0)  # behind every leaf


@dataclass(slots=True)
class _Stream:
    """One stream as its entries tell it."""

    id: uuid.UUID
    seq: int = 0
    chain: bytes = b""
    rows: dict[str, str] = field(default_factory=dict)  # "table:id" → hash after its last entry
    place: tuple[int, int] = (0, -1)  # (epoch, index) of its last entry's leaf; `_WAITS` from the first that waits on


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
        tables = [_Table(connection, model, low, high) for model in guarded_models()]
        for stream in _streams(connection, report, low, high):
            progress(report.entries)
            for table in tables:
                table.leave_behind(stream.id, report)
            salt = _compare_head(stream, [table for table in tables if table.is_head], report)
            for table in tables:
                table.compare(stream, salt, report)
            for name in stream.rows:
                report.fault(name.partition(":")[0], name.partition(":")[2], stream.id, "the row is gone")
        for table in tables:
            table.leave_behind(None, report)
        connection.rollback()
    if low is None and high is None:
        verify_tree(connect, report)
    report.seconds = round(time.monotonic() - began, 3)
    report.rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return report


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
) -> Iterator[_Stream]:
    """The streams in the order of their ids, each after its last entry has been checked."""
    where, values = _range("stream", low, high)
    query = sql.SQL(
        """SELECT e.stream, e.seq, e.hash, e.body, e.id, e.kind, e.recorded_at,
          l.epoch, l.idx, l.hash, p.pid IS NOT NULL
        FROM ledger_entry e LEFT JOIN ledger_leaf l ON l.entry = e.id LEFT JOIN ledger_pending p ON p.entry = e.id
        WHERE {} ORDER BY e.stream, e.seq"""
    )
    current: _Stream | None = None
    with connection.cursor(name="entries") as cursor:
        cursor.itersize = _FETCH
        cursor.execute(query.format(where), values)
        for row in cursor:
            if current is None or current.id != row[0]:
                if current is not None:
                    yield current
                current = _Stream(row[0])
                report.streams += 1
            _check_entry(current, row, report)
    if current is not None:
        yield current


def _check_entry(stream: _Stream, row: Sequence[Any], report: Report) -> None:
    stream_id, seq, stored, body, entry_id, kind, recorded_at, *leaf = row
    report.entries += 1
    wrong: Callable[[str], None] = lambda what: report.fault("ledger_entry", entry_id, stream_id, what)  # noqa: E731  # a name for three calls
    found = digest(body)
    if found != stored:
        wrong("the hash is not that of the bytes")
    _check_place(stream, body, leaf, wrong)
    try:
        said: Mapping[str, Any] = json.loads(body)
        told = (said["stream"], said["seq"], said["id"], said["kind"], said["recorded"])
        rows: Mapping[str, str] = said["after"]
        previous = said["prev"]
    except (ValueError, KeyError, TypeError):
        wrong("the bytes are not an entry")
        stream.seq, stream.chain = seq, found
        return
    if told != (str(stream_id), seq, str(entry_id), kind, moment_text(recorded_at)):
        wrong("the columns differ from the bytes")
    if seq != stream.seq + 1:
        wrong(f"entry {stream.seq + 1} is missing before it")
    if previous != stream.chain.hex():
        wrong("it does not follow the entry before it")
    stream.seq, stream.chain = seq, found
    stream.rows.update(rows)


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


def _compare_head(stream: _Stream, heads: Sequence["_Table"], report: Report) -> bytes:
    """Compares version and chain of the stream's head with the entries; gives the salt."""
    for table in heads:
        head = table.peek(stream.id)
        if head is not None:
            if head["version"] != stream.seq:
                report.fault(table.name, stream.id, stream.id, f"version {head['version']} but {stream.seq} entries")
            if bytes(head["chain"]) != stream.chain:
                report.fault(table.name, stream.id, stream.id, "the end of its chain is not the last entry's hash")
            return bytes(head["salt"])
    report.fault("ledger_entry", "", stream.id, "a stream without a head")
    return b""


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
        self.is_head = issubclass(model, StreamHead)
        self._columns = tracked_columns(model)
        self._key = key_of(model).attname
        self._stream = model.stream_column
        wanted = [*self._columns, *(("version", "chain", "salt") if self.is_head else ())]
        names = {one.attname: column_of(one) for one in model._meta.concrete_fields}
        column = names[model.stream_column]
        listed = sql.SQL(", ").join(
            sql.SQL("{} AS {}").format(sql.Identifier(names[name]), sql.Identifier(name))
            for name in dict.fromkeys(wanted)
        )
        where, values = _range(column, low, high)
        self._cursor = connection.cursor(name=f"rows_{self.name}", row_factory=dict_row)
        self._cursor.itersize = _FETCH
        query = sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY {}")
        self._cursor.execute(query.format(listed, sql.Identifier(self.name), where, sql.Identifier(column)), values)
        self._rows = iter(self._cursor)
        self._next: dict[str, Any] | None = next(self._rows, None)

    def peek(self, stream: uuid.UUID) -> dict[str, Any] | None:
        """The head row of this stream, if it is one of this table's."""
        return self._next if self._next is not None and self._next[self._stream] == stream else None

    def leave_behind(self, before: uuid.UUID | None, report: Report) -> None:
        """Rows of streams that the ledger does not know."""
        while self._next is not None and (before is None or self._next[self._stream] < before):
            report.fault(self.name, self._next[self._key], self._next[self._stream], "no entry tells of this row")
            self._next = next(self._rows, None)

    def compare(self, stream: _Stream, salt: bytes, report: Report) -> None:
        """Compares this table's rows of the stream with the hashes of the entries, and strikes them off."""
        while self._next is not None and self._next[self._stream] == stream.id:
            row, self._next = self._next, next(self._rows, None)
            expected = stream.rows.pop(f"{self.name}:{row[self._key]}", None)
            if expected is None:
                report.fault(self.name, row[self._key], stream.id, "no entry tells of this row")
            elif not _same(salt, self.name, {name: row[name] for name in self._columns}, expected):
                report.fault(self.name, row[self._key], stream.id, "the row differs from what its last entry says")


def _same(salt: bytes, table: str, columns: Mapping[str, Any], expected: str) -> bool:
    try:
        return row_hash(salt, table, columns) == expected
    except ValueError:  # a value that no command could have written has no canonical form
        return False
