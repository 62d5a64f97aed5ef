"""Recomputes the logs' trees from their leaves and compares them with every checkpoint signed. Reads only; streams."""

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import psycopg

from jingwei.kernel.ledger.checkpoints import STEP
from jingwei.kernel.ledger.faults import Report
from jingwei.kernel.ledger.notes import BadNote, Checkpoint, read_checkpoint
from jingwei.kernel.ledger.tree import Edge

_FETCH = 5000
_LOGS = """SELECT epoch, origin, public_key, size, edge, opening, e.body FROM ledger_log
LEFT JOIN ledger_entry e ON e.id = opening ORDER BY epoch"""
_SIGNED = "SELECT size, root, note FROM ledger_signedcheckpoint WHERE epoch = %s ORDER BY size"
_LEAVES = "SELECT idx, hash, entry FROM ledger_leaf WHERE epoch = %s ORDER BY idx"
_NODES = """SELECT height, number, hash FROM ledger_fullnode WHERE epoch = %s
ORDER BY (number + 1) << height, height"""
_ASTRAY: Sequence[tuple[str, str, str]] = (
    (
        "ledger_leaf",
        "SELECT entry FROM ledger_leaf l WHERE NOT EXISTS (SELECT FROM ledger_entry e WHERE e.id = l.entry) LIMIT 1000",
        "a leaf without an entry",
    ),
    (
        "ledger_leaf",
        "SELECT entry FROM ledger_leaf GROUP BY entry HAVING count(*) > 1 LIMIT 1000",
        "an entry that is two leaves",
    ),
    (
        "ledger_leaf",
        """SELECT DISTINCT epoch FROM ledger_leaf l
        WHERE NOT EXISTS (SELECT FROM ledger_log g WHERE g.epoch = l.epoch) LIMIT 1000""",
        "a leaf of a log that is not there",
    ),
    (
        "ledger_pending",
        """SELECT entry FROM ledger_pending p
        WHERE NOT EXISTS (SELECT FROM ledger_entry e WHERE e.id = p.entry) LIMIT 1000""",
        "what waits is no entry",
    ),
)


def verify_tree(
    connect: Callable[[], AbstractContextManager["psycopg.Connection[Any]"]],
    report: Report,
    kept: Callable[[str], str | None] = lambda _: None,
) -> None:
    """Adds to the report what is wrong with the logs. `kept` gives the checkpoint of an origin that was kept outside
    the database: it finds a log that was set back as a whole, which nothing within can."""
    with connect() as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        logs = connection.execute(_LOGS).fetchall()
        told = [note for *_, body in logs for note in _quoted(body)]
        for number, (epoch, origin, public, size, edge, opening, _) in enumerate(logs):
            log = _Log(epoch, origin, bytes(public), report)
            log.read_signed(connection.execute(_SIGNED, [epoch]).fetchall(), kept(origin), told)
            log.walk(connection)
            if (log.edge.size, b"".join(log.edge.roots)) != (size, bytes(edge)):
                log.fault(size, "the log's own row differs from its leaves")
            if (opening is not None) != (number > 0) or (size and opening not in (None, log.first)):
                log.fault(0, "its first leaf is not the entry that opened it")
        for table, query, what in _ASTRAY:
            for (row,) in connection.execute(query.encode()):
                report.fault(table, row, "", what)
        connection.rollback()


def _quoted(opening: bytes | None) -> list[str]:
    """The checkpoints that the opening of a log says are known of those before it: entries beyond them were lost."""
    try:
        return list(json.loads(opening)["facts"]["checkpoints"]) if opening else []
    except (ValueError, KeyError, TypeError):
        return []  # `verify` finds an entry whose bytes are not one


class _Log:
    """One log under verification."""

    def __init__(self, epoch: int, origin: str, public: bytes, report: Report) -> None:
        self.edge = Edge()
        self._epoch, self._origin, self._public, self._report = epoch, origin, public, report
        self.first: uuid.UUID | None = None  # the entry of its first leaf
        self._roots: dict[int, list[bytes]] = {}  # what was signed, by size
        self._told: set[int] = set()  # sizes signed of which it is told that they were lost

    def fault(self, row: object, what: str, table: str = "ledger_log") -> None:
        """Notes a fault of this log, with the epoch before the row."""
        self._report.fault(table, f"{self._epoch}:{row}", "", what)

    def read_signed(self, rows: Sequence[tuple[int, bytes, str]], kept: str | None, told: Sequence[str]) -> None:
        """Checks the signatures and remembers the roots: of the table, of the copy outside, of what was told."""
        for size, root, note in rows:
            found = self._read(size, note)
            if found is not None and (found.size, found.root) != (size, bytes(root)):
                self.fault(size, "the checkpoint's columns differ from what was signed", "ledger_signedcheckpoint")
        if kept is not None:
            self._read("kept", kept)
        for note in told:
            if note.partition("\n")[0] == self._origin and (found := self._read("told", note)):
                self._told.add(found.size)

    def _read(self, row: object, note: str) -> Checkpoint | None:
        try:
            found = read_checkpoint(note, self._origin, self._public)
        except BadNote as bad:
            self.fault(row, f"a checkpoint is not the log's: {bad}", "ledger_signedcheckpoint")
            return None
        self._roots.setdefault(found.size, []).append(found.root)
        return found

    def walk(self, connection: "psycopg.Connection[Any]") -> None:
        """Grows the tree leaf by leaf; compares full nodes and roots on the way."""
        with connection.cursor(name="leaves", binary=True) as leaves, connection.cursor(name="nodes") as nodes:
            nodes.itersize = _FETCH
            leaves.execute(_LEAVES, [self._epoch])
            nodes.execute(_NODES, [self._epoch])
            stored = iter(nodes)
            while rows := leaves.fetchmany(_FETCH):
                self.first = self.first or rows[0][2]
                for index, leaf, _ in rows:
                    if index != self.edge.size:
                        self.fault(index, f"leaf {self.edge.size} is missing before it", "ledger_leaf")
                        return
                    self._grow(leaf, stored)
            for height, number, _ in stored:
                self.fault(f"{height}:{number}", "a node beyond the leaves", "ledger_fullnode")
        for size in self._roots:
            if size > self.edge.size and size not in self._told:
                self.fault(size, "the log is shorter than a checkpoint that was signed")

    def _grow(self, leaf: bytes, stored: Iterator[Any]) -> None:
        for (height, number), node in self.edge.add(leaf):
            if height % STEP == 0 and next(stored, None) != (height, number, node):
                self.fault(f"{height}:{number}", "a node differs from the leaves below it", "ledger_fullnode")
        signed = self._roots.get(self.edge.size)
        if signed and any(root != self.edge.root() for root in signed):
            self.fault(self.edge.size, "the leaves differ from a checkpoint that was signed")
