"""Carrying out: what an approved list names is destroyed matter by matter, each in a transaction of its own."""

import uuid
from dataclasses import dataclass

from jingwei.kernel.commands.actor import by_grant
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.retention.commands.propose import end
from jingwei.kernel.retention.destruction import Remains, destroy_content
from jingwei.kernel.retention.due import why_barred
from jingwei.kernel.retention.models import DestructionList, Listed
from jingwei.kernel.retention.policies import DESTROY
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text

CLEARED = "matter.destroyed"
"""Topic of the message by which keys and files are cleared."""

_NOT_APPROVED = Text("清单没有经过另一个人批准。", "No second person has approved this list.")
_ENDED = Text("这一行已有结果。", "Something has become of this row already.")


@dataclass(frozen=True, kw_only=True)
class DestroyListed(Command):
    """销毁: one matter of an approved list."""

    list_id: uuid.UUID
    row: uuid.UUID


@handles(DestroyListed, grant=DESTROY)
def destroy_listed(work: Work, command: DestroyListed) -> Result:
    """On the locked matter, as a hold is placed: what is held, open again or not past its term by now is left whole,
    and the row says why. Raises Denied for a row that is not on the list."""
    one = work.lock(DestructionList, command.list_id)
    row = Listed.objects.filter(list=one, pk=command.row).first()
    if row is None:
        raise not_found()
    matter = work.lock(Matter, row.matter_id)
    work.authorise(DESTROY, by_grant(work.actor, DESTROY))
    work.require(None if one.state == "approved" and one.reviewed_by not in ("", one.proposed_by) else _NOT_APPROVED)
    work.require(_ENDED if row.outcome else None)
    row.why = why_barred([matter], work.now).get(matter, "")
    if row.why:
        work.save(row, "why")
    else:
        _destroy(work, one, row, matter)
    end(work, row, "barred" if row.why else "destroyed")
    if not Listed.objects.filter(list=one, outcome="").exclude(pk=row.pk).exists():
        one.state, one.done_at = "done", work.now
        work.save(one, "state", "done_at")
    told = {"matter": matter.pk, "happened": work.now}
    work.record(
        one, "retention.left" if row.why else "retention.destroyed", told | ({"why": row.why} if row.why else {})
    )
    return {"list": str(one.pk), "outcome": row.outcome}


def _destroy(work: Work, one: DestructionList, row: Listed, matter: Matter) -> None:
    remains = destroy_content(work, matter)
    told = {"list": one.pk, "proposed_by": one.proposed_by, "approved_by": one.reviewed_by}
    work.record(matter, "matter.destroyed", told | {"kept_until": row.kept_until, "happened": work.now})
    work.publish(CLEARED, matter, _body(remains))


def _body(remains: Remains) -> dict[str, list[str]]:
    return {"keys": [str(key) for key in remains.keys], "files": [one.hex() for one in remains.files]}
