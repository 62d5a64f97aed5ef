"""The grid event 网格事件: seven steps after GB/T 30428.8, with two independent checks and every side way (domain 4.1).

Its acts are declared in `acts/`, by who does them. A class of the catalogue says how it is verified and checked, so
that nobody goes anywhere without need; the first version of the type is kept in `matter_type_1`.
"""

from jingwei.capabilities.grid_events.acts.afterwards import AFTERWARDS
from jingwei.capabilities.grid_events.acts.anywhere import ANYWHERE
from jingwei.capabilities.grid_events.acts.checking import CHECKING
from jingwei.capabilities.grid_events.acts.dispatching import DISPATCHING
from jingwei.capabilities.grid_events.acts.fields import CONDITION, REQUESTS, SHOWN
from jingwei.capabilities.grid_events.acts.handling import HANDLING
from jingwei.capabilities.grid_events.acts.intake import INTAKE
from jingwei.capabilities.grid_events.matter_type_1 import GRID_EVENT_1
from jingwei.kernel.matters.types import FIVE_YEARS, ClockRule, Field, MatterType, State, TaskRule, register
from jingwei.kernel.values.words import Text

_FINDING_UNIT = Text("正在确定承办单位", "Finding the unit in charge")
_WITH_A_UNIT = Text("已派遣", "Dispatched")
_BEING_HANDLED = Text("处置中", "Being handled")

_STATES = (
    State(key="reported", title=Text("已上报", "Reported"), waits_for="matter.accept"),
    State(key="verifying", title=Text("核实中", "Being verified"), waits_for="matter.verify"),
    State(key="filed", title=Text("已立案", "Filed"), waits_for="matter.dispatch"),
    State(key="dispatched", title=_WITH_A_UNIT, waits_for="matter.handle"),
    State(
        key="disputed",
        title=Text("管辖有异议，待裁定", "Jurisdiction disputed"),
        public_title=_FINDING_UNIT,
        waits_for="matter.dispatch",
    ),
    State(
        key="assigned",
        title=Text("裁定后派遣", "Dispatched after arbitration"),
        public_title=_WITH_A_UNIT,
        waits_for="matter.handle",
    ),
    State(
        key="referred",
        title=Text("待领导指定", "For the leader to decide"),
        public_title=_FINDING_UNIT,
        waits_for="matter.supervise",
    ),
    State(
        key="ordered",
        title=Text("领导已指定承办", "Ordered by the leader"),
        public_title=_WITH_A_UNIT,
        waits_for="matter.handle",
    ),
    State(key="signed", title=Text("已签收", "Signed for"), waits_for="matter.handle"),
    State(key="processing", title=_BEING_HANDLED, waits_for="matter.handle"),
    State(
        key="extension_asked",
        title=Text("申请延期中", "Extension asked for"),
        public_title=_BEING_HANDLED,
        waits_for="matter.extend",
    ),
    State(
        key="hang_up_asked",
        title=Text("申请挂账中", "Deferral asked for"),
        public_title=_BEING_HANDLED,
        waits_for="matter.supervise",
    ),
    State(key="hung_up", title=Text("挂账", "Deferred"), waits_for="matter.handle"),
    State(key="feedback", title=Text("已反馈，待核查", "Handled, to be checked"), waits_for="matter.check"),
    State(
        key="escalated",
        title=Text("多次返工，待督办", "Failed again: for the supervisor"),
        public_title=_BEING_HANDLED,
        waits_for="matter.supervise",
    ),
    State(key="closed", title=Text("已结案", "Closed"), final=True),
    State(
        key="void",
        title=Text("不予受理", "Declined"),
        final=True,
        public_title=Text("不予受理", "Not taken on"),
    ),
    State(key="merged", title=Text("已合并", "Merged into another"), final=True),
)
_WITH_A_HOLDER = ("dispatched", "assigned", "ordered", "signed", "processing")
_REFUSALS = (
    ("not_able", Text("不具备条件", "not able to")),
    ("not_ours", Text("不是本单位的职责", "not our duty")),
)
_ASKED = Field(key="asked", title=Text("要求", "What is asked for"), kind="text", required=True, longest=1000)
_TO_SIGN = Field(key="asked", title=Text("会签内容", "What is to be signed"), kind="text", required=True, longest=1000)
_ANSWERED = Field(key="answer", title=Text("答复", "Answer"), kind="text", required=True, longest=2000)

GRID_EVENT = register(
    MatterType(
        key="grid_event",
        version=2,
        title=GRID_EVENT_1.title,
        basis=GRID_EVENT_1.basis,
        confidentiality="internal",
        retention=(FIVE_YEARS,),
        initial="reported",
        classes="general",
        public=True,
        report_grant="matter.report",
        parties=("reporter",),
        fields=(
            *GRID_EVENT_1.fields,
            Field(
                key="request",
                title=Text("诉求类型", "Kind of request"),
                kind="choice",
                choices=REQUESTS,
                limits=True,
                public=True,
            ),
            CONDITION,
        ),
        files=(SHOWN,),
        clocks=(
            ClockRule(key="handle", title=Text("办结时限", "Time to close"), measures_due=True),
            ClockRule(key="accept", title=Text("受理立案时限", "Time to verify and file")),
            ClockRule(key="dispatch", title=Text("派遣时限", "Time to dispatch")),
            ClockRule(key="sign", title=Text("签收时限", "Time to sign for it")),
            ClockRule(key="arbitrate", title=Text("管辖裁定时限", "Time to decide the dispute")),
            ClockRule(key="contact", title=Text("首次联系时限", "Time to the first contact"), reachable=True),
            ClockRule(key="check", title=Text("核查时限", "Time to check")),
            ClockRule(key="disagree", title=Text("不同意结案的期限", "Time to disagree with the closing"), window=True),
        ),
        starts=("handle", "accept"),
        states=_STATES,
        tasks=(
            TaskRule(
                role="assist",
                title=Text("协办", "Assistance"),
                begins=_WITH_A_HOLDER,
                grant="matter.dispatch",
                answers="matter.handle",
                fields=(_ASKED,),
                result=(_ANSWERED,),
                refusals=_REFUSALS,
                limit="assist",
                blocks=("feed_back", "feed_back_shown"),
            ),
            TaskRule(
                role="consult",
                title=Text("征求意见", "Advice"),
                begins=("signed", "processing"),
                grant="matter.handle",
                answers="matter.handle",
                fields=(_ASKED,),
                result=(_ANSWERED,),
                refusals=_REFUSALS,
                limit="consult",
            ),
            TaskRule(
                role="cosign",
                title=Text("会签", "Co-signature"),
                begins=("signed", "processing"),
                grant="matter.handle",
                answers="matter.handle",
                fields=(_TO_SIGN,),
                refusals=(("disagree", Text("不同意", "does not agree")), *_REFUSALS),
                limit="cosign",
                blocks=("feed_back", "feed_back_shown"),
            ),
            TaskRule(
                role="hand_over",
                title=Text("移交经办人", "Hand-over"),
                begins=("signed", "processing"),
                grant="matter.handle",
                answers="matter.handle",
                fields=(_ASKED,),
                refusals=_REFUSALS,
                limit="hand_over",
            ),
        ),
        actions=(*INTAKE, *DISPATCHING, *HANDLING, *CHECKING, *AFTERWARDS, *ANYWHERE),
    )
)
