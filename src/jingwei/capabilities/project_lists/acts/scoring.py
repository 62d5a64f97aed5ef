"""Scoring: the project against its own indicator, by a third person, with an objection. No person is scored."""

from jingwei.capabilities.project_lists.acts.carrying_out import REPORTED
from jingwei.capabilities.project_lists.acts.fields import ACHIEVED, RESULT, asked, words
from jingwei.kernel.matters.types import Action, Times
from jingwei.kernel.values.words import Text

SCORING = (
    Action(
        key="score",
        title=Text("对照指标评分", "Score against the indicator"),
        begins=("verified",),
        ends="scored",
        grant="project.score",
        not_by=(*REPORTED, "pass_verify"),
        sets=("achieved", "result"),
        fields=(asked(ACHIEVED), asked(RESULT), words("formula", Text("算法和依据", "Formula and basis"))),
        stops=("score",),
        starts=("object",),
        tells=("unit", "project.own"),
    ),
    Action(
        key="object",
        title=Text("对评分提出异议", "Object to the score"),
        begins=("scored",),
        ends="objected",
        grant="matter.handle",
        reason=True,
        within="object",
        times=Times(most=1, since=("score",)),
        stops=("object",),
        tells=("project.lead",),
    ),
    Action(
        key="accept_score",
        title=Text("无异议", "No objection"),
        begins=("scored",),
        ends="",
        grant="matter.handle",
        times=Times(most=1, since=("score",)),
        stops=("object",),
    ),
    Action(
        key="decide_objection",
        title=Text("异议复核", "Decide the objection"),
        begins=("objected",),
        ends="scored",
        grant="project.lead",
        not_by=("score", "object"),
        reason=True,
        sets=("result",),
        fields=(asked(RESULT),),
        tells=("unit",),
    ),
    Action(
        key="next_quarter",
        title=Text("进入下一季度", "On to the next quarter"),
        begins=("scored",),
        ends="executing",
        grant="project.own",
        past="object",
        starts=("report",),
        tells=("unit",),
    ),
    Action(
        key="close",
        title=Text("办结归档", "Close and file"),
        begins=("scored",),
        ends="closed",
        grant="project.own",
        past="object",
        fields=(words("outcome", Text("成果", "Outcome")),),
        tells=("unit", "project.lead"),
    ),
)
