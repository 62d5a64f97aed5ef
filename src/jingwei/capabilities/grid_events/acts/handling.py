"""Handling: first contact, extension and deferral with approval, and saying what was done."""

from dataclasses import replace

from jingwei.capabilities.grid_events.acts.fields import PICTURES, RESULT, SHOWN
from jingwei.kernel.matters.types import Action, Extends, Field, Times, When
from jingwei.kernel.values.words import Text

_AT_WORK = ("signed", "processing")
_PLANNED = Field(key="planned_on", title=Text("计划办理日期", "Planned day"), kind="day", required=True, public=True)
_COST = Field(key="cost", title=Text("费用（元）", "Cost (yuan)"), kind="number")
_FED_BACK = Action(
    key="",
    title=Text("", ""),
    begins=_AT_WORK,
    ends="feedback",
    grant="matter.handle",
    fields=(RESULT, _COST),
    stops=("contact",),
    starts=("check",),
    tells=("matter.check",),
)

HANDLING = (
    Action(
        key="contact",
        title=Text("首次联系诉求人", "First contact with the reporter"),
        begins=_AT_WORK,
        ends="",
        grant="matter.handle",
        times=Times(most=1, since=("reopen",)),
        stops=("contact",),
        fields=(
            Field(
                key="how",
                title=Text("联系方式", "How"),
                kind="choice",
                required=True,
                choices=(
                    ("phone", Text("电话", "by telephone")),
                    ("message", Text("消息", "by message")),
                    ("on_site", Text("当面", "in person")),
                    ("not_reached", Text("联系不上", "not reached")),
                ),
            ),
            Field(key="said", title=Text("约定", "Agreed"), kind="text", longest=1000, sealed=True),
        ),
    ),
    Action(
        key="start",
        title=Text("开始处置", "Start"),
        begins=("signed",),
        ends="processing",
        grant="matter.handle",
    ),
    Action(
        key="ask_extension",
        title=Text("申请延期", "Ask for an extension"),
        begins=("processing",),
        ends="extension_asked",
        grant="matter.handle",
        reason=True,
        within="handle",
        times=Times(most=1),
        fields=(
            Field(
                key="longer_by",
                title=Text("延长多少（与原时限同单位）", "Longer by (in the unit of the limit)"),
                kind="number",
                required=True,
            ),
        ),
        tells=("matter.extend",),
    ),
    Action(
        key="grant_extension",
        title=Text("同意延期", "Grant the extension"),
        begins=("extension_asked",),
        ends="processing",
        grant="matter.extend",
        not_by=("ask_extension",),
        extends=Extends(clock="handle", field="longer_by"),
        tells=("holder", "reporter"),
    ),
    Action(
        key="refuse_extension",
        title=Text("不同意延期", "Refuse the extension"),
        begins=("extension_asked",),
        ends="processing",
        grant="matter.extend",
        reason=True,
        not_by=("ask_extension",),
        tells=("holder",),
    ),
    Action(
        key="ask_hang_up",
        title=Text("申请挂账", "Ask to defer"),
        begins=("processing",),
        ends="hang_up_asked",
        grant="matter.handle",
        reason=True,
        fields=(
            Field(
                key="why",
                title=Text("挂账原因", "Why"),
                kind="choice",
                required=True,
                public=True,
                choices=(
                    ("season", Text("季节原因", "season")),
                    ("works", Text("工程原因", "works that must come first")),
                    ("law", Text("法律程序", "a procedure in law")),
                ),
            ),
            _PLANNED,
        ),
        tells=("matter.supervise",),
    ),
    Action(
        key="grant_hang_up",
        title=Text("同意挂账", "Defer"),
        begins=("hang_up_asked",),
        ends="hung_up",
        grant="matter.supervise",
        not_by=("ask_hang_up",),
        pauses=("handle",),
        tells=("holder", "reporter"),
    ),
    Action(
        key="refuse_hang_up",
        title=Text("不同意挂账", "Do not defer"),
        begins=("hang_up_asked",),
        ends="processing",
        grant="matter.supervise",
        reason=True,
        not_by=("ask_hang_up",),
        tells=("holder",),
    ),
    Action(
        key="take_up",
        title=Text("恢复处置", "Take up again"),
        begins=("hung_up",),
        ends="processing",
        grant="matter.handle",
        resumes=("handle",),
    ),
    replace(
        _FED_BACK,
        key="feed_back",
        title=Text("反馈结果", "Report the result"),
        when=(When(of="category.check", among=("site", "reporter", "sample", "spared")),),
        files=(SHOWN,),
    ),
    replace(
        _FED_BACK,
        key="feed_back_shown",
        title=Text("反馈结果，附前后照片", "Report the result with pictures"),
        when=(When(of="category.check", among=("picture",)),),
        files=PICTURES,
    ),
)
