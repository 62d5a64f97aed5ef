"""Review: a second person takes single matters out, approves the list or sends it back."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.fields import written
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.retention.commands.propose import end
from jingwei.kernel.retention.due import BARS, out_of_sight, why_barred
from jingwei.kernel.retention.models import DestructionList, Listed
from jingwei.kernel.retention.policies import REVIEW, ended_problem, may, person_problem
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text

LONGEST = 1000
"""Characters of a reason."""

NAMED = 5
"""Matters that a refusal names; more would not be read."""

_WHY = Text("请写明理由。", "Please give the reason.")
_OUT = Text("这件事已经移出清单。", "This matter was taken off the list already.")
_UNSEEN = Text(
    "清单上有您看不到的事项，不能由您批准；请退回，或请能看到全部事项的人审核。",
    "There are matters on the list that you do not see, so you cannot approve it: send it back, or ask somebody who "
    "sees all of them.",
)
_EMPTY = Text("清单里已没有事项，请退回。", "Nothing is left on the list: send it back.")


@dataclass(frozen=True, kw_only=True)
class TakeOut(Command):
    """移出清单: this matter is kept for now; a later list may name it again."""

    list_id: uuid.UUID
    row: uuid.UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReviewList(Command):
    """审核销毁清单: approved as it now stands, or sent back with the reason."""

    list_id: uuid.UUID
    approve: bool
    reason: str = ""


def _begun(work: Work, list_id: uuid.UUID) -> tuple[DestructionList, list[Listed]]:
    """The locked list with its rows, for a reviewer who did not propose it. Raises Denied, Invalid."""
    one = work.lock(DestructionList, list_id)
    rows = work.parts(Listed, one)
    work.authorise(REVIEW, may(work.actor, one, REVIEW))
    work.require(ended_problem(one))
    work.require(person_problem(work.actor, one))
    return one, rows


@handles(TakeOut, grant=REVIEW)
def take_out(work: Work, command: TakeOut) -> Result:
    """Raises Denied for a row that is not on the list."""
    one, rows = _begun(work, command.list_id)
    row = next((row for row in rows if row.pk == command.row), None)
    if row is None:
        raise not_found()
    work.require(_OUT if row.outcome else None)
    row.taken_out_because = written(command.reason, LONGEST, "reason", _WHY)
    work.save(row, "taken_out_because")
    end(work, row, "taken_out")
    work.record(one, "retention.taken_out", {"matter": row.matter_id, "happened": work.now})
    return {"list": str(one.pk)}


@handles(ReviewList, grant=REVIEW)
def review(work: Work, command: ReviewList) -> Result:
    """Approves nothing that the reviewer does not see, nor what is held or open again: that is taken out first."""
    one, rows = _begun(work, command.list_id)
    left = [row for row in rows if row.outcome == ""]
    if command.approve:
        work.require(None if left else _EMPTY)
        work.require(_UNSEEN if out_of_sight(one) else None)
        work.require(_barred_problem(work, left))
    else:
        one.reason = written(command.reason, LONGEST, "reason", _WHY)
        for row in left:
            end(work, row, "dropped")
    one.state = "approved" if command.approve else "returned"
    one.reviewed_by, one.reviewed_at = work.actor.reference, work.now
    work.save(one, "state", "reason", "reviewed_by", "reviewed_at")
    kind = "retention.approved" if command.approve else "retention.returned"
    work.record(one, kind, {"matters": len(left), "happened": work.now})
    return {"list": str(one.pk), "matters": len(left)}


def _barred_problem(work: Work, left: Sequence[Listed]) -> Text | None:
    """What is held or open again, by its number, with the reason."""
    found = why_barred(list(Matter.objects.filter(pk__in=[row.matter_id for row in left])), work.now)
    if not found:
        return None
    named = sorted((matter.number, BARS[why]) for matter, why in found.items())[:NAMED]
    zh = "；".join(f"{number} {why.zh.rstrip('。')}" for number, why in named)
    en = " ".join(f"{number}: {why.en}" for number, why in named)
    return Text(
        f"{len(found)} 件现在不能销毁，请先移出：{zh}。",
        f"{len(found)} may not be destroyed now; take them out first. {en}",
    )
