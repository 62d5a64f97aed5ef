"""A day of an area again, hour by hour: what was open and late in each part of its map, what had come and gone.

What is counted is what the record tells of that moment: when a matter came, when it was closed, when it is due. A limit
that was extended since counts as it stands now, and a matter that was opened again counts as never closed.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, Q

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.measures.compute import Asked, Figure, compute_together
from jingwei.kernel.measures.flow import REPORTED
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.kit.maps.panel import shades
from jingwei.kit.page import face_of
from jingwei.surfaces.command_map.figures import Counted, parts_of, shared
from jingwei.surfaces.command_map.seat import Seat

FRESH = 60.0
"""Seconds for which a day that was counted stands."""

_HOUR = datetime.timedelta(hours=1)
_BAD_DAY = Text("请写成日期，如 2026-11-24。", "Write a day, like 2026-11-24.")
_AHEAD = Text("这一天还没有到，没有可以回放的。", "That day has not come yet: there is nothing to replay.")


@dataclass(frozen=True, slots=True)
class Day:
    """A day as it is replayed: `moments` from its midnight on, an hour apart, up to its end or to now; of each what
    there was in all, and in each part of the map by its code. `came` and `went` count from midnight."""

    on: datetime.date
    moments: tuple[datetime.datetime, ...]
    whole: tuple[Counted, ...]
    by_part: Mapping[str, tuple[Counted, ...]]

    def frames(self, shown: str) -> dict[str, list[list[int | str]]]:
        """What a map is told: by part its hours at which anything changed, each `[hour, shade, open, overdue, came]`.
        One shade means one number of what is `shown` through the whole day."""
        of = {
            f"{code} {hour}": getattr(one, shown) for code, all_ in self.by_part.items() for hour, one in _moves(all_)
        }
        shade, _ = shades(of)
        return {
            code: [[hour, shade[f"{code} {hour}"], one.open, one.overdue, one.came] for hour, one in _moves(all_)]
            for code, all_ in self.by_part.items()
        }


def day_of(scope: Scope, seat: Seat, written: str) -> Day:
    """The day that is written, today where none is. Two statements, or none where somebody asked just now. Raises
    Invalid for what is no day, or has not come."""
    today = scope.now.astimezone(face_of(scope).zone).date()
    try:
        on = datetime.date.fromisoformat(written[:10]) if written else today
    except ValueError as error:
        raise Invalid(_BAD_DAY, place="day") from error
    if on > today:
        raise Invalid(_AHEAD, place="day")
    return shared(scope, ("day", seat.area.code, seat.level, seat.type, on), FRESH, lambda: _counted(scope, seat, on))


def _counted(scope: Scope, seat: Seat, on: datetime.date) -> Day:
    moments = _moments(scope, on)
    begun, ended = moments[0], moments[-1]
    lived = seat.within & Q(opened_at__lt=ended) & _still_open(begun)
    before = lived & Q(opened_at__lt=begun)
    first = [Asked(REPORTED), Asked(REPORTED, Q(due_at__lt=begun))]
    moved = lived & (_within("opened_at", begun, ended) | _within("closed_at", begun, ended) | _late(begun, ended))
    asked = [one for since, until in zip(moments, moments[1:], strict=False) for one in _hour(since, until)]
    standing = compute_together(scope, first, group_by=("area",), among=before)
    changes = compute_together(scope, asked, group_by=("area",), among=moved) if asked else []
    by_area = _summed(standing, changes, len(moments))
    parts: dict[str, list[Counted]] = {}
    for code, part in parts_of(scope, seat, by_area).items():
        so_far = parts.get(part, [Counted()] * len(moments))
        parts[part] = [one + other for one, other in zip(so_far, by_area[code], strict=True)]
    whole = [sum((all_[hour] for all_ in by_area.values()), Counted()) for hour in range(len(moments))]
    return Day(on, moments, tuple(whole), {code: tuple(all_) for code, all_ in parts.items()})


def _moments(scope: Scope, on: datetime.date) -> tuple[datetime.datetime, ...]:
    """The whole hours of a day that are over, both ends included. Where clocks change a day has 23 of them, or 25."""
    zone = face_of(scope).zone
    begun, ended = (
        datetime.datetime.combine(day, datetime.time(), zone).astimezone(datetime.UTC)
        for day in (on, on + datetime.timedelta(days=1))
    )
    hours = int((min(ended, scope.now) - begun) / _HOUR)
    return tuple(begun + hour * _HOUR for hour in range(max(0, hours) + 1))


def _within(name: str, since: datetime.datetime, until: datetime.datetime) -> Q:
    return Q(**{f"{name}__gte": since, f"{name}__lt": until})


def _still_open(at: datetime.datetime) -> Q:
    return Q(closed_at=None) | Q(closed_at__gte=at)


def _late(since: datetime.datetime, until: datetime.datetime) -> Q:
    """What was not closed and fell due within a time; what came too late already falls due as it comes."""
    due = _within("due_at", since, until) & Q(due_at__gte=F("opened_at"))
    came_late = _within("opened_at", since, until) & Q(due_at__lt=F("opened_at"))
    return (due | came_late) & (Q(closed_at=None) | Q(closed_at__gt=F("due_at")))


def _hour(since: datetime.datetime, until: datetime.datetime) -> tuple[Asked, ...]:
    """Of an hour: what came, what went, what became late, and what of it went late."""
    went = _within("closed_at", since, until)
    return (
        Asked(REPORTED, _within("opened_at", since, until)),
        Asked(REPORTED, went),
        Asked(REPORTED, _late(since, until)),
        Asked(REPORTED, went & Q(due_at__lt=F("closed_at"))),
    )


def _summed(
    standing: Sequence[Sequence[Figure]], changes: Sequence[Sequence[Figure]], hours: int
) -> dict[str | None, list[Counted]]:
    """By area what there was at each moment: what stood at the first, and what came and went since."""
    found: dict[str | None, list[Counted]] = {}
    for figures in zip(*standing, strict=True):
        opened, late = (one.numerator for one in figures)
        found[figures[0].group[0]] = [Counted(opened, late)] * hours
    for figures in zip(*changes, strict=True):
        row = found.setdefault(figures[0].group[0], [Counted()] * hours)
        numbers = [one.numerator for one in figures]
        for hour in range(1, hours):
            came, went, fell, cured = numbers[4 * hour - 4 : 4 * hour]
            last = row[hour - 1]
            row[hour] = Counted(
                last.open + came - went, last.overdue + fell - cured, last.came + came, last.went + went
            )
    return found


def _moves(all_: Sequence[Counted]) -> list[tuple[int, Counted]]:
    """The hours at which anything is not as it was an hour before; the first always."""
    return [(hour, one) for hour, one in enumerate(all_) if hour == 0 or one != all_[hour - 1]]
