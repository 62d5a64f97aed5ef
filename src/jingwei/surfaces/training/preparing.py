"""What an exercise prepares, and acts of it told as data, carried out by commands as anybody's."""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope, Simulated, reading, whole_milliseconds
from jingwei.kernel.matters.commands import Act, AskTask, MergeMatters, ReportMatter, Supervise, Urge
from jingwei.kernel.matters.models import Detail, Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.rules.routing import routed
from jingwei.kernel.matters.types import Action, Field, type_of
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.reads.note import note_reads, seen
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.ids import new_id
from jingwei.surfaces.training.declared import Exercise, Said
from jingwei.surfaces.training.making import make
from jingwei.surfaces.training.roles import actor_named, post_of, role_named

TYPE = "grid_event"
ROUTED = "routed"
"""In place of a unit's code: the one that the rules name for the matter."""

_FILLED = "练习：现场看过，情况属实。"
_TOWN = "town"
"""In place of a unit's code: the command room of the town that the exercises play in."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The matters of one beginning of an exercise, and its moment."""

    begun: datetime.datetime
    matter: uuid.UUID | None
    second: uuid.UUID | None
    made: Mapping[str, str]  # by the keys that pages, tasks and checks name it by
    version: int = 0  # of the matter when everything was prepared: what follows is of whoever practises


def prepare(exercise: Exercise) -> Prepared:
    """Fresh matters for whoever begins, brought by commands to where the exercise starts. Raises Refusal."""
    second = _report(exercise.second) if exercise.second else None
    matter = _report(exercise.matter) if exercise.matter else None
    found = Prepared(whole_milliseconds(None), matter, second, {})
    for said in exercise.acts:
        carry(said, found, actor_named(said["who"]))
    made = {key: str(one) for key, one in (("matter", matter), ("second", second)) if one}
    make(exercise.needs, made)
    version = 0
    if matter is not None:
        intake = actor_named("intake")
        with reading(intake):
            heads = Matter.objects.filter(in_scope(intake)).in_bulk([key for key in (matter, second) if key])
        version, made["number"] = heads[matter].version, heads[matter].number
        if second is not None:
            made["other"] = heads[second].number
    return Prepared(whole_milliseconds(None), matter, second, made, version)


def _cell(scope: Scope) -> str:
    """The first cell in the area of the grid worker of the exercises: every role of them sees it."""
    grid = role_named("grid_worker")
    post = post_of(grid) if grid else None
    places = places_of(scope)
    inside = [one for one in places.by_code.values() if post and post.area.lft <= one.lft <= post.area.rgt]
    return max(inside, key=lambda one: (len(one.lineage), one.code)).code if inside else ""


def _report(said: Said, actor: Actor | None = None) -> uuid.UUID:
    by, matter = actor or actor_named(said.get("by", "intake")), new_id()
    with reading(by) as scope:
        cell = _cell(scope)
    report = ReportMatter(
        matter_id=matter,
        type=TYPE,
        category=said["category"],
        fields={"title": said.get("title", "练习"), **said.get("fields", {})},
        channel="phone",
        area=cell,
    )
    execute(by, report, f"training:{matter}", now=_when(said))
    return matter


def _when(said: Said) -> Simulated | None:
    """The moment of what lies back; nobody is told of it."""
    if "days_ago" not in said:
        return None
    return Simulated(datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=said["days_ago"]), silent=True)


def carry(said: Said, prepared: Prepared, actor: Actor) -> None:
    """One act told as data. Raises Refusal."""
    if said["do"] == "report":
        _report(said, actor)
        return
    matter = prepared.second if said.get("of") == "second" else prepared.matter
    if matter is None:
        raise not_found()
    if said["do"] == "read":
        with reading(actor):
            head = Matter.objects.get(in_scope(actor), pk=matter)
        note_reads(actor, said["how"], [seen(head)])
        return
    execute(actor, _command(said, matter, prepared.second, actor), f"training:{new_id()}", now=_when(said))


def _command(said: Said, matter: uuid.UUID, second: uuid.UUID | None, actor: Actor) -> Any:
    matter_type = type_of(TYPE)
    if said["do"] in ("supervise", "urge"):
        return (Supervise if said["do"] == "supervise" else Urge)(matter_id=matter, text=said["text"])
    if said["do"] == "ask":
        rule = matter_type.task(said["task"])
        if rule is None:
            raise not_found()
        unit = uuid.UUID(_unit(said["unit"], matter, actor))
        return AskTask(matter_id=matter, role=rule.role, unit=unit, fields=said["fields"], grant=rule.grant)
    action = matter_type.action(said["do"])
    if action is None:
        raise not_found()
    common: dict[str, Any] = {"matter_id": matter, "action": action.key, "grant": action.grant}
    if action.kind == "merge":
        if second is None:
            raise not_found()
        return MergeMatters(**common, fields={}, other_id=second)
    reason = said.get("reason", _FILLED if action.reason else "")
    return Act(**common, reason=reason, fields=_fields(action, said.get("fields", {}), matter, actor))


def _fields(action: Action, given: Mapping[str, Any], matter: uuid.UUID, actor: Actor) -> dict[str, Any]:
    found = {}
    for field in action.fields:
        if field.key in given:
            found[field.key] = _value(field, given[field.key], matter, actor)
        elif field.required:
            found[field.key] = field.choices[0][0] if field.choices else _FILLED
    return found


def _value(field: Field, value: Any, matter: uuid.UUID, actor: Actor) -> Any:
    if field.kind == "unit":
        return _unit(value, matter, actor)
    if field.kind == "day":
        with reading(actor) as scope:
            return (scope.today + datetime.timedelta(days=int(value))).isoformat()
    return value


def _unit(code: str, matter: uuid.UUID, actor: Actor) -> str:
    with reading(actor) as scope:
        if code == _TOWN:
            town = role_named("town_duty")
            post = post_of(town) if town else None
            return str(post.unit_id if post else "")
        if code == ROUTED:
            code = routed_unit(scope, Matter.objects.get(in_scope(actor), pk=matter))
        return str(agencies_of(scope).unit_by_code[code].id)


def routed_unit(scope: Scope, matter: Matter) -> str:
    """The code of the unit that the rules name for a matter; "" where none does."""
    place = places_of(scope).by_id.get(matter.area_id) if matter.area_id else None
    condition = str(Detail.objects.get(pk=matter.pk).fields.get("condition", ""))
    found = routed(rules_of(scope), agencies_of(scope), (matter.category, place, condition), scope.today)
    return found.unit if found else ""
