"""Work: what a handler may do, in the one order that is allowed."""

import datetime
import uuid
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from jingwei.kernel.commands.actor import Actor, Decision, Duty
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.commands.store import Store
from jingwei.kernel.ledger.append import Source, append, row_hash, tracked_bytes
from jingwei.kernel.ledger.tree import leaf_hash
from jingwei.kernel.outbox.publish import publish
from jingwei.kernel.sealing import SealedModel
from jingwei.kernel.values.errors import Conflict, Denied, Invalid, OutOfOrder, not_found
from jingwei.kernel.values.ids import Ids
from jingwei.kernel.values.words import Text
from jingwei.kernel.writes.models import GuardedModel, StreamHead

Head = TypeVar("Head", bound=StreamHead)
Part = TypeVar("Part", bound=GuardedModel)

_LOCKING, _AUTHORISED, _WRITING = range(3)


class Work:
    """One command under way: lock → authorise → require → insert, save → record → publish.

    Another order raises OutOfOrder, and so does ending with a changed row that no entry tells of.
    """

    def __init__(self, scope: Scope, ids: Ids, key_hash: str, store: Store) -> None:
        self.scope = scope
        self.actor: Actor = scope.actor
        self.now: datetime.datetime = scope.now
        self.new_id = ids
        self._key_hash = key_hash
        self._store = store
        self._stage = _LOCKING
        self._grant = ""
        self._duty: Duty | None = None
        self._heads: dict[uuid.UUID, StreamHead] = {}
        self._unrecorded: dict[uuid.UUID, dict[str, GuardedModel]] = {}
        self._recorded: dict[uuid.UUID, bytes | memoryview] = {}  # the last entry's bytes, by stream

    def lock(self, model: type[Head], key: uuid.UUID, expected_version: int | None = None) -> Head:
        """The head of a stream, locked to the end of the command.

        Raises Denied (as not found) where there is none, Conflict when it has moved on from `expected_version`.
        """
        self._in(_LOCKING, "lock")
        head = self._store.lock(model, key)
        if head is None:
            raise not_found()
        if expected_version is not None and head.version != expected_version:
            raise Conflict(
                Text(
                    "这件事在您打开之后已有新的变化，请重新打开再办。",
                    "This has changed since you opened it; open it again.",
                ),
                place="expected_version",
            )
        self._heads[head.pk] = head
        return head

    def lock_many(self, model: type[Head], keys: Collection[uuid.UUID]) -> list[Head]:
        """The heads of many streams in the order of their ids, in one statement; what does not exist is left out."""
        self._in(_LOCKING, "lock_many")
        heads = self._store.lock_many(model, keys)
        self._heads.update({head.pk: head for head in heads})
        return heads

    def open(self, head: Head) -> Head:
        """A new stream with this head; its id must be new."""
        self._in(_LOCKING, "open")
        head.salt = self.new_id().bytes if not head.salt else head.salt
        self._heads[head.pk] = head
        self._store.opened(head)
        return head

    def authorise(self, grant: str, decision: Decision) -> None:
        """On the locked row: goes on only if the policy allows. Raises Denied with the policy's reason."""
        self._in(_LOCKING, "authorise")
        if not decision.allowed:
            if not decision.found:
                raise not_found()
            raise Denied(decision.reason or Text("您没有这项权限。", "You may not do this."))
        self._grant, self._duty = grant, decision.duty
        self._stage = _AUTHORISED

    @property
    def duty(self) -> Duty:
        """The duty in whose exercise the actor acts, as authorised."""
        if self._duty is None:
            raise OutOfOrder("no duty before authorise")
        return self._duty

    def require(self, problem: Text | None, place: str = "") -> None:
        """A guard: a sentence says why not, None goes on. Raises Invalid."""
        self._in(_AUTHORISED, "require")
        if problem is not None:
            raise Invalid(problem, place=place)

    def parts(self, model: type[Part], head: StreamHead) -> list[Part]:
        """The rows of `model` that belong to this stream."""
        return self._store.parts(model, head.pk)

    def insert(self, *rows: GuardedModel) -> None:
        """New rows of streams held by this command."""
        for row in rows:
            self._touch(row, "insert")
            self._store.insert(row)

    def save(self, row: GuardedModel, *attributes: str) -> None:
        """The named attributes of a row as they now are."""
        self._touch(row, "save")
        self._store.update(row, attributes)

    def record(self, head: StreamHead, kind: str, facts: Mapping[str, Any]) -> uuid.UUID:
        """Appends the entry that tells of all written to this stream since the last one; gives the entry's id."""
        if self._stage != _WRITING and self._stage != _AUTHORISED:
            raise OutOfOrder("record before authorise")
        rows = self._unrecorded.pop(head.pk, {})
        rows.pop(head.name_in_entries, None)
        hashes = {name: self._hash(head, row) for name, row in rows.items()}
        source = Source(self.actor.reference, self.duty.reference, self._grant, self._key_hash, self.now)
        told = {**facts, **_sealed(rows), **({"simulated": True} if self.scope.simulated else {})}
        entry = append(source, head, self.new_id(), kind, told, hashes)
        self._store.plain_insert(entry)
        self._store.update(head, ("version", "chain"))
        self._recorded[head.pk] = entry.body
        self._stage = _WRITING
        return entry.id

    def leaf(self, head: StreamHead) -> bytes:
        """The hash under which the log will hold the last entry of this stream, for a receipt. Not before `record`."""
        return leaf_hash(self._recorded[head.pk])

    def publish(self, topic: str, head: StreamHead, body: Mapping[str, Any]) -> None:
        """A message in the outbox, in the same transaction. Only what was recorded may be told."""
        if head.pk not in self._recorded:
            raise OutOfOrder(f"publish {topic} before record")
        if self.scope.simulated and self.scope.simulated.silent:
            return
        self._store.plain_insert(publish(self.new_id(), topic, head.pk, body, self.now))

    def raise_edition(self, name: str) -> None:
        """Says that slow data of this name has changed, so that every process reads it anew."""
        self._store.raise_edition(name)

    def finish(self) -> None:
        """Ends the command: everything written must be told by an entry."""
        if self._unrecorded:
            raise OutOfOrder(
                f"written without an entry: {sorted(name for rows in self._unrecorded.values() for name in rows)}"
            )
        if not self._recorded:
            raise OutOfOrder("a command must leave an entry")

    def _touch(self, row: GuardedModel, verb: str) -> None:
        if self._stage == _LOCKING:
            raise OutOfOrder(f"{verb} before authorise")
        self._stage = _WRITING
        if row.stream not in self._heads:
            raise OutOfOrder(f"{verb} of a row whose stream is not locked: {row._meta.db_table}")
        self._unrecorded.setdefault(row.stream, {})[row.name_in_entries] = row

    def _hash(self, head: StreamHead, row: GuardedModel) -> str:
        return row_hash(head.salt, row._meta.db_table, tracked_bytes(row))

    def _in(self, stage: int, verb: str) -> None:
        if self._stage != stage:
            raise OutOfOrder(f"{verb} comes {'too late' if self._stage > stage else 'too early'}")


def _sealed(rows: Mapping[str, GuardedModel]) -> dict[str, Any]:
    """What the entry says of rows that were sealed for it: the payload's hash and the commitments, told once."""
    told: dict[str, Any] = {}
    for name, row in rows.items():
        if isinstance(row, SealedModel) and row.told is not None:
            told[name], row.told = dict(row.told), None
    return {"sealed": told} if told else {}
