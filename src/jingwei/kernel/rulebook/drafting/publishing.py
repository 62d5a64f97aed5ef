"""Publishing a draft of rules: whoever wrote it asks, a second person publishes or sends it back; and the way back.

A publication changes nothing for the days before it: the values in force end on its day, the new ones begin. What is
planned for a later day stays planned. Nothing is deleted; a published draft is taken back by a further publication.
"""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jingwei.kernel.commands.actor import by_grant
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.drafts import life
from jingwei.kernel.rulebook.drafting.rules import GRANT, day_problem
from jingwei.kernel.rulebook.drafting.standing import Standing, Subject, publish_alone, standing_on
from jingwei.kernel.rulebook.drafting.writing import NewValue, replaced, title_problem, write
from jingwei.kernel.rulebook.models import Draft, DraftChange, Value
from jingwei.kernel.values.errors import Conflict
from jingwei.kernel.values.words import Text

_NOT_PUBLISHED = Text("只有发布过的草案才能撤回。", "Only what was published can be taken back.")
_ALL_CHANGED = Text(
    "这次发布的值都已经又改过，没有可以撤回的。",
    "Every value of this publication has been changed again since: nothing of it is left to take back.",
)


@dataclass(frozen=True, kw_only=True)
class AskPublication(Command):
    """提交发布: the draft is as it should be; somebody else is to publish it."""

    draft_id: uuid.UUID
    expected_version: int


@dataclass(frozen=True, kw_only=True)
class ReturnDraft(Command):
    """收回或退回: the draft is written again; whoever did not write it says why."""

    draft_id: uuid.UUID
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class WithdrawDraft(Command):
    """撤销草案: nothing becomes of it."""

    draft_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class PublishDraft(Command):
    """发布: by a second person, as it was read."""

    draft_id: uuid.UUID
    expected_version: int


@dataclass(frozen=True, kw_only=True)
class UndoPublication(Command):
    """撤回发布: a new draft that puts back, from a day on, what a published one replaced; it is published like any."""

    draft_id: uuid.UUID
    of: uuid.UUID
    title: str
    from_on: datetime.date


@handles(AskPublication, grant=GRANT)
def ask(work: Work, command: AskPublication) -> Result:
    """What the draft replaces is what stands now: whoever publishes finds it so, or is told."""
    one = work.lock(Draft, command.draft_id, command.expected_version)
    rows = _kept(work, one)
    work.authorise(GRANT, by_grant(work.actor, GRANT))
    life.writes(work, one)
    life.holds_something(work, len(rows))
    work.require(day_problem(one.from_on, work.scope.today), place="from_on")
    standing = standing_on(one.from_on, [_subject(row) for row in rows])
    for row in rows:
        held = standing[_subject(row)].id
        if row.replaces_id != held:
            row.replaces_id = held
            work.save(row, "replaces_id")
    life.hand_in(work, one)
    work.record(one, "rulebook.draft_asked", {"values": len(rows), "from": one.from_on})
    return {"draft": str(one.pk)}


@handles(ReturnDraft, grant=GRANT)
def send_back(work: Work, command: ReturnDraft) -> Result:
    """Whoever wrote in it takes it back without a reason."""
    one = work.lock(Draft, command.draft_id)
    work.authorise(GRANT, by_grant(work.actor, GRANT))
    own = life.take_back(work, one, command.reason)
    work.record(one, "rulebook.draft_taken_back" if own else "rulebook.draft_returned", {"happened": work.now})
    return {"draft": str(one.pk)}


@handles(WithdrawDraft, grant=GRANT)
def withdraw(work: Work, command: WithdrawDraft) -> Result:
    """While it is being written. It stays readable."""
    one = work.lock(Draft, command.draft_id)
    work.authorise(GRANT, by_grant(work.actor, GRANT))
    life.writes(work, one)
    life.end(work, one, "withdrawn")
    work.record(one, "rulebook.draft_withdrawn", {"happened": work.now})
    return {"draft": str(one.pk)}


@handles(PublishDraft, grant=GRANT)
def publish(work: Work, command: PublishDraft) -> Result:
    """The values in force on the day end, the draft's begin, until what is planned for later.

    Raises Conflict where another publication has replaced a value since the draft was handed in.
    """
    publish_alone()
    one = work.lock(Draft, command.draft_id, command.expected_version)
    rows = _kept(work, one)
    standing = standing_on(one.from_on, [_subject(row) for row in rows])
    ended = {value.pk: value for value in work.lock_many(Value, [held.id for held in standing.values() if held.id])}
    values = {row.pk: _opened(work, one, row, standing[_subject(row)]) for row in rows if row.content is not None}
    work.authorise(GRANT, by_grant(work.actor, GRANT))
    life.decides(work, one, publishes=True)
    life.holds_something(work, len(rows))
    work.require(day_problem(one.from_on, work.scope.today), place="from_on")
    _same_as_asked(rows, standing)
    for value in ended.values():
        value.until_on = one.from_on
        work.save(value, "until_on")
        work.record(value, "rulebook.value_ended", {"until": one.from_on, "draft": one.pk})
    for row in rows:
        new = values.get(row.pk)
        if new is not None:
            work.insert(new)
            facts = {"parameter": new.parameter, "subject": new.subject, "from": new.from_on, "draft": one.pk}
            work.record(new, "rulebook.value_set", facts)
            row.becomes_id = new.pk
            work.save(row, "becomes_id")
    life.end(work, one, "published")
    work.record(one, "rulebook.draft_published", {"values": len(rows), "from": one.from_on, "written_by": one.hands})
    work.raise_edition("rulebook")
    return {"draft": str(one.pk), "values": len(rows)}


def _kept(work: Work, one: Draft) -> list[DraftChange]:
    """The draft's values, without those that were left out."""
    return [row for row in work.parts(DraftChange, one) if row.left_out_at is None]


def _subject(row: DraftChange) -> Subject:
    return row.parameter, row.subject


def _opened(work: Work, one: Draft, row: DraftChange, held: Standing) -> Value:
    return work.open(
        Value(
            id=work.new_id(),
            parameter=row.parameter,
            subject=row.subject,
            from_on=one.from_on,
            until_on=held.following,
            content=row.content,
            basis=row.basis,
        )
    )


def _same_as_asked(rows: Sequence[DraftChange], standing: Mapping[Subject, Standing]) -> None:
    moved = [row.subject for row in rows if row.replaces_id != standing[_subject(row)].id]
    if moved:
        named = "、".join(moved[:5])
        raise Conflict(
            Text(
                f"提交之后另有一次发布改动了 {named}；请退回草案，核对差别后重新提交。",
                f"Another publication has changed {named} since this was handed in: send the draft back, so that its "
                "difference is read again.",
            ),
            place="replaces",
        )


@handles(UndoPublication, grant=GRANT)
def undo(work: Work, command: UndoPublication) -> Result:
    """Only what still stands as that publication left it: what was changed again since is left alone.

    Raises Invalid where nothing is left of it.
    """
    of = work.lock(Draft, command.of)
    rows = _kept(work, of)
    one = work.open(
        Draft(
            id=command.draft_id,
            state="open",
            title=command.title.strip(),
            from_on=command.from_on,
            hands=[work.actor.reference],
            begun_at=work.now,
            undoes_id=of.pk,
        )
    )
    work.authorise(GRANT, by_grant(work.actor, GRANT))
    work.require(life.person_problem(work.actor))
    work.require(None if of.state == "published" else _NOT_PUBLISHED)
    work.require(title_problem(command.title), place="title")
    work.require(day_problem(command.from_on, work.scope.today), place="from_on")
    work.require(_before_problem(of, command.from_on), place="from_on")
    standing = standing_on(command.from_on, [_subject(row) for row in rows])
    stands = [row for row in rows if standing[_subject(row)].id == row.becomes_id]
    before = Value.objects.in_bulk([row.replaces_id for row in stands if row.replaces_id])
    values = [_put_back(row, before.get(row.replaces_id) if row.replaces_id else None) for row in stands]
    work.require(None if values else _ALL_CHANGED)
    replacing = replaced(work, one, values)
    work.insert(one)
    write(work, one, replacing, {})
    work.record(one, "rulebook.draft_begun", {"from": one.from_on, "undoes": of.pk, "values": len(values)})
    return {"draft": str(one.pk), "values": len(values), "changed_since": len(rows) - len(values)}


def _before_problem(of: Draft, day: datetime.date) -> Text | None:
    if day >= of.from_on:
        return None
    return Text(
        f"这次发布自 {of.from_on} 起生效；撤回须从这一天或以后起。",
        f"That publication is in force from {of.from_on} on; it is taken back from that day or a later one.",
    )


def _put_back(row: DraftChange, before: Value | None) -> NewValue:
    """What stood before; where nothing did, the value ends."""
    basis = before.basis if before else row.basis
    return NewValue(
        parameter=row.parameter, subject=row.subject, content=before.content if before else None, basis=basis
    )
