"""The workbook that a cut-over answers with: what becomes of each row, and the words that may be corrected."""

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from jingwei.kernel.feeds.cutover.mapping import How, Pair
from jingwei.kernel.feeds.cutover.memory import KINDS
from jingwei.kernel.feeds.cutover.run import CutOver, Judged, Verdict
from jingwei.kernel.tables.writing import Page, workbook
from jingwei.kernel.values.words import Text

COLUMNS, VALUES = Text("列对应", "Columns"), Text("值对应", "Values")
"""The two sheets that may be corrected and given back."""

KIND_TITLES = {
    "state": Text("状态", "State"),
    "category": Text("类别", "Category"),
    "unit": Text("单位", "Unit"),
    "holder": Text("岗位", "Post"),
    "area": Text("区域", "Area"),
    "channel": Text("渠道", "Channel"),
}
_VERDICTS: dict[tuple[Verdict, bool], Text] = {
    ("carried", False): Text("将转入", "would be carried over"),
    ("carried", True): Text("已转入", "carried over"),
    ("stands", False): Text("此前已转入，不动", "carried over before: left alone"),
    ("over", False): Text("旧系统已办完，不转入", "over in the old system: not carried over"),
    ("refused", False): Text("不能转入", "cannot be carried over"),
}
_HOW: dict[How, Text] = {
    "remembered": Text("已记住", "remembered"),
    "same": Text("名称相同", "called the same"),
    "proposed": Text("建议，待确认", "proposed, to be confirmed"),
    "several": Text("重名，未对应", "several are called so: not mapped"),
    "open": Text("未对应", "not mapped"),
}
_DUE = {
    "promised": Text("旧系统承诺的期限", "promised by the old system"),
    "left": Text("时限减去已用", "the limit less what was used"),
    "counted": Text("按时限自受理起算", "the limit, from when it was received"),
    "none": Text("没有设定时限", "no limit is set"),
}
_LOCATED = {
    "by_point": Text("坐标", "point"),
    "by_area": Text("网格列", "column of cells"),
    "by_address": Text("地址", "address"),
    "by_alias": Text("地址（别名）", "address (alias)"),
    "none": Text("未定位", "not located"),
}


def report(cut: CutOver, language: str) -> bytes:
    """The workbook, its heads and words in one language; it holds numbers and codes, and no reporter's name."""
    return workbook([_overview(cut, language), _units(cut, language), _rows(cut, language), *maps(cut, language)])


def verdict_title(verdict: Verdict, done: bool) -> Text:
    """What becomes of a row, in words."""
    return _VERDICTS.get((verdict, done), _VERDICTS[verdict, False])


def _overview(cut: CutOver, language: str) -> Page:
    overdue = sum(_is_overdue(cut, one) for one in cut.rows)
    words = [pair for kind in KINDS for pair in cut.read.mapped.values[kind]]
    lines: list[tuple[Text, str | int]] = [
        (Text("旧系统", "Old system"), cut.source),
        (Text("文件", "File"), cut.read.table.file),
        (Text("工作表", "Sheet"), cut.read.table.sheet),
        (Text("文件 SHA-256", "SHA-256 of the file"), cut.read.table.digest),
        (Text("清单截止时点", "List as of"), _local(cut, cut.until)),
        (Text("行数", "Rows"), len(cut.rows)),
        (
            Text("重复的表头、分段标题（不算行）", "Heads repeated, titles between (no rows)"),
            len(cut.read.table.no_rows),
        ),
        *(
            (verdict_title(verdict, cut.done), cut.counts[verdict])
            for verdict in ("carried", "stands", "over", "refused")
        ),
        (Text("其中转入时已逾期", "Of those carried over, overdue"), overdue),
        (Text("未对应的词", "Words not mapped"), sum(not pair.used for pair in words)),
    ]
    lines += [(Text("缺少的列", "Column missing"), title.in_(language)) for title in cut.read.missing]
    head = [Text("项目", "Item").in_(language), Text("内容", "Content").in_(language)]
    return Page(Text("总览", "Overview").in_(language), head, [[title.in_(language), cell] for title, cell in lines])


def _units(cut: CutOver, language: str) -> Page:
    """How many matters each unit gets: what it is told instead of a message for each."""
    titles = cut.read.choices.codes["unit"]
    carried = [one for one in cut.rows if one.verdict == "carried"]
    counts = Counter(str(one.result["unit"]) for one in carried)
    late = Counter(str(one.result["unit"]) for one in carried if _is_overdue(cut, one))
    rows: list[list[str | int]] = [
        [code, titles[code].in_(language) if code in titles else "", count, late[code]]
        for code, count in counts.most_common()
    ]
    head = (Text("单位代码", "Unit"), Text("单位", "Name"), Text("件数", "Matters"), Text("其中已逾期", "Overdue"))
    return Page(Text("各单位", "Units").in_(language), [one.in_(language) for one in head], rows)


def _is_overdue(cut: CutOver, one: Judged) -> bool:
    due = one.result.get("due")
    return bool(due) and datetime.datetime.fromisoformat(str(due)) < cut.until


_HEAD = (
    Text("行", "Row"),
    Text("编号", "Number"),
    Text("结论", "Verdict"),
    Text("状态", "State"),
    Text("单位", "Unit"),
    Text("岗位", "Post"),
    Text("网格", "Cell"),
    Text("定位依据", "Located by"),
    Text("受理时间", "Received"),
    Text("期限", "Due"),
    Text("期限来由", "Why this date"),
    Text("平台编号", "Number here"),
    Text("出错的列", "Column"),
    Text("原因", "Reason"),
    Text("处理办法", "Remedy"),
)


def _rows(cut: CutOver, language: str) -> Page:
    rows = [line for one in cut.rows for line in _lines(cut, one, language)]
    return Page(Text("逐行", "Rows").in_(language), [one.in_(language) for one in _HEAD], rows)


def _lines(cut: CutOver, one: Judged, language: str) -> Iterator[list[str | int]]:
    """A line a row, and one more for each further fault."""
    row, result = one.row, one.result
    states, due = cut.read.choices.codes["state"], result.get("due")
    head: list[str | int] = [
        row.row,
        row.number,
        verdict_title(one.verdict, cut.done).in_(language),
        states[row.state].in_(language) if row.state in states else "",
        str(result.get("unit", row.unit)),
        row.holder,
        str(result.get("area", row.area)),
        _LOCATED.get(str(result.get("located", "")), Text("", "")).in_(language),
        _local(cut, row.received),
        _local(cut, datetime.datetime.fromisoformat(str(due))) if due else "",
        _DUE[_why(one)].in_(language) if one.verdict == "carried" else "",
        str(result.get("number", "")) if cut.done else "",
    ]
    for number, fault in zip_longest(range(1), one.faults):
        told = [fault.column, fault.what.in_(language), fault.remedy.in_(language)] if fault else []
        yield [*(head if number == 0 else [*head[:3], *[""] * (len(head) - 3)]), *told]


def _why(one: Judged) -> str:
    if one.row.due is not None:
        return "promised"
    if not one.result.get("due"):
        return "none"
    return "left" if one.row.ran is not None else "counted"


def _local(cut: CutOver, moment: datetime.datetime | None) -> str:
    return moment.astimezone(cut.read.zone).strftime("%Y-%m-%d %H:%M") if moment else ""


_COLUMN_HEAD = (
    Text("旧表列名", "Their column"),
    Text("我方字段", "Our field"),
    Text("字段名称", "Field"),
    Text("依据", "How"),
)
_VALUE_HEAD = (
    Text("种类", "Kind"),
    Text("旧系统的词", "Their word"),
    Text("我方代码", "Our code"),
    Text("名称", "Title"),
    Text("依据", "How"),
    Text("件数", "Rows"),
)


def maps(cut: CutOver, language: str) -> list[Page]:
    """The two sheets that may be corrected, and the codes there are to choose from."""
    choices = cut.read.choices
    named = {one.key: one.title for one in choices.meanings}
    columns: list[list[str | int]] = [
        [one.theirs, one.ours, named[one.ours].in_(language) if one.ours in named else "", _HOW[one.how].in_(language)]
        for one in cut.read.mapped.columns
    ]
    values = [_value(kind, one, cut, language) for kind in KINDS for one in cut.read.mapped.values[kind]]
    lists: list[Sequence[str]] = [
        [one.key for one in choices.meanings],
        [one.title.in_(language) for one in choices.meanings],
    ]
    heads = [Text("我方字段", "Our field"), Text("字段名称", "Field")]
    for kind in (one for one in KINDS if one != "area"):
        lists += [list(choices.codes[kind]), [title.in_(language) for title in choices.codes[kind].values()]]
        heads += [KIND_TITLES[kind], Text("名称", "Title")]
    chosen = Text("可选代码", "Codes").in_(language)
    return [
        Page(
            COLUMNS.in_(language),
            [one.in_(language) for one in _COLUMN_HEAD],
            columns,
            {1: f"='{chosen}'!$A$2:$A${len(choices.meanings) + 1}"},
        ),
        Page(VALUES.in_(language), [one.in_(language) for one in _VALUE_HEAD], values),
        Page(chosen, [one.in_(language) for one in heads], list(zip_longest(*lists, fillvalue=""))),
    ]


def _value(kind: str, one: Pair, cut: CutOver, language: str) -> list[str | int]:
    titles = cut.read.choices.codes[kind]
    title = titles[one.ours].in_(language) if one.ours in titles else ""
    return [KIND_TITLES[kind].in_(language), one.theirs, one.ours, title, _HOW[one.how].in_(language), one.count]
