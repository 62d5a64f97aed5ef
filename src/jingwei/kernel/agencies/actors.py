"""Builds the Actor of a login or of a partner's key from the posts held now, one's own and those stood in for."""

import datetime
import hashlib
import json
import uuid
from typing import Any

from jingwei.kernel.agencies.offices import apart
from jingwei.kernel.commands.actor import Actor, Duty
from jingwei.kernel.commands.sql import prepared
from jingwei.kernel.values.words import Text

_DUTIES = """WITH me AS (SELECT id, name FROM agencies_person WHERE account_id = %(account)s AND active),
held AS (
  SELECT post_id, person_id FROM agencies_holding
  WHERE from_at <= %(now)s AND (until_at IS NULL OR until_at > %(now)s)),
exercised AS (
  SELECT held.post_id, NULL::uuid AS instead FROM held JOIN me ON me.id = held.person_id
  UNION
  SELECT held.post_id, leave.person_id FROM me JOIN agencies_leave leave ON leave.person_id <> me.id
    AND leave.from_at <= %(now)s AND leave.until_at > %(now)s AND (leave.stand_in_id = me.id
      OR leave.stand_in_post_id IN (SELECT post_id FROM held WHERE person_id = me.id))
  JOIN held ON held.person_id = leave.person_id)
SELECT me.id, me.name, post.id, post.unit_id, post.role, post.title_zh, post.title_en, post.grants,
area.lft, area.rgt, unit.kind, exercised.instead
FROM me LEFT JOIN exercised ON true
LEFT JOIN agencies_post post ON post.id = exercised.post_id AND post.active
LEFT JOIN agencies_unit unit ON unit.id = post.unit_id
LEFT JOIN places_area area ON area.id = post.area_id
ORDER BY exercised.instead NULLS FIRST, post.code"""

_KEY = """SELECT key.id, key.name, post.id, post.unit_id, post.role, post.title_zh, post.title_en, post.grants,
area.lft, area.rgt, unit.kind, NULL::uuid, key.per_minute
FROM agencies_apikey key JOIN agencies_post post ON post.id = key.post_id AND post.active
JOIN agencies_unit unit ON unit.id = post.unit_id JOIN places_area area ON area.id = post.area_id
WHERE key.digest = %s AND key.active"""


def _duty(row: tuple[Any, ...]) -> Duty:
    _, _, post, unit, role, title_zh, title_en, grants, lft, rgt, kind, instead, *_ = row
    names = json.loads(grants) if isinstance(grants, str) else grants
    reach = (lft, rgt), kind != "department"
    return Duty(post, unit, role, Text(title_zh, title_en), frozenset(names), *reach, stands_in_for=instead)


def actor_of_account(account: uuid.UUID, language: str, now: datetime.datetime) -> Actor | None:
    """The actor of a login (one statement); None where the account belongs to nobody who is active."""
    with prepared() as cursor:
        cursor.execute(_DUTIES, {"account": account, "now": now})
        rows = cursor.fetchall()
    if not rows:
        return None
    duties = apart(_duty(row) for row in rows if row[2] is not None)
    return Actor("person", rows[0][1], rows[0][0], duties, language)


def key_digest(secret: str) -> bytes:
    """What is kept of a partner's key: its SHA-256. The key itself has 160 random bits, so no salt is needed."""
    return hashlib.sha256(secret.encode()).digest()


def actor_of_key(secret: str) -> tuple[Actor, int] | None:
    """The actor of a partner's key and its requests a minute (one statement); None for an unknown or closed key."""
    with prepared() as cursor:
        cursor.execute(_KEY, [key_digest(secret)])
        row = cursor.fetchone()
    if row is None:
        return None
    return Actor("key", row[1], row[0], (_duty(row),), "en"), row[12]
