"""The task that a clash becomes: another system says otherwise than the people who work on the matter here."""

from jingwei.kernel.matters.types import FIVE_YEARS, Action, ClockRule, Field, MatterType, State, register
from jingwei.kernel.values.words import Text

_HOW = Field(key="how", title=Text("处理说明", "How it was settled"), kind="text", required=True, longest=1000)

FEED_CLASH = register(
    MatterType(
        key="feed_clash",
        version=1,
        title=Text("数据源冲突", "Clash with a feed"),
        basis="不一数多源、不重复录入：来源与本地办理不一致时由人核定",
        basis_en="one source for each datum, nothing entered twice: people settle where a source and the city disagree",
        retention=(FIVE_YEARS,),
        initial="found",
        report_grant="matter.report",
        fields=(
            Field(key="title", title=Text("标题", "Title"), longest=200, searchable=True),
            Field(key="number", title=Text("来源编号", "Number at the source"), longest=80, searchable=True),
            Field(key="matter", title=Text("本地编号", "Number here"), longest=20, searchable=True),
            Field(key="difference", title=Text("差异", "Difference"), kind="text", longest=1000, harmless=True),
        ),
        clocks=(ClockRule(key="handle", title=Text("核定时限", "Time to settle"), measures_due=True),),
        starts=("handle",),
        states=(
            State(key="found", title=Text("待核定", "To be settled"), waits_for="matter.accept"),
            State(key="settled", title=Text("已核定", "Settled"), final=True),
        ),
        actions=(
            Action(
                key="settle",
                title=Text("核定", "Settle"),
                begins=("found",),
                ends="settled",
                grant="matter.accept",
                fields=(_HOW,),
            ),
        ),
    )
)
