"""Verifying: by others than those who did the work, with experts; cancelling; the second look; accidents."""

from dataclasses import replace

from jingwei.capabilities.hazards.acts.fields import FINDING, RECTIFY_BY, REPORT, SHOWN, asked
from jingwei.capabilities.hazards.acts.grading import HUNG_UP
from jingwei.capabilities.hazards.acts.rectifying import PLANNED
from jingwei.kernel.matters.types import Action, Field, Promises, Times
from jingwei.kernel.values.words import Text

OPEN = ("found", "graded", "hung", "assigned", "plan", "rectifying", "applied", "verified")
_HANDLED = (*PLANNED, "progress", "apply", "secure_on_site")
_CHECK = Action(
    key="pass_check",
    title=Text("验收通过", "Verified"),
    begins=("applied",),
    ends="verified",
    grant="hazard.verify",
    not_by=_HANDLED,
    fields=(
        FINDING,
        Field(
            key="experts",
            title=Text("参加验收的专家", "Experts who took part"),
            required=True,
            sealed=True,
            longest=300,
        ),
    ),
    files=(REPORT,),
    stops=("verify",),
    starts=("cancel",),
    tells=("unit", "hazard.cancel"),
)
_CANCEL = Action(
    key="cancel",
    title=Text("销号", "Cancel"),
    begins=("verified",),
    ends="cancelled",
    grant="hazard.cancel",
    unless=HUNG_UP,
    fields=(Field(key="published", title=Text("公布方式", "Where it was published"), required=True, public=True),),
    stops=("cancel",),
    tells=("unit", "reporter"),
)

VERIFYING = (
    _CHECK,
    replace(
        _CHECK,
        key="fail_check",
        title=Text("验收不通过，继续治理", "Not verified: go on rectifying"),
        ends="rectifying",
        reason=True,
        sets=("rectify_by",),
        fields=(*_CHECK.fields, asked(RECTIFY_BY)),
        starts=(),
        promises=Promises(clock="rectify", field="rectify_by"),
        tells=("unit", "hazard.supervise"),
    ),
    _CANCEL,
    replace(
        _CANCEL,
        key="delist",
        title=Text("摘牌、销号", "Take off the list and cancel"),
        unless=(),
        after=HUNG_UP,
        fields=(
            Field(key="delisting", title=Text("摘牌文号", "Number of the delisting"), required=True, longest=60),
            *_CANCEL.fields,
        ),
    ),
    Action(
        key="recheck",
        title=Text("三十日复查", "Second look within thirty days"),
        begins=("cancelled",),
        ends="",
        grant="hazard.verify",
        not_by=_HANDLED,
        times=Times(most=1, since=("reopen",)),
        fields=(FINDING,),
        files=(SHOWN,),
    ),
    Action(
        key="reopen",
        title=Text("复查发现反复，重新治理", "Found again: rectify anew"),
        begins=("cancelled",),
        ends="rectifying",
        grant="hazard.supervise",
        reason=True,
        sets=("rectify_by",),
        fields=(asked(RECTIFY_BY),),
        promises=Promises(clock="rectify", field="rectify_by"),
        tells=("unit",),
    ),
    Action(
        key="transfer",
        title=Text("移送", "Transfer"),
        begins=OPEN,
        ends="transferred",
        grant="hazard.supervise",
        reason=True,
        fields=(
            Field(key="authority", title=Text("受移送机关", "Authority that takes it"), required=True, public=True),
        ),
        tells=("unit", "reporter"),
    ),
    Action(
        key="record_accident",
        title=Text("已发生事故，转事故处置", "It has become an accident"),
        begins=OPEN,
        ends="accident",
        grant="hazard.supervise",
        reason=True,
        fields=(
            Field(key="happened_on", title=Text("发生日期", "Day it happened"), kind="day", required=True),
            Field(
                key="told_to",
                title=Text("已向何处报告（一小时内）", "Where it was reported (within an hour)"),
                required=True,
            ),
        ),
        tells=("unit", "hazard.hang"),
    ),
    Action(
        key="adopt",
        title=Text("接管", "Take over"),
        begins=("assigned", "rectifying"),
        ends="",
        grant="matter.adopt",
        assigns="holder",
    ),
)
