"""What somebody who follows a report by its code may do on it: say what they think, confirm, disagree."""

from collections.abc import Mapping
from dataclasses import dataclass

from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.commands.act import LONGEST_REASON
from jingwei.kernel.matters.guards import Case, why_not
from jingwei.kernel.matters.models import Detail, Matter, Step
from jingwei.kernel.matters.types import Action, Field, type_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import Input, inputs_of, new_key

FOLLOWER = public("matter.answer", "matter.confirm")
"""Whoever has the code of a report: the code stands for the reporter."""

_REASON = Field(key="reason", title=Text("理由", "Reason"), kind="text", required=True, longest=LONGEST_REASON)


@dataclass(frozen=True, slots=True)
class FollowerOffer:
    """One act that is open to whoever follows the report, as a form."""

    key: str
    title: Text
    inputs: tuple[Input, ...]
    form_key: str
    again: bool  # it opens anew what was closed
    tried: bool  # it was sent and refused


def offered(scope: Scope, matter: Matter, tried: Mapping[str, str], refusal: Refusal | None) -> list[FollowerOffer]:
    """The acts of the type that a follower may do now, in the declared order. At most three statements.

    `tried` is what was sent with an act that was refused, by name, with its `action`.
    """
    matter_type = type_of(matter.type, matter.type_version)
    actions = [one for one in matter_type.offered(matter.state) if FOLLOWER.holds(one.grant)]
    if not actions:
        return []
    case = Case(
        matter=matter,
        type=matter_type,
        rules=rules_of(scope),
        at=scope.now,
        steps=list(Step.objects.filter(matter=matter).order_by("id")),
        clocks=list(Clock.objects.filter(stream_id=matter.pk)),
        fields=Detail.objects.get(pk=matter.pk).fields,
    )
    free = [one for one in actions if why_not(one, case, FOLLOWER.reference, FOLLOWER.duties) is None]
    return [
        _offer(one, *((tried, refusal) if tried.get("action") == one.key else ({}, None)), matter.closed_at is not None)
        for one in free
    ]


def fields_of(action: Action) -> tuple[Field, ...]:
    """The action's own fields, and the reason where one is asked for."""
    return (*action.fields, _REASON) if action.reason else action.fields


def _offer(action: Action, values: Mapping[str, str], refusal: Refusal | None, closed: bool) -> FollowerOffer:
    inputs = inputs_of(fields_of(action), groups={}, values=values, refusal=refusal, prefix=f"{action.key}-")
    again = closed and bool(action.ends)
    return FollowerOffer(action.key, action.title, tuple(inputs), new_key(), again, refusal is not None)
