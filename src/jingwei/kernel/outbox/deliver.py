"""Delivery of the outbox: claimed with SKIP LOCKED, at least once, in the order of writing, with growing pauses."""

import datetime
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from jingwei.kernel.outbox.models import Message
from jingwei.kernel.values.canonical import digest

log = logging.getLogger("jingwei.outbox")

LEASE = datetime.timedelta(minutes=1)
"""How long a claimed message is left alone; a worker killed in mid-delivery holds it no longer than this."""

MOST_TRIES = 12
"""Pauses double from half a minute: the last try comes after about a day."""

_CLAIM = """UPDATE outbox_message SET try_at = %(until)s, tries = tries + 1 WHERE id IN (
SELECT id FROM outbox_message WHERE try_at <= %(now)s ORDER BY try_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING id"""

Channel = Callable[[Message], None]
"""Delivers one message; raises when it could not. It may see a message again, always with the same id."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one round did."""

    delivered: int
    failed: int


def deliver_waiting(channels: Sequence[Channel], now: datetime.datetime, most: int = 100) -> Delivered:
    """One round: claims what is due and gives each message to every channel."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "until": now + LEASE, "most": most})
        claimed = [row[0] for row in cursor.fetchall()]
    delivered = 0
    for message in Message.objects.filter(pk__in=claimed).order_by("created_at", "id"):
        delivered += _deliver(message, channels, now)
    return Delivered(delivered, len(claimed) - delivered)


def _deliver(message: Message, channels: Sequence[Channel], now: datetime.datetime) -> bool:
    try:
        with transaction.atomic():
            for channel in channels:
                channel(message)
            Message.objects.filter(pk=message.pk).update(delivered_at=now, try_at=None, error="")
    except Exception as error:  # a channel may fail in any way; the message is kept and tried again
        log.exception("message %s (%s) not delivered, try %s", message.pk, message.topic, message.tries)
        pause = datetime.timedelta(seconds=30 * 2 ** min(message.tries, 11))
        again = now + pause if message.tries < MOST_TRIES else None
        Message.objects.filter(pk=message.pk).update(try_at=again, error=f"{type(error).__name__}: {error}"[:500])
        return False
    return True


def notice_id_bytes(message: Message, receiver: str) -> bytes:
    """Sixteen bytes that are the same whenever this message is delivered to this receiver again."""
    return digest(message.pk.bytes, receiver.encode())[:16]
