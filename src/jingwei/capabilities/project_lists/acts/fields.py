"""Fields that the project itself and several of its acts share."""

from dataclasses import replace

from jingwei.kernel.matters.types import Field, FileRule
from jingwei.kernel.values.words import Text

TARGET = Field(
    key="target", title=Text("指标目标值", "Target of the indicator"), kind="number", least=1, asked_of="act"
)
DUE_ON = Field(key="due_on", title=Text("完成日期", "To be done by"), kind="day", asked_of="act")
PERCENT = Field(
    key="percent", title=Text("进度（%）", "Progress (%)"), kind="number", least=0, most=100, asked_of="act"
)
ACHIEVED = Field(key="achieved", title=Text("指标完成值", "Achieved"), kind="number", least=0, asked_of="act")
RESULT = Field(
    key="result",
    title=Text("对照指标得分", "Score against the indicator"),
    kind="number",
    least=0,
    most=100,
    asked_of="act",
)
SET_BY_ACTS = (TARGET, DUE_ON, PERCENT, ACHIEVED, RESULT)

EVIDENCE = FileRule(key="evidence", title=Text("佐证材料", "Evidence"), least=1, sealed=True)


def asked(field: Field) -> Field:
    """The field as an act demands it."""
    return replace(field, required=True)


def words(key: str, title: Text, *, sealed: bool = False, required: bool = True) -> Field:
    """Free words that an act asks for."""
    return Field(key=key, title=title, kind="text", required=required, longest=2000, sealed=sealed)
