"""Place: a person says in which cell an open matter is; or many at once, as they follow a redrawn grid."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.commands.actor import NOBODY, Actor, Decision
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.matters.models import Detail, HandOver, Matter
from jingwei.kernel.matters.policies import may_act, may_read
from jingwei.kernel.matters.search import index_anew, titles_of
from jingwei.kernel.places.snapshot import Place, places_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.grants import missing
from jingwei.kernel.values.words import Text

GRANT = "matter.verify"
MOST = 500
"""Matters that one act puts into their new cells."""


@dataclass(frozen=True, kw_only=True)
class PlaceMatter(Command):
    """定格: the matter is in this cell or area, whatever was found before; also how it follows a redrawn grid."""

    matter_id: uuid.UUID
    area: str  # code
    expected_version: int


@dataclass(frozen=True, kw_only=True)
class FollowGrid(Command):
    """随网格移交: each of these open matters is in the area (code) beside it; one act for all, with its receipt."""

    cells: tuple[tuple[uuid.UUID, str], ...]


@handles(PlaceMatter, grant=GRANT)
def place_matter(work: Work, command: PlaceMatter) -> Result:
    """Only an open matter moves; a closed one keeps the cell it had."""
    matter = work.lock(Matter, command.matter_id, command.expected_version)
    (detail,) = work.parts(Detail, matter)
    work.authorise(GRANT, may_act(work.actor, matter, GRANT))
    places = places_of(work.scope)
    work.require(_CLOSED if matter.closed_at is not None else None)
    place = places.by_code.get(command.area)
    work.require(_area_problem(place, command.area, work), place="area")
    assert place is not None  # noqa: S101  # required just above
    _put(work, matter, detail, place, {})
    return {"matter": str(matter.pk), "area": place.code}


def _put(work: Work, matter: Matter, detail: Detail, place: Place, facts: Mapping[str, Any]) -> None:
    places = places_of(work.scope)
    before = places.by_id[matter.area_id].code if matter.area_id else ""
    matter.area_id, matter.area_lft = place.id, place.lft
    detail.located = "by_hand"
    on = work.scope.day_of(matter.opened_at)
    titles = titles_of(rules_of(work.scope), places, matter.category, place, on)
    found_by = index_anew(detail, matter, titles)
    work.save(matter, "area_id", "area_lft")
    work.save(detail, "located", *found_by)
    work.record(matter, "matter.placed", {"area": place.code, "before": before, "located": "by_hand", **facts})


@handles(FollowGrid, grant=GRANT)
def follow_grid(work: Work, command: FollowGrid) -> Result:
    """All of the list or none: one post must reach every matter and every new cell. Answers with the receipt's id."""
    wanted, places = dict(command.cells), places_of(work.scope)
    matters = work.lock_many(Matter, set(wanted))
    decision = _together(work.actor, matters, len(wanted))
    post = decision.duty.post if decision.duty else NOBODY
    receipt = HandOver(
        id=work.new_id(),
        kind="redraw",
        from_post_id=post,
        to_post_id=post,
        given_by=work.actor.reference,
        given_at=work.now,
        accepted_by=work.actor.reference,
        accepted_at=work.now,
        counts={"placed": len(matters)},
        matters=[str(one.pk) for one in matters],
    )
    work.open(receipt)
    work.authorise(GRANT, decision)
    work.require(_list_problem(wanted, matters), place="cells")
    for code in sorted(set(wanted.values())):
        work.require(_area_problem(places.by_code.get(code), code, work), place="cells")
    details = {one.pk: one for one in Detail.objects.filter(matter__in=matters)}
    work.insert(receipt)
    work.record(receipt, "matter.grid_followed", {"matters": len(matters)})
    for one in matters:
        _put(work, one, details[one.pk], places.by_code[wanted[one.pk]], {"hand_over": receipt.pk})
    return {"hand_over": str(receipt.pk), "matters": len(matters)}


def _together(actor: Actor, matters: Sequence[Matter], wanted: int) -> Decision:
    """A duty in whose exercise all of these may be placed; one out of scope, or not there, counts as not found."""
    if len(matters) < wanted:
        return Decision(False, found=False)
    for duty in actor.duties:
        if GRANT in duty.grants and all(duty.reaches(one.area_lft, one.unit_id) for one in matters):
            return Decision(True, duty=duty)
    if not all(may_read(actor, one) for one in matters):
        return Decision(False, found=False)
    return Decision(False, missing(GRANT))


def _list_problem(wanted: Mapping[uuid.UUID, str], matters: Sequence[Matter]) -> Text | None:
    if not 1 <= len(wanted) <= MOST:
        return Text(f"一次移交 1 到 {MOST} 件。", f"From 1 to {MOST} matters are handed over at once.")
    left = len(wanted) - sum(one.closed_at is None for one in matters)
    if not left:
        return None
    return Text(f"有 {left} 件已经办结；请刷新清单。", f"{left} of these matters have been closed; open the list anew.")


def _area_problem(place: Place | None, code: str, work: Work) -> Text | None:
    if place is None or not place.on(work.scope.today):
        return Text(f"没有在用的区域 {code}。", f"There is no area {code} in force.")
    if not any(GRANT in duty.grants and duty.area[0] <= place.lft <= duty.area[1] for duty in work.actor.duties):
        return Text("这个区域不在您的服务范围内。", "This area is outside the one you serve.")
    return None


_CLOSED = Text("已办结的事项保留原来的网格。", "A closed matter keeps the cell it had.")
