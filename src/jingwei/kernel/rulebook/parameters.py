"""The declared parameters: what each value must look like. Values that do not fit are refused, never repaired."""

import datetime
import re
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.outbox.adapters import problems_of_channel
from jingwei.kernel.values.grants import TITLES
from jingwei.kernel.values.words import Text

URGENCIES = ("U1", "U2", "U3", "U4")
COUNTINGS = ("continuous", "working_hour", "working_day", "natural_day", "natural_day_rollover")
VERIFIED = ("site", "phone", "none")
CHECKED = ("site", "picture", "reporter", "sample")
UNITS = ("minute", "hour", "day")
NUMBERS = ("percent", "hour", "day", "metre")
_SEED = re.compile(r"[0-9a-f]{32,64}")
_LONGEST_TEMPLATE = 20_000
PLACEHOLDERS = ("number", "class", "due", "unit", "place", "date")
"""What a reply template may leave to the matter, in braces."""
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One kind of value: how its subject is named, and what its content must be."""

    key: str
    title: Text
    subject: Text  # what the subject names
    problems: Callable[[Mapping[str, Any]], Iterator[str]]
    sealed: bool = False  # its values are shown to whoever reads the ledger alone


def _words(content: Mapping[str, Any], *keys: str) -> Iterator[str]:
    for key in keys:
        if not isinstance(content.get(key), str) or not content[key].strip():
            yield f"{key} is missing"


def _category(content: Mapping[str, Any]) -> Iterator[str]:
    yield from _words(content, "zh", "en")
    if content.get("urgency") not in URGENCIES:
        yield f"urgency is {content.get('urgency')!r}, not one of {', '.join(URGENCIES)}"
    if not isinstance(content.get("parent"), str):
        yield "parent is missing (empty for the top)"
    if not isinstance(content.get("open"), bool):
        yield "open is not true or false"
    if not isinstance(content.get("type", ""), str):
        yield "type is not text (the matter type whose category it is)"
    if content.get("verify", "site") not in VERIFIED:
        yield f"verify is {content['verify']!r}, not one of {', '.join(VERIFIED)}"
    yield from _checked(content)


def _checked(content: Mapping[str, Any]) -> Iterator[str]:
    sampled = content.get("check", "site") == "sample"
    if content.get("check", "site") not in CHECKED:
        yield f"check is {content['check']!r}, not one of {', '.join(CHECKED)}"
    if sampled and (type(content.get("sample")) is not int or not 0 < content["sample"] <= 100):
        yield f"sample is {content.get('sample')!r}, not a whole number of per cent from 1 to 100"
    if not sampled and "sample" in content:
        yield "sample is given, but check is not sample"


def _limit(content: Mapping[str, Any]) -> Iterator[str]:
    if content.get("counting") not in COUNTINGS:
        yield f"counting is {content.get('counting')!r}, not one of {', '.join(COUNTINGS)}"
    if content.get("unit") not in UNITS:
        yield f"unit is {content.get('unit')!r}, not one of {', '.join(UNITS)}"
    amount = content.get("amount")
    in_time = content.get("counting") in ("continuous", "working_hour")
    if (content.get("unit") == "day") == in_time and content.get("counting") != "continuous":
        yield f"{content.get('counting')} is not counted in {content.get('unit')}s"
    if type(amount) is not int or not 0 < amount <= 36_500:
        yield f"amount is {amount!r}, not a whole number from 1 to 36,500"
    for key, usual, most in (("hold_days", 0, 3_650), ("extensions", 1, 10)):
        given = content.get(key, usual)
        if type(given) is not int or not 0 <= given <= most:
            yield f"{key} is {given!r}, not a whole number from 0 to {most:,}"


def _routing(content: Mapping[str, Any]) -> Iterator[str]:
    yield from _words(content, "unit")
    if type(content.get("priority")) is not int:
        yield "priority is not a whole number"
    for key in ("category", "area", "condition"):
        if not isinstance(content.get(key, ""), str):
            yield f"{key} is not text"


def _calendar(content: Mapping[str, Any]) -> Iterator[str]:
    days = content.get("days")
    if not isinstance(days, dict):
        yield "days is missing"
        return
    for day, kind in days.items():
        try:
            datetime.date.fromisoformat(day)
        except ValueError:
            yield f"{day!r} is not a day (2026-10-01)"
        if kind not in ("off", "work"):
            yield f"{day}: {kind!r} is neither off nor work"
    for day, title in content.get("titles", {}).items():
        if day not in days:
            yield f"titles: {day} is no day of the calendar"
        yield from (f"titles: {day}: {problem}" for problem in _words(title, "zh", "en"))
    if content.get("after_hours", "same_day") not in ("same_day", "next_opening"):
        yield "after_hours is neither same_day nor next_opening"
    yield from _working_time(content)


def _working_time(content: Mapping[str, Any]) -> Iterator[str]:
    try:
        zoneinfo.ZoneInfo(content.get("zone", ""))
    except (KeyError, ValueError, TypeError, OSError):
        yield f"zone is {content.get('zone')!r}, not one like Asia/Shanghai"
    weekdays = content.get("weekdays")
    if not isinstance(weekdays, list) or not weekdays or not all(day in range(1, 8) for day in weekdays):
        yield "weekdays are not numbers from 1 (Monday) to 7 (Sunday)"
    ended = datetime.time.min
    for window in content.get("hours") or [None]:
        try:
            begin, end = (datetime.time.fromisoformat(moment) for moment in window)
        except (TypeError, ValueError):
            yield f'hours: {window!r} is not a window like ["09:00", "17:00"]'
            continue
        if begin >= end:
            yield f"hours: {window!r} ends before it begins"
        if begin < ended:
            yield f"hours: {window!r} begins before the one before it has ended"
        ended = end


def _feed(content: Mapping[str, Any]) -> Iterator[str]:
    yield from _words(content, "source", "zone", "type")


def _cutover(content: Mapping[str, Any]) -> Iterator[str]:
    yield from _words(content, "type")
    if "columns" not in content:
        yield "columns is missing: their heads and our keys"
    for name, table in content.items():
        if name != "type" and not _is_table(table):
            yield f"{name} is not a list of pairs: their word and ours"


def _is_table(given: Any) -> bool:
    return isinstance(given, list) and all(
        isinstance(pair, list) and [type(word) for word in pair] == [str, str] for pair in given
    )


def _ladder(content: Mapping[str, Any]) -> Iterator[str]:
    rungs = content.get("rungs")
    if not isinstance(rungs, list) or not rungs:
        yield "rungs is missing: a list like [[50, 0], [80, 0], [100, 1]]"
        return
    reached = 0
    for rung in rungs:
        if not isinstance(rung, list) or [type(part) for part in rung] != [int, int]:
            yield f"{rung!r} is not a share in per cent and a level"
            continue
        percent, level = rung
        if not reached < percent <= 1000:
            yield f"{percent} % does not follow on {reached} % (at most 1000)"
        if not 0 <= level <= 3:
            yield f"level {level} is not one of 0 (who acts), 1 (the unit's head), 2 (county), 3 (city)"
        reached = max(reached, percent)


def _urging(content: Mapping[str, Any]) -> Iterator[str]:
    pause, most = content.get("pause_hours"), content.get("most")
    if type(pause) is not int or not 0 <= pause <= 8760:
        yield f"pause_hours is {pause!r}, not a whole number of hours from 0 to 8,760"
    if type(most) is not int or not 1 <= most <= 100:
        yield f"most is {most!r}, not a whole number from 1 to 100"
    answer = content.get("answer")
    if not isinstance(answer, dict):
        yield "answer is missing: a limit with counting, amount and unit"
    else:
        yield from _limit(answer)


def _word(content: Mapping[str, Any]) -> Iterator[str]:
    yield from _words(content, "zh", "en")


def _number(content: Mapping[str, Any]) -> Iterator[str]:
    yield from _words(content, "zh", "en")
    amount, unit = content.get("amount"), content.get("unit")
    if unit not in NUMBERS:
        yield f"unit is {unit!r}, not one of {', '.join(NUMBERS)}"
    most = 100 if unit == "percent" else 36_500
    if type(amount) is not int or not 0 <= amount <= most:
        yield f"amount is {amount!r}, not a whole number from 0 to {most:,}"


def _reply(content: Mapping[str, Any]) -> Iterator[str]:
    yield from _words(content, "zh", "en", "text_zh", "text_en")
    for key in ("text_zh", "text_en"):
        unknown = set(_PLACEHOLDER.findall(str(content.get(key, "")))) - set(PLACEHOLDERS)
        if unknown:
            yield f"{key}: {{{'}, {'.join(sorted(unknown))}}} is none of {{{'}, {'.join(PLACEHOLDERS)}}}"
    classes = content.get("categories")
    if not isinstance(classes, list) or not all(isinstance(one, str) for one in classes):
        yield "categories is not a list of codes (empty for every class)"


def _withheld(content: Mapping[str, Any]) -> Iterator[str]:
    days = content.get("days")
    if type(days) is not int or not 0 <= days <= 36_500:
        yield f"days is {days!r}, not a whole number from 0 (shown at once) to 36,500"


def _seed(content: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(content.get("seed"), str) or not _SEED.fullmatch(content["seed"]):
        yield "seed is not made of 32 to 64 digits and letters from a to f"


def _print(content: Mapping[str, Any]) -> Iterator[str]:
    yield from _words(content, "typst")
    if len(str(content.get("typst", ""))) > _LONGEST_TEMPLATE:
        yield f"typst is longer than {_LONGEST_TEMPLATE:,} characters"


SIGN_IN_MINUTES = {"idle": (5, 720), "lock": (1, 60)}
"""After how many minutes without a request a session ends; a workstation at the counter locks itself."""


def _sign_in(content: Mapping[str, Any]) -> Iterator[str]:
    asked = content.get("second_factor")
    if not isinstance(asked, list) or not all(isinstance(grant, str) for grant in asked):
        yield "second_factor is not a list of grants"
    else:
        yield from (f"second_factor: no grant is called {grant!r}" for grant in asked if grant not in TITLES)
    for key, (least, most) in SIGN_IN_MINUTES.items():
        minutes = content.get(key)
        if type(minutes) is not int or not least <= minutes <= most:
            yield f"{key} is {minutes!r}, not a whole number of minutes from {least} to {most}"


PARAMETERS: Mapping[str, Parameter] = {
    one.key: one
    for one in (
        Parameter("category", Text("事项类别", "Category"), Text("类别代码", "code of the category"), _category),
        Parameter("limit", Text("时限", "Limit"), Text("类别/条件/计时", "category/condition/clock"), _limit),
        Parameter("print", Text("文书模板", "Template of a paper"), Text("文书名", "name of the paper"), _print),
        Parameter("routing", Text("派单规则", "Routing rule"), Text("规则名", "name of the rule"), _routing),
        Parameter("calendar", Text("工作日历", "Working calendar"), Text("日历名", "name of the calendar"), _calendar),
        Parameter("feed", Text("数据源", "Feed"), Text("数据源名", "name of the feed"), _feed),
        Parameter(
            "cutover", Text("旧系统对应表", "Map of an old system"), Text("旧系统名", "name of the system"), _cutover
        ),
        Parameter("word", Text("词语", "Word"), Text("键", "key"), _word),
        Parameter(
            "ladder",
            Text("提醒阶梯", "Ladder of reminders"),
            Text("紧急程度或 default", "urgency, or default"),
            _ladder,
        ),
        Parameter(
            "urging", Text("催办规则", "Rule of urging"), Text("urge、resident 或 supervise", "who urges"), _urging
        ),
        Parameter(
            "reply_templates", Text("答复模板", "Reply template"), Text("模板名", "name of the template"), _reply
        ),
        Parameter("number", Text("数值", "Number"), Text("数值名", "name of the number"), _number),
        Parameter(
            "withheld",
            Text("阅看记录暂不公开", "Readings withheld from whom they concern"),
            Text("alike、audit、权限或 unit/单位代码", "alike, audit, a grant, or unit/ and the unit's code"),
            _withheld,
        ),
        Parameter("draw", Text("抽取种子", "Seed of draws"), Text("seed", "seed"), _seed, sealed=True),
        Parameter("channel", Text("通知渠道", "Channel"), Text("渠道名", "name of the channel"), problems_of_channel),
        Parameter("sign_in", Text("登录规则", "Rule of signing in"), Text("desk", "desk"), _sign_in),
        Parameter("city", Text("城市设置", "City setting"), Text("设置名", "name of the setting"), _word),
    )
}
