"""What is noted of a matter's way back to the system it came from."""

import uuid
from dataclasses import dataclass

from jingwei.kernel.commands.registry import Bulk, Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.models import ExternalNumber, Matter
from jingwei.kernel.matters.policies import may_act
from jingwei.kernel.values.words import Text

GRANT = "matter.state"


@dataclass(frozen=True, kw_only=True)
class NoteReturned(Command):
    """回传: the result of a matter was given back to the system it came from."""

    matter_id: uuid.UUID
    source: str


@handles(
    NoteReturned,
    grant=GRANT,
    bulk=Bulk(head=Matter, touches=lambda command: (command.matter_id,), parts=(ExternalNumber,)),
)
def note_returned(work: Work, command: NoteReturned) -> Result:
    """The number at that system keeps when it was last returned. Raises Invalid where the matter is not from there."""
    matter = work.lock(Matter, command.matter_id)
    known = [one for one in work.parts(ExternalNumber, matter) if one.source == command.source]
    work.authorise(GRANT, may_act(work.actor, matter, GRANT))
    work.require(None if known else Text("这件事不是从该系统来的。", "The matter did not come from that system."))
    known[0].returned_at = work.now
    work.save(known[0], "returned_at")
    work.record(matter, "matter.returned", {"source": command.source, "happened": work.now})
    return {"matter": str(matter.pk)}
