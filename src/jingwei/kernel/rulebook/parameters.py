"""The declared parameters: what each value must look like. Values that do not fit are refused, never repaired."""

import datetime
import re
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.outbox.adapters import problems_of_channel
from jingwei.kernel.values.complaints import called, instead_of, missing, none_of, not_so, not_whole
from jingwei.kernel.values.grants import TITLES
from jingwei.kernel.values.words import Text

URGENCIES = ("U1", "U2", "U3", "U4")
COUNTINGS = ("continuous", "working_hour", "working_day", "natural_day", "natural_day_rollover")
VERIFIED = ("site", "phone", "none")
CHECKED = ("site", "picture", "reporter", "sample")
UNITS = ("minute", "hour", "day")
NUMBERS = ("percent", "hour", "day", "metre")
_SHA256 = re.compile(r"[0-9a-f]{64}")
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
    problems: Callable[[Mapping[str, Any]], Iterator[Text]]
    sealed: bool = False  # its values are shown to whoever reads the ledger alone


def _words(content: Mapping[str, Any], *keys: str, within: str = "") -> Iterator[Text]:
    for key in keys:
        if not isinstance(content.get(key), str) or not content[key].strip():
            yield missing(within + key)


def _category(content: Mapping[str, Any]) -> Iterator[Text]:
    yield from _words(content, "zh", "en")
    if content.get("urgency") not in URGENCIES:
        yield none_of("urgency", content.get("urgency"), URGENCIES)
    if not isinstance(content.get("parent"), str):
        yield missing("parent", Text("最上级的留空", " (empty for the top)"))
    if not isinstance(content.get("open"), bool):
        yield not_so("open", "是或否", "true or false")
    if not isinstance(content.get("type", ""), str):
        yield not_so("type", "文字（这一类别所属的事项类型）", "text (the matter type whose category it is)")
    if content.get("verify", "site") not in VERIFIED:
        yield none_of("verify", content["verify"], VERIFIED)
    yield from _checked(content)


def _checked(content: Mapping[str, Any]) -> Iterator[Text]:
    sampled = content.get("check", "site") == "sample"
    if content.get("check", "site") not in CHECKED:
        yield none_of("check", content["check"], CHECKED)
    if sampled and (type(content.get("sample")) is not int or not 0 < content["sample"] <= 100):
        yield not_whole("sample", content.get("sample"), 1, 100, Text("（百分比）", "of per cent "))
    if not sampled and "sample" in content:
        yield Text("填了“抽查比例”，但“核查方式”不是抽查", "sample is given, but check is not sample")


def _limit(content: Mapping[str, Any], within: str = "") -> Iterator[Text]:
    counting, unit, amount = content.get("counting"), content.get("unit"), content.get("amount")
    if counting not in COUNTINGS:
        yield none_of(f"{within}counting", counting, COUNTINGS)
    if unit not in UNITS:
        yield none_of(f"{within}unit", unit, UNITS)
    if counting != "continuous" and (unit == "day") == (counting == "working_hour"):
        yield Text(f"按 {counting} 计时的，单位不能是 {unit}", f"{counting} is not counted in {unit}s")
    if type(amount) is not int or not 0 < amount <= 36_500:
        yield not_whole(f"{within}amount", amount, 1, 36_500)
    for key, usual, most in (("hold_days", 0, 3_650), ("extensions", 1, 10)):
        given = content.get(key, usual)
        if type(given) is not int or not 0 <= given <= most:
            yield not_whole(f"{within}{key}", given, 0, most)


def _routing(content: Mapping[str, Any]) -> Iterator[Text]:
    yield from _words(content, "unit")
    if type(content.get("priority")) is not int:
        yield not_so("priority", "整数", "a whole number")
    for key in ("category", "area", "condition"):
        if not isinstance(content.get(key, ""), str):
            yield not_so(key, "文字", "text")


def _calendar(content: Mapping[str, Any]) -> Iterator[Text]:
    days = content.get("days")
    if not isinstance(days, dict):
        yield missing("days")
        return
    for day, kind in days.items():
        try:
            datetime.date.fromisoformat(day)
        except ValueError:
            yield Text(f"“{day}”不是 2026-10-01 这样的日期", f"{day!r} is not a day (2026-10-01)")
        if kind not in ("off", "work"):
            yield Text(
                f"{day}：“{kind}”既不是 off（休息）也不是 work（上班）", f"{day}: {kind!r} is neither off nor work"
            )
    for day, title in content.get("titles", {}).items():
        if day not in days:
            yield Text(f"例外日的名称：{day} 不是日历里的例外日", f"titles: {day} is no day of the calendar")
        for wrong in _words(title, "zh", "en"):
            yield Text(f"例外日的名称：{day}：{wrong.zh}", f"titles: {day}: {wrong.en}")
    if content.get("after_hours", "same_day") not in ("same_day", "next_opening"):
        yield Text(
            "“下班后收件”应为 same_day（算当日）或 next_opening（顺延到下一工作时段）",
            "after_hours is neither same_day nor next_opening",
        )
    yield from _working_time(content)


def _working_time(content: Mapping[str, Any]) -> Iterator[Text]:
    try:
        zoneinfo.ZoneInfo(content.get("zone", ""))
    except (KeyError, ValueError, TypeError, OSError):
        yield instead_of("zone", content.get("zone"), "Asia/Shanghai 这样的时区", "one like Asia/Shanghai")
    weekdays = content.get("weekdays")
    if not isinstance(weekdays, list) or not weekdays or not all(day in range(1, 8) for day in weekdays):
        yield Text("“工作日”应为 1（周一）到 7（周日）的数", "weekdays are not numbers from 1 (Monday) to 7 (Sunday)")
    ended = datetime.time.min
    for window in content.get("hours") or [None]:
        try:
            begin, end = (datetime.time.fromisoformat(moment) for moment in window)
        except (TypeError, ValueError):
            what = f'hours: {window!r} is not a window like ["09:00", "17:00"]'
            yield Text(f"工作时段：{window or '没有填'}，应为 09:00 到 17:00 这样的一段", what)
            continue
        written = "–".join(window)
        if begin >= end:
            yield Text(f"工作时段：{written} 还没开始就结束", f"hours: {window!r} ends before it begins")
        if begin < ended:
            what = f"hours: {window!r} begins before the one before it has ended"
            yield Text(f"工作时段：{written} 在上一段结束之前开始", what)
        ended = end


def _feed(content: Mapping[str, Any]) -> Iterator[Text]:
    yield from _words(content, "source", "zone", "type")


def _cutover(content: Mapping[str, Any]) -> Iterator[Text]:
    yield from _words(content, "type")
    if "columns" not in content:
        yield missing("columns", Text("即对方的列名和我们的键", ": their heads and our keys"))
    for name, table in content.items():
        if name != "type" and not _is_table(table):
            yield not_so(name, "一对一对的词：对方的和我们的", "a list of pairs: their word and ours")


def _is_table(given: Any) -> bool:
    return isinstance(given, list) and all(
        isinstance(pair, list) and [type(word) for word in pair] == [str, str] for pair in given
    )


def _ladder(content: Mapping[str, Any]) -> Iterator[Text]:
    rungs = content.get("rungs")
    if not isinstance(rungs, list) or not rungs:
        yield missing("rungs", Text("形如 [[50, 0], [80, 0], [100, 1]]", ": a list like [[50, 0], [80, 0], [100, 1]]"))
        return
    reached = 0
    for rung in rungs:
        if not isinstance(rung, list) or [type(part) for part in rung] != [int, int]:
            yield Text(f"{rung} 不是“百分比和级别”两个整数", f"{rung!r} is not a share in per cent and a level")
            continue
        percent, level = rung
        if not reached < percent <= 1000:
            yield Text(
                f"{percent}% 应大于前一级的 {reached}%，且不超过 1000%",
                f"{percent} % does not follow on {reached} % (at most 1000)",
            )
        if not 0 <= level <= 3:
            yield Text(
                f"级别 {level} 应为 0（承办人）、1（单位负责人）、2（区县）、3（全市）之一",
                f"level {level} is not one of 0 (who acts), 1 (the unit's head), 2 (county), 3 (city)",
            )
        reached = max(reached, percent)


def _urging(content: Mapping[str, Any]) -> Iterator[Text]:
    pause, most = content.get("pause_hours"), content.get("most")
    if type(pause) is not int or not 0 <= pause <= 8760:
        yield not_whole("pause_hours", pause, 0, 8760, Text("（小时）", "of hours "))
    if type(most) is not int or not 1 <= most <= 100:
        yield not_whole("most", most, 1, 100)
    answer = content.get("answer")
    if not isinstance(answer, dict):
        yield missing("answer", Text("即计时方式、数量和单位", ": a limit with counting, amount and unit"))
    else:
        yield from _limit(answer, "answer.")


def _word(content: Mapping[str, Any]) -> Iterator[Text]:
    yield from _words(content, "zh", "en")


def _number(content: Mapping[str, Any]) -> Iterator[Text]:
    yield from _words(content, "zh", "en")
    amount, unit = content.get("amount"), content.get("unit")
    if unit not in NUMBERS:
        yield none_of("unit", unit, NUMBERS)
    most = 100 if unit == "percent" else 36_500
    if type(amount) is not int or not 0 <= amount <= most:
        yield not_whole("amount", amount, 0, most)


def _reply(content: Mapping[str, Any]) -> Iterator[Text]:
    yield from _words(content, "zh", "en", "text_zh", "text_en")
    known = f"{{{'}, {'.join(PLACEHOLDERS)}}}"
    for key in ("text_zh", "text_en"):
        unknown = set(_PLACEHOLDER.findall(str(content.get(key, "")))) - set(PLACEHOLDERS)
        if unknown:
            named = f"{{{'}, {'.join(sorted(unknown))}}}"
            yield Text(
                f"“{called(key).zh}”里没有 {named} 这个占位，可用：{known}", f"{key}: {named} is none of {known}"
            )
    classes = content.get("categories")
    if not isinstance(classes, list) or not all(isinstance(one, str) for one in classes):
        yield not_so("categories", "一组类别代码（留空为所有类别）", "a list of codes (empty for every class)")


def _withheld(content: Mapping[str, Any]) -> Iterator[Text]:
    days = content.get("days")
    if type(days) is not int or not 0 <= days <= 36_500:
        said = "没有填" if days is None else f"是“{days}”"
        yield Text(
            f"天数{said}，应为 0（立即公开）到 36,500 的整数",
            f"days is {days!r}, not a whole number from 0 (shown at once) to 36,500",
        )


def _seed(content: Mapping[str, Any]) -> Iterator[Text]:
    if not isinstance(content.get("seed"), str) or not _SEED.fullmatch(content["seed"]):
        yield Text(
            "“种子”应由 32 到 64 个数字和 a 到 f 的字母组成",
            "seed is not made of 32 to 64 digits and letters from a to f",
        )


def _print(content: Mapping[str, Any]) -> Iterator[Text]:
    if "docx" in content:
        if not isinstance(content["docx"], str) or not _SHA256.fullmatch(content["docx"]):
            yield not_so("docx", "文件的 SHA-256（十六进制）", "the SHA-256 of a document in hexadecimal")
        if "typst" in content:
            yield Text("同时有“模板正文”和“Word 模板”，只能有一样", "typst is given, but the template is a document")
        return
    yield from _words(content, "typst")
    if len(str(content.get("typst", ""))) > _LONGEST_TEMPLATE:
        yield Text(
            f"“模板正文”超过 {_LONGEST_TEMPLATE:,} 个字符", f"typst is longer than {_LONGEST_TEMPLATE:,} characters"
        )


SIGN_IN_MINUTES = {"idle": (5, 720), "lock": (1, 60)}
"""After how many minutes without a request a session ends; a workstation at the counter locks itself."""


def _sign_in(content: Mapping[str, Any]) -> Iterator[Text]:
    asked = content.get("second_factor")
    if not isinstance(asked, list) or not all(isinstance(grant, str) for grant in asked):
        yield not_so("second_factor", "一组权限", "a list of grants")
    else:
        for grant in asked:
            if grant not in TITLES:
                yield Text(f"没有“{grant}”这个权限", f"second_factor: no grant is called {grant!r}")
    for key, (least, most) in SIGN_IN_MINUTES.items():
        minutes = content.get(key)
        if type(minutes) is not int or not least <= minutes <= most:
            yield not_whole(key, minutes, least, most, Text("（分钟）", "of minutes "))


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
