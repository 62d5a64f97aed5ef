"""Handing over: the sheet of a shift, its receipt, and the acceptance without which a hand-over is not complete."""

import datetime
import uuid
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from jingwei.kernel.agencies.commands.known import POST, ended_problem, post_of
from jingwei.kernel.agencies.models import Post, Unit
from jingwei.kernel.commands.actor import Actor, Decision
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.models import OPEN, HandOver, Matter, Task
from jingwei.kernel.values.errors import Invalid, not_found
from jingwei.kernel.values.words import Text

READ = "matter.read"
LONGEST_NOTE = 4000
MOST = 5000
"""Matters listed on one sheet."""


@dataclass(frozen=True, kw_only=True)
class HandOverShift(Command):
    """交班: the holder of a post hands over what is under way, with a note, to whoever takes over in `to`.

    `whose`: the matters that the post holds, or all of its unit. `since` is when the shift began, `until` when the
    next one ends.
    """

    post: str
    to: str
    whose: str  # post | unit
    since: datetime.datetime
    until: datetime.datetime
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AcceptHandOver(Command):
    """接班、接收: the receiving post has taken over."""

    hand_over: uuid.UUID


def matters_of(post: Post, whose: str) -> "QuerySet[Matter]":
    """The open matters on a sheet: what the post holds, or what its unit handles within the post's area."""
    if whose == "unit":
        return Matter.objects.filter(OPEN, unit=post.unit_id, area_lft__gte=post.area.lft, area_lft__lte=post.area.rgt)
    return Matter.objects.filter(OPEN, holder=post.pk)


def is_urged() -> Q:
    """Matters with an urging or supervision that nobody has answered."""
    return Q(urging__isnull=False, urging__answered_at=None)


def counts_of(
    matters: "QuerySet[Matter]", now: datetime.datetime, since: datetime.datetime, until: datetime.datetime
) -> dict[str, int]:
    """How many are open, overdue, due in the next shift, urged, new. Five statements."""
    parts = {
        "open": Q(),
        "overdue": Q(due_at__lt=now),
        "due_next": Q(due_at__gte=now, due_at__lt=until),
        "urged": is_urged(),
        "new": Q(opened_at__gte=since),
    }
    return {key: matters.filter(condition).values("pk").distinct().count() for key, condition in parts.items()}


def open_of_posts(seen: Q) -> dict[uuid.UUID, int]:
    """How many of the open matters seen each post holds. One statement."""
    found = Matter.objects.filter(OPEN, seen, holder__isnull=False).values_list("holder_id")
    return dict(found.annotate(number=Count("pk")).order_by())


def open_without_post(seen: Q) -> dict[uuid.UUID | None, int]:
    """How many of the open matters seen no post of their unit holds. One statement."""
    found = Matter.objects.filter(OPEN, seen, holder=None).values_list("unit_id")
    return dict(found.annotate(number=Count("pk")).order_by())


def open_by_category(post: Post, seen: Q) -> list[tuple[str, int]]:
    """How many of the open matters seen the post holds, by category. One statement."""
    found = Matter.objects.filter(OPEN, seen, holder=post).values_list("category")
    return list(found.annotate(number=Count("pk")).order_by("-number", "category"))


def open_tasks_of(post: Post, seen: Q) -> int:
    """How many tasks of the matters seen are asked of the post alone and wait for its answer. One statement."""
    waiting = Task.objects.filter(unit=post.unit_id, post=post, ended_at=None)
    return waiting.filter(matter__in=Matter.objects.filter(seen).values("pk")).count()


def open_tasks_by_post(unit: Unit, seen: Q) -> dict[uuid.UUID | None, int]:
    """How many tasks of the matters seen wait for the answer of each post of the unit; under None those asked of the
    unit as a whole. One statement."""
    waiting = Task.objects.filter(unit=unit, ended_at=None, matter__in=Matter.objects.filter(seen).values("pk"))
    return dict(waiting.values_list("post_id").annotate(number=Count("pk")).order_by())


def by_post(actor: Actor, post: uuid.UUID) -> Decision:
    """Whether somebody acts in the exercise of this very post."""
    for duty in actor.duties:
        if duty.post == post:
            return Decision(True, duty=duty)
    return Decision(False, Text("您不在这个岗位上。", "You do not hold this post."))


@handles(HandOverShift, grant=READ, everywhere=True)
def hand_over_shift(work: Work, command: HandOverShift) -> Result:
    """Matters stay with their post; what is handed over is the knowledge of them, and the record says to whom."""
    known, to = post_of(command.post), post_of(command.to)
    work.lock_many(Post, {known.pk, to.pk})
    matters = matters_of(known, command.whose)
    sheet = HandOver(
        id=work.new_id(),
        kind="shift",
        from_post=known,
        to_post=to,
        given_by=work.actor.reference,
        given_at=work.now,
        note=command.note,
        counts=counts_of(matters, work.now, command.since, command.until),
        matters=[str(key) for key in matters.order_by("due_at", "pk").values_list("pk", flat=True)[:MOST]],
    )
    work.open(sheet)
    work.authorise(READ, by_post(work.actor, known.pk))
    work.require(ended_problem(not to.active, POST), place="to")
    work.require(_note_problem(command.note), place="note")
    if command.whose not in ("post", "unit") or command.until <= command.since:
        raise Invalid(Text("交班的范围或时间不对。", "The scope or the times of this sheet are wrong."), place="until")
    work.insert(sheet)
    work.record(sheet, "matter.shift_handed_over", {"from": known.pk, "to": to.pk, "counts": sheet.counts})
    return {"hand_over": str(sheet.pk), "matters": sheet.counts["open"]}


def _note_problem(note: str) -> Text | None:
    if len(note) <= LONGEST_NOTE:
        return None
    return Text(f"留言不超过 {LONGEST_NOTE} 字。", f"The note has at most {LONGEST_NOTE} characters.")


@handles(AcceptHandOver, grant=READ)
def accept_hand_over(work: Work, command: AcceptHandOver) -> Result:
    """Of a shift by another person than who handed over; once."""
    sheet = HandOver.objects.filter(pk=command.hand_over).first()
    if sheet is None:
        raise not_found()
    sheet = work.lock(HandOver, command.hand_over)
    work.authorise(READ, by_post(work.actor, sheet.to_post_id))
    work.require(Text("已经接收过。", "It has been accepted already.") if sheet.accepted_at else None)
    same = sheet.kind == "shift" and sheet.given_by == work.actor.reference
    work.require(Text("接班须由另一个人办理。", "Somebody else must take over.") if same else None)
    sheet.accepted_by, sheet.accepted_at = work.actor.reference, work.now
    work.save(sheet, "accepted_by", "accepted_at")
    work.record(sheet, "matter.hand_over_accepted", {"matters": sheet.counts["open"]})
    return {"hand_over": str(sheet.pk), "matters": sheet.counts["open"]}
