"""The matters that wait for a unit, the nearest due first, each with what is proposed and why; in five statements."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Left

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import OPEN, Matter
from jingwei.kernel.matters.policies import in_reach, in_scope
from jingwei.kernel.matters.rules.routing import DISPATCHES
from jingwei.kernel.matters.types import MatterType, all_types, type_of
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.reads.note import Seen, seen
from jingwei.kernel.values.words import Text
from jingwei.kit.moments import TimeLeft, time_left
from jingwei.kit.pages import Cursor, due_page
from jingwei.surfaces.desk.dispatching.proposed import (
    Beside,
    Choice,
    beside_each,
    choice_for,
    dispatch_due,
    giving_act,
    tried_before,
)
from jingwei.surfaces.desk.queries import category_title, place_name

PAGE = 50
_EXCERPT = 140


@dataclass(frozen=True, slots=True)
class Waiting:
    """One matter that waits for a unit."""

    number: str
    version: int
    action: str
    category: Text
    excerpt: str
    place: Text
    opened_at: datetime.datetime
    left: TimeLeft  # until the whole matter falls due
    to_dispatch: TimeLeft | None  # until it must have a unit
    choice: Choice
    seen: Seen

    @property
    def certain(self) -> bool:
        """Whether a rule won without rival, nothing may be the same, and nothing else speaks against it."""
        return self.choice.first is not None and not self.choice.doubts


@dataclass(frozen=True, slots=True)
class WaitingList:
    """A page of them, and the cursor of the next ("" on the last)."""

    rows: tuple[Waiting, ...]
    following: str


def waiting_list(scope: Scope, after: Cursor | None = None, size: int = PAGE) -> WaitingList:
    """The matters in reach that wait to be dispatched, by due moment."""
    found, more = due_page(_asked(_matters(scope)), after, size)
    following = Cursor(found[-1].due_at, found[-1].pk).text if more else ""
    return WaitingList(_rows(scope, found), following)


def waiting_one(scope: Scope, number: str) -> Waiting | None:
    """One of them; None where it does not wait, or not within reach of the reader."""
    rows = _rows(scope, list(_asked(_matters(scope).filter(number=number))))
    return rows[0] if rows else None


def other_states() -> list[tuple[str, Text]]:
    """The states that wait for dispatchers but ask for more than a unit: they are worked off one by one."""
    return [
        (f"{of.key}.{state.key}", state.title)
        for of in all_types()
        for state in of.states
        if state.waits_for == DISPATCHES and giving_act(of, state.key) is None
    ]


def _matters(scope: Scope) -> QuerySet[Matter]:
    waiting = Q(pk__in=[])
    for of in all_types():
        states = [one.key for one in of.states if giving_act(of, one.key)]
        if states:
            waiting |= Q(type=of.key, state__in=states)
    return Matter.objects.filter(in_scope(scope.actor), in_reach(scope.actor, DISPATCHES), OPEN, waiting)


def _asked(matters: QuerySet[Matter]) -> QuerySet[Matter, Any]:
    fields = "detail__fields"
    return matters.annotate(
        title=KeyTextTransform("title", fields),
        text=Left(KeyTextTransform("text", fields), _EXCERPT),
        condition=KeyTextTransform("condition", fields),
        lon=F("detail__lon_e7"),
        lat=F("detail__lat_e7"),
    ).values_list(
        *("pk", "number", "version", "type", "type_version", "state", "category", "area_id", "area_lft", "unit_id"),
        *("opened_at", "due_at", "title", "text", "condition", "lon", "lat"),
        named=True,
    )


def _rows(scope: Scope, found: Sequence[Any]) -> tuple[Waiting, ...]:
    types = {one.pk: type_of(one.type, one.type_version) for one in found}
    acts = {one.pk: giving_act(types[one.pk], one.state) for one in found}
    kept = [one for one in found if acts[one.pk]]  # an earlier version of the type may ask for more
    if not kept:
        return ()
    stops = {clock for act in acts.values() if act for clock in act.stops}
    clocks = Clock.objects.filter(stream_id__in=list(acts), key__in=stops, status="running")
    due, beside = dispatch_due(clocks), beside_each(scope, kept)
    before = tried_before(agencies_of(scope), kept, types)
    return tuple(
        _row(scope, one, types[one.pk], act.key, (due.get(one.pk), beside.get(one.pk, Beside()), before.get(one.pk)))
        for one in kept
        if (act := acts[one.pk])
    )


_Known = tuple[datetime.datetime | None, Beside, Text | None]


def _row(scope: Scope, one: Any, matter_type: MatterType, action: str, known: _Known) -> Waiting:
    due, beside, before = known
    place = places_of(scope).by_id.get(one.area_id) if one.area_id else None
    choice = choice_for(
        scope, (one.category, place, one.condition or ""), one.unit_id if not before else None, beside.done
    )
    doubts = list(choice.doubts)
    if beside.same:
        doubts.append(Text(f"附近可能有同一件：{beside.same}", f"may be the same as {beside.same} near by"))
    if before:
        doubts.append(Text(f"曾派给{before.zh}，又回来了", f"was with {before.en} and came back"))
    shown = (("title", one.title), ("text", one.text))
    return Waiting(
        one.number,
        one.version,
        action,
        category_title(scope, one.category),
        " — ".join(part for key, part in shown if part and not matter_type.is_sealed(key)),
        place_name(scope, one.area_id),
        one.opened_at,
        time_left(one.due_at, None, scope.now, one.opened_at),
        time_left(due, None, scope.now) if due else None,
        Choice(choice.first, choice.second, tuple(doubts)),
        seen(one),
    )


def certain_and_not(rows: Sequence[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
    """Those that may go without a look, and the exceptions."""
    return [one for one in rows if one.certain], [one for one in rows if not one.certain]
