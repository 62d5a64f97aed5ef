"""What lies beside a report while it is taken in: open matters that may be the same, and what was answered before."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Left

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import OPEN, Matter, Step
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.types import FREE_WORDS, MatterType, type_of
from jingwei.kernel.places.snapshot import Place
from jingwei.kernel.reads.note import Seen, seen
from jingwei.kernel.values.words import Text
from jingwei.kit.moments import TimeLeft, time_left
from jingwei.surfaces.desk.queries import category_title, place_name

_MOST = 5
_ANSWERS = 5
_CLOSED = 20  # newest closed matters that are looked through for an answer
_EXCERPT = 90
_SINCE = datetime.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Alike:
    """An open matter at the same place."""

    number: str
    category: Text
    state: Text
    place: Text
    excerpt: str
    opened_at: datetime.datetime
    left: TimeLeft
    same_class: bool
    seen: Seen


@dataclass(frozen=True, slots=True)
class Answered:
    """What was said to whoever reported the same kind of thing here before."""

    number: str
    place: Text
    closed_at: datetime.datetime
    words: str


def alike(scope: Scope, matter_type: MatterType, category: str, place: Place | None) -> list[Alike]:
    """Open matters of the last ninety days at the place, those of the class first, at most five. One statement."""
    if place is None:
        return []
    text = next((one.key for one in matter_type.fields if one.searchable and one.kind == "text"), "title")
    near = Matter.objects.filter(
        in_scope(scope.actor),
        OPEN,
        type=matter_type.key,
        area_lft__range=(place.lft, place.rgt),
        opened_at__gt=scope.now - _SINCE,
    )
    told = near.annotate(said=Left(KeyTextTransform(text, "detail__fields"), _EXCERPT)).order_by("-opened_at")
    found = [_alike(scope, one, category) for one in told[:100]]
    return sorted(found, key=lambda one: not one.same_class)[:_MOST]


def _alike(scope: Scope, one: Any, category: str) -> Alike:
    return Alike(
        one.number,
        category_title(scope, one.category),
        type_of(one.type, one.type_version).state(one.state).title,
        place_name(scope, one.area_id),
        one.said or "",
        one.opened_at,
        time_left(one.due_at, one.closed_at, scope.now, one.opened_at),
        one.category == category,
        seen(one),
    )


def last_answers(scope: Scope, category: str, places: Sequence[Place]) -> list[Answered]:
    """The newest public answers to the class, in the first of these places that has any. At most four statements."""
    for place in places[:2] if category else ():
        closed = Matter.objects.filter(
            in_scope(scope.actor),
            category=category,
            area_lft__range=(place.lft, place.rgt),
            closed_at__isnull=False,
        ).order_by("-opened_at")
        matters = {one.pk: one for one in closed[:_CLOSED]}
        steps = Step.objects.filter(matter__in=matters).order_by("-at", "-id") if matters else ()
        told: dict[Any, Answered] = {}
        for step in steps:
            matter, words = matters[step.matter_id], _public(matters[step.matter_id], step)
            if words and matter.pk not in told and matter.closed_at is not None:
                told[matter.pk] = Answered(matter.number, place_name(scope, matter.area_id), matter.closed_at, words)
        if told:
            return sorted(told.values(), key=lambda one: one.closed_at, reverse=True)[:_ANSWERS]
    return []


def _public(matter: Matter, step: Step) -> str:
    """The free words of a step that its reporter may read."""
    action = type_of(matter.type, matter.type_version).action(step.action)
    free = [one.key for one in action.fields if one.public and one.kind in FREE_WORDS] if action else []
    return " ".join(str(step.content[key]) for key in free if key in step.content)
