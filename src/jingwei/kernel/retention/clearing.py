"""What lies beside the tables of a destroyed matter: keys, files, lines of inboxes and letters. Cleared by a message,
so that it is tried again until all of it is gone."""

import uuid

from jingwei.kernel.commands.scope import whole_milliseconds
from jingwei.kernel.files.store import store
from jingwei.kernel.files.sweep import remove_unreferred
from jingwei.kernel.outbox.models import Delivery, Message, Notice
from jingwei.kernel.retention.commands.carry_out import CLEARED
from jingwei.kernel.sealing import TERM, keys


def clear(message: Message) -> None:
    """The worker's channel; seen again, it finds nothing left to do. A file that another matter holds as well stays."""
    if message.topic != CLEARED:
        return
    ids = [uuid.UUID(key) for key in message.body["keys"]]
    keys.destroy(keys.Destroyed(message.pk, message.stream, None, TERM, message.created_at, ids))
    remove_unreferred(store(), {bytes.fromhex(one) for one in message.body["files"]}, whole_milliseconds(None))
    Delivery.objects.filter(stream=message.stream).delete()
    Notice.objects.filter(stream=message.stream).delete()
