"""Who exercises a post at a moment, stand-ins included, and who is on duty for a place, now or at any past moment."""

import datetime
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from jingwei.kernel.agencies.models import Holding, Leave, Shift
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, slots=True)
class Exercise:
    """That a person acts in a post: as its holder, or in the place of a holder on leave."""

    post: uuid.UUID
    person: uuid.UUID
    stands_in_for: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One shift under way: of which roster, in which post, by whom (the stand-in, where the person is on leave)."""

    roster: uuid.UUID
    title: Text
    unit: uuid.UUID
    post: uuid.UUID
    person: uuid.UUID
    stands_in_for: uuid.UUID | None
    from_at: datetime.datetime
    until_at: datetime.datetime


def in_force(at: datetime.datetime, before: str = "") -> Q:
    """The condition that a dated row (or the one behind the relation `before`) holds at a moment."""
    ends = Q(**{f"{before}until_at": None}) | Q(**{f"{before}until_at__gt": at})
    return ends & Q(**{f"{before}from_at__lte": at})


def exercising(posts: Collection[uuid.UUID], at: datetime.datetime) -> list[Exercise]:
    """Who is to be told or may act for these posts at a moment: holders who are there, and stand-ins. Two statements,
    three where a post stands in."""
    held = list(
        Holding.objects.filter(in_force(at), post__in=posts, person__active=True)
        .order_by("post", "person")
        .values_list("post", "person")
    )
    instead = _stand_ins({person for _, person in held}, at)
    found: dict[Exercise, None] = {}
    for post, person in held:
        for other in instead.get(person, (person,)):
            found[Exercise(post, other, person if person in instead else None)] = None
    return list(found)


def _stand_ins(people: Collection[uuid.UUID], at: datetime.datetime) -> dict[uuid.UUID, tuple[uuid.UUID, ...]]:
    """For those of these people who are on leave: who stands in."""
    leaves = list(Leave.objects.filter(in_force(at), person__in=people))
    posts = {leave.stand_in_post_id for leave in leaves if leave.stand_in_post_id}
    holders: dict[uuid.UUID, list[uuid.UUID]] = {}
    if posts:
        held = Holding.objects.filter(in_force(at), post__in=posts, person__active=True).order_by("person")
        for post, person in held.values_list("post", "person"):
            holders.setdefault(post, []).append(person)
    return {
        leave.person_id: (leave.stand_in_id,)
        if leave.stand_in_id
        else tuple(one for one in holders.get(leave.stand_in_post_id, ()) if one != leave.person_id)  # type: ignore[arg-type]  # one of the two is set
        for leave in leaves
    }


def on_duty(scope: Scope, area_lft: int, moment: datetime.datetime | None = None) -> tuple[OnDuty, ...]:
    """Who is (or was) on duty for a place of the tree: of the smallest area around it that has anybody on duty.

    Empty where no roster covers the place at that moment: a gap, which the roster's page shows as an alarm.
    """
    at = moment or scope.now
    around = Shift.objects.filter(roster__area__lft__lte=area_lft, roster__area__rgt__gte=area_lft)
    shifts = list(_under_way(around, at).order_by("-roster__area__lft", "roster__code", "from_at"))
    found = _resolved(shifts, at)
    smallest = next(
        (shift.roster.area_id for shift in shifts if any(one.roster == shift.roster_id for one in found)), None
    )
    here = {shift.roster_id for shift in shifts if shift.roster.area_id == smallest}
    return tuple(one for one in found if one.roster in here)


def on_roster(rosters: Iterable[uuid.UUID], at: datetime.datetime) -> tuple[OnDuty, ...]:
    """Who is (or was) on duty on these rosters at a moment."""
    shifts = _under_way(Shift.objects.filter(roster__in=rosters), at).order_by("roster__code", "from_at")
    return tuple(_resolved(list(shifts), at))


def _under_way(shifts: "QuerySet[Shift]", at: datetime.datetime) -> "QuerySet[Shift]":
    found = shifts.filter(cancelled=False, from_at__lte=at, until_at__gt=at)
    return found.select_related("roster__area")


def _resolved(shifts: Collection[Shift], at: datetime.datetime) -> list[OnDuty]:
    instead = _stand_ins({shift.person_id for shift in shifts}, at)
    return [
        OnDuty(
            shift.roster_id,
            Text(shift.roster.title_zh, shift.roster.title_en),
            shift.roster.unit_id,
            shift.post_id,
            person,
            shift.person_id if shift.person_id in instead else None,
            shift.from_at,
            shift.until_at,
        )
        for shift in shifts
        for person in instead.get(shift.person_id, (shift.person_id,))
    ]
