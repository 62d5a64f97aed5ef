"""Which unit is proposed for a matter, which comes second, and what a dispatcher should look at first."""

import datetime
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

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
_NOBODY = Text("这个单位没有岗位，派去无人办理", "the unit has no post: nobody there would act")
_NO_PLACE = Text("地点未知", "the place is unknown")
_MOST_LOOKED_AT = 4000
_LATELY = 90  # days
HANDLES = "matter.handle"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that is proposed, and why: by a rule with its basis, or in words where no rule names it."""

    id: uuid.UUID
    name: Text
    rule: str
    basis: str
    why: Text | None = None


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


def choice_for(
    scope: Scope, asked: tuple[str, Place | None, str], given: uuid.UUID | None, done: Mapping[uuid.UUID, int]
) -> Choice:
    """What today's rules propose for a matter of (category, place, condition); `given` is the unit that it has, `done`
    how many of its kind each unit closed there. Second comes the unit of the next rule that asks for something, else
    the one that closed most, else the one whose posts serve the place most closely, else that of a rule for all."""
    rules, agencies, on = rules_of(scope), agencies_of(scope), scope.today
    category, place, condition = asked
    areas = place.lineage if place else ()
    applying = rules.applying(category, areas, condition, on, agencies.unit_by_code)
    doubts = [] if place else [_NO_PLACE]
    if not applying:
        found = routed(rules, agencies, asked, on)
        body = agencies.unit_by_code.get(found.unit) if found else None
        doubts.append(_BROKEN if body else _NO_RULE)
        nearest = Unit(body.id, body.name, "", "") if body else None
        return Choice(nearest, _without_rule(agencies, nearest, place, done), tuple(doubts))
    first = _unit(agencies, applying[0])
    if all(post.unit != first.id for post in agencies.posts.values()):
        doubts.append(_NOBODY)
    others = [one for one in applying[1:] if one.content["unit"] != applying[0].content["unit"]]
    doubts += _rivals(agencies, applying[0], others)
    had = agencies.unit_by_id.get(given) if given and given != first.id else None
    if had:
        doubts.append(Text(f"登记时定的是{had.name.zh}", f"it was {had.name.en} when it was reported"))
    asking = [one for one in others if any(one.content.get(key) for key in ("category", "area", "condition"))]
    second = _unit(agencies, asking[0]) if asking else _without_rule(agencies, first, place, done)
    return Choice(first, second or (_unit(agencies, others[0]) if others else None), tuple(doubts))


def _without_rule(
    agencies: Agencies, first: Unit | None, place: Place | None, done: Mapping[uuid.UUID, int]
) -> Unit | None:
    """The unit that closed most of the kind there lately, else the one whose handling posts have the smallest area
    around the place; never the one that comes first, none of the whole city."""
    living = {one.id: one for one in agencies.unit_by_code.values() if first is None or one.id != first.id}
    before = sorted((-count, living[key].code, key) for key, count in done.items() if key in living)
    if before:
        count, _, key = before[0]
        why = Text(f"近 {_LATELY} 天同类事项在这里办结 {-count} 件", f"closed {-count} here in {_LATELY} days")
        return Unit(key, living[key].name, "", "", why)
    if place is None:
        return None
    near = sorted(
        (post.area[1] - post.area[0], living[post.unit].code, post.unit)
        for post in agencies.posts.values()
        if HANDLES in post.grants and post.unit in living and post.area[0] <= place.lft <= post.area[1]
    )
    whole = max((post.area[1] - post.area[0] for post in agencies.posts.values()), default=0)
    if not near or near[0][0] == whole:
        return None
    _, _, key = near[0]
    return Unit(key, living[key].name, "", "", Text("它的岗位就管这个地方", "its posts serve this place"))


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


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside a matter: the number of an open one that may be the same, and how many of its class each unit
    closed lately in its cell."""

    same: str = ""
    done: Mapping[uuid.UUID, int] = field(default_factory=dict)


def beside_each(scope: Scope, rows: Sequence[Any]) -> dict[uuid.UUID, Beside]:
    """For each matter what lies beside it. The same may be: its class, 50 m, 48 h, as merging suggests; without points
    it is the cell that must agree. One statement for all."""
    if not rows:
        return {}
    opened = [one.opened_at for one in rows]
    still = OPEN & Q(opened_at__range=(min(opened) - NEAR_IN_TIME, max(opened) + NEAR_IN_TIME))
    closed = Q(closed_at__isnull=False, opened_at__gt=scope.now - datetime.timedelta(days=_LATELY))
    near = Matter.objects.filter(
        still | closed,
        in_scope(scope.actor),
        category__in={one.category for one in rows},
        area_lft__in={one.area_lft for one in rows},
    ).values_list(
        *("pk", "number", "category", "area_lft", "unit_id", "opened_at", "closed_at"),
        *("detail__lon_e7", "detail__lat_e7"),
        named=True,
    )
    by_place: dict[tuple[str, int], list[Any]] = {}
    for other in near.order_by("-opened_at")[:_MOST_LOOKED_AT]:
        by_place.setdefault((other.category, other.area_lft), []).append(other)
    return {
        one.pk: _beside(one, by_place.get((one.category, one.area_lft), ())) for one in rows if one.area_id is not None
    }


def _beside(one: Any, others: Sequence[Any]) -> Beside:
    alike = (other for other in others if other.pk != one.pk and not other.closed_at and _may_be_same(one, other))
    same = next(alike, None)
    return Beside(same.number if same else "", Counter(other.unit_id for other in others if other.closed_at))


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
