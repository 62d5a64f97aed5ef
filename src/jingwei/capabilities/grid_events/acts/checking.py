"""Checking: by somebody else than whoever did the work, in the way that the class says; rework, and closing."""

from dataclasses import replace

from jingwei.capabilities.grid_events.acts.fields import CLOSING, FINDING, NOTE, SHOWN, UNIT
from jingwei.kernel.matters.types import Action, Field, Renews, Times, When
from jingwei.kernel.values.words import Text

HANDLED = ("feed_back", "feed_back_shown", "sign", "start", "fix")
"""Whoever did one of these is not independent."""

_PASSED = Action(
    key="",
    title=Text("", ""),
    begins=("feedback",),
    ends="closed",
    grant="matter.check",
    not_by=HANDLED,
    other_unit=True,
    stops=("check",),
    tells=("reporter",),
)

CHECKING = (
    replace(
        _PASSED,
        key="pass_check",
        title=Text("现场核查通过，结案", "Checked on site: close"),
        fields=(FINDING, CLOSING),
        files=(SHOWN,),
    ),
    replace(
        _PASSED,
        key="pass_by_picture",
        title=Text("照片核查通过，结案", "Checked by pictures: close"),
        when=(When(of="category.check", among=("picture",)),),
        fields=(FINDING, CLOSING),
    ),
    replace(
        _PASSED,
        key="pass_undrawn",
        title=Text("未抽中核查，据反馈结案", "Not drawn for a check: close"),
        when=(When(of="category.check", among=("spared",)),),
        fields=(NOTE,),
    ),
    replace(
        _PASSED,
        key="pass_by_reporter",
        title=Text("上报人确认，结案", "Confirmed by the reporter: close"),
        when=(When(of="category.check", among=("reporter",)),),
        fields=(
            Field(
                key="how",
                title=Text("怎么确认的", "How it was confirmed"),
                kind="choice",
                required=True,
                choices=(
                    ("phone", Text("电话", "by telephone")),
                    ("message", Text("消息", "by message")),
                    ("on_site", Text("当面", "in person")),
                ),
            ),
            NOTE,
        ),
    ),
    Action(
        key="confirm",
        title=Text("我确认已解决", "I confirm that it is solved"),
        begins=("feedback",),
        ends="closed",
        grant="matter.confirm",
        when=(When(of="category.check", among=("reporter",)),),
        stops=("check",),
        tells=("unit",),
    ),
    Action(
        key="fail_check",
        title=Text("核查不通过，返工", "Check failed: do again"),
        begins=("feedback",),
        ends="processing",
        grant="matter.check",
        reason=True,
        not_by=HANDLED,
        other_unit=True,
        times=Times(most=2, since=("reopen", "instruct_rework")),
        stops=("check",),
        renews=Renews(clock="handle", percent=50),
        files=(SHOWN,),
        tells=("unit",),
    ),
    Action(
        key="fail_again",
        title=Text("第三次返工，报值班长督办", "Third failure: to the supervisor"),
        begins=("feedback",),
        ends="escalated",
        grant="matter.check",
        reason=True,
        not_by=HANDLED,
        other_unit=True,
        after=("fail_check",),
        stops=("check",),
        files=(SHOWN,),
        tells=("matter.supervise", "unit"),
    ),
    Action(
        key="instruct_rework",
        title=Text("督办返工", "Order the rework"),
        begins=("escalated",),
        ends="processing",
        grant="matter.supervise",
        reason=True,
        fields=(UNIT,),
        assigns="unit",
        renews=Renews(clock="handle", percent=50),
        tells=("unit",),
    ),
)
