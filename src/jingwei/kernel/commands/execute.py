"""Carries out one command: grant → transaction → receipt → lock → authorise → guards → write → entry → outbox."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import DatabaseError, connection, transaction

from jingwei.kernel.commands import sql
from jingwei.kernel.commands.actor import Actor, by_grant
from jingwei.kernel.commands.keyed import keyed
from jingwei.kernel.commands.registry import Command, Handling, Result, handling_of
from jingwei.kernel.commands.scope import WRITE, Clock, begin
from jingwei.kernel.commands.store import OneStore
from jingwei.kernel.commands.work import Work
from jingwei.kernel.values.errors import Denied, Invalid
from jingwei.kernel.values.ids import IdSource, system_ids
from jingwei.kernel.values.words import Text

_TAKE = "INSERT INTO commands_receipt (id, body_hash, at) VALUES (%s, %s, %s) ON CONFLICT (id) DO NOTHING"
_PURPOSE = "jingwei.kernel.commands.receipts"
_GIVE = f"UPDATE commands_receipt SET result = %s WHERE id = %s RETURNING {WRITE}"  # noqa: S608  # a constant

KEY_USED = Text(
    "同一个请求编号已用于另一内容；请用新的编号重新提交。",
    "This request key was used for something else; send again under a new key.",
)


def receipt_id(actor: Actor, key: str) -> uuid.UUID:
    """The id under which the receipt of (actor, key) is kept."""
    return uuid.UUID(bytes=hashlib.sha256(f"{actor.reference}|{key}".encode()).digest()[:16])


def key_hash(key: str) -> str:
    """How an entry names the command's key."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def body_hash(fingerprint: bytes) -> bytes:
    """What a receipt keeps of a command: keyed, because a telephone number in it is soon found by trying where all else
    of the command is known. Without the site's secret it says nothing."""
    return keyed(_PURPOSE, fingerprint)


def is_of(kept: bytes, fingerprint: bytes) -> bool:
    """Whether a receipt is of this command. Those of before the hash was keyed keep the fingerprint itself."""
    return kept in (body_hash(fingerprint), fingerprint)


def check_key(key: str) -> str:
    """A key is 1 to 200 visible ASCII characters. Raises Invalid."""
    if not 1 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
        raise Invalid(
            Text("请求编号须为 1 到 200 个可见的 ASCII 字符。", "A request key is 1 to 200 visible ASCII characters."),
            place="key",
        )
    return key


def check_grant(actor: Actor, handling: Handling, command: Command) -> None:
    """The coarse question, before any row is touched: a stranger must not be able to hold locks. Raises Denied."""
    decision = by_grant(actor, handling.grant(command))
    if not decision.allowed and decision.reason:
        raise Denied(decision.reason)


def execute(actor: Actor, command: Command, key: str, *, now: Clock = None, ids: IdSource = system_ids) -> Result:
    """Carries out `command` once for (actor, key) and gives its result; a repeat gives the stored one.

    Raises Denied, Invalid, Conflict; nothing is then changed. Raises OutOfOrder and database errors for defects.
    """
    handling = handling_of(type(command))
    fingerprint = command.fingerprint()
    check_key(key)
    check_grant(actor, handling, command)
    try:
        with transaction.atomic(durable=True):
            scope = begin(actor, now, read_only=False, everywhere=handling.everywhere)
            receipt = receipt_id(actor, key)
            with sql.prepared() as cursor:
                cursor.execute(_TAKE, [receipt, body_hash(fingerprint), scope.now])
                if cursor.rowcount == 0:
                    return stored_result(receipt, fingerprint)
            store = OneStore()
            work = Work(scope, ids(key, scope.now), key_hash(key), store)
            (prepared,) = handling.prepare(scope, [command])
            result = handling.carry_out(work, command, prepared)
            work.finish()
            sql.send([_give(receipt, result), *store.statements()])
            return result
    except (psycopg.Error, DatabaseError) as error:  # Django wraps what its own cursor and the commit raise
        raise sql.refusal_of(error) from error


def _give(receipt: uuid.UUID, result: Result) -> Any:
    """The first of the writes: it opens their phase, which then costs no statement of its own."""
    return _GIVE, [sql.json_text(dict(result)), receipt]


def stored_result(receipt: uuid.UUID, fingerprint: bytes) -> Result:
    """What the command with this receipt answered the first time. Raises Invalid when it was another command."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT body_hash, result FROM commands_receipt WHERE id = %s", [receipt])
        row: Sequence[Any] = cursor.fetchone()
    if not is_of(bytes(row[0]), fingerprint):
        raise Invalid(KEY_USED, place="key")
    return read_result(row[1])


def read_result(stored: Any) -> Result:
    """A stored result as it was answered; Django's connections hand JSON over as text."""
    result: Result = json.loads(stored) if isinstance(stored, str) else stored
    return result
