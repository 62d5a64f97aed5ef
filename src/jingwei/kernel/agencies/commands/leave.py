"""Leave: somebody is away for a time and names who stands in; both the leave and the stand-in end by themselves."""

import datetime
import uuid
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from jingwei.kernel.agencies.commands.known import (
    EDIT,
    OWN,
    PERSON,
    POST,
    ended_problem,
    may_edit_person,
    may_own,
    person_of,
    post_of,
)
from jingwei.kernel.agencies.models import Holding, Leave, Person, Post
from jingwei.kernel.commands.actor import Decision
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

LONGEST = datetime.timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class TakeLeave(Command):
    """请假: a person is away; `stand_in` (a person) or `stand_in_post` (whoever holds it) acts in all the posts held.

    `by_editor`: entered by whoever edits agencies, for somebody who cannot do it himself.
    """

    person: uuid.UUID
    from_at: datetime.datetime
    until_at: datetime.datetime
    stand_in: uuid.UUID | None = None
    stand_in_post: str = ""
    by_editor: bool = False


@dataclass(frozen=True, kw_only=True)
class EndLeave(Command):
    """销假: back early, or not going at all."""

    leave: uuid.UUID
    by_editor: bool = False


def _grant(command: TakeLeave | EndLeave) -> str:
    return EDIT if command.by_editor else OWN


def _decide(work: Work, person: uuid.UUID, by_editor: bool) -> Decision:
    return may_edit_person(work.actor, person, work.now) if by_editor else may_own(work.actor, person)


@handles(TakeLeave, grant=_grant)
def take_leave(work: Work, command: TakeLeave) -> Result:
    """Both persons are locked, so that two leaves cannot name each other at the same time."""
    stands_in = person_of(command.stand_in).pk if command.stand_in else None
    known = post_of(command.stand_in_post) if command.stand_in_post else None
    people = {one.pk: one for one in work.lock_many(Person, {command.person, *([stands_in] if stands_in else [])})}
    post = work.lock(Post, known.pk) if known else None
    person = people.get(command.person) or person_of(command.person)
    work.authorise(_grant(command), _decide(work, person.pk, command.by_editor))
    work.require(ended_problem(not person.active, PERSON), place="person")
    work.require(_time_problem(command, work.now), place="until_at")
    work.require(_overlap_problem(command), place="from_at")
    work.require(_standing_problem(command), place="from_at")
    if stands_in:
        work.require(_person_problem(command, people[stands_in]), place="stand_in")
    elif post:
        work.require(_post_problem(command, post), place="stand_in_post")
    else:
        raise Invalid(Text("请指定代行人或代行岗位。", "Name a person or a post to stand in."), place="stand_in")
    leave = Leave(
        id=work.new_id(),
        person=person,
        from_at=command.from_at,
        until_at=command.until_at,
        stand_in_id=stands_in,
        stand_in_post=post,
    )
    work.insert(leave)
    facts = {"leave": leave.pk, "from": leave.from_at, "until": leave.until_at}
    facts |= {"stand_in": stands_in} if stands_in else {"stand_in_post": leave.stand_in_post_id}
    work.record(person, "agencies.leave_taken", facts)
    return {"leave": str(leave.pk)}


def _time_problem(command: TakeLeave, now: datetime.datetime) -> Text | None:
    if command.until_at <= max(command.from_at, now):
        return Text("结束时间须晚于开始时间，也须在将来。", "The end must lie after the beginning, and in the future.")
    if command.until_at - command.from_at > LONGEST:
        return Text(
            "一次请假不超过一年；更久请办理离岗。", "One leave lasts a year at most; beyond it, end the holding."
        )
    return None


def _within(command: TakeLeave) -> "QuerySet[Leave]":
    return Leave.objects.filter(from_at__lt=command.until_at, until_at__gt=command.from_at)


def _overlap_problem(command: TakeLeave) -> Text | None:
    found = _within(command).filter(person=command.person).first()
    if found is None:
        return None
    when = f"{found.from_at:%Y-%m-%d %H:%M} – {found.until_at:%Y-%m-%d %H:%M} UTC"
    return Text(
        f"这段时间已有请假（{when}）；请先销假。", f"There is leave in that time already ({when}); end it first."
    )


def _standing_problem(command: TakeLeave) -> Text | None:
    """A chain is refused, not resolved: whoever stands in for another then must be replaced there first."""
    others = _within(command).filter(stand_in=command.person).count()
    if not others:
        return None
    return Text(
        f"这段时间您正代行另外 {others} 人的岗位；请先让他们改派代行人。",
        f"In that time you stand in for {others} other(s); they must name somebody else first.",
    )


def _person_problem(command: TakeLeave, other: Person) -> Text | None:
    if other.pk == command.person:
        return Text("代行人须是另一个人。", "Somebody else must stand in.")
    if not other.active:
        return ended_problem(True, PERSON)
    if _within(command).filter(person=other.pk).exists():
        return Text(
            "代行人这段时间自己也在请假；请另选一人。", "The stand-in is on leave in that time too; choose another."
        )
    return None


def _post_problem(command: TakeLeave, post: Post) -> Text | None:
    if not post.active:
        return ended_problem(True, POST)
    lasting = Q(until_at=None) | Q(until_at__gte=command.until_at)
    others = Holding.objects.filter(lasting, post=post, from_at__lte=command.from_at).exclude(person=command.person)
    away = _within(command).filter(person__in=others.values("person")).values("person")
    if others.exclude(person__in=away).exists():
        return None
    return Text(
        "这个岗位在这段时间没有别人一直在岗；请另选。",
        "Nobody else holds that post throughout that time; choose another.",
    )


@handles(EndLeave, grant=_grant)
def end_leave(work: Work, command: EndLeave) -> Result:
    """From now on, or never begun; the stand-in's duty ends with it."""
    known = Leave.objects.filter(pk=command.leave).first()
    person = work.lock(Person, known.person_id if known else command.leave)
    work.authorise(_grant(command), _decide(work, person.pk, command.by_editor))
    leave = next(one for one in work.parts(Leave, person) if one.pk == command.leave)
    over = leave.until_at <= work.now
    work.require(Text("这次请假已经结束。", "This leave is over already.") if over else None, place="leave")
    leave.until_at = max(leave.from_at, work.now)
    work.save(leave, "until_at")
    work.record(person, "agencies.leave_ended", {"leave": leave.pk, "until": leave.until_at})
    return {"leave": str(leave.pk)}
