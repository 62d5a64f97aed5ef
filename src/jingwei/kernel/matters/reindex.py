"""Words made anew for matters that an earlier edition of the search indexed; killed at any moment, it goes on there."""

import uuid
from collections.abc import Callable

from django.db import connection, transaction

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.models import Detail
from jingwei.kernel.matters.search import EDITION, indexed, titles_of
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.rulebook.snapshot import rules_of

_BATCH = 2_000
_SEARCH = system("search", "matter.read")
_WRITE = """UPDATE matters_detail SET words = given.words::tsvector, initials = given.initials, indexed = %s
FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS given (id, words, initials)
WHERE matters_detail.matter_id = given.id AND matters_detail.indexed < %s"""


def reindex(progress: Callable[[int], None] = lambda _: None) -> int:
    """Indexes what is of an earlier edition, in batches of their own transactions; gives how many there were."""
    done, last = 0, uuid.UUID(int=0)
    while True:
        with reading(_SEARCH) as scope:
            rows = _batch(scope, last)
        if not rows:
            return done
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            keys, words, initials = zip(*rows, strict=True)
            cursor.execute(_WRITE, [EDITION, list(keys), list(words), list(initials), EDITION])
        done, last = done + len(rows), rows[-1][0]
        progress(done)


def _batch(scope: Scope, after: uuid.UUID) -> list[tuple[uuid.UUID, str, str]]:
    rules, places, rows = rules_of(scope), places_of(scope), []
    old = Detail.objects.filter(indexed__lt=EDITION, pk__gt=after).select_related("matter").order_by("pk")
    for detail in old[:_BATCH]:
        matter = detail.matter
        place = places.by_id.get(matter.area_id) if matter.area_id else None
        titles = titles_of(rules, places, matter.category, place, matter.opened_at.date())
        columns = indexed(type_of(matter.type, matter.type_version), detail.fields, titles)
        rows.append((detail.pk, columns["words"], columns["initials"]))
    return rows
