"""The unit that whoever reports a matter names, in types that are declared so; elsewhere the routing rules decide."""

import uuid

from jingwei.kernel.agencies.snapshot import Agencies, Body
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.values.words import Text


def units_to_name(actor: Actor, matter_type: MatterType, agencies: Agencies, area_lft: int | None) -> list[Body]:
    """The units that the actor may name for a new matter of the type at this place (None: wherever each of them is):
    not the own one, which would then judge its own work, and only those where somebody can take it there."""
    taking = _taking(matter_type, agencies, area_lft) - _own(actor)
    return [unit for unit in agencies.unit_by_code.values() if unit.id in taking]


def naming_problem(actor: Actor, matter_type: MatterType, code: str, agencies: Agencies, area_lft: int) -> Text | None:
    """Why a report cannot name this unit ("" for none); history states what was so elsewhere, and is not asked."""
    title = matter_type.title
    if actor.history:
        return None
    if not matter_type.names_unit:
        named = Text(
            f"“{title.zh}”由哪个单位承办，按派单规则确定，登记时不能指定。",
            f"The routing rules decide which unit gets a matter of “{title.en}”; a report does not name it.",
        )
        return named if code and actor.kind != "system" else None  # a part of the system says what its source says
    if not code:
        return Text(f"“{title.zh}”要写明下达给哪个单位。", f"“{title.en}” names the unit that it is for.")
    unit = agencies.unit_by_code.get(code)
    if unit is None:
        return Text(f"没有单位 {code}。", f"There is no unit {code}.")
    if unit.id in _own(actor):
        return Text("不能下达给自己所在的单位。", "It cannot be for your own unit.")
    if unit.id not in _taking(matter_type, agencies, area_lft):
        return Text(
            f"{unit.name.zh}没有岗位能在这个地点签收。", f"No post of {unit.name.en} can sign for it at this place."
        )
    return None


def _taking(matter_type: MatterType, agencies: Agencies, area_lft: int | None) -> set[uuid.UUID]:
    """The units with a post that may take a new matter of the type there."""
    grant = matter_type.state(matter_type.initial).waits_for
    return {
        post.unit
        for post in agencies.posts.values()
        if grant in post.grants and (area_lft is None or post.area[0] <= area_lft <= post.area[1])
    }


def _own(actor: Actor) -> set[uuid.UUID]:
    return {duty.unit for duty in actor.duties}
