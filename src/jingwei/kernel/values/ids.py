"""Ids: UUIDv7 made here, because neither PostgreSQL 15 nor Python 3.11 to 3.13 makes one (RFC 9562, 5.7)."""

import datetime
import hashlib
import re
import secrets
import time
import unicodedata
import uuid
from collections.abc import Callable
from functools import lru_cache

Ids = Callable[[], uuid.UUID]
"""Gives the next id of one command."""

IdSource = Callable[[str, datetime.datetime], Ids]
"""Opens the ids of the command with this key, carried out at this moment."""

_VARIANT = 0b10 << 62
_VERSION = 0x7 << 76
_HIGH, _LOW = 0xFFF << 64, (1 << 62) - 1


def uuid7(milliseconds: int, noise: bytes) -> uuid.UUID:
    """The UUIDv7 of a moment (milliseconds since 1970) and at least ten bytes of noise."""
    bits = int.from_bytes(noise[:10], "big")
    return uuid.UUID(int=(milliseconds << 80) | _VERSION | ((bits << 2) & _HIGH) | _VARIANT | (bits & _LOW))


def new_id() -> uuid.UUID:
    """A fresh id for now."""
    return uuid7(time.time_ns() // 1_000_000, secrets.token_bytes(10))


def system_ids(key: str, now: datetime.datetime) -> Ids:
    """Ids of chance, the usual source."""
    return lambda: uuid7(_milliseconds(now), secrets.token_bytes(10))


def derived_ids(key: str, now: datetime.datetime) -> Ids:
    """Ids that follow from the command's key and moment alone, so that an import killed and resumed makes the same."""
    milliseconds, step = _milliseconds(now), 0

    def following() -> uuid.UUID:
        nonlocal step
        step += 1
        return uuid7(milliseconds, hashlib.sha256(f"{key}|{step}".encode()).digest())

    return following


@lru_cache(maxsize=64)  # all commands of a batch are carried out at one moment
def _milliseconds(moment: datetime.datetime) -> int:
    return int(moment.timestamp() * 1000)


def made_at(one: uuid.UUID) -> datetime.datetime:
    """When a UUIDv7 was made, to the millisecond."""
    return datetime.datetime.fromtimestamp((one.int >> 80) / 1000, datetime.UTC)


NUMBER = re.compile(r"[0-9A-Z-]{1,14}")
"""What may be a public number, or a part of one, as numbers are kept: nothing else need be looked for."""

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U


def code_of(bits: int, length: int) -> str:
    """The lowest `5 × length` of `bits` as letters that survive the telephone."""
    return "".join(_LETTERS[(bits >> (5 * place)) & 31] for place in reversed(range(length)))


def in_groups(letters: str) -> str:
    """Letters as people read them out: in groups of four."""
    return "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))


def public_number(matter: uuid.UUID) -> str:
    """The number people use for a matter: 60 bits of its id without the time, so it carries no order."""
    return in_groups(code_of(matter.int & ((1 << 60) - 1), 12))


def new_code() -> str:
    """A code only its holder knows: 80 bits in four groups of four letters."""
    return in_groups(code_of(secrets.randbits(80), 16))


def read_code(text: str) -> str:
    """What a person typed, as the letters meant: full-width, lower case, O for 0, I or L for 1, blanks and hyphens."""
    letters = unicodedata.normalize("NFKC", text[:200]).upper()
    return "".join(letter for letter in letters.translate(str.maketrans("OIL", "011")) if letter in _LETTERS)


def read_number(text: str) -> str:
    """What a person typed as a public number, or the beginning of one, in the form in which numbers are kept."""
    return in_groups(read_code(text))
