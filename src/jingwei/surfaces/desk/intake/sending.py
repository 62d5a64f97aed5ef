"""The page as commands: the report, and the act that closes it in the same sending where the type allows one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Result
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.matters.commands import Act
from jingwei.kernel.matters.fields import checked
from jingwei.kernel.matters.guards import Case, why_not
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import Action, MatterType
from jingwei.kernel.places.commands import RememberAlias
from jingwei.kernel.places.commands.naming import REMEMBER
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import Invalid, Refusal
from jingwei.kernel.values.grants import missing
from jingwei.kernel.values.words import Text
from jingwei.kit.intake import Taken, read_report
from jingwei.surfaces.desk.intake.proposals import Proposals
from jingwei.surfaces.desk.intake.told import Told

_CHANGED = Text(
    "内容改过，类别的提议跟着变了；请看一眼再登记。",
    "The text has changed, and so has the class proposed: look at it once more.",
)
_NOTHING = Text("请写下对方说的事。", "Please write down what you were told.")


@dataclass(frozen=True, slots=True)
class Sending:
    """What one press of a button sends."""

    taken: Taken
    act: Act | None
    alias: RememberAlias | None


def closing_acts(actor: Actor, matter_type: MatterType) -> list[Action]:
    """The acts that may be done together with the report, as far as some post of the actor's may do them."""
    offered = matter_type.offered(matter_type.initial)
    return [one for one in offered if one.at_intake and actor.holds(one.grant)]


def sending_of(scope: Scope, told: Told, proposed: Proposals, files: Sequence[FileGiven], closing: str) -> Sending:
    """Raises Invalid for whatever would be refused later, so that nothing is done by half."""
    if not told.words:
        raise Invalid(_NOTHING, place=next(one.key for one in told.what))
    chosen = told.chosen("category")
    if not chosen and told.post.get("category") and told.post["category"] != proposed.category:
        raise Invalid(_CHANGED, place="category")
    post = {**told.post, "category": chosen or told.post.get("category", "")}
    cell = told.chosen("cell")
    taken = read_report(told.type, told.fields, post, told.channel, files)
    taken = replace(taken, command=replace(taken.command, unit=told.unit))
    if cell:
        taken = replace(taken, command=replace(taken.command, area=cell, by_hand=True))
    act = _closing(scope, told, taken, closing) if closing else None
    return Sending(taken, act, _alias(scope.actor, told, proposed, cell))


def _closing(scope: Scope, told: Told, taken: Taken, key: str) -> Act:
    """The act, held against its guards before anything is written. Raises Invalid."""
    command = taken.command
    action = next((one for one in closing_acts(scope.actor, told.type) if one.key == key), None)
    if action is None:
        raise Invalid(missing("matter.accept"))
    fields = checked(told.type.fields, command.fields)
    matter = Matter(
        id=command.matter_id,
        type=told.type.key,
        type_version=told.type.version,
        state=told.type.initial,
        category=command.category,
        opened_at=scope.now,
    )
    case = Case(matter=matter, type=told.type, rules=rules_of(scope), at=scope.now, fields=fields)
    problem = why_not(action, case, scope.actor.reference, scope.actor.duties)
    if problem is not None:
        raise Invalid(problem, place="closing")
    given = values_of(action, told.post)
    checked(action.fields, given)
    return Act(matter_id=command.matter_id, action=key, fields=given, grant=action.grant)


def values_of(action: Action, post: Mapping[str, str]) -> dict[str, Any]:
    """What was filled in for an act on the page."""
    names = {one.key: post.get(named(action, one.key), "").strip() for one in action.fields}
    return {key: value for key, value in names.items() if value}


def named(action: Action, field: str) -> str:
    """The input of an act's field, apart from those of the report."""
    return f"{action.key}-{field}"


def _alias(actor: Actor, told: Told, proposed: Proposals, cell: str) -> RememberAlias | None:
    """What a corrected cell teaches, where the clerk says so and may."""
    lesson = told.post.get("lesson", "")
    if not cell or not actor.holds(REMEMBER) or not (lesson.isascii() and lesson.isdigit()):
        return None
    return RememberAlias(area=cell, name=proposed.lessons[int(lesson)]) if int(lesson) < len(proposed.lessons) else None


def send(actor: Actor, sending: Sending) -> tuple[Result, Refusal | None]:
    """The report, what it teaches, and the act, in this order; sent again, all give what they gave.

    Raises what `execute` raises for the report; once it is in, a later refusal is given back beside it.
    """
    taken = sending.taken
    result = execute(actor, taken.command, taken.key)
    try:
        if sending.alias is not None:
            execute(actor, sending.alias, f"{taken.key}:alias")
        if sending.act is not None:
            execute(actor, sending.act, f"{taken.key}:closing")
    except Refusal as refusal:
        return result, refusal
    return result, None
