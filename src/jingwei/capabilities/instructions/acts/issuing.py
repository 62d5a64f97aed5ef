"""Issuing: the centre confirms what was done, has it done again, instructs another unit, or withdraws.

None of it is done by the unit that is instructed, even where a post of it may issue instructions itself: a town's
command room does not confirm, or take back, what the city told it to do.
"""

from jingwei.capabilities.instructions.acts.fields import UNIT, UNIT_DID
from jingwei.kernel.matters.types import Action
from jingwei.kernel.values.words import Text

ISSUING = (
    Action(
        key="confirm",
        title=Text("确认办结", "Confirm and close"),
        begins=("answered",),
        ends="closed",
        grant="instruction.issue",
        not_by=UNIT_DID,
        other_unit=True,
        tells=("unit",),
    ),
    Action(
        key="send_back",
        title=Text("退回重办", "Send it back to be done again"),
        begins=("answered",),
        ends="received",
        grant="instruction.issue",
        not_by=UNIT_DID,
        other_unit=True,
        reason=True,
        stops=("decide",),
        starts=("redo",),
        tells=("unit",),
    ),
    Action(
        key="instruct_again",
        title=Text("另行下达", "Instruct another unit"),
        begins=("returned",),
        ends="issued",
        grant="instruction.issue",
        not_by=("refuse",),
        other_unit=True,
        fields=(UNIT,),
        assigns="unit",
        stops=("decide",),
        starts=("sign", "handle"),
        tells=("unit",),
    ),
    Action(
        key="withdraw",
        title=Text("撤回指令", "Withdraw it"),
        begins=("issued", "returned", "received"),
        ends="withdrawn",
        grant="instruction.issue",
        not_by=("refuse",),
        other_unit=True,
        reason=True,
        tells=("unit",),
    ),
)
