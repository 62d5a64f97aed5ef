"""What stands in the rulebook for the subjects of a draft: asked of the tables, under the lock of whoever publishes."""

import datetime
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import F

from jingwei.kernel.rulebook.models import Value

Subject = tuple[str, str]
"""A parameter's key, and what of it: `("limit", "ROAD//handle")`."""

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('jingwei rulebook'), hashtext(current_schema()))"


@dataclass(frozen=True, slots=True)
class Standing:
    """The value that holds on a day, and the next one that is entered already."""

    holds: Value | None = None
    following: datetime.date | None = None

    @property
    def id(self) -> uuid.UUID | None:
        """Of the value that holds; None where none does."""
        return self.holds.pk if self.holds else None


def publish_alone() -> None:
    """Waits until no other publication is under way: two at the same moment would both replace the same value."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)


def standing_on(day: datetime.date, subjects: Collection[Subject]) -> Mapping[Subject, Standing]:
    """For each subject what holds on that day and what follows it. One statement."""
    wanted = set(subjects)
    rows = Value.objects.filter(
        parameter__in={parameter for parameter, _ in wanted}, subject__in={subject for _, subject in wanted}
    ).exclude(until_on=F("from_on"))
    found: dict[Subject, list[Value]] = {one: [] for one in wanted}
    for row in rows.order_by("from_on"):
        if (row.parameter, row.subject) in found:
            found[row.parameter, row.subject].append(row)
    return {one: _standing(day, values) for one, values in found.items()}


def _standing(day: datetime.date, values: Iterable[Value]) -> Standing:
    holds, following = None, None
    for value in values:
        if value.from_on > day:
            following = following or value.from_on
        elif value.until_on is None or value.until_on > day:
            holds = value
    return Standing(holds, following)
