"""The fields of a document template: what each is called, what it says, and which of them a paper must not lack.

A field stands in the document in double braces, `{{ 编号 }}`, by its Chinese or its English name. It stands for text
and for nothing else: there are no conditions, loops or expressions that somebody could write into a template.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from jingwei.kernel.values.words import Text

LANGUAGES = {"zh": Text("中文", "Chinese"), "en": Text("英文", "English")}
"""Each paper has a template of each language."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its key, its two names, what it says, and why a paper needs it."""

    key: str
    name: Text
    says: Text
    papers: tuple[str, ...] = ("receipt", "order", "urging", "notice")
    needed: tuple[str, ...] = ()  # papers that must not lack it
    picture: bool = False


_ALL = ("receipt", "order", "urging", "notice")
_RESIDENT, _UNIT = ("receipt", "notice"), ("order", "urging")

FIELDS = tuple(
    (
        Field("city", Text("机关", "Office"), Text("发文的机关或平台", "who sends the paper"), needed=_ALL),
        Field("heading", Text("文书", "Paper"), Text("文书的名称", "what the paper is called")),
        Field("number", Text("编号", "Number"), Text("事项编号", "the number of the matter"), needed=_ALL),
        Field("category", Text("类别", "Category"), Text("事项类别", "the category of the matter")),
        Field("place", Text("地点", "Place"), Text("所在区域", "the area in which it lies")),
        Field("received", Text("收到时间", "Received"), Text("收到的时间", "when it came in"), needed=("receipt",)),
        Field("due", Text("期限", "Due"), Text("办结期限", "until when it is to be done"), needed=_UNIT),
        Field("unit", Text("承办单位", "Unit"), Text("承办的单位", "the unit in charge"), _UNIT, _UNIT),
        Field("standing", Text("时限情况", "Standing"), Text("还剩多久或已超多久", "how much time is left"), _UNIT),
        Field(
            "particulars",
            Text("事项内容", "Particulars"),
            Text("上报的内容，不含封存的", "what was reported, without what is sealed"),
            _UNIT,
            ("order",),
        ),
        Field("closed", Text("办结时间", "Closed"), Text("办结的时间", "when it was closed"), ("notice",)),
        Field(
            "result",
            Text("办理结果", "Result"),
            Text("对外答复的内容", "what is answered to the public"),
            ("notice",),
            ("notice",),
        ),
        Field(
            "address",
            Text("查询网址", "Address"),
            Text("查看这件事的网址", "where the matter is looked up"),
            needed=_RESIDENT,
        ),
        Field("code", Text("二维码", "QR code"), Text("同一网址的二维码", "the address to be scanned"), picture=True),
        Field(
            "supervision",
            Text("监督方式", "Supervision"),
            Text("规则库词语 card.supervision：监督电话等", "the word card.supervision of the rulebook: whom to call"),
            needed=_RESIDENT,
        ),
        Field("signed", Text("落款", "Signed"), Text("打印的人所在岗位", "the post of whoever prints it"), needed=_ALL),
        Field("day", Text("日期", "Date"), Text("打印的日期", "the day of printing"), needed=_ALL),
        Field("printed", Text("打印时间", "Printed"), Text("打印的时间", "the moment of printing")),
    )
)


def fields_of(paper: str) -> tuple[Field, ...]:
    """The fields that a paper has."""
    return tuple(one for one in FIELDS if paper in one.papers)


def named(paper: str) -> Mapping[str, Field]:
    """The fields of a paper by either name, as `key_of` writes it."""
    return {key_of(name): one for one in fields_of(paper) for name in (one.name.zh, one.name.en)}


def key_of(name: str) -> str:
    """A name as it is compared: without outer blanks, inner ones as one, small letters."""
    return " ".join(name.split()).casefold()
