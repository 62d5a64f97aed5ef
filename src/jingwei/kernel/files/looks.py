"""Who looked at an original: written down before it is handed out (trust.md c.5: reads are logged apart)."""

import uuid
from collections.abc import Sequence

from django.db import connection

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.files.models import Attachment, Look
from jingwei.kernel.values.ids import new_id

LONGEST_REASON = 300
_NOTE = """INSERT INTO files_look (id, attachment_id, stream_id, actor, post, at, reason)
VALUES (%s, %s, %s, %s, %s, %s, %s)"""


def record_look(scope: Scope, attachment: Attachment, post: uuid.UUID, reason: str) -> None:
    """Notes that the actor, in this post, opens the original now, for this reason."""
    with connection.cursor() as cursor:
        cursor.execute(
            _NOTE,
            [new_id(), attachment.pk, attachment.stream_id, scope.actor.reference, post, scope.now, reason],
        )


def looks_at(stream: uuid.UUID) -> Sequence[Look]:
    """The looks at the originals of a stream, the newest first, at most 200."""
    return list(Look.objects.filter(stream_id=stream).order_by("-at", "-id")[:200])
