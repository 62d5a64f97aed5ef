"""The members of values that tie the city to other systems (feeds, channels, old systems), and of readings withheld.

Their tables are written as lines, a pair a line with “=” between; what a channel sends, as JSON.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.feeds.cutover.memory import KINDS
from jingwei.kernel.matters.types import all_types
from jingwei.kernel.outbox.adapters import ADDRESSES, UNITS
from jingwei.kernel.outbox.adapters import KINDS as CHANNELS
from jingwei.kernel.values.complaints import called
from jingwei.kernel.values.coordinates import Datum
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import Group
from jingwei.surfaces.desk.rules.drafts.member import Member, among, choice, flag, line, number, part

_LONGEST = 8_000
_PAIRS = Text("每行一对，中间用“=”：对方的词 = 我们的代码。", "A pair a line, with “=” between: their word = our code.")
_COLUMN = Text("文件里的列名；没有这一列的不填。", "The head of the column in the file; empty where there is none.")
_FIELDS = Text("每行：我们的字段 = 文件里的列名。", "A line each: our field = the head of the column.")
_ROWS = Text(
    "每行：各列的词用“|”隔开 = 类别代码。",
    "A line each: the words of the columns with “|” = code of the class.",
)
_LINES = Text("每行一个。", "One a line.")
_JSON = Text(
    '写成 JSON，如 {"text": "{number} {link}"}；只能用占位，不写人名和地点。',
    'As JSON, such as {"text": "{number} {link}"}; placeholders alone, no names and no places.',
)


def _lines_shown(values: Sequence[Any]) -> str:
    return "\n".join(str(value) for value in values)


def _lines(text: str) -> list[str]:
    return [one.strip() for one in text.splitlines() if one.strip()]


def _pairs_shown(pairs: Any) -> str:  # a table, or a list of pairs
    return "\n".join(f"{theirs} = {ours}" for theirs, ours in dict(pairs).items())


def _pairs(text: str) -> dict[str, str]:
    found = {}
    for one in _lines(text):
        theirs, between, ours = one.rpartition("=")
        if not between or not theirs.strip():
            raise Invalid(_PAIRS)
        found[theirs.strip()] = ours.strip()
    return found


def _listed_pairs(text: str) -> list[list[str]]:
    return [[theirs, ours] for theirs, ours in _pairs(text).items()]


def _rows_shown(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"{' | '.join(row[:-1])} = {row[-1]}" for row in rows)


def _rows(text: str) -> list[list[str]]:
    pairs = _pairs(text)
    return [[*(word.strip() for word in theirs.split("|")), ours] for theirs, ours in pairs.items()]


def _json_shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) if value not in ({}, None) else ""


def _json(text: str) -> Any:
    try:
        return json.loads(text) if text else {}
    except ValueError as error:
        raise Invalid(_JSON) from error


def _codes(text: str) -> list[int]:
    if not all(one.isascii() and one.isdigit() for one in text.split()):
        raise Invalid(Text("写成 200 201 这样的状态码。", "Codes of HTTP, such as 200 201."))
    return [int(one) for one in text.split()]


def _table(path: str, shown: Callable[[Any], str], read: Callable[[str], Any], hint: Text, **more: Any) -> Member:
    return Member(
        path=path, title=called(path), kind="text", longest=_LONGEST, show=shown, read=read, hint=hint, **more
    )


def _optional(path: str, hint: Text | None = None, usual: str | None = None) -> Member:
    return line(path, called(path), required=False, hint=hint, usual=usual)


def _map(path: str, hint: Text) -> Member:
    return _table(path, _pairs_shown, _pairs, hint, required=False, usual={})


def _types(_: Scope) -> list[Group]:
    return [Group(Text("", ""), tuple((one.key, one.title) for one in all_types()))]


_MODES = (
    ("history", Text("历史：只记录，不提醒", "History: recorded, nobody is told")),
    ("live", Text("实时：按上报办理", "Live: worked on like reports")),
)

FEED = (
    *part(
        Text("来源和读法", "The source and how it is read"),
        line("source", called("source")),
        choice("type", called("type"), _types),
        choice("mode", called("mode"), among(_MODES), usual="history"),
        line("zone", called("zone"), hint=Text("如 Asia/Shanghai。", "Such as Asia/Shanghai.")),
        _optional("encoding", usual="utf-8"),
        choice(
            "datum", called("datum"), among((one.value, Text(one.value, one.value)) for one in Datum), usual="WGS84"
        ),
        _table("columns", _lines_shown, _lines, _LINES),
    ),
    *part(
        Text("编号和时间", "Number and times"),
        line("key.column", called("key.column"), hint=_COLUMN),
        line("opened.column", called("opened.column"), hint=_COLUMN),
        _optional("opened.format", Text("如 %Y-%m-%d %H:%M:%S。", "Such as %Y-%m-%d %H:%M:%S.")),
        *(_optional(path, _COLUMN) for path in ("closed.column", "target.column")),
    ),
    *part(
        Text("状态", "State"),
        line("state.column", called("state.column"), hint=_COLUMN),
        _table("state.open", _lines_shown, _lines, _LINES),
        _table("state.closed", _lines_shown, _lines, _LINES),
    ),
    *part(
        Text("类别", "Class"),
        _table("category.columns", _lines_shown, _lines, _LINES),
        _table("category.rows", _rows_shown, _rows, _ROWS),
        _optional("category.other"),
    ),
    *part(
        Text("地点", "Place"),
        *(_optional(path, _COLUMN) for path in ("place.lon", "place.lat", "place.address", "place.area")),
    ),
    *part(
        Text("渠道和单位", "Channel and unit"),
        *(_optional(path) for path in ("channel.column", "channel.every")),
        _optional("unit.column", _COLUMN),
        _table("channel.map", _pairs_shown, _listed_pairs, _PAIRS, required=False, usual=[]),
        _table("unit.map", _pairs_shown, _listed_pairs, _PAIRS, required=False, usual=[]),
    ),
    *part(
        Text("联系方式和其余的列", "Contact and the other columns"),
        *(_optional(path, _COLUMN) for path in ("contact.name", "contact.phone", "contact.email", "duplicate.column")),
        _map("fields", _FIELDS),
        _map("closing_fields", _FIELDS),
    ),
)
"""What goes back to the source, limits of reading and points that stand for no place stay as the file has them."""

_TO = (
    Text("本人的手机", "their telephone"),
    Text("本人的电子邮件", "their e-mail"),
    Text("本人自填的地址", "what they enter themselves"),
    Text("不需要（发到网址本身）", "none: the internet address itself"),
)
"""Where the receiver's address comes from, in the order of ADDRESSES."""

_KINDS = zip(
    CHANNELS,
    (Text("短信等网关", "A gateway"), Text("电子邮件", "Mail"), Text("其他系统", "Another system")),
    strict=True,
)

CHANNEL = (
    *part(
        Text("渠道", "The channel"),
        choice("kind", called("kind"), among(_KINDS)),
        choice("address", called("address"), among(zip(ADDRESSES, _TO, strict=True)), usual="none"),
        line("title.zh", called("title.zh")),
        line("title.en", called("title.en")),
    ),
    *part(
        Text("对谁用、用多少", "Whom it tells, and how often"),
        flag("everybody", called("everybody"), usual=False),
        flag("residents", called("residents"), usual=False),
        number("per_hour", called("per_hour"), usual=0),
        number("per_day", called("per_day"), usual=0),
    ),
    *part(
        Text("推送到其他系统时", "Where it tells another system"),
        _optional("post"),
        _table("topics", _lines_shown, _lines, _LINES, required=False, usual=[]),
    ),
    *part(
        Text("怎么发", "How it is sent"),
        _optional("url"),
        choice(
            "method", called("method"), among((one, Text(one, one)) for one in ("POST", "PUT", "GET")), usual="POST"
        ),
        choice(
            "encode",
            called("encode"),
            among((one, Text(one, one)) for one in ("json", "form", "query")),
            usual="json",
        ),
        number("timeout", called("timeout"), usual=10),
        _map(
            "headers", Text("每行一个，如 Authorization = {secret}。", "One a line, such as Authorization = {secret}.")
        ),
        _table("body", _json_shown, _json, _JSON, required=False, usual={}),
    ),
    *part(
        Text("怎样算成功", "What counts as success"),
        Member(
            path="success.status",
            title=called("success.status"),
            required=False,
            show=lambda codes: " ".join(map(str, codes)),
            read=_codes,
            usual=[],
        ),
        _optional("success.member"),
        Member(
            path="success.equals",
            title=called("success.equals"),
            required=False,
            show=_json_shown,
            read=_json,
            usual={},
        ),
    ),
    *part(
        Text("签名", "Signature"),
        *(_optional(path) for path in ("sign.key", "sign.text")),
        choice("sign.unit", called("sign.unit"), among((one, Text(one, one)) for one in UNITS), usual="ms"),
    ),
)

CUTOVER = (
    *part(
        Text("旧系统的文件", "The old system's file"),
        choice("type", called("type"), _types),
        _table("columns", _pairs_shown, _listed_pairs, _PAIRS),
    ),
    *part(
        Text("各列的词对应什么", "What the words of each column stand for"),
        *(_table(kind, _pairs_shown, _listed_pairs, _PAIRS, required=False, usual=[]) for kind in KINDS),
    ),
)

WITHHELD = (number("days", Text("暂不公开的天数", "Days withheld"), hint=Text("0 为立即公开。", "0: shown at once.")),)
