"""Ending a post: its open matters and tasks go to other posts in the same act; nothing is left with what has ended."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from jingwei.kernel.agencies.commands.known import EDIT, POST, ended_problem, may_edit, post_of
from jingwei.kernel.agencies.commands.shifts import cut, rosters_with
from jingwei.kernel.agencies.models import Holding, Leave, Post, Terms, Unit
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.sql import explain_constraint
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.commands.tasks import assisting_of
from jingwei.kernel.matters.models import OPEN, HandOver, Matter, Task
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

explain_constraint(
    "matters_post_in_office",
    Text(
        "经手岗位刚刚撤销，事项已移交；请刷新后再办。",
        "The post that holds the matter has just ended and handed it over: open it again.",
    ),
)
explain_constraint(
    "matters_unit_in_office",
    Text("承办单位刚刚撤销；请另选单位。", "The unit has just ended; choose another."),
)
explain_constraint(
    "matters_task_in_office",
    Text(
        "接任务的单位或岗位刚刚撤销；请另选一个。",
        "The unit or post that the task is asked of has just ended; choose another.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class EndPost(Command):
    """撤岗: the post ends now. Its open matters, and the tasks asked of it, go to the post `to`, or by category where
    `by_category` names one.

    A category stands for all below it; the nearest named one counts.
    """

    post: str
    to: str = ""
    by_category: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Share:
    """What one post receives: matters that the ended one held, and tasks that were asked of it."""

    held: list[Matter] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)

    @property
    def matters(self) -> list[Matter]:
        """All of them, each once."""
        return list({one.pk: one for one in (*self.held, *(task.matter for task in self.tasks))}.values())


@handles(EndPost, grant=EDIT, everywhere=True)
def end_post(work: Work, command: EndPost) -> Result:
    """Whoever takes a matter or is asked a task in that moment waits for the lock on the post, and is refused (the
    tables' triggers).

    Answers how many matters and tasks were handed over, with how many receipts. Holdings end, shifts are cut.
    """
    known, targets = post_of(command.post), _targets(command)
    posts = {one.pk: one for one in work.lock_many(Post, {known.pk, *(target.pk for target in targets.values())})}
    post = posts[known.pk]
    matters, tasks = _lock_all(work, post)
    whose = Q(post=post.pk)
    rosters = rosters_with(work, whose, work.now)
    shares, unplaced = _placed(work, post, matters, tasks, targets)
    opened = _receipts(work, post, shares)
    work.authorise(EDIT, may_edit(work.actor, EDIT, known.area.lft, post.unit_id))
    work.require(ended_problem(not post.active, POST), place="post")
    work.require(_unplaced_problem(unplaced), place="to")
    for target, share in shares.items():
        work.require(_target_problem(post, posts[target], share), place="to")
    work.require(_stand_in_problem(work, post), place="post")
    for target, share in shares.items():
        _hand_over(work, post, posts[target], share, opened[target])
    shifts = cut(work, rosters, whose, work.now)
    counts = {key: sum(receipt.counts[key] for receipt in opened.values()) for key in ("open", "tasks")}
    _end(work, post, counts)
    done = {"matters": counts["open"], "tasks": counts["tasks"], "receipts": len(opened), "shifts": shifts}
    return {"post": str(post.pk), **done}


def _lock_all(work: Work, post: Post) -> tuple[list[Matter], list[Task]]:
    """The open matters that the post holds or has a task of, locked, and these tasks."""
    waiting = Task.objects.filter(unit=post.unit_id, post=post.pk, ended_at=None).order_by("pk")
    held = Matter.objects.filter(OPEN, holder=post.pk).values_list("pk", flat=True)
    found = {*held, *waiting.values_list("matter_id", flat=True)}
    matters = {one.pk: one for one in work.lock_many(Matter, found) if one.closed_at is None}
    tasks = list(waiting.filter(matter__in=matters))
    for task in tasks:
        task.matter = matters[task.matter_id]
    return list(matters.values()), tasks


def _targets(command: EndPost) -> dict[str, Post]:
    """The receiving posts by category; under "" the one for all others."""
    named = dict(command.by_category) | ({"": command.to} if command.to else {})
    return {category: post_of(code) for category, code in named.items()}


def _placed(
    work: Work, post: Post, matters: Sequence[Matter], tasks: Sequence[Task], targets: Mapping[str, Post]
) -> tuple[dict[uuid.UUID, _Share], int]:
    """The shares by receiving post, and how many matters have none. A task goes where its matter's category says."""
    rules, on = rules_of(work.scope), work.scope.today
    shares: dict[uuid.UUID, _Share] = {}
    unplaced: set[uuid.UUID] = set()

    def share_of(matter: Matter) -> _Share:
        line = [matter.category, *rules.lineage(matter.category, on), ""]
        target = next((targets[code] for code in line if code in targets), None)
        if target is None:
            unplaced.add(matter.pk)
        return shares.setdefault(target.pk, _Share()) if target else _Share()

    for matter in matters:
        if matter.holder_id == post.pk:
            share_of(matter).held.append(matter)
    for task in tasks:
        share_of(task.matter).tasks.append(task)
    return shares, len(unplaced)


def _receipts(work: Work, post: Post, shares: Mapping[uuid.UUID, _Share]) -> dict[uuid.UUID, HandOver]:
    receipts = {}
    for target, share in shares.items():
        receipts[target] = HandOver(
            id=work.new_id(),
            kind="post_ended",
            from_post_id=post.pk,
            to_post_id=target,
            given_by=work.actor.reference,
            given_at=work.now,
            counts={"open": len(share.held), "tasks": len(share.tasks)},
            matters=[str(one.pk) for one in share.matters],
        )
        work.open(receipts[target])
    return receipts


def _unplaced_problem(unplaced: int) -> Text | None:
    if not unplaced:
        return None
    return Text(
        f"还有 {unplaced:,} 件未结事项（或其中的任务）没有指定接收岗位；请指定后再撤岗。",
        f"{unplaced:,} open matter(s), or tasks of them, have no receiving post; name one before the post ends.",
    )


def _target_problem(post: Post, target: Post, share: _Share) -> Text | None:
    """Why the post cannot receive its share: matters by area, unit and grants, tasks by what their answer asks for."""
    if target.pk == post.pk or not target.active:
        return Text("接收岗位须是另一个在用的岗位。", "The receiving post must be another, living one.")
    bound = Unit.objects.get(pk=target.unit_id).kind == "department"
    out = sum(
        not _reaches(target, one) or (bound and _unit_after(post, target, one) != target.unit_id) for one in share.held
    )
    if out:
        return Text(
            f"接收岗位“{target.title_zh}”管不到其中 {out:,} 件（区域或单位不符）。",
            f"The post “{target.title_en}” does not reach {out:,} of these matters (area or unit).",
        )
    idle = sum(not _may_hold(target, one) for one in share.held)
    if idle:
        return Text(
            f"接收岗位“{target.title_zh}”没有经手其中 {idle:,} 件所需的权限。",
            f"The post “{target.title_en}” lacks the grant to take over {idle:,} of these matters.",
        )
    unable = sum(not _may_take(target, one) for one in share.tasks)
    if not unable:
        return None
    return Text(
        f"接收岗位“{target.title_zh}”不能办其中 {unable:,} 项任务（没有所需权限，或管不到要接办的事项）。",
        f"The post “{target.title_en}” may not answer {unable:,} of these tasks (it lacks the grant, or the area).",
    )


def _reaches(target: Post, matter: Matter) -> bool:
    return target.area.lft <= matter.area_lft <= target.area.rgt


def _may_hold(target: Post, matter: Matter) -> bool:
    """Nobody receives what no act of the type would make theirs: it would lie with a post that can do nothing."""
    acts = type_of(matter.type, matter.type_version).actions
    taking = {act.grant for act in acts if act.assigns == "holder"}
    return not taking or not taking.isdisjoint(target.grants)


def _may_take(target: Post, task: Task) -> bool:
    """A task is done from anywhere; who takes a matter over must reach it."""
    rule = type_of(task.matter.type, task.matter.type_version).task(task.role)
    able = rule is not None and rule.answers in target.grants
    return able and (task.role != "hand_over" or _reaches(target, task.matter))


def _unit_after(post: Post, target: Post, matter: Matter) -> uuid.UUID | None:
    """A matter of the old post's unit goes to the new post's; one that another unit handles stays with that unit."""
    return target.unit_id if matter.unit_id == post.unit_id else matter.unit_id


def _stand_in_problem(work: Work, post: Post) -> Text | None:
    leaves = Leave.objects.filter(stand_in_post=post, until_at__gt=work.now).count()
    if not leaves:
        return None
    return Text(
        f"有 {leaves} 人请假由这个岗位代行；请先改派。",
        f"This post stands in for {leaves} person(s) on leave; name other stand-ins first.",
    )


def _hand_over(work: Work, post: Post, target: Post, share: _Share, receipt: HandOver) -> None:
    work.insert(receipt)
    given = {"from": post.pk, "to": target.pk, "matters": len(share.held), "tasks": len(share.tasks)}
    work.record(receipt, "matter.hand_over_given", given)
    moved: dict[uuid.UUID, list[Task]] = {}
    for task in share.tasks:
        moved.setdefault(task.matter_id, []).append(task)
    for matter in share.matters:
        facts: dict[str, Any] = {"from_post": post.pk, "to_post": target.pk, "hand_over": receipt.pk}
        if matter.pk in moved:
            facts["tasks"] = _move_tasks(work, matter, {task.pk for task in moved[matter.pk]}, target)
        if matter.holder_id == post.pk:
            matter.unit_id, matter.holder_id = _unit_after(post, target, matter), target.pk
            work.save(matter, "holder_id", "unit_id")
            work.record(matter, "matter.handed_over", facts | {"unit": matter.unit_id})
        else:
            work.record(matter, "matter.tasks_handed_over", facts)


def _move_tasks(work: Work, matter: Matter, moved: set[uuid.UUID], target: Post) -> list[uuid.UUID]:
    """These tasks of the matter are the target's; whoever has no task of it left no longer reads it by one."""
    tasks = work.parts(Task, matter)
    for task in tasks:
        if task.pk in moved:
            task.post_id, task.unit_id = target.pk, target.unit_id
            work.save(task, "post_id", "unit_id")
    matter.assisting = assisting_of(tasks)
    work.save(matter, "assisting")
    return sorted(moved)


def _end(work: Work, post: Post, counts: Mapping[str, int]) -> None:
    dated: list[Holding | Terms] = [*work.parts(Holding, post), *work.parts(Terms, post)]
    for part in dated:
        if part.until_at is None or part.until_at > work.now:
            part.until_at = max(part.from_at, work.now)
            work.save(part, "until_at")
    post.active, post.ended_at = False, work.now
    work.save(post, "active", "ended_at")
    work.record(post, "agencies.post_ended", {"code": post.code, "matters": counts["open"], "tasks": counts["tasks"]})
    work.raise_edition("agencies")


# --- Units --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class EndUnit(Command):
    """撤销单位: refused while posts or units below it live, while it has open matters, or while rules route to it."""

    code: str


@handles(EndUnit, grant=EDIT, everywhere=True)
def end_unit(work: Work, command: EndUnit) -> Result:
    """Everything that still hangs on the unit is counted and named in the refusal."""
    found = Unit.objects.filter(code=command.code).select_related("area").first()
    if found is None:
        raise Invalid(Text(f"没有单位 {command.code}。", f"There is no unit {command.code}."), place="code")
    unit = work.lock(Unit, found.pk)
    work.authorise(EDIT, may_edit(work.actor, EDIT, found.area.lft, unit.pk))
    work.require(ended_problem(unit.ended_at is not None, Text("单位", "unit")), place="code")
    work.require(_hanging_problem(work, unit), place="code")
    unit.ended_at = work.now
    work.save(unit, "ended_at")
    work.record(unit, "agencies.unit_ended", {"code": unit.code})
    work.raise_edition("agencies")
    return {"unit": str(unit.pk)}


def _hanging_problem(work: Work, unit: Unit) -> Text | None:
    rules = rules_of(work.scope).all_of("routing", work.scope.today)
    routed = [name for name, dated in sorted(rules.items()) if dated.content.get("unit") == unit.code]
    counts = (
        (Post.objects.filter(unit=unit, active=True).count(), Text("个岗位未撤", "living post(s)")),
        (Unit.objects.filter(parent=unit, ended_at=None).count(), Text("个下级单位", "unit(s) below it")),
        (Matter.objects.filter(OPEN, unit=unit).count(), Text("件未结事项", "open matter(s)")),
        (Task.objects.filter(unit=unit, ended_at=None).count(), Text("项未完任务", "open task(s)")),
        (len(routed), Text(f"条派单规则（{'、'.join(routed)}）", f"routing rule(s) ({', '.join(routed)})")),
    )
    left = [(number, what) for number, what in counts if number]
    if not left:
        return None
    return Text(
        f"单位还有{'、'.join(f' {number:,} {what.zh}' for number, what in left)}；请先处理。",
        f"The unit still has {', '.join(f'{number:,} {what.en}' for number, what in left)}; deal with these first.",
    )
