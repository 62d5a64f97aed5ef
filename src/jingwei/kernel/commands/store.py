"""Where Work reads locked rows from and collects its writes: for one command, or for a batch of them."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import Any, Protocol, TypeVar

from django.db import models

from jingwei.kernel.commands import sql
from jingwei.kernel.commands.scope import WRITING
from jingwei.kernel.writes.models import GuardedModel, GuardedQuerySet, StreamHead

Head = TypeVar("Head", bound=StreamHead)
Part = TypeVar("Part", bound=GuardedModel)

_RAISE_EDITION = (
    b"INSERT INTO commands_edition (name, number) VALUES (%s, 1) "
    b"ON CONFLICT (name) DO UPDATE SET number = commands_edition.number + 1"
)


class Store(Protocol):
    """What Work needs of either."""

    def lock(self, model: type[Head], key: uuid.UUID) -> Head | None: ...
    def lock_many(self, model: type[Head], keys: Collection[uuid.UUID]) -> list[Head]: ...
    def opened(self, head: StreamHead) -> None: ...
    def parts(self, model: type[Part], stream: uuid.UUID) -> list[Part]: ...
    def insert(self, row: GuardedModel) -> None: ...
    def plain_insert(self, row: models.Model) -> None: ...
    def update(self, row: GuardedModel, attributes: Iterable[str]) -> None: ...
    def raise_edition(self, name: str) -> None: ...


class Rows:
    """New rows, and changed attributes of old ones, each once, in the order of their first mention."""

    def __init__(self) -> None:
        self._named: dict[str, GuardedModel] = {}
        self._plain: list[models.Model] = []
        self.changed: dict[str, tuple[GuardedModel, set[str]]] = {}
        self.editions: set[str] = set()

    def new(self) -> Iterable[models.Model]:
        """All new rows; those that others refer to come first."""
        return chain(self._named.values(), self._plain)

    def insert(self, row: GuardedModel) -> None:
        self._named[row.name_in_entries] = row

    def plain_insert(self, row: models.Model) -> None:
        self._plain.append(row)

    def update(self, row: GuardedModel, attributes: Iterable[str]) -> None:
        name = row.name_in_entries
        if name in self._named:
            self._named[name] = row
        elif name in self.changed:
            self.changed[name] = (row, self.changed[name][1].union(attributes))
        else:
            self.changed[name] = (row, set(attributes))

    def changes(self) -> list[tuple[Any, list[Any]]]:
        """An UPDATE for each changed row. Heads come last: what hangs on one is changed while it is still in sight."""
        changed = sorted(self.changed.values(), key=lambda change: isinstance(change[0], StreamHead))
        return [sql.update(row, sorted(attributes)) for row, attributes in changed]

    def absorb(self, other: "Rows") -> None:
        """Takes over another's rows (of a command that ended well)."""
        self._named.update(other._named)
        self._plain += other._plain
        for row, attributes in other.changed.values():
            self.update(row, attributes)
        self.editions |= other.editions


class OneStore:
    """For one command: reads from the database, sends everything in one pipeline."""

    def __init__(self) -> None:
        self._rows = Rows()

    def lock(self, model: type[Head], key: uuid.UUID) -> Head | None:
        return locked(model, [key]).get(key)

    def lock_many(self, model: type[Head], keys: Collection[uuid.UUID]) -> list[Head]:
        return list(locked(model, keys).values())

    def opened(self, head: StreamHead) -> None:
        """Nothing to remember: the handler holds it."""

    def parts(self, model: type[Part], stream: uuid.UUID) -> list[Part]:
        return parts_of(model, [stream]).get(stream, [])

    def insert(self, row: GuardedModel) -> None:
        self._rows.insert(row)

    def plain_insert(self, row: models.Model) -> None:
        self._rows.plain_insert(row)

    def update(self, row: GuardedModel, attributes: Iterable[str]) -> None:
        self._rows.update(row, attributes)

    def raise_edition(self, name: str) -> None:
        self._rows.editions.add(name)

    def statements(self) -> list[tuple[Any, list[Any]]]:
        """All writes, for `sql.send`; changes first, so that what ends a row makes room for the one that follows it."""
        rows = self._rows
        return [
            *rows.changes(),
            *(sql.insert(row) for row in rows.new()),
            *((_RAISE_EDITION, [name]) for name in sorted(rows.editions)),
        ]


class Batch:
    """What the commands of one batch share: heads and parts read once, rows to be written together."""

    def __init__(self) -> None:
        self.rows = Rows()
        self.heads: dict[uuid.UUID, StreamHead] = {}
        self.parts: dict[tuple[type[GuardedModel], uuid.UUID], list[GuardedModel]] = {}
        self._stored: set[uuid.UUID] = set()  # heads that were there before the batch

    def read(self, model: type[StreamHead], keys: Sequence[uuid.UUID], parts: Sequence[type[GuardedModel]]) -> None:
        """Locks the heads that exist and reads their parts, each kind in one statement."""
        found = locked(model, keys)
        self.heads.update(found)
        self._stored |= found.keys()
        for part in parts:
            self._read_parts(part)

    def parts_of(self, part: type[GuardedModel], stream: uuid.UUID) -> list[GuardedModel]:
        """The stream's rows of this kind; a kind nobody foresaw is read for all heads at its first mention."""
        if (part, stream) not in self.parts and stream in self._stored:
            self._read_parts(part)
        return self.parts.setdefault((part, stream), [])

    def _read_parts(self, part: type[GuardedModel]) -> None:
        unread = [key for key in self._stored if (part, key) not in self.parts]
        known = parts_of(part, unread)
        for key in unread:
            self.parts[part, key] = list(known.get(key, []))

    def write_changes(self) -> None:
        """Opens the writing phase and changes rows, in one pipeline."""
        changes: list[tuple[Any, list[Any]]] = [(WRITING, [])]
        changes += self.rows.changes()
        changes += [(_RAISE_EDITION, [name]) for name in sorted(self.rows.editions)]
        sql.send(changes)

    def write_new(self) -> None:
        """New rows, by COPY."""
        by_model: dict[type[models.Model], list[models.Model]] = {}
        for row in self.rows.new():
            by_model.setdefault(type(row), []).append(row)
        sql.copy_rows(by_model)


class BatchStore:
    """For one command of a batch: works on copies, so that a refused command leaves nothing behind."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._rows = Rows()
        self._heads: dict[uuid.UUID, StreamHead] = {}
        self._parts: dict[tuple[type[GuardedModel], uuid.UUID], list[GuardedModel]] = {}

    def lock(self, model: type[Head], key: uuid.UUID) -> Head | None:
        head = self._batch.heads.get(key)
        if not isinstance(head, model):
            return None
        mine = _twin(head)
        self._heads[key] = mine
        return mine

    def lock_many(self, model: type[Head], keys: Collection[uuid.UUID]) -> list[Head]:
        return [head for key in sorted(keys) if (head := self.lock(model, key)) is not None]

    def opened(self, head: StreamHead) -> None:
        self._heads[head.pk] = head

    def parts(self, model: type[Part], stream: uuid.UUID) -> list[Part]:
        mine = [_twin(row) for row in self._batch.parts_of(model, stream)]
        self._parts[model, stream] = mine
        return mine  # type: ignore[return-value]  # the key names the model

    def insert(self, row: GuardedModel) -> None:
        self._rows.insert(row)
        if not isinstance(row, StreamHead):
            key = (type(row), row.stream)
            self._parts.setdefault(key, list(self._batch.parts_of(*key))).append(row)

    def plain_insert(self, row: models.Model) -> None:
        self._rows.plain_insert(row)

    def update(self, row: GuardedModel, attributes: Iterable[str]) -> None:
        self._rows.update(row, attributes)

    def raise_edition(self, name: str) -> None:
        self._rows.editions.add(name)

    def keep(self) -> None:
        """The command ended well: its copies become the batch's rows."""
        self._batch.heads.update(self._heads)
        self._batch.parts.update(self._parts)
        self._batch.rows.absorb(self._rows)


def _twin(row: Part) -> Part:
    """A copy of the row with its own attributes; a tenth of the price of copy.copy, which pickles models."""
    twin = type(row).__new__(type(row))
    twin.__dict__.update(row.__dict__)
    return twin


def locked(model: type[Head], keys: Collection[uuid.UUID]) -> dict[uuid.UUID, Head]:
    """The heads with these ids, locked in the order of their ids (FOR NO KEY UPDATE)."""
    every: GuardedQuerySet[Head] = GuardedQuerySet(model)
    rows = every.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True, of=("self",))
    return {row.pk: row for row in rows}


def parts_of(model: type[Part], streams: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Part]]:
    """The parts of these streams, by stream, in the order of their ids."""
    found: dict[uuid.UUID, list[Part]] = {}
    every: GuardedQuerySet[Part] = GuardedQuerySet(model)
    for row in every.filter(**{f"{model.stream_column}__in": streams}).order_by("pk"):
        found.setdefault(row.stream, []).append(row)
    return found
