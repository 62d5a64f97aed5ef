"""Who may see and do what: one scope for every reader, one question for every action."""

from django.db.models import Q

from jingwei.kernel.commands.actor import NOBODY, Actor, Decision, Duty
from jingwei.kernel.matters.models import Matter, Task
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.values.grants import elsewhere, missing
from jingwei.kernel.values.words import Text

READ = "matter.read"
DESTROYED = Text(
    "保存期满，内容已经销毁，不能再办理。",
    "Its term was over and its content was destroyed: nothing more can be done with it.",
)


def in_scope(actor: Actor) -> Q:
    """The matters this actor may read, as a condition on `Matter`; the same for lists, counts, search and map.

    A task gives its unit sight of the matter: the units stand on the matter itself, in an indexed column, so that no
    list asks a second table.
    """
    units = sorted({duty.unit for duty in actor.duties if READ in duty.grants} - {NOBODY})
    condition = in_reach(actor, READ)
    return condition | Q(assisting__overlap=units) if units else condition


def in_reach(actor: Actor, grant: str) -> Q:
    """The matters within reach of the posts in which the actor holds a grant, as a condition on `Matter`.

    For counts that are shown to whoever does something else with what the matters hang on: who edits posts.
    """
    condition = Q(pk__in=[])
    for duty in actor.duties:
        if grant in duty.grants:
            condition |= within(duty)
    return condition


def within(duty: Duty) -> Q:
    """What lies within reach of one post, as a condition on `Matter`, or on what has a place and a unit as it has."""
    low, high = duty.area
    here = Q(area_lft__gte=low, area_lft__lte=high)
    return here if duty.whole_area else here & Q(unit_id=duty.unit)


def may_read(actor: Actor, matter: Matter) -> bool:
    """Whether one matter is in the actor's scope: the same rule as `in_scope`."""
    if actor.duty_for(READ, matter.area_lft, matter.unit_id) is not None:
        return True
    return any(READ in duty.grants and duty.unit in (matter.assisting or ()) for duty in actor.duties)


def may_act(actor: Actor, matter: Matter, grant: str) -> Decision:
    """Whether the actor may do, on this matter, what asks for `grant`; out of scope counts as not found."""
    duty = actor.duty_for(grant, matter.area_lft, matter.unit_id)
    if duty is None and not may_read(actor, matter):
        return Decision(False, found=False)
    if matter.destroyed:
        return Decision(False, DESTROYED)
    if duty is not None:
        return Decision(True, duty=duty)
    return Decision(False, elsewhere(grant) if actor.holds(grant) else missing(grant))


def may_answer(actor: Actor, matter: Matter, task: Task, grant: str) -> Decision:
    """Whether the actor may accept, answer or refuse a task: in the post it is asked of, or any of the unit's posts."""
    own = [duty for duty in actor.duties if duty.unit == task.unit_id and task.post_id in (None, duty.post)]
    for duty in own:
        if grant in duty.grants:
            return Decision(True, duty=duty)
    if not may_read(actor, matter):
        return Decision(False, found=False)
    theirs = Text("这项任务不是交给您的岗位的。", "This task was not given to any post of yours.")
    return Decision(False, missing(grant) if own else theirs)


def works_on(actor: Actor, matter: Matter, matter_type: MatterType) -> bool:
    """Whether the actor is one of those a state of the type waits for, here, or of a unit with a task of it.

    Only they read what is sealed.
    """
    grants = {state.waits_for for state in matter_type.states if state.waits_for}
    if any(READ in duty.grants and duty.unit in (matter.assisting or ()) for duty in actor.duties):
        return True
    return any(actor.duty_for(grant, matter.area_lft, matter.unit_id) for grant in grants)


def may_open(actor: Actor, matter_type: MatterType, area_lft: int) -> Decision:
    """Whether the actor may report a matter of this type at this place; the public only what is open to it."""
    if actor.kind == "public" and not matter_type.public:
        return Decision(False, not_for_the_public(matter_type))
    for duty in actor.duties:
        if matter_type.report_grant in duty.grants and duty.area[0] <= area_lft <= duty.area[1]:
            return Decision(True, duty=duty)
    return Decision(False, Text("这个地点不在您的服务区域内。", "This place is outside the area you serve."))


def not_for_the_public(matter_type: MatterType) -> Text:
    """The sentence that refuses a resident's report of a type that staff alone record."""
    title = matter_type.title
    return Text(
        f"“{title.zh}”由工作人员登记，不由公众上报。",
        f"“{title.en}” is recorded by staff; the public does not report it.",
    )
