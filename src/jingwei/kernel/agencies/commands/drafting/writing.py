"""Writing the draft of a roster: shifts that are to come, shifts that are to go, and one left out again."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from jingwei.kernel.agencies.commands.known import ROSTER, ended_problem, may_edit, post_of, roster_of
from jingwei.kernel.agencies.commands.roster import (
    MOST,
    ShiftRow,
    begun_problem,
    clash_problem,
    row_problem,
)
from jingwei.kernel.agencies.models import Person, Post, Roster, RosterChange, RosterDraft, Shift
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.drafts import life
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text

CURRENT = ("open", "asked")
"""States of the one draft that a roster may have at a time."""

_NOTHING = Text("这些班次都已排定，或已在草案里。", "All of this stands already, or is in the draft.")
_TOO_MANY = Text(f"一份草案最多 {MOST:,} 个班次。", f"A draft holds {MOST:,} shifts at most.")
_GONE = Text(
    "这个班次已经开始；24 小时以内的请用“临时换人”。",
    "This shift has begun already; what cannot wait is changed at once.",
)
_OTHER = Text("这张值班表上没有这个班次。", "There is no such shift on this roster.")


@dataclass(frozen=True, kw_only=True)
class DraftShifts(Command):
    """写排班草案: shifts that come, shifts that go, into the draft of the roster; without one it is begun."""

    roster: str
    comes: tuple[ShiftRow, ...] = ()
    goes: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LeaveShiftOut(Command):
    """去掉一项: the draft says nothing of this shift any more."""

    draft: uuid.UUID
    change: uuid.UUID


@handles(DraftShifts, grant=ROSTER)
def draft_shifts(work: Work, command: DraftShifts) -> Result:
    """What stands already, exactly so, is passed over. Raises Invalid where nothing is left, for a shift that has begun
    or could not be, and for a draft that waits for its publication."""
    known = roster_of(command.roster)
    posts = {code: post_of(code) for code in sorted({row.post for row in command.comes})}
    roster = work.lock(Roster, known.pk)
    standing = RosterDraft.objects.filter(roster=roster, state__in=CURRENT).first()
    one = work.lock(RosterDraft, standing.pk) if standing else work.open(begun(work, roster))
    rows = kept(work, one)
    work.authorise(ROSTER, may_edit(work.actor, ROSTER, known.area.lft, roster.unit_id))
    life.writes(work, one)
    work.require(ended_problem(roster.closed_at is not None, Text("值班表", "roster")), place="roster")
    work.require(_TOO_MANY if len(rows) + len(command.comes) + len(command.goes) > MOST else None)
    going = _going(work, roster, rows, command.goes)
    away = {row.goes_id for row in (*rows, *going) if row.goes_id}
    coming = _coming(work, roster, rows, [(row, posts[row.post]) for row in command.comes], away)
    work.require(None if going or coming else _NOTHING, place="shifts")
    if standing is None:
        work.insert(one)
    else:
        life.sign(work, one)
    write(work, one, [*going, *coming])
    work.record(one, "agencies.roster_drafted", {"roster": roster.pk, "comes": len(coming), "goes": len(going)})
    return {"draft": str(one.pk), "comes": len(coming), "goes": len(going)}


@handles(LeaveShiftOut, grant=ROSTER)
def leave_shift_out(work: Work, command: LeaveShiftOut) -> Result:
    """Raises Denied for what is not in the draft."""
    one = authorised(work, command.draft)
    row = next((row for row in kept(work, one) if row.pk == command.change), None)
    if row is None:
        raise not_found()
    life.writes(work, one)
    life.sign(work, one)
    row.left_out_at = work.now
    work.save(row, "left_out_at")
    work.record(one, "agencies.roster_left_out", {"change": row.pk})
    return {"draft": str(one.pk)}


def authorised(work: Work, key: uuid.UUID, expected_version: int | None = None) -> RosterDraft:
    """The draft, locked, for whoever may edit its roster. Raises Denied, and Conflict for another version."""
    known = RosterDraft.objects.filter(pk=key).select_related("roster__area").first()
    if known is None:
        raise not_found()
    one = work.lock(RosterDraft, key, expected_version)
    work.authorise(ROSTER, may_edit(work.actor, ROSTER, known.roster.area.lft, known.roster.unit_id))
    return one


def begun(work: Work, roster: Roster, undoes: uuid.UUID | None = None) -> RosterDraft:
    """A new draft of a roster, by whoever acts."""
    hands = [work.actor.reference]
    return RosterDraft(id=work.new_id(), roster=roster, state="open", hands=hands, begun_at=work.now, undoes_id=undoes)


def kept(work: Work, one: RosterDraft) -> list[RosterChange]:
    """The changes of a draft, without those that were left out."""
    return [row for row in work.parts(RosterChange, one) if row.left_out_at is None]


def write(work: Work, one: RosterDraft, rows: Sequence[RosterChange]) -> None:
    """Enters changes into a draft that is held."""
    for row in rows:
        row.draft_id, row.written_by, row.written_at = one.pk, work.actor.reference, work.now
        work.insert(row)


def goes(work: Work, shift: Shift) -> RosterChange:
    """That a shift is not to take place."""
    return _change(work, shift, shift.pk)


def comes(work: Work, shift: Shift) -> RosterChange:
    """That a shift is to take place which does not stand yet."""
    return _change(work, shift, None)


def _change(work: Work, shift: Shift, gone: uuid.UUID | None) -> RosterChange:
    return RosterChange(
        id=work.new_id(),
        goes_id=gone,
        post_id=shift.post_id,
        person_id=shift.person_id,
        from_at=shift.from_at,
        until_at=shift.until_at,
    )


def _going(
    work: Work, roster: Roster, rows: Collection[RosterChange], wanted: Sequence[uuid.UUID]
) -> list[RosterChange]:
    away = {row.goes_id for row in rows}
    shifts = {one.pk: one for one in Shift.objects.filter(roster=roster, pk__in=wanted)}
    found = []
    for key in dict.fromkeys(wanted):
        shift = shifts.get(key)
        work.require(None if shift else _OTHER, place="shift")
        if shift is not None and key not in away:
            work.require(begun_problem(shift, work.now), place="shift")
            found.append(goes(work, shift))
    return found


def _coming(
    work: Work,
    roster: Roster,
    rows: Collection[RosterChange],
    wanted: Sequence[tuple[ShiftRow, Post]],
    away: Collection[uuid.UUID],
) -> list[RosterChange]:
    """What does not stand yet, checked against what stands, without what goes, and against the draft."""
    people = Person.objects.in_bulk({row.person for row, _ in wanted})
    others = list(Shift.objects.filter(person__in=people, cancelled=False, until_at__gt=work.now).exclude(pk__in=away))
    others += [as_shift(row, roster) for row in rows if row.goes_id is None]
    stands = {(one.roster_id, one.post_id, one.person_id, one.from_at, one.until_at) for one in others}
    found = []
    for number, (row, post) in enumerate(wanted, 1):
        if (roster.pk, post.pk, row.person, row.from_at, row.until_at) in stands:
            continue
        place = f"shifts.{number}"
        shift = Shift(roster=roster, post_id=post.pk, person_id=row.person, from_at=row.from_at, until_at=row.until_at)
        work.require(row_problem(row, people, post), place=place)
        work.require(None if row.from_at > work.now else _GONE, place=place)
        work.require(clash_problem(shift, others), place=place)
        others.append(shift)
        found.append(comes(work, shift))
    return found


def as_shift(row: RosterChange, roster: Roster) -> Shift:
    """The shift that a change would make; without an id of its own."""
    return Shift(
        roster=roster, post_id=row.post_id, person_id=row.person_id, from_at=row.from_at, until_at=row.until_at
    )
