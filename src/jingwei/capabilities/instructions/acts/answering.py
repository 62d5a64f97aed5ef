"""Answering: the unit signs for the instruction, or sends it back as another unit's, and says what it has done."""

from jingwei.capabilities.instructions.acts.fields import ATTACHED
from jingwei.kernel.matters.types import Action, Field
from jingwei.kernel.values.words import Text

ANSWERING = (
    Action(
        key="sign",
        title=Text("签收", "Sign for it"),
        begins=("issued",),
        ends="received",
        grant="matter.handle",
        assigns="holder",
        stops=("sign",),
    ),
    Action(
        key="refuse",
        title=Text("不属本单位，退回下达方", "Not ours: send it back to the issuer"),
        begins=("issued",),
        ends="returned",
        grant="matter.handle",
        causes=(
            ("other_unit", Text("依职责属于其他单位", "another unit's by law")),
            ("other_place", Text("不在本单位辖区", "outside our area")),
            ("no_means", Text("没有所需的人员或设备", "without the staff or equipment it takes")),
        ),
        fields=(Field(key="note", title=Text("说明", "Note"), kind="text", longest=1000),),
        then=("instruct_again", "withdraw"),
        stops=("sign", "handle"),
        starts=("decide",),
        tells=("instruction.issue",),
    ),
    Action(
        key="answer",
        title=Text("反馈", "Answer"),
        begins=("received",),
        ends="answered",
        grant="matter.handle",
        fields=(
            Field(
                key="result",
                title=Text("办理情况", "What was done"),
                kind="text",
                required=True,
                longest=2000,
                hint=Text("请不要写个人的姓名和电话。", "Please leave out names and phone numbers of persons."),
            ),
        ),
        files=(ATTACHED,),
        assigns="holder",
        stops=("handle", "redo"),
        starts=("decide",),
        tells=("instruction.issue",),
    ),
    Action(
        key="adopt",
        title=Text("接管", "Take over"),
        begins=("received",),
        ends="",
        grant="matter.adopt",
        assigns="holder",
    ),
)
