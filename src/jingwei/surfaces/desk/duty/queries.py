"""What the pages of duty show, read in a few statements."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Q

from jingwei.kernel.agencies.duty import in_force
from jingwei.kernel.agencies.gaps import uncovered, windows
from jingwei.kernel.agencies.models import Holding, Leave, Roster, Shift, Swap
from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text

DAY = datetime.timedelta(days=1)
_NOBODY = Text("（无人）", "(nobody)")


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """One shift as the pages show it."""

    id: uuid.UUID
    roster: str
    title: Text
    post: Text
    name: str
    from_at: datetime.datetime
    until_at: datetime.datetime
    mine: bool
    coming: bool


@dataclass(frozen=True, slots=True)
class SwapLine:
    """A request to swap that waits for an answer."""

    id: uuid.UUID
    asks_me: bool
    other: str
    shift: Shift
    back: Shift | None


@dataclass(frozen=True, slots=True)
class LeaveLine:
    """One leave of one's own, or one in which one stands in."""

    id: uuid.UUID
    name: str
    stand_in: Text
    from_at: datetime.datetime
    until_at: datetime.datetime
    mine: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a roster: the shifts that touch it and the stretches nobody covers."""

    on: datetime.date
    shifts: tuple[ShiftLine, ...]
    gaps: tuple[str, ...]


def found_roster(code: str) -> Roster:
    """The roster with this code. Raises Denied as not found."""
    roster = Roster.objects.filter(code=code.replace("\0", "")).select_related("area", "unit").first()
    if roster is None:
        raise not_found()
    return roster


def shift_line(scope: Scope, shift: Shift) -> ShiftLine:
    """One shift in words; `roster` and `person` must have been read with it."""
    return ShiftLine(
        shift.pk,
        shift.roster.code,
        Text(shift.roster.title_zh, shift.roster.title_en),
        agencies_of(scope).post_titles[shift.post_id],
        shift.person.name,
        shift.from_at,
        shift.until_at,
        shift.person_id == scope.actor.id,
        shift.from_at > scope.now,
    )


def days_of(scope: Scope, roster: Roster, first: datetime.date, number: int, zone: ZoneInfo) -> tuple[Day, ...]:
    """So many days of a roster; what nobody covers is named hour by hour. One statement."""
    low, high = midnight(first, zone), midnight(first + number * DAY, zone)
    shifts = list(
        Shift.objects.filter(roster=roster, cancelled=False, from_at__lt=high, until_at__gt=low)
        .select_related("roster", "person")
        .order_by("from_at", "post_id")
    )
    days = []
    for place in range(number):
        begins, ends = midnight(first + place * DAY, zone), midnight(first + (place + 1) * DAY, zone)
        here = [shift for shift in shifts if shift.from_at < ends and shift.until_at > begins]
        wanted = windows(roster.covers, zone, begins, ends) if roster.closed_at is None else []
        gaps = uncovered(wanted, [(shift.from_at, shift.until_at) for shift in here])
        lines = tuple(shift_line(scope, shift) for shift in here)
        days.append(
            Day(first + place * DAY, lines, tuple(hours_written(start, end, ends, zone) for start, end in gaps))
        )
    return tuple(days)


def midnight(day: datetime.date, zone: ZoneInfo) -> datetime.datetime:
    """When a day of the city begins, in UTC."""
    return datetime.datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(datetime.UTC)


def hours_written(start: datetime.datetime, end: datetime.datetime, ends: datetime.datetime, zone: ZoneInfo) -> str:
    """Hours of a day that ends at `ends`, as the city's clocks show them."""
    last = "24:00" if end == ends else f"{end.astimezone(zone):%H:%M}"
    return f"{start.astimezone(zone):%H:%M}–{last}"


def my_shifts(scope: Scope) -> tuple[ShiftLine, ...]:
    """The actor's shifts that are not over, at most 30. One statement."""
    coming = Shift.objects.filter(person=scope.actor.id, cancelled=False, until_at__gt=scope.now)
    return tuple(
        shift_line(scope, shift) for shift in coming.select_related("roster", "person").order_by("from_at")[:30]
    )


def my_swaps(scope: Scope) -> tuple[SwapLine, ...]:
    """Requests that wait for an answer, to me or of mine, and are not past. One statement."""
    me = scope.actor.id
    waiting = Swap.objects.filter(Q(asked=me) | Q(asked_by=me), state="asked", shift__from_at__gt=scope.now)
    found = waiting.select_related("shift", "back", "asked", "asked_by").order_by("asked_at")
    return tuple(
        SwapLine(
            swap.pk,
            swap.asked_id == me,
            swap.asked_by.name if swap.asked_id == me else swap.asked.name,
            swap.shift,
            swap.back,
        )
        for swap in found
    )


def my_leaves(scope: Scope) -> tuple[LeaveLine, ...]:
    """Leave of my own and leave in which I stand in, as far as it is not over. One statement."""
    me = scope.actor.id
    posts = [duty.post for duty in scope.actor.duties if duty.stands_in_for is None]
    mine = Q(person=me) | Q(stand_in=me) | Q(stand_in_post__in=posts)
    found = Leave.objects.filter(mine, until_at__gt=scope.now).select_related("person", "stand_in")
    titles = agencies_of(scope).post_titles
    return tuple(
        LeaveLine(
            leave.pk,
            leave.person.name,
            Text(leave.stand_in.name, leave.stand_in.name)
            if leave.stand_in
            else titles.get(leave.stand_in_post_id, _NOBODY),  # type: ignore[arg-type]  # one of the two is set
            leave.from_at,
            leave.until_at,
            leave.person_id == me,
        )
        for leave in found.order_by("from_at")
    )


def holdings_in(scope: Scope, units: Iterable[uuid.UUID]) -> list[Holding]:
    """Who holds which post of these units now, by post and name. One statement."""
    found = Holding.objects.filter(in_force(scope.now), post__unit__in=list(units), post__active=True)
    return list(found.select_related("post", "person").order_by("post__code", "person__name", "pk"))
