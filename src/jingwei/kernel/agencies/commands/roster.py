"""Duty rosters: opening and changing one, entering shifts, cancelling one that has not begun."""

import datetime
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from jingwei.kernel.agencies.commands.known import (
    PERSON,
    POST,
    ROSTER,
    UNIT,
    area_of,
    ended_problem,
    may_edit,
    post_of,
    roster_of,
    unit_of,
)
from jingwei.kernel.agencies.commands.shifts import cut
from jingwei.kernel.agencies.gaps import covers_problem
from jingwei.kernel.agencies.models import Holding, Person, Post, Roster, Shift, Unit
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

LONGEST = datetime.timedelta(hours=72)
SHORT_NOTICE = datetime.timedelta(hours=24)
"""Shifts that begin within it, or have begun, may be changed by one person, at once: somebody falls ill tonight."""
MOST = 2000
"""Shifts entered at once."""


@dataclass(frozen=True, kw_only=True)
class OpenRoster(Command):
    """设值班表: a unit keeps somebody on duty for an area, at these hours of every day (city's zone)."""

    code: str
    unit: str
    area: str
    title: tuple[str, str]
    covers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class ChangeRoster(Command):
    """变更值班表: its titles and hours; `closed` ends it and cancels what has not begun."""

    code: str
    title: tuple[str, str]
    covers: tuple[tuple[str, str], ...]
    closed: bool = False


@dataclass(frozen=True, kw_only=True)
class ShiftRow:
    """One shift to be entered."""

    post: str  # code
    person: uuid.UUID
    from_at: datetime.datetime
    until_at: datetime.datetime


@dataclass(frozen=True, kw_only=True)
class EnterShifts(Command):
    """临时排班: shifts of one roster, all or none; what stands already, exactly so, is passed over.

    A person enters those of the next 24 hours; a city's founding any."""

    roster: str
    shifts: tuple[ShiftRow, ...]


@dataclass(frozen=True, kw_only=True)
class CancelShift(Command):
    """临时取消班次: a shift of the next 24 hours that has not begun will not take place; the roster shows the gap."""

    shift: uuid.UUID


def at_once(work: Work) -> bool:
    """Whether a shift changes by one person alone, at short notice; a city's founding enters shifts without haste."""
    return work.actor.kind == "person"


def time_problem(work: Work, from_at: datetime.datetime) -> Text | None:
    """Why a person does not change a shift at once: there is time for a draft that a second person publishes."""
    if not at_once(work) or from_at <= work.now + SHORT_NOTICE:
        return None
    return Text(
        "24 小时以后才开始的班次，请写进排班草案，由另一个人发布。",
        "A shift that begins more than 24 hours ahead is changed by a draft that somebody else publishes.",
    )


@handles(OpenRoster, grant=ROSTER)
def open_roster(work: Work, command: OpenRoster) -> Result:
    """A roster has its own code; several may serve one area."""
    area, unit = area_of(command.area), work.lock(Unit, unit_of(command.unit).pk)
    roster = Roster(
        id=work.new_id(),
        code=command.code,
        unit=unit,
        area=area,
        title_zh=command.title[0],
        title_en=command.title[1],
        covers=[list(one) for one in command.covers],
    )
    work.open(roster)
    work.authorise(ROSTER, may_edit(work.actor, ROSTER, area.lft, unit.pk))
    work.require(ended_problem(unit.ended_at is not None, UNIT), place="unit")
    work.require(covers_problem(command.covers), place="covers")
    work.insert(roster)
    work.record(roster, "agencies.roster_opened", {"code": roster.code, "covers": roster.covers})
    return {"roster": str(roster.pk)}


@handles(ChangeRoster, grant=ROSTER)
def change_roster(work: Work, command: ChangeRoster) -> Result:
    """Shifts under way and past ones stay as they are."""
    known = roster_of(command.code)
    roster = work.lock(Roster, known.pk)
    work.authorise(ROSTER, may_edit(work.actor, ROSTER, known.area.lft, roster.unit_id))
    work.require(ended_problem(roster.closed_at is not None, Text("值班表", "roster")), place="code")
    work.require(covers_problem(command.covers), place="covers")
    roster.title_zh, roster.title_en = command.title
    roster.covers = [list(one) for one in command.covers]
    roster.closed_at = work.now if command.closed else None
    work.save(roster, "title_zh", "title_en", "covers", "closed_at")
    facts = {"code": roster.code, "covers": roster.covers, "closed": command.closed}
    work.record(roster, "agencies.roster_changed", facts)
    cancelled = cut(work, [roster], Q(), work.now) if command.closed else 0
    return {"roster": str(roster.pk), "cancelled": cancelled}


@handles(EnterShifts, grant=ROSTER)
def enter_shifts(work: Work, command: EnterShifts) -> Result:
    """Persons, posts and the roster are locked, so that none ends while its shifts are entered."""
    known = roster_of(command.roster)
    posts = {code: post_of(code) for code in sorted({row.post for row in command.shifts})}
    people = {one.pk: one for one in work.lock_many(Person, {row.person for row in command.shifts})}
    held = {one.code: one for one in work.lock_many(Post, {post.pk for post in posts.values()})}
    roster = work.lock(Roster, known.pk)
    work.authorise(ROSTER, may_edit(work.actor, ROSTER, known.area.lft, roster.unit_id))
    work.require(ended_problem(roster.closed_at is not None, Text("值班表", "roster")), place="roster")
    work.require(number_problem(len(command.shifts)), place="shifts")
    for row in command.shifts:
        work.require(time_problem(work, row.from_at), place="from_at")
    fresh = _fresh(work, roster, command.shifts, held)
    known_shifts = _shifts_of(people, command.shifts)
    for number, (row, shift) in enumerate(fresh, 1):
        place = f"shifts.{number}"
        work.require(row_problem(row, people, held[row.post]), place=place)
        work.require(clash_problem(shift, known_shifts), place=place)
        known_shifts.append(shift)
    work.require(None if fresh else Text("这些班次都已排定。", "All these shifts stand already."), place="shifts")
    work.insert(*(shift for _, shift in fresh))
    told = [[shift.pk, shift.post_id, shift.person_id, shift.from_at, shift.until_at] for _, shift in fresh]
    work.record(roster, "agencies.shifts_entered", {"shifts": told, "short_notice": at_once(work)})
    return {"roster": str(roster.pk), "entered": len(fresh)}


def number_problem(number: int) -> Text | None:
    """Why so many shifts are not entered at once."""
    if 1 <= number <= MOST:
        return None
    return Text(f"一次可排 1 到 {MOST:,} 个班次。", f"From 1 to {MOST:,} shifts may be entered at once.")


def _fresh(
    work: Work, roster: Roster, rows: Sequence[ShiftRow], held: Mapping[str, Post]
) -> list[tuple[ShiftRow, Shift]]:
    """The rows that do not stand already, exactly so, with the shifts they would make."""
    standing = set(
        Shift.objects.filter(roster=roster, cancelled=False, person__in={row.person for row in rows}).values_list(
            "post", "person", "from_at", "until_at"
        )
    )
    return [
        (
            row,
            Shift(
                id=work.new_id(),
                roster=roster,
                post=held[row.post],
                person_id=row.person,
                from_at=row.from_at,
                until_at=row.until_at,
            ),
        )
        for row in rows
        if (held[row.post].pk, row.person, row.from_at, row.until_at) not in standing
    ]


def _shifts_of(people: Collection[uuid.UUID], rows: Sequence[ShiftRow]) -> list[Shift]:
    """What these people are on duty for already in the time of the rows."""
    low = min((row.from_at for row in rows), default=None)
    high = max((row.until_at for row in rows), default=None)
    if low is None or high is None:
        return []
    return list(Shift.objects.filter(person__in=people, cancelled=False, from_at__lt=high, until_at__gt=low))


def row_problem(row: ShiftRow, people: Mapping[uuid.UUID, Person], post: Post) -> Text | None:
    """Why a shift cannot be: its length, a person or post that ended, a post not held. Raises Invalid for nobody."""
    person = people.get(row.person)
    if person is None:
        raise Invalid(Text("没有这个人。", "There is no such person."), place="person")
    if row.until_at <= row.from_at or row.until_at - row.from_at > LONGEST:
        return Text("一个班次须有先后，且不超过 72 小时。", "A shift ends after it begins, and lasts 72 hours at most.")
    return (
        ended_problem(not person.active, PERSON)
        or ended_problem(not post.active, POST)
        or holder_problem(row.person, post.pk, row.from_at)
    )


def holder_problem(person: uuid.UUID, post: uuid.UUID, at: datetime.datetime) -> Text | None:
    """Why somebody cannot be on duty in a post: it is not held at that moment."""
    lasting = Q(until_at=None) | Q(until_at__gt=at)
    if Holding.objects.filter(lasting, person=person, post=post, from_at__lte=at).exists():
        return None
    return Text("此人届时不持有这个岗位。", "This person does not hold that post at that time.")


def clash_problem(shift: Shift, others: Sequence[Shift]) -> Text | None:
    """Why somebody cannot have a shift beside these."""
    if not any(
        one.person_id == shift.person_id and one.from_at < shift.until_at and one.until_at > shift.from_at
        for one in others
    ):
        return None
    return Text("此人在这段时间已有别的班次。", "This person has another shift in that time.")


@handles(CancelShift, grant=ROSTER)
def cancel_shift(work: Work, command: CancelShift) -> Result:
    """A shift that has begun is not taken back: it says who was on duty."""
    known = Shift.objects.filter(pk=command.shift).select_related("roster__area").first()
    roster = work.lock(Roster, known.roster_id if known else command.shift)
    area = known.roster.area.lft if known else 0
    work.authorise(ROSTER, may_edit(work.actor, ROSTER, area, roster.unit_id))
    shift = Shift.objects.get(pk=command.shift)
    work.require(begun_problem(shift, work.now), place="shift")
    work.require(time_problem(work, shift.from_at), place="shift")
    shift.cancelled = True
    work.save(shift, "cancelled")
    facts = {"shift": shift.pk, "person": shift.person_id, "short_notice": at_once(work)}
    work.record(roster, "agencies.shift_cancelled", facts)
    return {"shift": str(shift.pk)}


def begun_problem(shift: Shift, now: datetime.datetime) -> Text | None:
    """Why a shift can no longer be cancelled or swapped."""
    if shift.cancelled:
        return Text("这个班次已取消。", "This shift has been cancelled.")
    if shift.from_at <= now:
        return Text("这个班次已经开始。", "This shift has begun already.")
    return None
