"""Ending a post: its open matters go to other posts in the same act; nothing is left with a post that has ended."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from jingwei.kernel.agencies.commands.known import EDIT, POST, ended_problem, may_edit, post_of
from jingwei.kernel.agencies.commands.shifts import cut, rosters_with
from jingwei.kernel.agencies.models import Holding, Leave, Post, Terms, Unit
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.sql import explain_constraint
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.models import OPEN, HandOver, Matter
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


@dataclass(frozen=True, kw_only=True)
class EndPost(Command):
    """撤岗: the post ends now. Its open matters go to the post `to`, or by category where `by_category` names one.

    A category stands for all below it; the nearest named one counts.
    """

    post: str
    to: str = ""
    by_category: tuple[tuple[str, str], ...] = ()


@handles(EndPost, grant=EDIT)
def end_post(work: Work, command: EndPost) -> Result:
    """Whoever takes a matter in that moment waits for the lock on the post, and is refused (the table's trigger).

    Answers how many matters were handed over, with how many receipts. Holdings end, shifts are cut.
    """
    known, targets = post_of(command.post), _targets(command)
    posts = {one.pk: one for one in work.lock_many(Post, {known.pk, *(target.pk for target in targets.values())})}
    post = posts[known.pk]
    found = Matter.objects.filter(OPEN, holder=post.pk).values_list("pk", flat=True)
    matters = [one for one in work.lock_many(Matter, set(found)) if one.closed_at is None and one.holder_id == post.pk]
    whose = Q(post=post.pk)
    rosters = rosters_with(work, whose, work.now)
    receivers, unplaced = _placed(work, matters, targets)
    opened = _receipts(work, post, receivers)
    work.authorise(EDIT, may_edit(work.actor, EDIT, known.area.lft, post.unit_id))
    work.require(ended_problem(not post.active, POST), place="post")
    work.require(_unplaced_problem(unplaced), place="to")
    for target, mine in receivers.items():
        work.require(_target_problem(post, posts[target], mine), place="to")
    work.require(_stand_in_problem(work, post), place="post")
    for target, mine in receivers.items():
        _hand_over(work, post, posts[target], mine, opened[target])
    shifts = cut(work, rosters, whose, work.now)
    _end(work, post, len(matters))
    return {"post": str(post.pk), "matters": len(matters), "receipts": len(opened), "shifts": shifts}


def _targets(command: EndPost) -> dict[str, Post]:
    """The receiving posts by category; under "" the one for all others."""
    named = dict(command.by_category) | ({"": command.to} if command.to else {})
    return {category: post_of(code) for category, code in named.items()}


def _placed(
    work: Work, matters: Sequence[Matter], targets: Mapping[str, Post]
) -> tuple[dict[uuid.UUID, list[Matter]], int]:
    """The matters by receiving post, and how many have none."""
    rules, on, unplaced = rules_of(work.scope), work.now.date(), 0
    receivers: dict[uuid.UUID, list[Matter]] = {}
    for matter in matters:
        line = [matter.category, *rules.lineage(matter.category, on), ""]
        target = next((targets[code] for code in line if code in targets), None)
        if target is None:
            unplaced += 1
        else:
            receivers.setdefault(target.pk, []).append(matter)
    return receivers, unplaced


def _receipts(work: Work, post: Post, receivers: Mapping[uuid.UUID, Sequence[Matter]]) -> dict[uuid.UUID, HandOver]:
    receipts = {}
    for target, mine in receivers.items():
        receipts[target] = HandOver(
            id=work.new_id(),
            kind="post_ended",
            from_post_id=post.pk,
            to_post_id=target,
            given_by=work.actor.reference,
            given_at=work.now,
            counts={"open": len(mine)},
            matters=[str(one.pk) for one in mine],
        )
        work.open(receipts[target])
    return receipts


def _unplaced_problem(unplaced: int) -> Text | None:
    if not unplaced:
        return None
    return Text(
        f"还有 {unplaced:,} 件未结事项没有指定接收岗位；请指定后再撤岗。",
        f"{unplaced:,} open matter(s) have no receiving post; name one before the post ends.",
    )


def _target_problem(post: Post, target: Post, matters: Sequence[Matter]) -> Text | None:
    if target.pk == post.pk or not target.active:
        return Text("接收岗位须是另一个在用的岗位。", "The receiving post must be another, living one.")
    area = target.area
    unit = Unit.objects.get(pk=target.unit_id)
    out = sum(
        not area.lft <= one.area_lft <= area.rgt
        or (unit.kind == "department" and _unit_after(post, target, one) != unit.pk)
        for one in matters
    )
    if not out:
        return None
    return Text(
        f"接收岗位“{target.title_zh}”管不到其中 {out:,} 件（区域或单位不符）。",
        f"The post “{target.title_en}” does not reach {out:,} of these matters (area or unit).",
    )


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


def _hand_over(work: Work, post: Post, target: Post, matters: Sequence[Matter], receipt: HandOver) -> None:
    work.insert(receipt)
    work.record(receipt, "matter.hand_over_given", {"from": post.pk, "to": target.pk, "matters": len(matters)})
    for matter in matters:
        matter.unit_id, matter.holder_id = _unit_after(post, target, matter), target.pk
        work.save(matter, "holder_id", "unit_id")
        facts = {"from_post": post.pk, "to_post": target.pk, "hand_over": receipt.pk, "unit": matter.unit_id}
        work.record(matter, "matter.handed_over", facts)


def _end(work: Work, post: Post, matters: int) -> None:
    dated: list[Holding | Terms] = [*work.parts(Holding, post), *work.parts(Terms, post)]
    for part in dated:
        if part.until_at is None or part.until_at > work.now:
            part.until_at = max(part.from_at, work.now)
            work.save(part, "until_at")
    post.active, post.ended_at = False, work.now
    work.save(post, "active", "ended_at")
    work.record(post, "agencies.post_ended", {"code": post.code, "matters": matters})
    work.raise_edition("agencies")


# --- Units --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class EndUnit(Command):
    """撤销单位: refused while posts or units below it live, while it has open matters, or while rules route to it."""

    code: str


@handles(EndUnit, grant=EDIT)
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
    rules = rules_of(work.scope).all_of("routing", work.now.date())
    routed = [name for name, dated in sorted(rules.items()) if dated.content.get("unit") == unit.code]
    counts = (
        (Post.objects.filter(unit=unit, active=True).count(), Text("个岗位未撤", "living post(s)")),
        (Unit.objects.filter(parent=unit, ended_at=None).count(), Text("个下级单位", "unit(s) below it")),
        (Matter.objects.filter(OPEN, unit=unit).count(), Text("件未结事项", "open matter(s)")),
        (len(routed), Text(f"条派单规则（{'、'.join(routed)}）", f"routing rule(s) ({', '.join(routed)})")),
    )
    left = [(number, what) for number, what in counts if number]
    if not left:
        return None
    return Text(
        f"单位还有{'、'.join(f' {number:,} {what.zh}' for number, what in left)}；请先处理。",
        f"The unit still has {', '.join(f'{number:,} {what.en}' for number, what in left)}; deal with these first.",
    )
