"""Writing a draft of rules: begin it, change its values, leave one out, give it another name or day."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.commands.actor import by_grant
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.drafts.life import person_problem, sign, writes
from jingwei.kernel.rulebook.commands import MARKS, complaint
from jingwei.kernel.rulebook.documents import keep, new_documents
from jingwei.kernel.rulebook.drafting.rules import GRANT, LONGEST_TITLE, MOST, day_problem
from jingwei.kernel.rulebook.drafting.standing import Standing, Subject, standing_on
from jingwei.kernel.rulebook.models import Draft, DraftChange
from jingwei.kernel.rulebook.parameters import PARAMETERS
from jingwei.kernel.values.errors import Invalid, not_found
from jingwei.kernel.values.words import Text

_LONGEST_SUBJECT, _LONGEST_BASIS = 160, 400
_NO_TITLE = Text("请给草案写一个名称。", "Give the draft a name.")
_TITLE = Text(f"名称最多 {LONGEST_TITLE} 个字。", f"A name has {LONGEST_TITLE} characters at most.")
_NO_BASIS = Text("请写明依据（文号、会议、标准）。", "Name the basis: a document, a meeting, a standard.")
_BASIS = Text(f"依据最多 {_LONGEST_BASIS} 个字。", f"A basis has {_LONGEST_BASIS} characters at most.")
_SUBJECT = Text("缺少代码，或者太长。", "The code is missing or too long.")
_NOT_BY_DRAFT = Text(
    "这一项在建市时确定，不能用草案修改。", "This was decided when the city was founded; no draft changes it."
)
_SAME = Text("和现行的值完全一样，没有改动。", "It is the value that is in force: nothing would change.")
_NOTHING = Text("现在没有这个值，无从取消。", "There is no such value that could end.")
_EMPTY = Text("没有要改的值。", "No value is named.")
_TOO_MANY = Text(
    f"一份草案最多 {MOST:,} 项；请分成几份。", f"A draft holds {MOST:,} values at most: make several of it."
)


@dataclass(frozen=True, kw_only=True)
class NewValue:
    """What a parameter is to be for a subject; without content its value ends."""

    parameter: str
    subject: str
    content: Mapping[str, Any] | None
    basis: str


@dataclass(frozen=True, kw_only=True)
class BeginDraft(Command):
    """起草: a new draft with its first values."""

    draft_id: uuid.UUID
    title: str
    from_on: datetime.date
    values: tuple[NewValue, ...]
    documents: tuple[bytes, ...] = ()  # files that the values name and that are not kept yet


@dataclass(frozen=True, kw_only=True)
class ChangeDraft(Command):
    """改草案: these values in place of what the draft said of their subjects."""

    draft_id: uuid.UUID
    values: tuple[NewValue, ...]
    documents: tuple[bytes, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LeaveOut(Command):
    """去掉一项: the draft says nothing of this subject any more."""

    draft_id: uuid.UUID
    change: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class RenameDraft(Command):
    """改名称或生效日."""

    draft_id: uuid.UUID
    title: str
    from_on: datetime.date


def _checked(values: Sequence[NewValue]) -> None:
    """Raises Invalid for the first value that cannot be in any draft."""
    if not values:
        raise Invalid(_EMPTY)
    if len(values) > MOST:
        raise Invalid(_TOO_MANY)
    for one in values:
        known = PARAMETERS.get(one.parameter)
        if known is not None and (known.sealed or (one.parameter, one.subject) in MARKS):
            raise Invalid(_NOT_BY_DRAFT, place="subject")
        if not one.subject.strip("/ ") or len(one.subject) > _LONGEST_SUBJECT:
            raise Invalid(_SUBJECT, place="subject")
        if not one.basis.strip():
            raise Invalid(_NO_BASIS, place="basis")
        if len(one.basis) > _LONGEST_BASIS:
            raise Invalid(_BASIS, place="basis")
        problem = complaint(one.parameter, one.subject, one.content) if one.content is not None else None
        if problem is not None:
            raise Invalid(problem, place="content")


def title_problem(title: str) -> Text | None:
    """What is wrong with the name of a draft."""
    if not title.strip():
        return _NO_TITLE
    return _TITLE if len(title) > LONGEST_TITLE else None


def _today(work: Work) -> datetime.date:
    return work.scope.today


@handles(BeginDraft, grant=GRANT)
def begin(work: Work, command: BeginDraft) -> Result:
    """Raises Invalid for a day that is gone, a value that does not fit, or one that is in force already."""
    _checked(command.values)
    one = work.open(
        Draft(
            id=command.draft_id,
            state="open",
            title=command.title.strip(),
            from_on=command.from_on,
            hands=[work.actor.reference],
            begun_at=work.now,
        )
    )
    work.authorise(GRANT, by_grant(work.actor, GRANT))
    work.require(person_problem(work.actor))
    work.require(title_problem(command.title), place="title")
    work.require(day_problem(command.from_on, _today(work)), place="from_on")
    standing = replaced(work, one, command.values)
    documents = new_documents(work, [value.content for value in command.values], command.documents)
    work.insert(one)
    write(work, one, standing, {})
    keep(work, one, documents)
    work.record(one, "rulebook.draft_begun", {"from": one.from_on, "values": _named(command.values)})
    return {"draft": str(one.pk)}


@handles(ChangeDraft, grant=GRANT)
def change(work: Work, command: ChangeDraft) -> Result:
    """Raises as BeginDraft, and for a draft that is not being written."""
    _checked(command.values)
    one = work.lock(Draft, command.draft_id)
    rows = {(row.parameter, row.subject): row for row in work.parts(DraftChange, one)}
    work.authorise(GRANT, by_grant(work.actor, GRANT))
    writes(work, one)
    kept = {subject for subject, row in rows.items() if row.left_out_at is None}
    wanted = kept | {(value.parameter, value.subject) for value in command.values}
    work.require(_TOO_MANY if len(wanted) > MOST else None)
    standing = replaced(work, one, command.values)
    documents = new_documents(work, [value.content for value in command.values], command.documents)
    sign(work, one)
    write(work, one, standing, rows)
    keep(work, one, documents)
    work.record(one, "rulebook.draft_changed", {"values": _named(command.values)})
    return {"draft": str(one.pk)}


@handles(LeaveOut, grant=GRANT)
def leave_out(work: Work, command: LeaveOut) -> Result:
    """Raises Denied for a value that is not in the draft."""
    one = work.lock(Draft, command.draft_id)
    row = next((row for row in work.parts(DraftChange, one) if row.pk == command.change), None)
    if row is None or row.left_out_at is not None:
        raise not_found()
    work.authorise(GRANT, by_grant(work.actor, GRANT))
    writes(work, one)
    sign(work, one)
    row.left_out_at = work.now
    work.save(row, "left_out_at")
    work.record(one, "rulebook.draft_left_out", {"values": [[row.parameter, row.subject]]})
    return {"draft": str(one.pk)}


@handles(RenameDraft, grant=GRANT)
def rename(work: Work, command: RenameDraft) -> Result:
    """Raises Invalid for a day that is gone."""
    one = work.lock(Draft, command.draft_id)
    work.authorise(GRANT, by_grant(work.actor, GRANT))
    writes(work, one)
    work.require(title_problem(command.title), place="title")
    work.require(day_problem(command.from_on, _today(work)), place="from_on")
    sign(work, one)
    one.title, one.from_on = command.title.strip(), command.from_on
    work.save(one, "title", "from_on")
    work.record(one, "rulebook.draft_dated", {"from": one.from_on})
    return {"draft": str(one.pk)}


def replaced(work: Work, one: Draft, values: Sequence[NewValue]) -> list[tuple[NewValue, Standing]]:
    """Each value with what stands on the draft's day; of two for one subject the later. Raises Invalid for one that
    changes nothing."""
    named = {(value.parameter, value.subject): value for value in values}
    standing = standing_on(one.from_on, named)
    for subject, value in named.items():
        problem = _no_change(value, standing[subject])
        said = Text(f"{value.subject}：{problem.zh}", f"{value.subject}: {problem.en}") if problem else None
        work.require(said, place="content")
    return [(value, standing[subject]) for subject, value in named.items()]


def write(
    work: Work,
    one: Draft,
    values: Sequence[tuple[NewValue, Standing]],
    rows: Mapping[Subject, DraftChange],
) -> None:
    """Enters values into a draft, each over what it said before of the subject."""
    for value, held in values:
        before = rows.get((value.parameter, value.subject))
        row = before or DraftChange(id=work.new_id(), draft_id=one.pk, parameter=value.parameter, subject=value.subject)
        row.content = None if value.content is None else dict(value.content)
        row.basis, row.replaces_id, row.left_out_at = value.basis.strip(), held.id, None
        row.written_by, row.written_at = work.actor.reference, work.now
        if before is None:
            work.insert(row)
        else:
            work.save(row, "content", "basis", "replaces_id", "left_out_at", "written_by", "written_at")


def _no_change(value: NewValue, held: Standing) -> Text | None:
    if value.content is None:
        return None if held.holds else _NOTHING
    same = held.holds is not None and held.holds.content == dict(value.content)
    return _SAME if same and held.holds and held.holds.basis == value.basis.strip() else None


def _named(values: Sequence[NewValue]) -> list[list[str]]:
    return [[value.parameter, value.subject] for value in values]
