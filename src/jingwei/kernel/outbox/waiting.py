"""How much the outbox has still to deliver, and what it gave up."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count

from jingwei.kernel.outbox.models import Delivery

COUNTED = 10_000
"""So many are looked at and no more, those whose turn comes first: after an import a monitor would read far more."""

_WAITING = """SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)
FROM (SELECT created_at FROM outbox_message WHERE try_at IS NOT NULL ORDER BY try_at LIMIT %s) AS one"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The messages not delivered and not given up (at most `COUNTED`), the age of the oldest in seconds (0 without)."""

    messages: int
    oldest_seconds: float


def waiting() -> Waiting:
    """The state of the outbox by the database's clock (one statement, from the index of waiting messages)."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [COUNTED])
        messages, seconds = cursor.fetchone()
    return Waiting(messages, max(0.0, round(float(seconds), 1)))


def given_up() -> int:
    """How many deliveries failed for good and wait for an operator (one statement, from their own index)."""
    return Delivery.objects.filter(state=Delivery.FAILED).count()


def failing() -> dict[str, int]:
    """How many deliveries failed and are tried again, by channel (one statement, from the index of what waits)."""
    tried = Delivery.objects.filter(try_at__isnull=False, tries__gt=0).values_list("channel")
    return dict(tried.annotate(count=Count("pk")).order_by("channel"))
