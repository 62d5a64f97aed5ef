"""Who may see and do what: one scope for every reader, one question for every action."""

import uuid

from django.db.models import Q

from jingwei.kernel.commands.actor import Actor, Decision
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.values.grants import missing
from jingwei.kernel.values.words import Text

READ = "matter.read"


def in_scope(actor: Actor) -> Q:
    """The matters this actor may read, as a condition on `Matter`; the same for lists, counts, search and map."""
    condition = Q(pk__in=[])
    for duty in actor.duties:
        if READ in duty.grants:
            low, high = duty.area
            here = Q(area_lft__gte=low, area_lft__lte=high)
            condition |= here if duty.whole_area else here & Q(unit_id=duty.unit)
    return condition


def may_read(actor: Actor, area_lft: int, unit: uuid.UUID | None) -> bool:
    """Whether one matter is in the actor's scope: the same rule as `in_scope`."""
    return actor.duty_for(READ, area_lft, unit) is not None


def may_act(actor: Actor, matter: Matter, grant: str) -> Decision:
    """Whether the actor may do, on this matter, what asks for `grant`; out of scope counts as not found."""
    duty = actor.duty_for(grant, matter.area_lft, matter.unit_id)
    if duty is not None:
        return Decision(True, duty=duty)
    if not may_read(actor, matter.area_lft, matter.unit_id):
        return Decision(False, found=False)
    return Decision(False, missing(grant))


def may_open(actor: Actor, matter_type: MatterType, area_lft: int) -> Decision:
    """Whether the actor may report a matter of this type at this place."""
    for duty in actor.duties:
        if matter_type.report_grant in duty.grants and duty.area[0] <= area_lft <= duty.area[1]:
            return Decision(True, duty=duty)
    return Decision(False, Text("这个地点不在您的服务区域内。", "This place is outside the area you serve."))
