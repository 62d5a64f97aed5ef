"""Do the declared limits earn it: how many of the due moments that a source gave does our own clock work out?"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from django.db import connection

from jingwei.kernel.clocks.bulk import due_many
from jingwei.kernel.clocks.counting import Limit
from jingwei.kernel.clocks.running import calendar_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, rules_of

_GIVEN = """SELECT matter.category,
array_agg((extract(epoch FROM matter.opened_at) * 1000000)::bigint ORDER BY matter.id),
array_agg((extract(epoch FROM matter.due_at) * 1000000)::bigint ORDER BY matter.id)
FROM matters_matter matter JOIN matters_externalnumber external ON external.matter_id = matter.id
WHERE external.source = %s AND matter.due_at IS NOT NULL GROUP BY matter.category ORDER BY count(*) DESC"""


@dataclass(frozen=True, slots=True)
class Fit:
    """Of so many due moments given for a category, so many are what its declared limit works out."""

    category: str
    title: str
    rule: str  # empty: no limit is declared
    given: int
    recomputed: int


def fits(scope: Scope, source: str, tolerance: datetime.timedelta) -> Iterator[Fit]:
    """A line a category, the most frequent first. A source that rounds or works out late is met by `tolerance`."""
    rules, on = rules_of(scope), scope.today
    calendar = calendar_of(rules, CITY_CALENDAR, on)
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN, [source])
        groups = cursor.fetchall()
    for category, opened, due in groups:
        title = rules.categories(on)[category].title.en if category in rules.categories(on) else category
        found = rules.limit(category, "", "handle", on)
        if found is None:
            yield Fit(category, title, "", len(due), 0)
            continue
        limit = Limit.from_content(found.content)
        apart = np.abs(due_many(np.array(opened, np.int64), limit, calendar) - np.array(due, np.int64))
        within = int((apart <= tolerance // datetime.timedelta(microseconds=1)).sum())
        yield Fit(category, title, limit.words().en, len(due), within)
