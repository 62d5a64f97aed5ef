"""Legal holds: a matter that a court, an audit or a complaint needs is not destroyed, whatever its term.

Personal Information Protection Law 47: while another law demands it, what should be deleted is stored and not used
otherwise. A hold is placed and lifted on the locked matter, as a matter is destroyed: the two never cross.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.fields import written
from jingwei.kernel.matters.models import LegalHold, Matter
from jingwei.kernel.matters.policies import may_act
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text

GRANT = "retention.hold"
LONGEST = 1000
"""Characters of a reason."""

HELD = Text(
    "暂缓销毁：有法律上的保全，解除后才能销毁。", "Under a legal hold: it is not destroyed until the hold is lifted."
)
_WHY = Text("请写明理由，如案号、文号。", "Give the reason, such as the number of the case or of the letter.")
_LIFTED = Text("这项暂缓已经解除。", "This hold has been lifted already.")
_SAME = Text("须由另一个人解除：这项暂缓是您作出的。", "A second person must lift it: it was you who placed this hold.")


@dataclass(frozen=True, kw_only=True)
class PlaceLegalHold(Command):
    """暂缓销毁: this matter is not destroyed until somebody else lifts the hold."""

    matter_id: uuid.UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class LiftLegalHold(Command):
    """解除暂缓: what the hold was for is over."""

    matter_id: uuid.UUID
    hold: uuid.UUID
    reason: str


@handles(PlaceLegalHold, grant=GRANT)
def place(work: Work, command: PlaceLegalHold) -> Result:
    """Several reasons are several holds; the matter is held while one of them stands."""
    matter = work.lock(Matter, command.matter_id)
    work.authorise(GRANT, may_act(work.actor, matter, GRANT))
    hold = LegalHold(
        id=work.new_id(),
        matter=matter,
        reason=written(command.reason, LONGEST, "reason", _WHY),
        placed_by=work.actor.reference,
        placed_post=work.duty.post,
        placed_at=work.now,
    )
    work.insert(hold)
    work.record(matter, "matter.hold_placed", {"hold": hold.pk, "happened": work.now})
    return {"hold": str(hold.pk)}


@handles(LiftLegalHold, grant=GRANT)
def lift(work: Work, command: LiftLegalHold) -> Result:
    """By another person than the one who placed it. Raises Denied for a hold that this matter does not have."""
    matter = work.lock(Matter, command.matter_id)
    found = next((one for one in work.parts(LegalHold, matter) if one.pk == command.hold), None)
    work.authorise(GRANT, may_act(work.actor, matter, GRANT))
    if found is None:
        raise not_found()
    work.require(_LIFTED if found.lifted_at else None, "hold")
    work.require(_SAME if found.placed_by == work.actor.reference else None, "hold")
    found.lifted_because = written(command.reason, LONGEST, "reason", _WHY)
    found.lifted_by, found.lifted_post, found.lifted_at = work.actor.reference, work.duty.post, work.now
    work.save(found, "lifted_by", "lifted_post", "lifted_at", "lifted_because")
    work.record(matter, "matter.hold_lifted", {"hold": found.pk, "happened": work.now})
    return {"hold": str(found.pk)}


def held(holds: Iterable[LegalHold]) -> bool:
    """Whether one of a matter's holds stands."""
    return any(one.lifted_at is None for one in holds)
