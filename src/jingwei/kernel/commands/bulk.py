"""Carries out many commands that have a set-wise form: same rules, same bytes, a fraction of the round trips."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import psycopg
from django.db import DatabaseError, transaction

from jingwei.kernel.commands import sql
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import (
    KEY_USED,
    body_hash,
    check_grant,
    check_key,
    is_of,
    key_hash,
    read_result,
    receipt_id,
)
from jingwei.kernel.commands.models import Receipt
from jingwei.kernel.commands.registry import Bulk, Command, Handling, Result, handling_of
from jingwei.kernel.commands.scope import Clock, Scope, Simulated, begin, scope_at
from jingwei.kernel.commands.store import Batch, BatchStore
from jingwei.kernel.commands.work import Work
from jingwei.kernel.values.errors import Invalid, OutOfOrder, Refusal
from jingwei.kernel.values.ids import IdSource, system_ids
from jingwei.kernel.writes.models import GuardedModel, StreamHead

_KNOWN = "SELECT id, body_hash, result FROM commands_receipt WHERE id = ANY(%s::uuid[])"


class Keyed(NamedTuple):
    """A command with the key under which it is carried out once."""

    key: str
    command: Command


class Outcome(NamedTuple):
    """What became of one command of the batch: a result (perhaps of an earlier run) or a refusal."""

    key: str
    result: Result | None = None
    refusal: Refusal | None = None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """One command of simulated time: who, at which moment, under which key."""

    actor: Actor
    now: Simulated
    keyed: Keyed


def execute_many(
    actor: Actor, commands: Sequence[Keyed], *, now: Clock = None, ids: IdSource = system_ids, rehearse: bool = False
) -> list[Outcome]:
    """Carries out the commands in their order, in one transaction; gives one outcome for each.

    A refused command leaves nothing and does not hinder the others. The caller keeps batches bounded (a few thousand).
    A rehearsal does everything and takes it back: its outcomes are those that there would be.
    Raises OutOfOrder for a command without a set-wise form, Conflict when the database refuses the batch as a whole.
    """
    for keyed in commands:
        _check(actor, keyed)

    def attempt() -> list[Outcome]:
        with transaction.atomic(durable=True):
            scope = begin(actor, now, read_only=False)
            outcomes = _Run([scope] * len(commands), ids).carry_out(commands)
            if rehearse:
                transaction.set_rollback(True)
            return outcomes

    return _carried_out(attempt)


def execute_turns(
    actor: Actor, turns: Sequence[Turn], *, ids: IdSource = system_ids, whole: bool = False
) -> list[Outcome]:
    """As `execute_many`, for commands of many actors at moments of simulated time; `actor` answers for the batch.

    `whole`: all or none; where one is refused, everything is taken back and the outcomes are those that there would be.

    What an actor may not do is refused as any other command. Raises Invalid in a city that is not marked as practice.
    """
    for turn in turns:
        check_key(turn.keyed.key)

    def attempt() -> list[Outcome]:
        with transaction.atomic(durable=True):
            editions = begin(actor, None, read_only=False).editions
            scopes = [scope_at(turn.actor, turn.now, editions) for turn in turns]
            outcomes = _Run(scopes, ids).carry_out([turn.keyed for turn in turns])
            if whole and any(one.refusal is not None for one in outcomes):
                transaction.set_rollback(True)
            return outcomes

    return _carried_out(attempt)


def _carried_out(attempt: Callable[[], list[Outcome]]) -> list[Outcome]:
    """The attempt's outcomes. Where somebody else carried out a command of the batch meanwhile, it is made once more:
    then the receipt is there, and the command is a repeat. Raises Conflict, Invalid."""
    try:
        try:
            return attempt()
        except psycopg.errors.UniqueViolation as error:
            if error.diag.table_name != Receipt._meta.db_table:
                raise
            return attempt()
    except (psycopg.Error, DatabaseError) as error:  # Django wraps what its own cursor and the commit raise
        raise sql.refusal_of(error) from error


def _check(actor: Actor, keyed: Keyed) -> None:
    check_key(keyed.key)
    check_grant(actor, _set_wise(keyed.command)[0], keyed.command)


def _set_wise(command: Command) -> tuple[Handling, Bulk]:
    handling = handling_of(type(command))
    if handling.bulk is None:
        raise OutOfOrder(f"{type(command).__name__} has no set-wise form")
    return handling, handling.bulk


class _Run:
    """One batch under way; each command has a scope, which is the same for all but in simulated time."""

    def __init__(self, scopes: Sequence[Scope], ids: IdSource) -> None:
        self._scopes = scopes
        self._ids = ids
        self._batch = Batch()

    def carry_out(self, commands: Sequence[Keyed]) -> list[Outcome]:
        receipts = [receipt_id(scope.actor, keyed.key) for scope, keyed in zip(self._scopes, commands, strict=True)]
        fingerprints = [keyed.command.fingerprint() for keyed in commands]
        self._read([keyed.command for keyed in commands])
        earlier = _earlier(receipts)  # once the heads are locked: whoever carried out one of these has come to an end
        fresh = [place for place, receipt in enumerate(receipts) if receipt not in earlier]
        prepared = self._prepare(commands, fresh)
        outcomes: list[Outcome] = []
        for place, keyed in enumerate(commands):
            if receipts[place] in earlier:
                outcomes.append(_repeat(keyed.key, fingerprints[place], earlier[receipts[place]]))
            else:
                outcomes.append(self._one(self._scopes[place], keyed, prepared[place]))
        self._batch.write_changes()
        done = ((receipts[place], fingerprints[place], self._scopes[place], outcomes[place]) for place in fresh)
        _give(done)  # before the new rows, so that it is the receipts that tell whether somebody else was faster
        self._batch.write_new()
        return outcomes

    def _read(self, commands: Sequence[Command]) -> None:
        keys: dict[type[StreamHead], set[uuid.UUID]] = {}
        parts: dict[type[StreamHead], set[type[GuardedModel]]] = {}
        for command in commands:
            _, bulk = _set_wise(command)
            keys.setdefault(bulk.head, set()).update(bulk.touches(command))
            parts.setdefault(bulk.head, set()).update(bulk.parts)
        for head, wanted in keys.items():
            if wanted:
                self._batch.read(head, sorted(wanted), sorted(parts[head], key=lambda part: part._meta.db_table))

    def _prepare(self, commands: Sequence[Keyed], places: Sequence[int]) -> dict[int, object]:
        """What does not depend on locked rows, asked once for each kind of command and actor."""
        groups: dict[tuple[type[Command], str], list[int]] = {}
        for place in places:
            kind = type(commands[place].command), self._scopes[place].actor.reference
            groups.setdefault(kind, []).append(place)
        prepared: dict[int, object] = {}
        for (command, _), group in groups.items():
            scope = self._scopes[group[0]]
            answers = handling_of(command).prepare(scope, [commands[place].command for place in group])
            prepared.update(zip(group, answers, strict=True))
        return prepared

    def _one(self, scope: Scope, keyed: Keyed, prepared: object) -> Outcome:
        store = BatchStore(self._batch)
        work = Work(scope, self._ids(keyed.key, scope.now), key_hash(keyed.key), store)
        handling = handling_of(type(keyed.command))
        try:
            check_grant(scope.actor, handling, keyed.command)
            result = handling.carry_out(work, keyed.command, prepared)
        except Refusal as refusal:
            return Outcome(keyed.key, refusal=refusal)
        work.finish()
        store.keep()
        return Outcome(keyed.key, result=result)


def _earlier(receipts: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[bytes, Result]]:
    """What was carried out before, with its fingerprint and result. Raises Invalid where a key comes twice."""
    if len(set(receipts)) != len(receipts):
        raise Invalid(KEY_USED, place="key")
    with sql.raw_connection().cursor() as cursor:
        cursor.execute(_KNOWN, ["{" + ",".join(receipt.hex for receipt in receipts) + "}"])
        return {row[0]: (bytes(row[1]), read_result(row[2])) for row in cursor}


def _give(done: Iterable[tuple[uuid.UUID, bytes, Scope, Outcome]]) -> None:
    """Receipts of what was carried out; what was refused has none, so that it may be sent again once the reason is
    gone. Raises UniqueViolation where somebody else gave one of them meanwhile."""
    rows = (
        (receipt, body_hash(fingerprint), sql.json_text(dict(outcome.result)), scope.now)
        for receipt, fingerprint, scope, outcome in done
        if outcome.result is not None
    )
    sql.copy_values(Receipt, rows)


def _repeat(key: str, fingerprint: bytes, earlier: tuple[bytes, Result]) -> Outcome:
    if not is_of(earlier[0], fingerprint):
        return Outcome(key, refusal=Invalid(KEY_USED, place="key"))
    return Outcome(key, result=earlier[1], repeated=True)
