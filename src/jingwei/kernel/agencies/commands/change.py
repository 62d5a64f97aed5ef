"""Changing what units and posts are from now on, and ending a holding."""

import datetime
import uuid
from dataclasses import dataclass

from django.db.models import Q

from jingwei.kernel.agencies.commands.enter import terms_of
from jingwei.kernel.agencies.commands.known import (
    EDIT,
    POST,
    UNIT,
    area_of,
    beside_problem,
    ended_problem,
    may_edit,
    post_of,
    unit_of,
)
from jingwei.kernel.agencies.commands.shifts import cut, rosters_with
from jingwei.kernel.agencies.models import Holding, Person, Post, Terms, Unit
from jingwei.kernel.agencies.offices import office_of, post_problem
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, kw_only=True)
class ChangeUnit(Command):
    """变更单位: its names and the area it serves."""

    code: str
    area: str
    name: tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class ChangePost(Command):
    """变更岗位: its titles, area and grants from now on; what it had before stays on record with its dates."""

    code: str
    area: str
    role: str
    title: tuple[str, str]
    grants: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StepDown(Command):
    """离岗: a person no longer holds a post from a moment on (now). The post's matters stay with the post."""

    holding: uuid.UUID
    until_at: datetime.datetime | None = None


@handles(ChangeUnit, grant=EDIT)
def change_unit(work: Work, command: ChangeUnit) -> Result:
    """The old area and the new one must both be within reach."""
    known, area = unit_of(command.code), area_of(command.area)
    unit = work.lock(Unit, known.pk)
    here = may_edit(work.actor, EDIT, known.area.lft, unit.pk)
    work.authorise(EDIT, may_edit(work.actor, EDIT, area.lft, unit.pk) if here.allowed else here)
    work.require(ended_problem(unit.ended_at is not None, UNIT), place="code")
    unit.area_id, (unit.name_zh, unit.name_en) = area.pk, command.name
    work.save(unit, "area_id", "name_zh", "name_en")
    work.record(unit, "agencies.unit_changed", {"code": unit.code, "area": area.code})
    work.raise_edition("agencies")
    return {"unit": str(unit.pk)}


@handles(ChangePost, grant=EDIT)
def change_post(work: Work, command: ChangePost) -> Result:
    """Area and grants that differ end the terms in force and begin new ones."""
    known, area = post_of(command.code), area_of(command.area)
    lasting = Q(until_at=None) | Q(until_at__gt=work.now)
    held = Holding.objects.filter(lasting, post=known).values_list("person_id", "from_at", "until_at")
    holders = list(held) if office_of(command.grants) else []
    work.lock_many(Person, {person for person, _, _ in holders})
    post = work.lock(Post, known.pk)
    terms = work.parts(Terms, post)
    here = may_edit(work.actor, EDIT, known.area.lft, post.unit_id)
    work.authorise(EDIT, may_edit(work.actor, EDIT, area.lft, post.unit_id) if here.allowed else here)
    work.require(ended_problem(not post.active, POST), place="code")
    work.require(post_problem(command.grants), place="grants")
    grants = sorted(command.grants)
    differ = post.area_id != area.pk or post.grants != grants
    post.area_id, post.grants, post.role = area.pk, grants, command.role
    post.title_zh, post.title_en = command.title
    for person, begins, ends in holders:
        work.require(beside_problem(post, person, (begins, ends)), place="grants")
    if differ:
        for old in terms:
            if old.until_at is None:
                old.until_at = work.now
                work.save(old, "until_at")
        work.insert(terms_of(work, post))
    work.save(post, "area_id", "grants", "role", "title_zh", "title_en")
    facts = {"code": post.code, "area": area.code, "role": post.role, "grants": post.grants}
    work.record(post, "agencies.post_changed", facts)
    work.raise_edition("agencies")
    return {"post": str(post.pk)}


@handles(StepDown, grant=EDIT)
def step_down(work: Work, command: StepDown) -> Result:
    """Answers whether anybody still holds the post, and how many shifts of this person in it were cut."""
    until = command.until_at or work.now
    known = Holding.objects.filter(pk=command.holding).select_related("post__area").first()
    whose = Q(person=known.person_id, post=known.post_id) if known else Q(pk__in=[])
    post = work.lock(Post, known.post_id if known else command.holding)
    rosters = rosters_with(work, whose, until)
    area = known.post.area.lft if known else 0
    work.authorise(EDIT, may_edit(work.actor, EDIT, area, post.unit_id))
    holdings = work.parts(Holding, post)
    holding = next(one for one in holdings if one.pk == command.holding)
    work.require(_over_problem(holding, until), place="until_at")
    holding.until_at = max(holding.from_at, until)
    work.save(holding, "until_at")
    work.record(post, "agencies.post_left", {"person": holding.person_id, "until": holding.until_at})
    shifts = cut(work, rosters, whose, holding.until_at)
    return {"post": str(post.pk), "vacant": not any(holds(one, until) for one in holdings), "shifts": shifts}


def _over_problem(holding: Holding, until: datetime.datetime) -> Text | None:
    if holding.until_at is None or until < holding.until_at:
        return None
    return Text("这次任岗届时已经结束。", "This holding has ended by then already.")


def holds(holding: Holding, at: datetime.datetime) -> bool:
    """Whether a holding is in force at that moment."""
    return holding.from_at <= at and (holding.until_at is None or holding.until_at > at)
