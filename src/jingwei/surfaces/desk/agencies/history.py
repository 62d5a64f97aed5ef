"""Who held what on a day, and who gave or ended it: from the dated rows and the entries that wrote them."""

import datetime
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Q

from jingwei.kernel.agencies.models import Terms
from jingwei.kernel.ledger.entries import entries_of_all
from jingwei.kernel.values.grants import title_of
from jingwei.kernel.values.words import Text
from jingwei.kit.saying import names_of
from jingwei.surfaces.desk.timeline import named

Span = tuple[datetime.datetime, datetime.datetime]
"""A moment and a later one; what lies between is meant, the later one is not."""


@dataclass(frozen=True, slots=True)
class By:
    """Who gave something and who ended it; None where it was not ended, or not by anybody."""

    given: Text | None
    ended: Text | None


def read_day(text: str) -> datetime.date | None:
    """A day that an address asks for; None for none, or what is no day."""
    try:
        return datetime.date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def day_of(on: datetime.date, zone: ZoneInfo) -> Span | None:
    """The whole day in the city; None for the ends of the calendar, which have no moment in UTC."""
    try:
        begins = datetime.datetime.combine(on, datetime.time(), zone).astimezone(datetime.UTC)
        return begins, begins + datetime.timedelta(days=1)
    except OverflowError:
        return None


def within(span: Span) -> Q:
    """The condition that a dated row holds at some moment of the span."""
    return Q(from_at__lt=span[1]) & (Q(until_at=None) | Q(until_at__gt=span[0]))


def by_whom(posts: Collection[uuid.UUID]) -> Mapping[str, By]:
    """Of every dated row ("table:id") in these posts' streams, who gave and who ended it. Two statements."""
    told = entries_of_all(posts)
    names = names_of(one.actor for one in told)
    found: dict[str, By] = {}
    for entry in told:
        who = named(entry.actor, names)
        for row in entry.rows:
            first = found.get(row)
            found[row] = By(who, None) if first is None else By(first.given, who)
    return found


def grants_of(posts: Collection[uuid.UUID], span: Span) -> Mapping[uuid.UUID, tuple[Text, ...]]:
    """What the posts might do in that time. One statement."""
    found: dict[uuid.UUID, tuple[Text, ...]] = {}
    for one in Terms.objects.filter(within(span), post__in=posts).order_by("from_at"):
        found[one.post_id] = tuple(title_of(grant) for grant in one.grants)
    return found
