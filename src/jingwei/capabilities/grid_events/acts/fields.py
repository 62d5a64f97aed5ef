"""Fields that several acts ask for, and words they share."""

from jingwei.kernel.matters.types import Field, FileRule
from jingwei.kernel.values.words import Text

REQUESTS = (
    ("consult", Text("咨询", "Question")),
    ("help", Text("求助", "Request for help")),
    ("suggestion", Text("建议", "Suggestion")),
    ("complaint", Text("投诉", "Complaint")),
    ("report", Text("举报", "Report of a breach")),
    ("praise", Text("表扬", "Praise")),
)
"""What the caller wants, whatever the class of the event: the second axis of a 12345 hotline."""

ANSWERED_AT_ONCE = ("consult", "suggestion", "praise")
"""Requests that the intake clerk may answer and close in one act."""

UNIT = Field(key="unit", title=Text("承办单位", "Unit"), kind="unit", required=True)
NOTE = Field(key="note", title=Text("说明", "Note"), kind="text", longest=2000)
RESULT = Field(
    key="result", title=Text("处置结果", "What was done"), kind="text", required=True, longest=2000, public=True
)
CONDITION = Field(
    key="condition",
    title=Text("立案情形", "Condition"),
    kind="condition",
    asked_of="act",
    hint=Text("情形不同，办结时限不同，从上报起算。", "The limit follows from it, counted from the report on."),
)
FINDING = Field(key="finding", title=Text("核实情况", "What was found"), kind="text", required=True, longest=2000)
CLOSING = Field(
    key="closing_met",
    title=Text("结案条件已满足", "The closing condition is met"),
    kind="yes_no",
    hint=Text("结案条件见类别目录。", "The catalogue of classes says what it is."),
)
GROUND = Field(
    key="ground",
    title=Text("不予受理的情形", "Why it is not taken on"),
    kind="choice",
    public=True,
    choices=(
        ("not_found", Text("现场核实不属实", "not found on site")),
        ("not_ours", Text("不属于受理范围", "not something this service handles")),
        (
            "other_procedure",
            Text("正在诉讼、仲裁、复议或者信访程序中", "before a court, in arbitration or under review"),
        ),
        ("secret", Text("涉及国家秘密、商业秘密或者个人隐私", "concerns a secret or somebody's privacy")),
        ("nothing_new", Text("重复反映，没有新的事实", "repeated without a new fact")),
        ("insulting", Text("内容辱骂或者无法辨认", "insulting or not intelligible")),
    ),
)
ROUTE = Field(
    key="route",
    title=Text("可以去哪里办", "Where to turn instead"),
    kind="text",
    longest=1000,
    public=True,
    hint=Text("上报人会看到这段话。", "Whoever reported reads this."),
)

SHOWN = FileRule(key="shown", title=Text("现场照片", "Pictures of the place"), images=True)
PICTURES = (
    FileRule(key="before", title=Text("处置前照片", "Pictures before"), least=1, images=True, sealed=True),
    FileRule(key="after", title=Text("处置后照片", "Pictures after"), least=1, images=True, sealed=True),
)
"""Demanded only where the class is checked by pictures."""

GRADES = (
    ("5", Text("非常满意", "very satisfied")),
    ("4", Text("满意", "satisfied")),
    ("3", Text("基本满意", "fairly satisfied")),
    ("2", Text("不满意", "dissatisfied")),
    ("1", Text("非常不满意", "very dissatisfied")),
)
"""Five grades; each is counted, so that nobody has to guess which of them a rate calls satisfied."""
