"""Merged and split matters: who hears of a matter's news, and whose news a reporter follows."""

import uuid

from django.db import connection

MERGED, PART = "merged_into", "part_of"
"""Kinds of links: a matter was merged into another; a matter is one of those another was split into."""

_HEARERS = """WITH RECURSIVE up (id) AS (VALUES (%s::uuid) UNION
SELECT CASE l.kind WHEN 'merged_into' THEN l.matter_id ELSE l.other_id END FROM up JOIN matters_link l
ON l.ended_at IS NULL AND (l.kind = 'merged_into' AND l.other_id = up.id OR l.kind = 'part_of' AND l.matter_id = up.id))
SELECT id FROM up"""
_FOLLOWED = """WITH RECURSIVE down (id) AS (VALUES (%s::uuid) UNION
SELECT CASE l.kind WHEN 'merged_into' THEN l.other_id ELSE l.matter_id END FROM down JOIN matters_link l
ON l.ended_at IS NULL
AND (l.kind = 'merged_into' AND l.matter_id = down.id OR l.kind = 'part_of' AND l.other_id = down.id))
SELECT id FROM down"""


def hearers(matter: uuid.UUID) -> list[uuid.UUID]:
    """The matters whose reporters hear of this one: itself, those merged into it, and what it was split from."""
    return _walk(_HEARERS, matter)


def followed(matter: uuid.UUID) -> list[uuid.UUID]:
    """The other matters whose public stages the reporter of this one follows: its master, or its parts."""
    return [one for one in _walk(_FOLLOWED, matter) if one != matter]


def _walk(statement: str, matter: uuid.UUID) -> list[uuid.UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [matter])
        return sorted(row[0] for row in cursor.fetchall())
