"""The self-check as a declared type: it waits, and has either arrived in every inbox it should, or was missed."""

from jingwei.kernel.matters.types import Action, ClockRule, Field, MatterType, Retention, State, register
from jingwei.kernel.values.words import Text

OPERATE = "system.operate"
CHECK = "system.check"
"""Held by the worker's own actor alone."""

_LOGS = Text(
    "网络安全法第二十一条：网络日志不少于六个月", "Cybersecurity Law 21: logs of the network for six months or longer"
)

SELF_CHECK = register(
    MatterType(
        key="self_check",
        version=1,
        title=Text("提醒自检", "Self-check of reminders"),
        basis="提醒链路每日自检：静默即告警",
        basis_en="daily self-check of the chain of reminders: silence is an alarm",
        retention=(Retention(years=1, basis=_LOGS),),
        initial="waiting",
        escalates_to=OPERATE,
        fields=(Field(key="title", title=Text("标题", "Title"), harmless=True),),
        clocks=(ClockRule(key="chain", title=Text("提醒链路", "Chain of reminders"), measures_due=True),),
        states=(
            State(key="waiting", title=Text("自检中", "Being checked"), waits_for=OPERATE),
            State(key="arrived", title=Text("已送达", "Arrived"), final=True),
            State(key="missed", title=Text("没有按时送达", "Did not arrive in time"), final=True),
        ),
        actions=(
            Action(
                key="arrive",
                title=Text("各级都已收到", "Every level was told"),
                begins=("waiting",),
                ends="arrived",
                grant=CHECK,
                system_only=True,
            ),
            Action(
                key="miss",
                title=Text("判为没有送达", "Found not to have arrived"),
                begins=("waiting",),
                ends="missed",
                grant=CHECK,
                system_only=True,
            ),
        ),
    )
)
