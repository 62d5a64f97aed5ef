"""Who reads, proposes and reviews lists: each for what a post of theirs reaches, and no list by one person alone."""

from jingwei.kernel.commands.actor import Actor, Decision
from jingwei.kernel.retention.models import DestructionList
from jingwei.kernel.values.grants import elsewhere, missing
from jingwei.kernel.values.words import Text

READ = "retention.read"
PROPOSE = "retention.propose"
REVIEW = "retention.review"
DESTROY = "retention.destroy"
"""Held by the worker's own actor alone: it carries out what two people decided."""

_OVER = Text("这份清单已经审过或撤回。", "This list was reviewed or withdrawn.")
_ALONE = Text("须由另一个人审核：清单是您提出的。", "A second person must review it: you proposed this list.")


def may_read(actor: Actor, one: DestructionList) -> bool:
    """Whether a list is within this reader's reach."""
    return actor.duty_for(READ, one.area_lft, one.unit_id) is not None


def may(actor: Actor, one: DestructionList, grant: str) -> Decision:
    """Whether the actor may do what asks for `grant` on a list; out of reach counts as not found."""
    duty = actor.duty_for(grant, one.area_lft, one.unit_id)
    if not may_read(actor, one):
        return Decision(False, found=False)
    if duty is not None:
        return Decision(True, duty=duty)
    return Decision(False, elsewhere(grant) if actor.holds(grant) else missing(grant))


def ended_problem(one: DestructionList) -> Text | None:
    """Why nothing more is decided on a list that is no proposal any more."""
    return None if one.state == "proposed" else _OVER


def person_problem(actor: Actor, one: DestructionList) -> Text | None:
    """The reviewer is not the author."""
    return _ALONE if actor.reference == one.proposed_by else None
