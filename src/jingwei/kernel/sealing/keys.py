"""Keys of sealed rows: reserved in blocks before they are used, fetched for what is read, never kept after use."""

import datetime
import os
import threading
import uuid
from collections.abc import Collection
from functools import cache
from typing import Any, NamedTuple

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from jingwei.kernel.values.canonical import digest
from jingwei.kernel.values.errors import Conflict
from jingwei.kernel.values.words import Text

BLOCK = 256
"""Keys that one statement reserves. Those that a process had left when it ended open nothing and harm nobody."""

_NONCE = 12
_PATIENCE = 5  # seconds for the key database to answer
_WRAPPED_BY = """WITH new AS (INSERT INTO wrapped_by (fingerprint) VALUES (%(own)s) ON CONFLICT DO NOTHING
RETURNING fingerprint) SELECT fingerprint FROM new UNION ALL SELECT fingerprint FROM wrapped_by LIMIT 1"""
_RESERVE = "INSERT INTO key (id, wrapped) SELECT * FROM unnest(%(ids)s::uuid[], %(wrapped)s::bytea[])"
_FETCH = "SELECT id, wrapped FROM key WHERE id = ANY(%(ids)s)"
_DESTROY = """WITH listed AS (INSERT INTO destroyed (erasure, matter, party, basis, at, keys)
VALUES (%(erasure)s, %(matter)s, %(party)s, %(basis)s, %(at)s, %(keys)s) ON CONFLICT DO NOTHING)
DELETE FROM key WHERE id = ANY(%(keys)s)"""
_DROP = "DELETE FROM key WHERE id = ANY(%(ids)s)"
_DESTROYED = "SELECT erasure, matter, party, basis, at, keys FROM destroyed ORDER BY at, erasure"
_ALIVE = "SELECT id FROM key WHERE id = ANY(%(ids)s)"

_AWAY = Text(
    "密钥库暂时无法使用，个人信息和文件既不能保存也不能查看；不含这些的可以照常提交。请稍后再试，并告知系统管理员。",
    "The key database does not answer, so personal data and files can neither be kept nor read; what holds none is "
    "taken. Try again in a moment, and tell the administrator.",
)

_WRONG = Text(
    "主密钥（secrets/kek，或 JINGWEI_KEK 指明的文件）无法读取，或不是加密密钥库的那一把。"
    "因此个人信息和文件既不能保存也不能查看；不含这些的可以照常提交。请系统管理员放回原来的主密钥文件。",
    "The key encryption key (secrets/kek, or the file that JINGWEI_KEK names) cannot be read, or is not the one that "
    "wrapped the keys. So personal data and files can neither be kept nor read; what holds none is taken as ever. The "
    "administrator has to put the former file back.",
)


class _Line:
    """The process's one connection to the key database, made when first needed and again after it was lost."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: psycopg.Connection[Any] | None = None

    def ask(self, statement: bytes | str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Carries out one statement, committed at once. Raises Conflict where the key database does not answer."""
        with self._lock:
            try:
                return self._asked(statement, values)
            except psycopg.OperationalError:
                self._connection = None
            try:
                return self._asked(statement, values)
            except psycopg.OperationalError as error:
                raise Conflict(_AWAY) from error

    def _asked(self, statement: bytes | str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                **{"connect_timeout": _PATIENCE, **settings.KEY_DATABASE()}, autocommit=True
            )
        cursor = self._connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else []

    def forget(self) -> None:
        """After a fork: the connection is the parent's, and a lock may have been held by a thread that is not here."""
        self._lock, self._connection = threading.Lock(), None


class _Reserve:
    """Keys that are in the key database and of which none has been used yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: list[tuple[uuid.UUID, bytes]] = []

    def take(self) -> tuple[uuid.UUID, bytes]:
        """A key that nobody else has, or will have."""
        with self._lock:
            if not self._left:
                self._left = _reserved(BLOCK)
            return self._left.pop()

    def forget(self) -> None:
        """After a fork: what is left is the parent's to use."""
        self._lock, self._left = threading.Lock(), []


_line, _reserve = _Line(), _Reserve()
os.register_at_fork(after_in_child=_line.forget)
os.register_at_fork(after_in_child=_reserve.forget)


class WrongKey(Conflict):
    """The key encryption key cannot be read, or is another than the one that wrapped the keys. It is read again at the
    next time, so that a file put back needs no new start."""

    def __init__(self) -> None:
        super().__init__(_WRONG)
        _wrapping.cache_clear()


def take() -> tuple[uuid.UUID, bytes]:
    """A new key and its id; that it lies in the key database was committed before. Raises Conflict (no answer),
    WrongKey."""
    return _reserve.take()


def fetch(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """The keys with these ids, in one statement; an erased one is not among them."""
    if not ids:
        return {}
    rows = _line.ask(_FETCH, {"ids": list(ids)})
    return {key: _unwrapped(key, bytes(wrapped)) for key, wrapped in rows}


class Destroyed(NamedTuple):
    """One erasure, as the key database lists it: a city that comes back from a backup learns from it what to erase."""

    erasure: uuid.UUID
    matter: uuid.UUID
    party: uuid.UUID | None
    basis: str
    at: datetime.datetime
    keys: list[uuid.UUID]


def destroy(one: Destroyed) -> None:
    """Lists the erasure and deletes its keys, in one statement; done again it changes nothing. Raises Conflict."""
    _line.ask(_DESTROY, one._asdict())


def drop(ids: Collection[uuid.UUID]) -> None:
    """Deletes keys of what was never told of in any entry, and so is no erasure. Raises Conflict."""
    if ids:
        _line.ask(_DROP, {"ids": list(ids)})


def destroyed() -> list[Destroyed]:
    """All erasures that the key database knows of, the earliest first."""
    return [Destroyed(*row) for row in _line.ask(_DESTROYED, {})]


def alive(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these keys there still are."""
    return {row[0] for row in _line.ask(_ALIVE, {"ids": list(ids)})} if ids else set()


@cache
def _wrapping() -> tuple[AESGCM, bytes]:
    """The cipher that wraps keys, and its fingerprint, which tells one key encryption key from another."""
    text = settings.KEY_ENCRYPTION_KEY()
    if text is None:
        raise WrongKey
    derived = HKDF(SHA256(), 64, salt=None, info=b"jingwei key encryption key 1").derive(text)
    return AESGCM(derived[:32]), digest(b"fingerprint", derived[32:])


def _reserved(count: int) -> list[tuple[uuid.UUID, bytes]]:
    cipher, own = _wrapping()
    asked = {"own": own}  # another process may be the first at the same moment: then only a second look sees its row
    ((known,),) = _line.ask(_WRAPPED_BY, asked) or _line.ask(_WRAPPED_BY, asked)
    if bytes(known) != own:
        raise WrongKey
    made = [(uuid.uuid4(), os.urandom(32)) for _ in range(count)]
    wrapped = []
    for key_id, key in made:
        nonce = os.urandom(_NONCE)
        wrapped.append(nonce + cipher.encrypt(nonce, key, key_id.bytes))
    _line.ask(_RESERVE, {"ids": [key_id for key_id, _ in made], "wrapped": wrapped})
    return made


def _unwrapped(key_id: uuid.UUID, wrapped: bytes) -> bytes:
    try:
        return _wrapping()[0].decrypt(wrapped[:_NONCE], wrapped[_NONCE:], key_id.bytes)
    except InvalidTag as error:
        raise WrongKey from error
