"""The page of all parts, for developers: each in every state, under every theme, size of letters and language.

A surface uses a part as this page's template does; a new part, or a new state of one, is added here first.
"""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import PSEUDO, Text
from jingwei.kit.forms import Group, Input
from jingwei.kit.moments import TimeLeft, time_left
from jingwei.kit.page import public_face, show
from jingwei.kit.parts.table import Cell, Column, table_of
from jingwei.kit.parts.timeline import Day, Happened, Shown
from jingwei.kit.permission import public

_AT = datetime.datetime(2026, 11, 27, 6, 5, tzinfo=datetime.UTC)
_HOUR = datetime.timedelta(hours=1)
_LONG = Text("道路、桥涵及附属设施的损坏与缺失", "Damage to and loss of roads, bridges, culverts and their fittings")
_MISSING = Text("请写明发生了什么。", "Please say what is wrong.")
_HINT = Text("一两句话就够。", "A sentence or two will do.")
_KINDS = (("a", Text("路面", "Road surface")), ("b", Text("路灯", "Street light")))

_LEFT: tuple[TimeLeft, ...] = (
    time_left(_AT + 30 * _HOUR, None, _AT, _AT - 10 * _HOUR),
    time_left(_AT + 3 * _HOUR, None, _AT, _AT - 9 * _HOUR),
    time_left(_AT - 50 * _HOUR, None, _AT, _AT - 90 * _HOUR),
    time_left(_AT, _AT - _HOUR, _AT, _AT - 3 * _HOUR),
    time_left(_AT, _AT + _HOUR, _AT),
    time_left(None, None, _AT),
)

_INPUTS = (
    Input(name="line", id="line", title=Text("一行字", "A line"), value="abc", required=True),
    Input(name="text", id="text", title=Text("一段话", "A text"), kind="text", hint=_HINT),
    Input(name="wrong", id="wrong", title=Text("填错了", "Filled in wrong"), kind="text", value="…", error=_MISSING),
    Input(name="choice", id="choice", title=Text("选一个", "A choice"), groups=(Group(Text("", ""), _KINDS),)),
    Input(name="day", id="day", title=Text("日期", "A day"), kind="day", value="2026-11-27"),
    Input(name="number", id="number", title=Text("数目", "A number"), kind="number", value="1234"),
    Input(name="file", id="file", title=Text("文件", "Files"), kind="file", accept="image/png"),
    Input(name="yes", id="yes", title=Text("是否", "Yes or no"), kind="yes_no", value="on"),
)

_DAYS = (
    Day(
        _AT.date(),
        (
            Happened(
                _AT, None, Text("派遣", "Dispatched"), Text("王芳", "Wang Fang"), Text("处置中", "At work"), "", ()
            ),
            Happened(_AT - _HOUR, _AT, _LONG, _LONG, _LONG, "2026/11/27 13:05", (Shown(_LONG, _LONG),)),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class _Form:
    """A form of one act, as pages make them."""

    title: Text
    inputs: tuple[Input, ...]
    form_key: str = ""
    error: Text | None = None
    tried: bool = False
    barred: Text | None = None


_WHY = Input(name="why", id="why", title=Text("理由", "Reason"), kind="text", required=True)
_FORMS = (
    _Form(Text("签收", "Sign for"), ()),
    _Form(Text("退回", "Send back"), (_WHY,), error=_MISSING, tried=True),
    _Form(Text("结案", "Close"), (), barred=Text("还有一项任务没有答复。", "A task is not answered yet.")),
)

_COLUMNS = (
    Column("number", Text("编号", "Number"), sorts=False, fixed=True),
    Column("what", Text("事项", "Matter"), fixed=True),
    Column("due", Text("期限", "Due")),
    Column("times", Text("次数", "Times"), numeric=True),
    Column("marks", Text("注意", "Note"), sorts=False),
)
_ROWS = [
    {
        "number": Cell(text=f"7K2M-{place:04}-Q4XZ", address="#table"),
        "what": Cell(words=what, under=Text("东区第三网格", "East, cell 3"), order=what.zh),
        "due": Cell(at=_AT + place * _HOUR if left.kind != "none" else None, left=left, order=left.words.zh),
        "times": Cell(text=f"{1234 * place:,}", order=place),
        "marks": Cell(marks=(Text("被催办", "Urged"),) if place == 1 else ()),
    }
    for place, (what, left) in enumerate(
        zip((Text("路灯不亮", "Street light out"), _LONG, _KINDS[0][1]), _LEFT, strict=False)
    )
]


@public("shows parts with invented content, and only to developers")
@require_safe
def showroom(request: HttpRequest) -> HttpResponse:
    """Every part; `?density=desk` shows them as dense as the desk has them. Raises Denied as not found where the site
    does not run for developers."""
    if not settings.DEVELOPMENT:
        raise not_found()
    context = {
        "density": "desk" if request.GET.get("density") == "desk" else "portal",
        "languages": (("zh-hans", "中文"), ("en", "English"), (PSEUDO, PSEUDO)),
        "every_theme": True,
        "left": _LEFT,
        "inputs": _INPUTS,
        "table": table_of(_COLUMNS, _ROWS, request.GET),
        "days": _DAYS,
        "nothing": (),
        "forms": _FORMS,
        "picture": static("kit/mark.svg"),
        "at": _AT,
        "on": _AT.date(),
        "long": _LONG,
        "words": Text("已派给道路局。", "Given to the Roads Department."),
    }
    return show(request, "kit/parts/showroom.html", public_face(), context)
