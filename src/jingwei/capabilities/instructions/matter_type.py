"""The instruction 指令: a command centre tells a unit what to do; the unit signs for it and answers, the centre
confirms (domain B14, B11, B12). It has no code of its own, and it goes to a unit, never to a person."""

from jingwei.capabilities.instructions.acts.answering import ANSWERING
from jingwei.capabilities.instructions.acts.fields import ATTACHED
from jingwei.capabilities.instructions.acts.issuing import ISSUING
from jingwei.kernel.matters.types import FIVE_YEARS, ClockRule, Field, MatterType, State, register
from jingwei.kernel.values.words import Text

INSTRUCTION = register(
    MatterType(
        key="instruction",
        version=1,
        title=Text("指令", "Instruction"),
        basis="智能指挥实战平台“指令推送”：下达、签收、反馈；市县乡三级指挥值班",
        basis_en="instruction push of the command platform: issued, signed for, answered; duty at three levels",
        confidentiality="internal",
        retention=(FIVE_YEARS,),
        initial="issued",
        classes="own",
        report_grant="instruction.issue",
        names_unit=True,
        escalates_to="instruction.issue",
        calls=("instruction.issue", "matter.handle"),
        fields=(
            Field(key="title", title=Text("标题", "Title"), longest=60, searchable=True),
            Field(
                key="text",
                title=Text("要求做什么", "What is to be done"),
                kind="text",
                longest=2000,
                searchable=True,
                required=True,
                hint=Text(
                    "写给单位：做什么、到什么程度、反馈什么。请不要写个人的姓名和电话。",
                    "To the unit: what to do, how far, what to answer. Please leave out names and phone numbers.",
                ),
            ),
            Field(
                key="about", title=Text("所涉事项编号", "Number of the matter it is about"), longest=40, searchable=True
            ),
        ),
        files=(ATTACHED,),
        clocks=(
            ClockRule(key="sign", title=Text("签收时限", "Time to sign for it")),
            ClockRule(key="handle", title=Text("办理时限", "Time to answer"), measures_due=True),
            ClockRule(key="redo", title=Text("重办时限", "Time to do it again"), measures_due=True),
            ClockRule(key="decide", title=Text("下达方处理时限", "Time for the issuer to decide"), measures_due=True),
        ),
        starts=("sign", "handle"),
        states=(
            State(key="issued", title=Text("已下达", "Issued"), waits_for="matter.handle"),
            State(
                key="returned",
                title=Text("已退回，待另行下达", "Sent back to the issuer"),
                waits_for="instruction.issue",
            ),
            State(key="received", title=Text("已签收", "Signed for"), waits_for="matter.handle"),
            State(key="answered", title=Text("已反馈", "Answered"), waits_for="instruction.issue"),
            State(key="closed", title=Text("已办结", "Closed"), final=True),
            State(key="withdrawn", title=Text("已撤回", "Withdrawn"), final=True),
        ),
        actions=(*ANSWERING, *ISSUING),
    )
)
