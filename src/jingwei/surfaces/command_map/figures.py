"""What the command map counts: declared measures alone, over the matters that the reader may read.

What moves is counted anew when somebody looks and it is older than `FRESH`; several who look at the same area share
what was counted. So a page that asks every three seconds shows nothing older than five.
"""

import datetime
import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Q

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import OPEN, Urging
from jingwei.kernel.matters.policies import READ
from jingwei.kernel.measures.compute import Asked, Figure, compute, compute_together
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.flow import CLOSED, REPORTED, STILL_OPEN, SUPERVISED, URGED
from jingwei.kernel.measures.registry import OPEN_OVERDUE
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.values.words import Text
from jingwei.kit.page import face_of
from jingwei.surfaces.command_map.seat import Seat

FRESH = 2.0
"""Seconds for which what was counted stands."""

_HELD = 256  # seats whose figures are held
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Counted:
    """What is open somewhere, and how much of it is late; what came and went today."""

    open: int = 0
    overdue: int = 0
    came: int = 0
    went: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            self.open + other.open, self.overdue + other.overdue, self.came + other.came, self.went + other.went
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """How an area stands now."""

    at: datetime.datetime
    whole: Counted
    by_unit: Mapping[str | None, Counted]
    by_state: Mapping[tuple[str, str], int]  # what is open, by type and state
    by_area: Mapping[str, Counted]  # by the code of the part of the map; what lies in none is left out
    urged: int
    supervised: int


@dataclass(frozen=True, slots=True)
class Way:
    """A figure that is counted, and of which matters: what the page counts and what its list shows is one condition."""

    title: Text
    measure: Measure
    among: Callable[[datetime.datetime], Q]  # by the midnight before


_UNANSWERED = {
    kind: Q(pk__in=Urging.objects.filter(kind=kind, answered_at=None).values("matter_id")) & OPEN
    for kind in ("urge", "supervise")
}
WAYS: Mapping[str, Way] = {
    "open": Way(Text("未结", "Open"), STILL_OPEN, lambda _: OPEN),
    "overdue": Way(Text("逾期", "Overdue"), OPEN_OVERDUE, lambda _: OPEN),
    "came": Way(Text("今日受理", "Came in today"), REPORTED, lambda midnight: Q(opened_at__gte=midnight)),
    "went": Way(Text("今日办结", "Closed today"), CLOSED, lambda midnight: Q(closed_at__gte=midnight)),
    "urged": Way(Text("催办未复", "Urged, no answer"), URGED, lambda _: _UNANSWERED["urge"]),
    "supervised": Way(Text("督办未复", "Supervised, no answer"), SUPERVISED, lambda _: _UNANSWERED["supervise"]),
    "week": Way(
        Text("七日内受理", "Came in within seven days"),
        REPORTED,
        lambda midnight: Q(opened_at__gte=midnight - datetime.timedelta(days=6)),
    ),
}
"""The figures of the page by their keys in addresses."""


def midnight_of(scope: Scope) -> datetime.datetime:
    """When the city's day began."""
    return scope.now.astimezone(face_of(scope).zone).replace(hour=0, minute=0, second=0, microsecond=0)


def standing_of(scope: Scope, seat: Seat) -> Standing:
    """How the area stands. Four statements, or none where somebody asked just now."""
    return shared(scope, ("standing", seat.area.code, seat.level, seat.type), FRESH, lambda: _standing(scope, seat))


def _standing(scope: Scope, seat: Seat) -> Standing:
    midnight = midnight_of(scope)
    lived = seat.within & (OPEN | Q(closed_at__gte=midnight))
    asked = [
        Asked(STILL_OPEN),
        Asked(OPEN_OVERDUE),
        Asked(REPORTED, WAYS["came"].among(midnight)),
        Asked(CLOSED, WAYS["went"].among(midnight)),
    ]
    counted = _grouped(compute_together(scope, asked, group_by=("unit", "type", "state"), among=lived))
    by_unit: dict[str | None, Counted] = {}
    by_state: dict[tuple[str, str], int] = {}
    for (unit, kind, state), one in counted.items():
        by_unit[unit] = by_unit.get(unit, Counted()) + one
        if one.open and kind and state:
            by_state[kind, state] = by_state.get((kind, state), 0) + one.open
    whole = sum(counted.values(), Counted())
    areas = _grouped(compute_together(scope, asked, group_by=("area",), among=lived))
    (urged,) = compute(scope, URGED, among=seat.within & _UNANSWERED["urge"])
    (supervised,) = compute(scope, SUPERVISED, among=seat.within & _UNANSWERED["supervise"])
    by_area = _by_part(scope, seat, {key[0]: one for key, one in areas.items()})
    return Standing(scope.now, whole, by_unit, by_state, by_area, urged.numerator, supervised.numerator)


def _grouped(found: Sequence[Sequence[Figure]]) -> dict[tuple[str | None, ...], Counted]:
    return {
        figures[0].group: Counted(*(one.numerator for one in figures))
        for figures in zip(*found, strict=True)
        if figures
    }


def _by_part(scope: Scope, seat: Seat, areas: Mapping[str | None, Counted]) -> dict[str, Counted]:
    """What lies in areas, by the part of the map that holds them."""
    places, parts = places_of(scope), {one.code for one in seat.parts}
    found: dict[str, Counted] = {}
    for code, one in areas.items():
        place = places.by_code.get(code) if code else None
        part = next((above for above in place.lineage if above in parts), None) if place else None
        if part is not None:
            found[part] = found.get(part, Counted()) + one
    return found


@dataclass(slots=True)
class _Held:
    until: float
    value: Any


@dataclass(slots=True)
class _Shelf:
    """What was counted, by who may read it and what was asked; each is counted by one request at a time."""

    held: dict[Hashable, _Held] = field(default_factory=dict)
    locks: dict[Hashable, threading.Lock] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_shelf = _Shelf()


def shared(scope: Scope, asked: Hashable, fresh: float, count: Callable[[], _T]) -> _T:
    """What `count` gives, for at most `fresh` seconds the same for all who read within the same reach."""
    reach = frozenset((one.area, one.whole_area, one.unit) for one in scope.actor.duties if READ in one.grants)
    key = (reach, scope.actor.kind, scope.actor.name if not reach else "", asked)
    with _shelf.lock:
        if len(_shelf.held) > _HELD:
            _shelf.held.clear()
            _shelf.locks.clear()
        own = _shelf.locks.setdefault(key, threading.Lock())
    with own:
        held = _shelf.held.get(key)
        if held is None or held.until < time.monotonic():
            held = _Held(time.monotonic() + fresh, count())
            _shelf.held[key] = held
    value: _T = held.value
    return value


def forget() -> None:
    """Forgets what was counted: for tests, whose cities share a process."""
    _shelf.held.clear()
