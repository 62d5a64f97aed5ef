"""What may be done in every open state, and what another system states."""

from jingwei.capabilities.grid_events.acts.fields import NOTE
from jingwei.kernel.matters.types import Action, Field
from jingwei.kernel.values.words import Text

OPEN = (
    *("reported", "verifying", "filed", "dispatched", "disputed", "assigned", "referred", "ordered", "signed"),
    *("processing", "extension_asked", "hang_up_asked", "hung_up", "feedback", "escalated"),
)

ANYWHERE = (
    Action(
        key="adopt",
        title=Text("接管", "Take over"),
        begins=OPEN,
        ends="",
        grant="matter.adopt",
        assigns="holder",
    ),
    Action(
        key="supervise",
        title=Text("督办", "Supervise"),
        begins=OPEN,
        ends="",
        grant="matter.supervise",
        fields=(NOTE,),
        reason=True,
        tells=("unit",),
        replaced=True,
    ),
    Action(
        key="close_stated",
        title=Text("来源系统结案", "Closed by the source"),
        begins=(*OPEN, "closed"),
        ends="closed",
        grant="matter.state",
        fields=(
            Field(key="closure_code", title=Text("结案代码", "Closure code"), longest=60, public=True),
            Field(key="closure_text", title=Text("结案说明", "Closing text"), kind="text", longest=4000),
        ),
        system_only=True,
    ),
    Action(
        key="reopen_stated",
        title=Text("来源系统重新打开", "Reopened by the source"),
        begins=("closed",),
        ends="reported",
        grant="matter.state",
        reason=True,
        system_only=True,
    ),
)
