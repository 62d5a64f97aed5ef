"""Which unit is proposed for a matter, which comes second, and what a dispatcher should look at first."""

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.agencies.snapshot import Agencies, agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.alike import NEAR_IN_TIME, NEAR_METRES, metres_between
from jingwei.kernel.matters.models import OPEN, Matter, Step
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.rules.routing import DISPATCHES, routed
from jingwei.kernel.matters.types import Action, MatterType
from jingwei.kernel.places.snapshot import Place
from jingwei.kernel.rulebook.snapshot import Dated, rules_of
from jingwei.kernel.values.coordinates import Point
from jingwei.kernel.values.words import Text

_NO_RULE = Text("没有规则适用，请选一个单位", "no rule applies: choose a unit")
_BROKEN = Text("规则指的单位已撤销，暂定最近的派遣单位", "the rule's unit has ended: the nearest that dispatches")
_NO_PLACE = Text("地点未知", "the place is unknown")
_MOST_ALIKE = 2000


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that is proposed, and why."""

    id: uuid.UUID
    name: Text
    rule: str
    basis: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The unit proposed first, the one after it, and what makes the choice less than certain."""

    first: Unit | None
    second: Unit | None
    doubts: tuple[Text, ...]


def giving_act(matter_type: MatterType, state: str) -> Action | None:
    """The act that gives a matter to a unit from this state and asks for nothing else; None where there is none."""
    if matter_type.state(state).waits_for != DISPATCHES:
        return None
    return next((one for one in matter_type.offered(state) if _gives(one)), None)


def _gives(action: Action) -> bool:
    needed = [field.key for field in action.fields if field.required]
    plain = action.kind == "act" and not action.reason and not action.when
    files = any(rule.least for rule in action.files)
    return plain and action.assigns == "unit" and action.grant == DISPATCHES and needed == ["unit"] and not files


def choice_for(scope: Scope, asked: tuple[str, Place | None, str], given: uuid.UUID | None) -> Choice:
    """What today's rules propose for a matter of (category, place, condition); `given` is the unit that it has."""
    rules, agencies, on = rules_of(scope), agencies_of(scope), scope.now.date()
    category, place, condition = asked
    areas = place.lineage if place else ()
    applying = rules.applying(category, areas, condition, on, agencies.unit_by_code)
    doubts = [] if place else [_NO_PLACE]
    if not applying:
        found = routed(rules, agencies, asked, on)
        body = agencies.unit_by_code.get(found.unit) if found else None
        doubts.append(_BROKEN if body else _NO_RULE)
        return Choice(Unit(body.id, body.name, "", "") if body else None, None, tuple(doubts))
    first = _unit(agencies, applying[0])
    others = [one for one in applying[1:] if one.content["unit"] != applying[0].content["unit"]]
    doubts += _rivals(agencies, applying[0], others)
    had = agencies.unit_by_id.get(given) if given and given != first.id else None
    if had:
        doubts.append(Text(f"登记时定的是{had.name.zh}", f"it was {had.name.en} when it was reported"))
    return Choice(first, _unit(agencies, others[0]) if others else None, tuple(doubts))


def _unit(agencies: Agencies, dated: Dated) -> Unit:
    body = agencies.unit_by_code[dated.content["unit"]]
    return Unit(body.id, body.name, dated.subject, dated.basis)


def _rivals(agencies: Agencies, winner: Dated, others: Iterable[Dated]) -> list[Text]:
    """Rules of the same rank that name another unit: between them nothing decides but their names."""
    same = [one for one in others if one.content["priority"] == winner.content["priority"]]
    names = [agencies.unit_by_code[one.content["unit"]].name for one in same[:1]]
    return [Text(f"另一条同级规则指向{one.zh}", f"a rule of the same rank says {one.en}") for one in names]


def tried_before(
    agencies: Agencies, rows: Sequence[Any], types: Mapping[uuid.UUID, MatterType]
) -> dict[uuid.UUID, Text]:
    """Of those that were with a unit already and came back, with which one it was last. One statement."""
    giving = {one.key for of in types.values() for one in of.actions if one.assigns == "unit"}
    steps = Step.objects.filter(matter__in=[one.pk for one in rows], action__in=giving).order_by("seq")
    units = {step.matter_id: str(step.content.get("unit", "")) for step in steps}
    known = {str(key): body.name for key, body in agencies.unit_by_id.items()}
    return {key: known[unit] for key, unit in units.items() if unit in known}


def alike_ones(scope: Scope, rows: Sequence[Any]) -> dict[uuid.UUID, str]:
    """For each matter the number of an open one that may be the same: its class, 50 m, 48 h, as merging suggests.

    Without points it is the cell that must agree. One statement for all.
    """
    if not rows:
        return {}
    opened = [one.opened_at for one in rows]
    near = Matter.objects.filter(
        in_scope(scope.actor),
        OPEN,
        category__in={one.category for one in rows},
        area_lft__in={one.area_lft for one in rows},
        opened_at__range=(min(opened) - NEAR_IN_TIME, max(opened) + NEAR_IN_TIME),
    ).values_list("pk", "number", "category", "area_lft", "opened_at", "detail__lon_e7", "detail__lat_e7", named=True)
    by_place: dict[tuple[str, int], list[Any]] = {}
    for other in near[:_MOST_ALIKE]:
        by_place.setdefault((other.category, other.area_lft), []).append(other)
    found = {}
    for one in rows:
        others = by_place.get((one.category, one.area_lft), ())
        same = next((other for other in others if other.pk != one.pk and _may_be_same(one, other)), None)
        if same is not None and one.area_id is not None:
            found[one.pk] = same.number
    return found


def _may_be_same(one: Any, other: Any) -> bool:
    if abs(one.opened_at - other.opened_at) > NEAR_IN_TIME:
        return False
    here, there = _point(one.lon, one.lat), _point(other.detail__lon_e7, other.detail__lat_e7)
    return here is None or there is None or metres_between(here, there) <= NEAR_METRES


def _point(lon: int | None, lat: int | None) -> Point | None:
    return Point(lon, lat) if lon is not None and lat is not None else None


def unit_named(agencies: Agencies, words: str) -> list[uuid.UUID]:
    """The living units that somebody may mean: by code or whole name one, else all whose name holds the words."""
    asked = words.strip().casefold()
    names = {one.id: (one.code, one.name.zh, one.name.en) for one in agencies.unit_by_code.values()}
    exact = [key for key, known in names.items() if asked in (name.casefold() for name in known)]
    return exact[:1] or [key for key, known in names.items() if any(asked in name.casefold() for name in known)]


def dispatch_due(clocks: Iterable[Any]) -> dict[uuid.UUID, datetime.datetime]:
    """When the matters' clocks fall due, the earliest of each."""
    found: dict[uuid.UUID, datetime.datetime] = {}
    for one in clocks:
        if one.due_at is not None:
            found[one.stream_id] = min(one.due_at, found.get(one.stream_id, one.due_at))
    return found
