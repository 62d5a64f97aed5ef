"""After the closing: what the reporter thinks of it, reopening once, re-checks, and appeals against an overdue mark."""

from dataclasses import replace

from jingwei.capabilities.grid_events.acts.checking import HANDLED
from jingwei.capabilities.grid_events.acts.fields import FINDING, GRADES, NOTE, SHOWN
from jingwei.kernel.matters.types import Action, Field, Times, When
from jingwei.kernel.values.words import Text

_REOPENED = Action(
    key="",
    title=Text("", ""),
    begins=("closed",),
    ends="filed",
    grant="matter.supervise",
    reason=True,
    assigns="nobody",
    starts=("dispatch",),
    tells=("matter.dispatch", "unit"),
)

AFTERWARDS = (
    Action(
        key="answer",
        title=Text("评价办理结果", "Say what you think of the result"),
        begins=("closed",),
        ends="",
        grant="matter.answer",
        times=Times(most=1, since=("reopen", "reopen_found")),
        fields=(
            Field(key="grade", title=Text("满意程度", "How satisfied"), kind="choice", required=True, choices=GRADES),
            Field(key="resolved", title=Text("问题解决了吗", "Is it solved"), kind="yes_no", required=True),
            Field(key="words", title=Text("想说的话", "In your words"), kind="text", longest=1000, sealed=True),
        ),
    ),
    Action(
        key="call_back",
        title=Text("电话回访", "Call back"),
        begins=("closed",),
        ends="",
        grant="matter.accept",
        times=Times(most=3, since=("reopen", "reopen_found")),
        fields=(
            Field(key="reached", title=Text("是否接通", "Reached"), kind="yes_no", required=True),
            Field(key="grade", title=Text("满意程度", "How satisfied"), kind="choice", choices=GRADES),
            Field(key="resolved", title=Text("问题解决了吗", "Is it solved"), kind="yes_no"),
            Field(key="words", title=Text("对方所说", "What was said"), kind="text", longest=1000, sealed=True),
        ),
    ),
    replace(
        _REOPENED,
        key="reopen",
        title=Text("不同意结案，重新办理", "Disagree with the closing"),
        grant="matter.answer",
        times=Times(most=1),
        within="disagree",
    ),
    Action(
        key="recheck",
        title=Text("复核：情况属实", "Re-check: closed rightly"),
        begins=("closed",),
        ends="",
        grant="matter.check",
        not_by=(*HANDLED, "report", "pass_check", "pass_by_picture", "pass_undrawn", "pass_by_reporter"),
        times=Times(most=1, since=("reopen", "reopen_found")),
        fields=(FINDING,),
        files=(SHOWN,),
    ),
    replace(
        _REOPENED,
        key="reopen_found",
        title=Text("复核发现未解决，重新办理", "Re-check: not solved, open again"),
        grant="matter.supervise",
        fields=(FINDING,),
    ),
    Action(
        key="appeal",
        title=Text("申诉超期", "Appeal against the overdue mark"),
        begins=("closed",),
        ends="",
        grant="matter.handle",
        reason=True,
        when=(When(of="matter.late", among=("yes",)),),
        times=Times(most=1),
        tells=("matter.supervise",),
    ),
    Action(
        key="review_appeal",
        title=Text("申诉初审", "Review the appeal"),
        begins=("closed",),
        ends="",
        grant="matter.supervise",
        reason=True,
        after=("appeal",),
        not_by=("appeal",),
        times=Times(most=1),
        fields=(
            Field(
                key="opinion",
                title=Text("初审意见", "Opinion"),
                kind="choice",
                required=True,
                choices=(("exempt", Text("建议免责", "exempt")), ("uphold", Text("建议维持", "uphold"))),
            ),
        ),
        tells=("matter.review",),
    ),
    Action(
        key="decide_appeal",
        title=Text("申诉终审", "Decide the appeal"),
        begins=("closed",),
        ends="",
        grant="matter.review",
        reason=True,
        after=("review_appeal",),
        not_by=("appeal", "review_appeal"),
        times=Times(most=1),
        fields=(
            Field(
                key="verdict",
                title=Text("终审结论", "Verdict"),
                kind="choice",
                required=True,
                choices=(
                    ("exempt", Text("免责（超期记录保留）", "exempt (the overdue mark stays)")),
                    ("uphold", Text("维持超期", "the overdue mark is upheld")),
                ),
            ),
            NOTE,
        ),
        tells=("unit",),
    ),
)
