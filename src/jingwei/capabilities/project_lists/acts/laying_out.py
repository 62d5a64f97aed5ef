"""Laying out: from the library of projects to the three lists."""

from jingwei.capabilities.project_lists.acts.fields import DUE_ON, EVIDENCE, TARGET, asked, words
from jingwei.kernel.matters.types import Action, Field, Promises
from jingwei.kernel.values.words import Text

LAYING_OUT = (
    Action(
        key="propose",
        title=Text("立项", "Propose the project"),
        begins=("library",),
        ends="planned",
        grant="project.own",
        sets=("target",),
        fields=(
            words("goal", Text("目标", "Goal")),
            Field(key="indicator", title=Text("指标", "Indicator"), required=True),
            asked(TARGET),
            Field(
                key="budget", title=Text("预算（万元）", "Budget (10,000 yuan)"), kind="number", required=True, least=0
            ),
        ),
        stops=("propose",),
        starts=("decompose",),
        tells=("project.lead",),
    ),
    Action(
        key="drop",
        title=Text("不列入", "Do not take it on"),
        begins=("library", "planned"),
        ends="dropped",
        grant="project.lead",
        reason=True,
        tells=("project.own",),
    ),
    Action(
        key="decompose",
        title=Text("分解为工作清单", "Break it down: the list of work"),
        begins=("planned",),
        ends="decomposed",
        grant="project.own",
        sets=("due_on",),
        fields=(words("work", Text("任务、成果和各项时限", "Tasks, outputs and their days")), asked(DUE_ON)),
        stops=("decompose",),
        starts=("assign",),
    ),
    Action(
        key="assign",
        title=Text("落定责任清单", "Settle who is responsible: the list of responsibility"),
        begins=("decomposed",),
        ends="assigned",
        grant="project.own",
        fields=(
            Field(key="chief", title=Text("主要负责人", "Chief"), required=True, longest=60, sealed=True),
            Field(key="deputy", title=Text("分管负责人", "Deputy in charge"), required=True, longest=60, sealed=True),
            Field(key="unit", title=Text("责任部门", "Department responsible"), kind="unit", required=True),
        ),
        assigns="unit",
        stops=("assign",),
        starts=("report",),
        promises=Promises(clock="deliver", field="due_on"),
        tells=("unit",),
    ),
    Action(
        key="implement",
        title=Text("填写落实清单", "Write down what is done: the list of implementation"),
        begins=("assigned",),
        ends="executing",
        grant="matter.handle",
        fields=(words("done", Text("已做的", "Done so far")),),
        files=(EVIDENCE,),
        assigns="holder",
        stops=("report",),
        starts=("report",),
    ),
)
