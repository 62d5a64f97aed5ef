"""Builds the Actor of a login or of a partner's key from the posts held now."""

import datetime
import hashlib
import json
import uuid
from typing import Any

from django.db import connection

from jingwei.kernel.commands.actor import Actor, Duty
from jingwei.kernel.values.words import Text

_DUTIES = """SELECT person.id, person.name, post.id, post.unit_id, post.role, post.title_zh, post.title_en, post.grants,
area.lft, area.rgt, unit.kind
FROM agencies_person person
LEFT JOIN agencies_holding holding ON holding.person_id = person.id AND holding.from_at <= %(now)s
  AND (holding.until_at IS NULL OR holding.until_at > %(now)s)
LEFT JOIN agencies_post post ON post.id = holding.post_id AND post.active
LEFT JOIN agencies_unit unit ON unit.id = post.unit_id
LEFT JOIN places_area area ON area.id = post.area_id
WHERE person.account_id = %(account)s AND person.active ORDER BY post.code"""

_KEY = """SELECT key.id, key.name, post.id, post.unit_id, post.role, post.title_zh, post.title_en, post.grants,
area.lft, area.rgt, unit.kind, key.per_minute
FROM agencies_apikey key JOIN agencies_post post ON post.id = key.post_id AND post.active
JOIN agencies_unit unit ON unit.id = post.unit_id JOIN places_area area ON area.id = post.area_id
WHERE key.digest = %s AND key.active"""


def _duty(row: tuple[Any, ...]) -> Duty:
    _, _, post, unit, role, title_zh, title_en, grants, lft, rgt, kind, *_ = row
    names = json.loads(grants) if isinstance(grants, str) else grants
    return Duty(post, unit, role, Text(title_zh, title_en), frozenset(names), (lft, rgt), kind != "department")


def actor_of_account(account: uuid.UUID, language: str, now: datetime.datetime) -> Actor | None:
    """The actor of a login (one statement); None where the account belongs to nobody who is active."""
    with connection.cursor() as cursor:
        cursor.execute(_DUTIES, {"account": account, "now": now})
        rows = cursor.fetchall()
    if not rows:
        return None
    duties = tuple(_duty(row) for row in rows if row[2] is not None)
    return Actor("person", rows[0][1], rows[0][0], duties, language)


def key_digest(secret: str) -> bytes:
    """What is kept of a partner's key: its SHA-256. The key itself has 160 random bits, so no salt is needed."""
    return hashlib.sha256(secret.encode()).digest()


def actor_of_key(secret: str) -> tuple[Actor, int] | None:
    """The actor of a partner's key and its requests a minute (one statement); None for an unknown or closed key."""
    with connection.cursor() as cursor:
        cursor.execute(_KEY, [key_digest(secret)])
        row = cursor.fetchone()
    if row is None:
        return None
    return Actor("key", row[1], row[0], (_duty(row),), "en"), row[11]
