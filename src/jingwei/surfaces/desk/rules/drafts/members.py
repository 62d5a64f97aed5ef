"""The members of values that people edit, by parameter: what each is called, how it is shown and read in a form."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.rulebook.parameters import COUNTINGS, NUMBERS, URGENCIES
from jingwei.kernel.rulebook.parameters import UNITS as TIME_UNITS
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.complaints import called
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.grants import TITLES
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import Group
from jingwei.kit.moments import WEEKDAYS
from jingwei.surfaces.desk.rules.drafts.member import Member, among, choice, flag, line, number
from jingwei.surfaces.desk.rules.drafts.systems import CHANNEL, CUTOVER, FEED, WITHHELD
from jingwei.surfaces.desk.rules.values import CHECKED, VERIFIED

_NONE = Text("", "")


# --- What is chosen from ----------------------------------------------------------------------------------------------


def grouped(scope: Scope) -> list[Group]:
    """The classes of today, each under its top class."""
    known = rules_of(scope).categories(scope.today)
    tops: dict[str, list[tuple[str, Text]]] = {}
    for code, one in known.items():
        line = rules_of(scope).lineage(code, scope.today)
        tops.setdefault(line[-1] if line else code, []).append((code, one.title))
    return [Group(known[top].title, tuple(rows)) for top, rows in tops.items() if top in known]


def _units(scope: Scope) -> list[Group]:
    units = agencies_of(scope).unit_by_code
    return [Group(_NONE, tuple((code, units[code].name) for code in sorted(units)))]


_COUNTED = {
    "continuous": Text("连续计时", "Round the clock"),
    "working_hour": Text("工作小时", "Working hours"),
    "working_day": Text("工作日", "Working days"),
    "natural_day": Text("自然日", "Calendar days"),
    "natural_day_rollover": Text("自然日（遇休息顺延）", "Calendar days, to the next working day"),
}
_TIMES = {"minute": Text("分钟", "minutes"), "hour": Text("小时", "hours"), "day": Text("天", "days")}
_SIZES = {
    "percent": Text("%", "%"),
    "hour": Text("小时", "hours"),
    "day": Text("天", "days"),
    "metre": Text("米", "metres"),
}
_AFTER = (
    ("same_day", Text("算当日", "counts as that day")),
    ("next_opening", Text("顺延到下一工作时段", "counts from the next opening")),
)


# --- How they are read ------------------------------------------------------------------------------------------------


def _words_shown(values: Sequence[Any]) -> str:
    return " ".join(str(value) for value in values)


def _listed(text: str) -> list[str]:
    return text.split()


def _numbers(text: str) -> list[int]:
    return sorted(int(one) for one in text.split() if one.isdigit())


_PAIR = 2


def _rungs_shown(rungs: Sequence[Sequence[int]]) -> str:
    return "\n".join(f"{percent} {level}" for percent, level in rungs)


def _rungs(text: str) -> list[list[int]]:
    rungs = [line.split() for line in text.splitlines() if line.strip()]
    if any(len(rung) != _PAIR or not all(part.isdigit() for part in rung) for rung in rungs):
        raise Invalid(
            Text("每行两个整数：百分比和级别，如 80 1。", "Two whole numbers a line, per cent and level: 80 1.")
        )
    return [[int(part) for part in rung] for rung in rungs]


def _windows_shown(windows: Sequence[Sequence[str]]) -> str:
    return " ".join(f"{begin}-{end}" for begin, end in windows)


def _windows(text: str) -> list[list[str]]:
    windows = [window.replace("–", "-").split("-") for window in text.replace("，", " ").replace(",", " ").split()]
    try:
        times = [[datetime.time.fromisoformat(moment) for moment in window] for window in windows]
    except ValueError as error:
        raise Invalid(_WINDOW) from error
    if not times or any(len(window) != _PAIR or window[0] >= window[1] for window in times):
        raise Invalid(_WINDOW)
    return [[f"{moment:%H:%M}" for moment in window] for window in times]


_WINDOW = Text("时段写成 09:00-12:00 13:00-17:00。", "Hours are written 09:00-12:00 13:00-17:00.")


# --- The members ------------------------------------------------------------------------------------------------------


def _term(of: str = "") -> tuple[Member, ...]:
    return (
        number(f"{of}amount", called("amount")),
        choice(f"{of}unit", called("unit"), among((one, _TIMES[one]) for one in TIME_UNITS)),
        choice(f"{of}counting", called("counting"), among((one, _COUNTED[one]) for one in COUNTINGS)),
    )


_ZH_EN = (line("zh", called("zh")), line("en", called("en")))
_OR_EMPTY = Text("可不填：不限。", "May be empty: any.")

MEMBERS: Mapping[str, tuple[Member, ...]] = {
    "category": (
        *_ZH_EN,
        choice("parent", called("parent"), grouped, required=False, usual="", said=False),
        choice("urgency", called("urgency"), among((one, Text(one, one)) for one in URGENCIES)),
        flag("open", called("open")),
        choice("verify", called("verify"), among(VERIFIED.items()), usual="site"),
        choice("check", called("check"), among(CHECKED.items()), usual="site"),
        number(
            "sample", called("sample"), required=False, hint=Text("只在抽查时填写。", "Only where a sample is checked.")
        ),
    ),
    "limit": (
        *_term(),
        number("hold_days", called("hold_days"), required=False),
        number("extensions", called("extensions"), required=False),
    ),
    "routing": (
        number("priority", called("priority"), hint=Text("数小的先问。", "The smaller number is asked first.")),
        choice("category", called("category"), grouped, required=False, usual="", said=False),
        line("area", Text("区域（代码）", "Area (its code)"), required=False, usual="", hint=_OR_EMPTY),
        line("condition", Text("情形（代码）", "Condition (its code)"), required=False, usual="", hint=_OR_EMPTY),
        choice("unit", Text("承办单位", "Unit"), _units, said=False),
    ),
    "calendar": (
        Member(
            path="weekdays",
            title=called("weekdays"),
            kind="many",
            groups=among((str(number), title) for number, title in enumerate(WEEKDAYS, 1)),
            show=_words_shown,
            read=_numbers,
        ),
        Member(path="hours", title=called("hours"), hint=_WINDOW, show=_windows_shown, read=_windows),
        choice("after_hours", called("after_hours"), among(_AFTER), usual="same_day"),
    ),
    "word": _ZH_EN,
    "number": (
        *_ZH_EN,
        number("amount", called("amount")),
        choice("unit", called("unit"), among((one, _SIZES[one]) for one in NUMBERS)),
    ),
    "urging": (
        number("pause_hours", called("pause_hours")),
        number("most", called("most")),
        *_term("answer."),
    ),
    "ladder": (
        Member(
            path="rungs",
            title=called("rungs"),
            kind="text",
            longest=400,
            show=_rungs_shown,
            read=_rungs,
            hint=Text(
                "每行一级：时限用去的百分比，和提醒谁（0 承办人、1 单位负责人、2 所在区域督办、3 全市督办）。",
                "A line each: per cent of the time that is gone, and who is told (0 who acts, 1 head of the unit, "
                "2 supervisor of the area, 3 supervisor of the city).",
            ),
        ),
    ),
    "reply_templates": (
        *_ZH_EN,
        line("text_zh", Text("中文正文", "Text in Chinese"), kind="text", longest=4_000),
        line("text_en", Text("英文正文", "Text in English"), kind="text", longest=4_000),
        Member(
            path="categories",
            title=Text("适用类别（代码）", "Classes (their codes)"),
            required=False,
            longest=2_000,
            show=_words_shown,
            read=_listed,
            usual=[],
            hint=Text("用空格隔开；不填为所有类别。", "With spaces between; empty for every class."),
        ),
    ),
    "sign_in": (
        Member(
            path="second_factor",
            title=called("second_factor"),
            kind="many",
            required=False,
            groups=among(TITLES.items()),
            show=_words_shown,
            read=_listed,
            usual=[],
        ),
        number("idle", called("idle")),
        number("lock", called("lock")),
    ),
    "feed": FEED,
    "channel": CHANNEL,
    "cutover": CUTOVER,
    "withheld": WITHHELD,
}
"""A parameter that is not here is set when the city is founded, or is a paper with a template of its own."""
