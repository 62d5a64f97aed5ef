"""What people do to their own inbox, wishes and dead letters: plain marks, about no matter and in no ledger."""

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from jingwei.kernel.outbox.models import Delivery, Notice, Preference


@dataclass(frozen=True, slots=True)
class Wish:
    """How a person wants to be told; see `Preference`."""

    channels: tuple[str, ...] | None
    addresses: dict[str, str]
    working_time: bool
    quiet_from: datetime.time | None
    quiet_until: datetime.time | None
    sound: bool


def mark_read(posts: Collection[uuid.UUID], now: datetime.datetime, stream: uuid.UUID | None = None) -> int:
    """The unread lines of these posts, of one matter or of all, are read from now on; gives how many."""
    unread = Notice.objects.filter(post__in=posts, read_at=None)
    return (unread if stream is None else unread.filter(stream=stream)).update(read_at=now)


def set_wish(person: uuid.UUID, wish: Wish) -> None:
    """The person's wishes are these."""
    values = {
        "channels": list(wish.channels) if wish.channels is not None else None,
        "addresses": wish.addresses,
        "working_time": wish.working_time,
        "quiet_from": wish.quiet_from,
        "quiet_until": wish.quiet_until,
        "sound": wish.sound,
    }
    Preference.objects.update_or_create(person=person, defaults=values)


def try_again(deliveries: Collection[uuid.UUID], now: datetime.datetime) -> int:
    """Dead letters are queued once more, under the same key; gives how many."""
    dead = Delivery.objects.filter(pk__in=deliveries, state=Delivery.FAILED)
    return dead.update(state=Delivery.QUEUED, tries=0, try_at=now)
