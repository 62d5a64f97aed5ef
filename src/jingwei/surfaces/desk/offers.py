"""What somebody may do on a matter now, as forms made from the declared type, and why not the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.commands.act import LONGEST_REASON, second_person_problem
from jingwei.kernel.matters.models import Matter, Step
from jingwei.kernel.matters.policies import may_act
from jingwei.kernel.matters.types import Action, Field, type_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import Group, Input, inputs_of, new_key

_REASON = Field(key="reason", title=Text("理由", "Reason"), kind="text", required=True, longest=LONGEST_REASON)
_PLAIN = Text("", "")


@dataclass(frozen=True, slots=True)
class Attempt:
    """An act that was refused: what was filled in, and the refusal."""

    action: str
    values: Mapping[str, str]
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Offer:
    """One action that may be done now."""

    key: str
    title: Text
    inputs: tuple[Input, ...]
    form_key: str = field(default_factory=new_key)
    error: Text | None = None  # that belongs to no input
    tried: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """One action that the state allows and this person may not do."""

    title: Text
    reason: Text


def offers_of(
    scope: Scope, matter: Matter, steps: Sequence[Step], attempt: Attempt | None
) -> tuple[tuple[Offer, ...], tuple[Refused, ...]]:
    """The actions the matter's state allows, in the declared order."""
    offers, refused = [], []
    for action in type_of(matter.type, matter.type_version).offered(matter.state):
        decision = may_act(scope.actor, matter, action.grant)
        problem = (
            decision.reason if not decision.allowed else second_person_problem(action, scope.actor.reference, steps)
        )
        if problem is not None:
            refused.append(Refused(action.title, problem))
        elif decision.allowed:
            offers.append(_offer(scope, action, attempt if attempt and attempt.action == action.key else None))
    return tuple(offers), tuple(refused)


def fields_of(action: Action) -> tuple[Field, ...]:
    """The action's own fields, and the reason where one is asked for."""
    return (*action.fields, _REASON) if action.reason else action.fields


def _offer(scope: Scope, action: Action, attempt: Attempt | None) -> Offer:
    fields = fields_of(action)
    refusal = attempt.refusal if attempt else None
    inputs = inputs_of(
        fields,
        groups=_groups(scope) if fields else {},
        values=attempt.values if attempt else {},
        refusal=refusal,
        prefix=f"{action.key}-",
    )
    elsewhere = refusal is not None and refusal.place not in {one.key for one in fields}
    error = refusal.reason if refusal is not None and elsewhere else None
    return Offer(action.key, action.title, tuple(inputs), error=error, tried=attempt is not None)


def _groups(scope: Scope) -> dict[str, tuple[Group, ...]]:
    units = sorted(agencies_of(scope).unit_by_code.values(), key=lambda unit: unit.code)
    leaves = [one for one in rules_of(scope).categories(scope.now.date()).values() if one.leaf]
    return {
        "unit": (Group(_PLAIN, tuple((str(unit.id), unit.name) for unit in units)),),
        "category": (Group(_PLAIN, tuple((one.code, one.title) for one in leaves)),),
    }
