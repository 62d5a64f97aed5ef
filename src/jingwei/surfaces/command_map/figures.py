"""What the command map counts: declared measures alone, over the matters that the reader may read.

What moves is counted anew when somebody looks and it is older than `FRESH`; several who look at the same area share
what was counted. So a page that asks every three seconds shows nothing older than five.
"""

import datetime
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Q

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import OPEN, Urging
from jingwei.kernel.matters.policies import READ
from jingwei.kernel.measures.compute import Asked, Cut, Figure, compute, compute_groupings
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.measures.flow import CLOSED, REPORTED, STILL_OPEN, SUPERVISED, URGED
from jingwei.kernel.measures.registry import OPEN_OVERDUE, measures_of
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.values.words import Text
from jingwei.kit.page import face_of
from jingwei.surfaces.command_map.seat import Seat

FRESH = 2.0
"""Seconds for which what was counted stands."""

_QUICK = 0.7
"""Seconds that counting may take; what takes longer stands longer by as much, so that open pages never keep a machine
from its other work."""

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

    def __sub__(self, other: "Counted") -> "Counted":
        return Counted(
            self.open - other.open, self.overdue - other.overdue, self.came - other.came, self.went - other.went
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

    @property
    def nowhere(self) -> Counted:
        """What lies in no part of the map: what is known for a wider area alone, or lies in a cell that has ended."""
        return self.whole - sum(self.by_area.values(), Counted())


@dataclass(frozen=True, slots=True)
class Way:
    """A figure that is counted, and of which matters: what the page counts and what its list shows is one condition."""

    title: Text
    measure: Measure
    among: Callable[[Scope], Q]


_UNANSWERED = {
    kind: Q(pk__in=Urging.objects.filter(kind=kind, answered_at=None).values("matter_id")) & OPEN
    for kind in ("urge", "supervise")
}
DAYS = 7
"""A week, today included: what came in, and what fell due, within so many days."""

WAYS: Mapping[str, Way] = {
    "open": Way(Text("未结", "Open"), STILL_OPEN, lambda _: OPEN),
    "overdue": Way(Text("逾期", "Overdue"), OPEN_OVERDUE, lambda _: OPEN),
    "came": Way(Text("今日受理", "Came in today"), REPORTED, lambda scope: Q(opened_at__gte=midnight_of(scope))),
    "went": Way(Text("今日办结", "Closed today"), CLOSED, lambda scope: Q(closed_at__gte=midnight_of(scope))),
    "urged": Way(Text("催办未复", "Urged, no answer"), URGED, lambda _: _UNANSWERED["urge"]),
    "supervised": Way(Text("督办未复", "Supervised, no answer"), SUPERVISED, lambda _: _UNANSWERED["supervise"]),
    "week": Way(
        Text("七日内受理", "Came in within seven days"), REPORTED, lambda scope: Q(opened_at__gte=week_of(scope))
    ),
}
"""The figures of the page by their keys in addresses; shares go by the keys of their measures (`way_of`)."""


def way_of(key: str) -> Way | None:
    """The figure with this key: one of the page, or a declared share of what fell due within seven days."""
    if key in WAYS:
        return WAYS[key]
    share = next((one for one in measures_of(key.partition(".")[0]) if one.key == key and one.unit == "share"), None)
    return Way(share.title, share, fell_due) if share else None


def fell_due(scope: Scope) -> Q:
    """What fell due within seven days, up to now."""
    return Q(due_at__gte=week_of(scope), due_at__lt=scope.now)


def week_of(scope: Scope) -> datetime.datetime:
    """When the last seven days began, today included."""
    return midnight_of(scope) - datetime.timedelta(days=DAYS - 1)


def midnight_of(scope: Scope) -> datetime.datetime:
    """When the city's day began."""
    return scope.now.astimezone(face_of(scope).zone).replace(hour=0, minute=0, second=0, microsecond=0)


def standing_of(scope: Scope, seat: Seat) -> Standing:
    """How the area stands. Three statements, or none where somebody asked just now."""
    return shared(scope, ("standing", seat.area.code, seat.level, seat.type), FRESH, lambda: _standing(scope, seat))


def _standing(scope: Scope, seat: Seat) -> Standing:
    lived = seat.within & (OPEN | Q(closed_at__gte=midnight_of(scope)))
    asked = [
        Asked(STILL_OPEN),
        Asked(OPEN_OVERDUE),
        Asked(REPORTED, WAYS["came"].among(scope)),
        Asked(CLOSED, WAYS["went"].among(scope)),
    ]
    by = (("unit", "type", "state"), ("area",))
    counted, areas = map(_grouped, compute_groupings(scope, asked, by, Cut(among=lived)))
    by_unit: dict[str | None, Counted] = {}
    by_state: dict[tuple[str, str], int] = {}
    for (unit, kind, state), one in counted.items():
        by_unit[unit] = by_unit.get(unit, Counted()) + one
        if one.open and kind and state:
            by_state[kind, state] = by_state.get((kind, state), 0) + one.open
    whole = sum(counted.values(), Counted())
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
    found: dict[str, Counted] = {}
    for code, part in parts_of(scope, seat, areas).items():
        found[part] = found.get(part, Counted()) + areas[code]
    return found


def parts_of(scope: Scope, seat: Seat, areas: Iterable[str | None]) -> dict[str, str]:
    """The part of the map that holds each of these areas, by codes; what lies in none is left out."""
    places, parts = places_of(scope), {one.code for one in seat.parts}
    found: dict[str, str] = {}
    for code in areas:
        place = places.by_code.get(code) if code else None
        part = next((above for above in place.lineage if above in parts), None) if place else None
        if code and part:
            found[code] = part
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
            began = time.monotonic()
            counted = count()
            stands = fresh * max(1.0, (time.monotonic() - began) / _QUICK)
            held = _Held(time.monotonic() + stands, counted)
            _shelf.held[key] = held
    value: _T = held.value
    return value


def forget() -> None:
    """Forgets what was counted: for tests, whose cities share a process."""
    _shelf.held.clear()
