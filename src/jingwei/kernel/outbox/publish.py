"""Makes the messages of a command. Only `kernel.commands` may call it."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from jingwei.kernel.outbox.models import Message
from jingwei.kernel.values.canonical import plain


def publish(
    message_id: uuid.UUID, topic: str, stream: uuid.UUID, body: Mapping[str, Any], now: datetime.datetime
) -> Message:
    """A message to be delivered from `now` on; `body` carries ids, numbers and keys, never names or addresses."""
    return Message(id=message_id, topic=topic, stream=stream, body=plain(dict(body)), created_at=now, try_at=now)
