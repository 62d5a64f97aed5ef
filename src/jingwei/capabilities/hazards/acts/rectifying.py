"""Rectifying: a plan with its five or six parts, its approval, the work, and what follows when its day has passed."""

from dataclasses import replace

from jingwei.capabilities.hazards.acts.fields import FINDING, RECTIFY_BY, REPORT, SHOWN, asked
from jingwei.kernel.matters.types import Action, Field, FileRule, Promises, When
from jingwei.kernel.values.words import Text

PLANNED = ("plan", "plan_major")
_LATE = (When(of="matter.late", among=("yes",)),)


def _part(key: str, title: Text, *, sealed: bool = False) -> Field:
    return Field(key=key, title=title, kind="text", required=True, longest=2000, sealed=sealed)


_METHODS = _part("methods", Text("治理措施", "Measures"))
_MONEY = _part("money", Text("资金", "Money"))
_PERSONS = _part("persons", Text("责任单位和责任人", "Unit and persons responsible"), sealed=True)
_EMERGENCY = _part("emergency", Text("应急预案", "Emergency plan"))
_PLAN = Action(
    key="plan",
    title=Text("制定治理方案（五落实）", "Plan: five things in place"),
    begins=("assigned",),
    ends="plan",
    grant="matter.handle",
    when=(When(of="grade", among=("general", "larger")),),
    sets=("rectify_by",),
    fields=(_METHODS, _MONEY, _PERSONS, asked(RECTIFY_BY), _EMERGENCY),
    assigns="holder",
    stops=("plan",),
    starts=("approve",),
    tells=("hazard.supervise",),
)
_OVERDUE = Action(
    key="notice_overdue",
    title=Text("逾期通报", "Notice of being overdue"),
    begins=("rectifying",),
    ends="",
    grant="hazard.supervise",
    when=_LATE,
    reason=True,
    tells=("unit",),
)

RECTIFYING = (
    _PLAN,
    replace(
        _PLAN,
        key="plan_major",
        title=Text("制定重大隐患治理方案（六项内容）", "Plan for a major hazard: six parts"),
        when=(When(of="grade", among=("major",)),),
        fields=(
            _part("goal", Text("治理目标和任务", "Goal and tasks")),
            *(_METHODS, _MONEY, _PERSONS, asked(RECTIFY_BY), _EMERGENCY),
        ),
    ),
    Action(
        key="approve",
        title=Text("批准方案", "Approve the plan"),
        begins=("plan",),
        ends="rectifying",
        grant="hazard.supervise",
        not_by=PLANNED,
        stops=("approve",),
        promises=Promises(clock="rectify", field="rectify_by"),
        tells=("unit",),
    ),
    Action(
        key="send_back_plan",
        title=Text("退回方案", "Send the plan back"),
        begins=("plan",),
        ends="assigned",
        grant="hazard.supervise",
        not_by=PLANNED,
        causes=(
            ("incomplete", Text("五落实不全", "not all is in place")),
            ("too_late", Text("期限过长", "the term is too long")),
            ("not_enough", Text("措施不足以消除隐患", "the measures do not end the hazard")),
        ),
        then=PLANNED,
        stops=("approve",),
        starts=("plan",),
        tells=("unit",),
    ),
    Action(
        key="progress",
        title=Text("报告进展", "Report progress"),
        begins=("rectifying",),
        ends="",
        grant="matter.handle",
        fields=(_part("done", Text("已做的", "Done so far")),),
        files=(SHOWN,),
    ),
    Action(
        key="apply",
        title=Text("申请验收", "Apply for the check"),
        begins=("rectifying",),
        ends="applied",
        grant="matter.handle",
        fields=(
            Field(
                key="result",
                title=Text("治理结果", "What was done"),
                kind="text",
                required=True,
                longest=2000,
                public=True,
            ),
        ),
        files=(FileRule(key="evidence", title=Text("治理证据", "Evidence"), least=1, sealed=True),),
        stops=("rectify",),
        starts=("verify",),
        tells=("hazard.verify",),
    ),
    _OVERDUE,
    replace(
        _OVERDUE,
        key="summon",
        title=Text("约谈", "Call the unit to account"),
        after=("notice_overdue",),
        fields=(Field(key="said", title=Text("约谈内容", "What was said"), kind="text", longest=2000, sealed=True),),
    ),
    replace(
        _OVERDUE,
        key="ask_to_stop_use",
        title=Text("提请停产停用", "Ask for its use to be stopped"),
        after=("summon",),
        fields=(Field(key="asked_of", title=Text("提请机关", "Authority asked"), kind="unit", required=True),),
    ),
    replace(
        _OVERDUE,
        key="inspect",
        title=Text("到期现场核查", "Inspect after the term"),
        grant="hazard.verify",
        reason=False,
        not_by=(*PLANNED, "progress"),
        fields=(FINDING,),
        files=(replace(REPORT, least=0),),
    ),
)
