"""The project 项目: three lists over a library of projects, reports that others verify, a score against its indicator
(domain 4.14). It has no code of its own."""

from jingwei.capabilities.project_lists.acts.carrying_out import CARRYING_OUT
from jingwei.capabilities.project_lists.acts.fields import SET_BY_ACTS, words
from jingwei.capabilities.project_lists.acts.laying_out import LAYING_OUT
from jingwei.capabilities.project_lists.acts.scoring import SCORING
from jingwei.kernel.matters.types import FIVE_YEARS, ClockRule, Field, MatterType, State, TaskRule, register
from jingwei.kernel.values.words import Text

_AT_WORK = ("decomposed", "assigned", "executing")

PROJECT = register(
    MatterType(
        key="project",
        version=1,
        title=Text("项目任务", "Project"),
        basis="政法重点工作项目化管理：工作清单、责任清单、落实清单",
        basis_en="managing work by projects: lists of work, of responsibility, of implementation",
        confidentiality="internal",
        retention=(FIVE_YEARS,),
        initial="library",
        classes="own",
        report_grant="project.own",
        escalates_to="project.lead",
        calls=("project.own",),
        fields=(
            Field(
                key="title", title=Text("项目名称", "Name of the project"), longest=200, searchable=True, required=True
            ),
            Field(
                key="text",
                title=Text("要解决的问题", "Problem to be solved"),
                kind="text",
                longest=4000,
                searchable=True,
                required=True,
            ),
            Field(key="year", title=Text("年度", "Year"), kind="number", least=2000, most=2100, required=True),
            *SET_BY_ACTS,
        ),
        clocks=(
            ClockRule(key="propose", title=Text("立项时限", "Time to propose"), measures_due=True),
            ClockRule(key="decompose", title=Text("分解时限", "Time to break it down"), measures_due=True),
            ClockRule(key="assign", title=Text("责任落定时限", "Time to settle who is responsible"), measures_due=True),
            ClockRule(key="report", title=Text("自报时限", "Time to report"), measures_due=True),
            ClockRule(key="deliver", title=Text("完成期限", "Time to complete"), measures_due=True),
            ClockRule(key="verify", title=Text("核验时限", "Time to verify"), measures_due=True),
            ClockRule(key="score", title=Text("评分时限", "Time to score"), measures_due=True),
            ClockRule(key="object", title=Text("异议期", "Time to object")),
        ),
        starts=("propose",),
        states=(
            State(key="library", title=Text("项目库", "In the library"), waits_for="project.own"),
            State(key="planned", title=Text("已立项", "Proposed"), waits_for="project.own"),
            State(key="decomposed", title=Text("已列工作清单", "Work listed"), waits_for="project.own"),
            State(key="assigned", title=Text("已列责任清单", "Responsibility listed"), waits_for="matter.handle"),
            State(key="executing", title=Text("推进中", "Being carried out"), waits_for="matter.handle"),
            State(
                key="self_reported",
                title=Text("已自报，待核验", "Reported, to be verified"),
                waits_for="project.verify",
            ),
            State(key="verified", title=Text("已核验", "Verified"), waits_for="project.score"),
            State(key="scored", title=Text("已评分", "Scored"), waits_for="project.own"),
            State(key="objected", title=Text("评分有异议", "Score objected to"), waits_for="project.lead"),
            State(key="adjusted", title=Text("调整待批", "Change to be approved"), waits_for="project.lead"),
            State(key="closed", title=Text("已办结", "Closed"), final=True),
            State(key="dropped", title=Text("未列入", "Not taken on"), final=True),
        ),
        tasks=(
            TaskRule(
                role="assist",
                title=Text("清单任务", "Task of the list"),
                begins=_AT_WORK,
                grant="project.own",
                answers="matter.handle",
                fields=(
                    words("asked", Text("任务和成果", "Task and output")),
                    Field(key="by", title=Text("时限", "By"), kind="day", required=True),
                ),
                result=(words("answer", Text("完成情况", "What was done")),),
                refusals=(("not_ours", Text("不是本单位的职责", "not our duty")),),
                limit="assist",
            ),
            TaskRule(
                role="instruct",
                title=Text("督办", "Supervision"),
                begins=("assigned", "executing"),
                grant="project.lead",
                answers="matter.handle",
                fields=(words("asked", Text("要求", "What is asked for")),),
                result=(words("answer", Text("答复", "Answer")),),
                limit="instruct",
            ),
        ),
        actions=(*LAYING_OUT, *CARRYING_OUT, *SCORING),
    )
)
