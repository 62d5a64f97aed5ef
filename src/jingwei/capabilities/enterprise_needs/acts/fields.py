"""Fields that the need itself and several of its acts share."""

from dataclasses import replace

from jingwei.kernel.matters.types import Field
from jingwei.kernel.values.words import Text

SECTORS = (
    ("industry", Text("工业制造", "manufacturing")),
    ("building", Text("建筑房地产", "building and property")),
    ("trade", Text("商贸物流", "trade and logistics")),
    ("catering", Text("餐饮文旅", "catering and tourism")),
    ("farming", Text("农业和食品加工", "farming and food")),
    ("technology", Text("信息科技", "information technology")),
)
"""The six sectors by which individual needs are coded; the four aspects of common ones are classes of the catalogue."""

NATURES = (("common", Text("共性需求", "common")), ("individual", Text("个性需求", "individual")))
RATINGS = (
    ("5", Text("非常满意", "very satisfied")),
    ("4", Text("满意", "satisfied")),
    ("3", Text("基本满意", "fairly satisfied")),
    ("2", Text("不满意", "dissatisfied")),
    ("1", Text("非常不满意", "very dissatisfied")),
)
GOOD, BAD = ("5", "4", "3"), ("2", "1")

SECTOR = Field(key="sector", title=Text("行业", "Sector"), kind="choice", choices=SECTORS, asked_of="act")
NATURE = Field(
    key="nature", title=Text("共性或个性", "Common or individual"), kind="choice", choices=NATURES, asked_of="act"
)
RATING = Field(
    key="rating",
    title=Text("企业评价", "Rating by the enterprise"),
    kind="choice",
    choices=RATINGS,
    public=True,
    asked_of="act",
)
TERM = Field(key="term", title=Text("服务期限", "To be served by"), kind="day", public=True, asked_of="act")
SET_BY_ACTS = (SECTOR, NATURE, TERM, RATING)


def asked(field: Field) -> Field:
    """The field as an act demands it."""
    return replace(field, required=True)


def words(key: str, title: Text, *, sealed: bool = False, public: bool = False, required: bool = True) -> Field:
    """Free words that an act asks for."""
    return Field(key=key, title=title, kind="text", required=required, longest=2000, sealed=sealed, public=public)
