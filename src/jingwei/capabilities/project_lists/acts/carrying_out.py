"""Carrying out: monthly reports that others verify, changes that the leader approves, and what follows lateness."""

from dataclasses import replace

from jingwei.capabilities.project_lists.acts.fields import DUE_ON, EVIDENCE, PERCENT, asked, words
from jingwei.kernel.matters.types import Action, Field, Promises, When
from jingwei.kernel.values.words import Text

REPORTED = ("implement", "self_report")
_VERIFY = Action(
    key="pass_verify",
    title=Text("核验通过", "Verified"),
    begins=("self_reported",),
    ends="verified",
    grant="project.verify",
    not_by=REPORTED,
    fields=(
        words("sampled", Text("抽查了什么", "What was looked at")),
        words("finding", Text("核验情况", "What was found")),
    ),
    stops=("verify",),
    starts=("score",),
)
_LATE = Action(
    key="notice_late",
    title=Text("逾期通报", "Notice of being late"),
    begins=("assigned", "executing"),
    ends="",
    grant="project.lead",
    when=(When(of="matter.late", among=("yes",)),),
    reason=True,
    tells=("unit",),
)
_CHANGE = Action(
    key="approve_change",
    title=Text("同意调整", "Approve the change"),
    begins=("adjusted",),
    ends="executing",
    grant="project.lead",
    not_by=("ask_change",),
    sets=("due_on",),
    fields=(asked(DUE_ON),),
    promises=Promises(clock="deliver", field="due_on"),
    tells=("unit", "project.own"),
)

CARRYING_OUT = (
    Action(
        key="self_report",
        title=Text("月度自报", "Monthly report"),
        begins=("executing",),
        ends="self_reported",
        grant="matter.handle",
        sets=("percent",),
        fields=(asked(PERCENT), words("done", Text("本期完成情况", "Done in this period"))),
        files=(EVIDENCE,),
        stops=("report",),
        starts=("verify",),
        tells=("project.verify",),
    ),
    _VERIFY,
    replace(
        _VERIFY,
        key="fail_verify",
        title=Text("核验不符，退回", "Not as reported: back"),
        ends="executing",
        reason=True,
        starts=("report",),
        tells=("unit",),
    ),
    Action(
        key="next_month",
        title=Text("进入下一个月", "On to the next month"),
        begins=("verified",),
        ends="executing",
        grant="project.own",
        starts=("report",),
        tells=("unit",),
    ),
    Action(
        key="ask_change",
        title=Text("申请调整", "Ask for a change"),
        begins=("executing",),
        ends="adjusted",
        grant="matter.handle",
        reason=True,
        fields=(Field(key="asked_for", title=Text("申请的完成日期", "Day asked for"), kind="day", required=True),),
        tells=("project.lead",),
    ),
    _CHANGE,
    replace(
        _CHANGE,
        key="refuse_change",
        title=Text("不同意调整", "Refuse the change"),
        reason=True,
        sets=(),
        fields=(),
        promises=None,
    ),
    _LATE,
    replace(
        _LATE,
        key="summon",
        title=Text("约谈责任部门", "Call the department to account"),
        after=("notice_late",),
        fields=(words("said", Text("约谈内容", "What was said"), sealed=True, required=False),),
    ),
    Action(
        key="adopt",
        title=Text("接管", "Take over"),
        begins=("assigned", "executing"),
        ends="",
        grant="matter.adopt",
        assigns="holder",
    ),
)
