"""The hazard 公共安全隐患: graded, secured, assigned, planned, rectified, verified by others, cancelled (domain 4.2).

It has no code of its own. Hours and days are values of the rulebook; the day of the plan is the plan's.
"""

from jingwei.capabilities.hazards.acts.fields import SEEN_AS, SET_BY_ACTS, SHOWN
from jingwei.capabilities.hazards.acts.grading import GRADING
from jingwei.capabilities.hazards.acts.rectifying import RECTIFYING
from jingwei.capabilities.hazards.acts.verifying import VERIFYING
from jingwei.kernel.matters.types import FIVE_YEARS, ClockRule, Field, MatterType, State, TaskRule, register
from jingwei.kernel.values.words import Text

_BEING_LOOKED_AT = Text("正在核实", "Being looked at")
_BEING_RECTIFIED = Text("治理中", "Being rectified")
_ASKED = Field(key="asked", title=Text("要求", "What is asked for"), kind="text", required=True, longest=1000)
_ANSWER = Field(key="answer", title=Text("答复", "Answer"), kind="text", required=True, longest=2000)

HAZARD = register(
    MatterType(
        key="hazard",
        version=1,
        title=Text("公共安全隐患", "Hazard"),
        basis="安全生产法第四十一条、第七十三条至第七十六条；浙江省社会治安综合治理条例第二十八、二十九条（挂牌督办）",
        basis_en="Work Safety Law 41, 73 to 76; Zhejiang regulation on public order 28, 29 (hanging up)",
        confidentiality="internal",
        retention=(FIVE_YEARS,),
        initial="found",
        classes="own",
        public=True,
        report_grant="matter.report",
        escalates_to="hazard.supervise",
        calls=("hazard.grade", "hazard.verify", "matter.handle"),
        parties=("reporter",),
        fields=(
            Field(
                key="title", title=Text("标题", "Title"), longest=200, searchable=True, public=True, asked_of="staff"
            ),
            Field(
                key="text",
                title=Text("隐患情况", "What is dangerous"),
                kind="text",
                longest=4000,
                searchable=True,
                required=True,
                hint=Text(
                    "哪里、什么东西、有什么危险？请不要写他人的姓名和电话。",
                    "Where, what, and what may happen? Please leave out names and phone numbers of others.",
                ),
            ),
            SEEN_AS,
            Field(key="site", title=Text("单位或场所", "Business or premises"), longest=120, searchable=True),
            Field(key="address", title=Text("地址", "Address"), longest=300, searchable=True),
            Field(key="place_note", title=Text("地点说明", "Where exactly"), longest=300, harmless=True),
            *SET_BY_ACTS,
        ),
        files=(SHOWN,),
        clocks=(
            ClockRule(key="grade", title=Text("登记定级时限", "Time to grade"), measures_due=True),
            ClockRule(key="assign", title=Text("交办时限", "Time to assign"), measures_due=True),
            ClockRule(key="plan", title=Text("方案时限", "Time to plan"), measures_due=True),
            ClockRule(key="approve", title=Text("方案审批时限", "Time to approve the plan"), measures_due=True),
            ClockRule(key="rectify", title=Text("整改期限", "Time to rectify"), measures_due=True),
            ClockRule(key="verify", title=Text("验收时限", "Time to verify"), measures_due=True),
            ClockRule(key="cancel", title=Text("销号时限", "Time to cancel"), measures_due=True),
            ClockRule(key="hang", title=Text("挂牌决定时限", "Time to decide on hanging")),
        ),
        starts=("grade",),
        states=(
            State(key="found", title=Text("已发现", "Found"), public_title=_BEING_LOOKED_AT, waits_for="hazard.grade"),
            State(key="graded", title=Text("已定级，待交办", "Graded"), waits_for="hazard.grade"),
            State(key="hung", title=Text("已挂牌督办，待交办", "Hung up for supervision"), waits_for="hazard.grade"),
            State(key="assigned", title=Text("已交办", "Assigned"), waits_for="matter.handle"),
            State(
                key="plan",
                title=Text("方案待批", "Plan to be approved"),
                public_title=_BEING_RECTIFIED,
                waits_for="hazard.supervise",
            ),
            State(key="rectifying", title=_BEING_RECTIFIED, waits_for="matter.handle"),
            State(key="applied", title=Text("待验收", "To be verified"), waits_for="hazard.verify"),
            State(key="verified", title=Text("验收通过，待销号", "Verified"), waits_for="hazard.cancel"),
            State(key="cancelled", title=Text("已销号", "Cancelled"), final=True),
            State(key="dismissed", title=Text("不构成隐患", "Not a hazard"), final=True),
            State(key="transferred", title=Text("已移送", "Transferred"), final=True),
            State(key="accident", title=Text("已转事故处置", "Became an accident"), final=True),
        ),
        tasks=(
            TaskRule(
                role="assist",
                title=Text("协助治理", "Help to rectify"),
                begins=("assigned", "rectifying"),
                grant="hazard.grade",
                answers="matter.handle",
                fields=(_ASKED,),
                result=(_ANSWER,),
                refusals=(("not_able", Text("不具备条件", "not able to")),),
                limit="assist",
            ),
            TaskRule(
                role="instruct",
                title=Text("督办", "Supervision"),
                begins=("assigned", "rectifying"),
                grant="hazard.supervise",
                answers="matter.handle",
                fields=(_ASKED,),
                result=(_ANSWER,),
                limit="instruct",
            ),
        ),
        actions=(*GRADING, *RECTIFYING, *VERIFYING),
    )
)
