"""Publishing the draft of a roster: by a second person, as it was read; sent back, withdrawn, and taken back later.

A draft names the shifts that come and go, and nothing else: a swap or a change at short notice of another shift, made
while the draft was written, stands. One of a shift that the draft names is a Conflict.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jingwei.kernel.agencies.commands.drafting.writing import (
    CURRENT,
    as_shift,
    authorised,
    begun,
    comes,
    goes,
    kept,
    write,
)
from jingwei.kernel.agencies.commands.known import ROSTER, ended_problem, may_edit
from jingwei.kernel.agencies.commands.roster import ShiftRow, begun_problem, clash_problem, row_problem
from jingwei.kernel.agencies.models import Person, Post, Roster, RosterChange, RosterDraft, Shift
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.drafts import life
from jingwei.kernel.values.errors import Conflict, not_found
from jingwei.kernel.values.words import Text

_NOT_PUBLISHED = Text("只有发布过的草案才能撤回。", "Only what was published can be taken back.")
_ANOTHER = Text(
    "这张值班表另有一份草案；请先发布或撤销它。", "The roster has another draft: publish or withdraw it first."
)
_ALL_PAST = Text(
    "这次发布的班次都已开始或又改过，没有可以撤回的。",
    "Every shift of this publication has begun or was changed again: nothing of it is left to take back.",
)
_MOVED = Text(
    "草案里要取消的班次，提交之后已经换班、取消或开始；请退回草案重新核对。",
    "A shift that the draft takes away was swapped or cancelled, or has begun: send the draft back, so that it is read "
    "again.",
)
_LATE = Text(
    "草案里有的班次已经开始；请退回草案，去掉它再提交。",
    "A shift of the draft would have begun already: send the draft back, so that it is left out.",
)


@dataclass(frozen=True, kw_only=True)
class HandInRoster(Command):
    """提交排班草案: it is as it should be; somebody else is to publish it."""

    draft: uuid.UUID
    expected_version: int


@dataclass(frozen=True, kw_only=True)
class ReturnRoster(Command):
    """收回或退回: the draft is written again; whoever did not write it says why."""

    draft: uuid.UUID
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class WithdrawRoster(Command):
    """撤销排班草案: nothing becomes of it."""

    draft: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class PublishRoster(Command):
    """发布排班: by a second person, as it was read."""

    draft: uuid.UUID
    expected_version: int


@dataclass(frozen=True, kw_only=True)
class UndoRoster(Command):
    """撤回排班: a new draft that takes away what a published one brought, and brings back what it took away."""

    of: uuid.UUID


@handles(HandInRoster, grant=ROSTER)
def hand_in_roster(work: Work, command: HandInRoster) -> Result:
    """Raises Invalid for an empty draft."""
    one = authorised(work, command.draft, command.expected_version)
    rows = kept(work, one)
    life.writes(work, one)
    life.holds_something(work, len(rows))
    life.hand_in(work, one)
    work.record(one, "agencies.roster_asked", {"changes": len(rows)})
    return {"draft": str(one.pk)}


@handles(ReturnRoster, grant=ROSTER)
def return_roster(work: Work, command: ReturnRoster) -> Result:
    """Whoever wrote in it takes it back without a reason."""
    one = authorised(work, command.draft)
    own = life.take_back(work, one, command.reason)
    work.record(one, "agencies.roster_taken_back" if own else "agencies.roster_returned", {"happened": work.now})
    return {"draft": str(one.pk)}


@handles(WithdrawRoster, grant=ROSTER)
def withdraw_roster(work: Work, command: WithdrawRoster) -> Result:
    """While it is being written. It stays readable."""
    one = authorised(work, command.draft)
    life.writes(work, one)
    life.end(work, one, "withdrawn")
    work.record(one, "agencies.roster_withdrawn", {"happened": work.now})
    return {"draft": str(one.pk)}


@handles(PublishRoster, grant=ROSTER)
def publish_roster(work: Work, command: PublishRoster) -> Result:
    """Persons, posts and the roster are locked, so that none ends while its shifts are entered.

    Raises Conflict where a shift that goes was changed since, or one that comes has begun or could not be any more.
    """
    known = RosterDraft.objects.filter(pk=command.draft).select_related("roster__area").first()
    if known is None:
        raise not_found()
    named = RosterChange.objects.filter(draft=known, left_out_at=None, goes=None)  # a later change is another version
    people = {one.pk: one for one in work.lock_many(Person, set(named.values_list("person_id", flat=True)))}
    posts = {one.pk: one for one in work.lock_many(Post, set(named.values_list("post_id", flat=True)))}
    roster = work.lock(Roster, known.roster_id)
    one = work.lock(RosterDraft, known.pk, command.expected_version)
    rows = kept(work, one)
    work.authorise(ROSTER, may_edit(work.actor, ROSTER, known.roster.area.lft, roster.unit_id))
    life.decides(work, one, publishes=True)
    life.holds_something(work, len(rows))
    work.require(ended_problem(roster.closed_at is not None, Text("值班表", "roster")), place="roster")
    gone = _gone(work, rows)
    new = _new(work, roster, rows, (people, posts), gone)
    for shift in gone:
        shift.cancelled = True
        work.save(shift, "cancelled")
    for row, shift in new:
        work.insert(shift)
        row.becomes_id = shift.pk
        work.save(row, "becomes_id")
    told = [[shift.pk, shift.post_id, shift.person_id, shift.from_at, shift.until_at] for _, shift in new]
    facts = {"shifts": told, "cancelled": [shift.pk for shift in gone], "draft": one.pk}
    work.record(roster, "agencies.shifts_published", facts)
    life.end(work, one, "published")
    work.record(one, "agencies.roster_published", {"changes": len(rows), "written_by": one.hands})
    return {"draft": str(one.pk), "comes": len(new), "goes": len(gone)}


def _gone(work: Work, rows: Sequence[RosterChange]) -> list[Shift]:
    wanted = {row.goes_id: row for row in rows if row.goes_id}
    shifts = list(Shift.objects.filter(pk__in=wanted).order_by("pk"))
    for shift in shifts:
        if begun_problem(shift, work.now) or shift.person_id != wanted[shift.pk].person_id:
            raise Conflict(_MOVED, place="goes")
    return shifts


def _new(
    work: Work,
    roster: Roster,
    rows: Sequence[RosterChange],
    known: tuple[Mapping[uuid.UUID, Person], Mapping[uuid.UUID, Post]],
    gone: Sequence[Shift],
) -> list[tuple[RosterChange, Shift]]:
    """The shifts that come, each checked anew against what stands."""
    people, posts = known
    beside = Shift.objects.filter(person__in=people, cancelled=False, until_at__gt=work.now)
    others = list(beside.exclude(pk__in=[shift.pk for shift in gone]))
    new = []
    for row in rows:
        if row.goes_id is not None:
            continue
        if row.from_at <= work.now:
            raise Conflict(_LATE, place="comes")
        shift, post = as_shift(row, roster), posts[row.post_id]
        wanted = ShiftRow(post=post.code, person=row.person_id, from_at=row.from_at, until_at=row.until_at)
        problem = row_problem(wanted, people, post) or clash_problem(shift, others)
        if problem is not None:
            name = people[row.person_id].name
            raise Conflict(Text(f"{name}：{problem.zh}", f"{name}: {problem.en}"), place="comes")
        shift.id = work.new_id()
        others.append(shift)
        new.append((row, shift))
    return new


@handles(UndoRoster, grant=ROSTER)
def undo_roster(work: Work, command: UndoRoster) -> Result:
    """Only shifts to come that still stand as that publication left them, published by a second person like any draft.

    Raises Invalid where nothing is left of it, or the roster has another draft.
    """
    known = RosterDraft.objects.filter(pk=command.of).select_related("roster__area").first()
    if known is None:
        raise not_found()
    roster = work.lock(Roster, known.roster_id)
    of = work.lock(RosterDraft, command.of)
    one = work.open(begun(work, roster, of.pk))
    work.authorise(ROSTER, may_edit(work.actor, ROSTER, known.roster.area.lft, roster.unit_id))
    life.writes(work, one)
    work.require(None if of.state == "published" else _NOT_PUBLISHED)
    another = RosterDraft.objects.filter(roster=roster, state__in=CURRENT).exists()
    work.require(_ANOTHER if another else None)
    back = _reversed(work, roster, kept(work, of))
    work.require(None if back else _ALL_PAST)
    work.insert(one)
    write(work, one, back)
    work.record(one, "agencies.roster_drafted", {"roster": roster.pk, "undoes": of.pk, "changes": len(back)})
    return {"draft": str(one.pk), "changes": len(back)}


def _reversed(work: Work, roster: Roster, rows: Sequence[RosterChange]) -> list[RosterChange]:
    """What came and has not begun goes; what went comes back, where its person is still free then."""
    brought = Shift.objects.in_bulk([row.becomes_id for row in rows if row.becomes_id])
    back = [
        goes(work, brought[row.becomes_id])
        for row in rows
        if row.becomes_id and not begun_problem(brought[row.becomes_id], work.now)
    ]
    away = {change.goes_id for change in back if change.goes_id}
    for row in rows:
        if row.goes_id and row.from_at > work.now:
            shift = as_shift(row, roster)
            beside = Shift.objects.filter(person=row.person_id, cancelled=False, until_at__gt=work.now)
            if clash_problem(shift, list(beside.exclude(pk__in=away))) is None:
                back.append(comes(work, shift))
    return back
