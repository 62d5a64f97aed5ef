"""Carrying out what two people decided: the worker's part."""

import datetime

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.retention.commands import DestroyListed
from jingwei.kernel.retention.models import Listed
from jingwei.kernel.retention.policies import DESTROY
from jingwei.kernel.values.errors import Conflict

ARCHIVE = system("archive", DESTROY)


def carry_out_approved(now: datetime.datetime, most: int = 20) -> int:
    """Destroys what approved lists name, at most so many matters; gives how many rows came to an end. A matter that
    somebody works on is left for the next time."""
    with reading(ARCHIVE):
        waiting = Listed.objects.filter(list__state="approved", outcome="").order_by("list__reviewed_at", "id")
        rows = list(waiting.values_list("list_id", "pk")[:most])
    ended = 0
    for list_id, row in rows:
        try:
            execute(ARCHIVE, DestroyListed(list_id=list_id, row=row), f"destroy:{row}", now=now)
        except Conflict:
            continue
        ended += 1
    return ended
