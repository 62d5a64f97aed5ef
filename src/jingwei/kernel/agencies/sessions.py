"""The sessions of a login: which are open, and ending them. An ended one is refused at its next request."""

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from jingwei.kernel.agencies.models import Session


@dataclass(frozen=True, slots=True)
class Open:
    """One session that is open, as its holder sees it."""

    id: uuid.UUID
    kind: str  # browser | counter
    device: str
    begun_at: datetime.datetime
    seen_at: datetime.datetime


def open_of(account: uuid.UUID, now: datetime.datetime) -> tuple[Open, ...]:
    """The open sessions of a login, the one used last first. One statement."""
    found = Session.objects.filter(account=account, until__gt=now, expire_date__gt=now).order_by("-seen_at")
    return tuple(
        Open(one.shown, one.kind, one.device, one.begun_at, one.seen_at)
        for one in found.defer("session_data")
        if one.shown and one.begun_at and one.seen_at
    )


def end(account: uuid.UUID, which: Collection[uuid.UUID] | None = None) -> int:
    """Ends these sessions of a login, or all of them; tells how many there were."""
    found = Session.objects.filter(account=account)
    return (found.filter(shown__in=which) if which is not None else found).delete()[0]


def forget_ended(now: datetime.datetime) -> int:
    """Takes away the rows of sessions that are over, whoever's; tells how many."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]
