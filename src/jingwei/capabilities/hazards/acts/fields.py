"""Fields that the hazard itself and several of its acts share."""

from dataclasses import replace

from jingwei.kernel.matters.types import Field, FileRule
from jingwei.kernel.values.words import Text

GRADES = (
    ("general", Text("一般隐患", "general")),
    ("larger", Text("较大隐患", "larger")),
    ("major", Text("重大隐患", "major")),
)
YES_NO = (("yes", Text("是", "yes")), ("no", Text("否", "no")))

SEEN_AS = Field(
    key="seen_as",
    title=Text("看起来有多严重", "How serious it looks"),
    kind="choice",
    choices=GRADES,
    limits=True,
    hint=Text("说不准可以不选；定级由专业人员作出。", "Leave it out if unsure: it is graded by those who know."),
)
GRADE = Field(key="grade", title=Text("隐患等级", "Grade"), kind="choice", choices=GRADES, limits=True, asked_of="act")
LIFE = Field(key="life", title=Text("是否危及生命", "Life at risk"), kind="choice", choices=YES_NO, asked_of="act")
HUNG = Field(
    key="hung", title=Text("挂牌督办通知书编号", "Number of the hanging notice"), harmless=True, asked_of="act"
)
RECTIFY_BY = Field(
    key="rectify_by", title=Text("整改期限", "To be rectified by"), kind="day", public=True, asked_of="act"
)
SET_BY_ACTS = (GRADE, LIFE, HUNG, RECTIFY_BY)


def asked(field: Field) -> Field:
    """The field as an act demands it."""
    return replace(field, required=True)


FINDING = Field(key="finding", title=Text("核查情况", "What was found"), kind="text", required=True, longest=2000)
SHOWN = FileRule(key="shown", title=Text("现场照片", "Pictures of the place"), images=True)
REPORT = FileRule(
    key="report", title=Text("签字的核查报告", "Signed report of the check"), least=1, most=9, sealed=True
)
