"""What cannot wait for a second person: somebody falls ill tonight, and another takes the shift."""

import uuid
from dataclasses import dataclass

from jingwei.kernel.agencies.commands.known import ROSTER, ended_problem, may_edit, person_of, post_of
from jingwei.kernel.agencies.commands.roster import ShiftRow, clash_problem, row_problem, time_problem
from jingwei.kernel.agencies.models import Person, Roster, Shift
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text

_SAME = Text("请选另一个人。", "Choose somebody else.")
_OVER = Text("这个班次已经结束或取消。", "This shift is over, or was cancelled.")


@dataclass(frozen=True, kw_only=True)
class ReplaceShift(Command):
    """临时换人: another person takes over a shift of the next 24 hours, or the rest of one under way. No reason is
    asked for: why somebody cannot come is nobody's business."""

    shift: uuid.UUID
    post: str
    person: uuid.UUID


@handles(ReplaceShift, grant=ROSTER)
def replace_shift(work: Work, command: ReplaceShift) -> Result:
    """The old shift is cancelled, or ends at this moment. The entry says that it was at short notice."""
    known = Shift.objects.filter(pk=command.shift).select_related("roster__area").first()
    if known is None:
        raise not_found()
    post = post_of(command.post)
    work.lock_many(Person, {person_of(command.person).pk, known.person_id})
    roster = work.lock(Roster, known.roster_id)
    old = Shift.objects.get(pk=command.shift)
    begins = max(old.from_at, work.now)
    new = Shift(
        id=work.new_id(),
        roster=roster,
        post=post,
        person_id=command.person,
        from_at=begins,
        until_at=old.until_at,
    )
    work.authorise(ROSTER, may_edit(work.actor, ROSTER, known.roster.area.lft, roster.unit_id))
    work.require(ended_problem(roster.closed_at is not None, Text("值班表", "roster")), place="roster")
    work.require(_OVER if old.cancelled or old.until_at <= work.now else None, place="shift")
    work.require(time_problem(work, old.from_at), place="shift")
    work.require(_SAME if command.person == old.person_id else None, place="person")
    row = ShiftRow(post=post.code, person=command.person, from_at=begins, until_at=old.until_at)
    work.require(row_problem(row, {command.person: person_of(command.person)}, post), place="person")
    beside = Shift.objects.filter(person=command.person, cancelled=False, until_at__gt=begins).exclude(pk=old.pk)
    work.require(clash_problem(new, list(beside)), place="person")
    if old.from_at >= begins:
        old.cancelled = True
    else:
        old.until_at = begins
    work.save(old, "cancelled", "until_at")
    work.insert(new)
    facts = {"shift": old.pk, "person": old.person_id, "by": [new.pk, new.person_id], "short_notice": True}
    work.record(roster, "agencies.shift_replaced", facts)
    return {"shift": str(new.pk)}
