"""The same act on several matters, each by a command of its own: one that is refused does not hinder the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.commands import Act
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.types import MatterType, type_of
from jingwei.kernel.values.errors import Invalid, Refusal, not_found
from jingwei.kernel.values.ids import NUMBER
from jingwei.kernel.values.words import Text
from jingwei.kit.acts.orders import Filled, command_of
from jingwei.surfaces.desk.queries import category_title, place_name

MOST = 100
"""Matters of one sending."""

NO_SUCH = Text("所选事项没有这个动作。", "The matters chosen have no such action.")
_NONE = Text("请先选中要办理的事项。", "Choose the matters first.")
_TOO_MANY = Text(f"一次最多办理 {MOST} 件；请少选一些。", f"{MOST} matters at most at a time: choose fewer.")


@dataclass(frozen=True, slots=True)
class Order:
    """One matter of the sending, with what is filled in for it; without a version it is taken as it now stands."""

    number: str
    action: str
    values: Mapping[str, str]
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of one matter: its new state, or why nothing was done."""

    number: str
    category: Text
    place: Text
    state: Text | None
    refusal: Refusal | None = None
    undo: str = ""  # the act by which this one may be taken back, where the type declares one
    version: int = 0  # of the matter as it now is


def read_chosen(chosen: Sequence[str]) -> list[tuple[str, int | None]]:
    """The matters that a form names, as `NUMBER` or `NUMBER~VERSION`, each once. Raises Invalid."""
    found: dict[str, int | None] = {}
    for one in chosen[: MOST + 1]:
        number, _, version = one.partition("~")
        found.setdefault(number.strip(), int(version) if version.isascii() and version.isdigit() else None)
    if not found:
        raise Invalid(_NONE, place="numbers")
    if len(found) > MOST:
        raise Invalid(_TOO_MANY, place="numbers")
    return list(found.items())


def found_by_number(scope: Scope, numbers: Sequence[str]) -> dict[str, Matter]:
    """Those of the matters that are in scope. One statement."""
    known = [one for one in numbers if NUMBER.fullmatch(one)]
    return {one.number: one for one in Matter.objects.filter(in_scope(scope.actor), number__in=known)}


def act_on_each(actor: Actor, orders: Sequence[Order], key: tuple[str, int]) -> list[Acted]:
    """Carries out one command a matter, in their order, and says of each what became of it.

    `key` is the form's, as `read_key` gives it: sent again, every row answers as it did the first time.
    """
    with reading(actor) as scope:
        matters = found_by_number(scope, [one.number for one in orders])
        prepared = [_prepared(scope, matters.get(order.number), order, key) for order in orders]
        titled = {
            one.number: (category_title(scope, one.category), place_name(scope, one.area_id))
            for one in matters.values()
        }
    nothing = (Text("", ""), Text("", ""))
    return [
        _acted(
            actor, order, titled.get(order.number, nothing), command, f"{key[0]}:{order.number}:{order.version or 0}"
        )
        for order, command in zip(orders, prepared, strict=True)
    ]


_Prepared = tuple[Act, MatterType] | Refusal


def _prepared(scope: Scope, matter: Matter | None, order: Order, key: tuple[str, int]) -> _Prepared:
    if matter is None:
        return not_found()
    matter_type = type_of(matter.type, matter.type_version)
    if matter_type.action(order.action) is None:
        return Invalid(NO_SUCH, place="action")
    try:
        command = command_of(scope, matter, matter_type, order.action, Filled(order.values, *key, order.version or 0))
        return replace(cast(Act, command), expected_version=order.version), matter_type
    except Refusal as refusal:
        return refusal


def _acted(actor: Actor, order: Order, titles: tuple[Text, Text], prepared: _Prepared, key: str) -> Acted:
    if isinstance(prepared, Refusal):
        return Acted(order.number, *titles, None, prepared)
    command, matter_type = prepared
    try:
        result: Mapping[str, Any] = execute(actor, command, key)
    except Refusal as refusal:
        return Acted(order.number, *titles, None, refusal)
    state = str(result.get("state", ""))
    known = next((one for one in matter_type.states if one.key == state), None)
    return Acted(
        order.number,
        *titles,
        known.title if known else Text("", ""),
        None,
        taken_back_by(matter_type, order.action, state),
        int(result["version"]),
    )


def taken_back_by(matter_type: MatterType, action: str, state: str) -> str:
    """The act that takes another one back in this state, by whoever did it; "" where there is none."""
    offered = (one for one in matter_type.offered(state) if one.kind == "act" and action in one.only_by)
    return next((one.key for one in offered), "")
