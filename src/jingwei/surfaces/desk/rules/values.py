"""The values of the rulebook in words: what each parameter's content says, when, on what basis, entered by whom."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.agencies.models import Person
from jingwei.kernel.clocks.counting import Limit
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.ledger.entries import entries_of
from jingwei.kernel.matters.types import all_types
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.rulebook.parameters import PARAMETERS
from jingwei.kernel.rulebook.snapshot import Dated, rules_of
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text
from jingwei.surfaces.desk.queries import category_title
from jingwei.surfaces.desk.timeline import named

_KEYS = {
    "zh": Text("中文", "Chinese"),
    "en": Text("英文", "English"),
    "parent": Text("上级", "Parent"),
    "urgency": Text("紧急程度", "Urgency"),
    "open": Text("公众可选", "Open to residents"),
    "verify": Text("核实方式", "How it is verified"),
    "check": Text("核查方式", "How it is checked"),
    "sample": Text("抽查比例（%）", "Share that is checked (%)"),
    "counting": Text("计时方式", "Counting"),
    "amount": Text("数量", "Amount"),
    "unit": Text("单位", "Unit"),
    "hold_days": Text("暂停上限（天）", "Pauses at most (days)"),
    "extensions": Text("可延期次数", "Extensions"),
    "priority": Text("先后", "Order"),
    "category": Text("类别", "Category"),
    "area": Text("区域", "Area"),
    "condition": Text("情形", "Condition"),
    "zone": Text("时区", "Time zone"),
    "weekdays": Text("工作日（周几）", "Weekdays worked"),
    "hours": Text("工作时段", "Working hours"),
    "after_hours": Text("下班后收件", "After hours"),
    "days": Text("例外日", "Days that differ"),
    "type": Text("事项类型", "Type of matters"),
    "columns": Text("列", "Columns"),
    "state": Text("状态", "State"),
    "holder": Text("岗位", "Post"),
    "channel": Text("渠道", "Channel"),
}
_LONG = 12
"""A list or table with more entries is told by their number."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing a value says."""

    title: Text
    words: Text


@dataclass(frozen=True, slots=True)
class Entered:
    """One value of a subject: its days, its basis, what it says, who entered it and when."""

    from_on: datetime.date
    until_on: datetime.date | None
    holds: bool
    basis: str
    rows: tuple[Row, ...]
    who: Text | None
    at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject of a parameter with all its values, the newest first."""

    parameter: Text
    title: Text
    values: tuple[Entered, ...]


def subject_page(scope: Scope, parameter: str, subject: str) -> Subject:
    """All values of a subject. Raises Denied as not found. A statement a value, and one for the names."""
    history = rules_of(scope).history(parameter, subject)
    if parameter not in PARAMETERS or not history:
        raise not_found()
    told = {dated.id: next(iter(entries_of(dated.id)), None) for dated in history if dated.id}
    wanted = {one.actor.partition(":")[2] for one in told.values() if one and one.actor.startswith("person:")}
    names = {f"person:{key}": name for key, name in Person.objects.filter(pk__in=wanted).values_list("pk", "name")}
    values = []
    for dated in reversed(history):
        first = told.get(dated.id) if dated.id else None
        values.append(
            Entered(
                dated.from_on,
                dated.until_on,
                dated.holds_on(scope.now.date()),
                dated.basis,
                tuple(_rows(dated.content)),
                named(first.actor, names) if first else None,
                first.recorded_at if first else None,
            )
        )
    return Subject(PARAMETERS[parameter].title, subject_title(scope, parameter, subject), tuple(values))


def subject_title(scope: Scope, parameter: str, subject: str) -> Text:
    """What a subject is called: the category's title, a limit's category with condition and clock, else itself."""
    if parameter == "category":
        return category_title(scope, subject)
    if parameter == "limit":
        return limit_title(scope, subject)
    dated = rules_of(scope).value(parameter, subject, scope.now.date()) if parameter == "number" else None
    return Text(dated.content["zh"], dated.content["en"]) if dated else Text(subject, subject)


def limit_title(scope: Scope, subject: str, kind: Text | None = None) -> Text:
    """`category/condition/clock` in words; `kind` is what the clock is called, where the type is known."""
    category, _, rest = subject.partition("/")
    condition, _, clock = rest.rpartition("/")
    title, kind = limited(scope, category), kind or clock_title(clock)
    under = condition_title(scope, category, condition)
    zh, en = (f"（{under.zh}）", f" ({under.en})") if condition else ("", "")
    return Text(f"{title.zh}{zh} · {kind.zh}", f"{title.en}{en} · {kind.en}")


def condition_title(scope: Scope, category: str, condition: str) -> Text:
    """What a condition of a class is called; its code where the class has none of that code."""
    known = dict(rules_of(scope).conditions(category, scope.now.date()))
    return known.get(condition, Text(condition, condition))


def limited(scope: Scope, category: str) -> Text:
    """What a limit is for: a class, every class, or what a field says of a matter (`request=consult`)."""
    if not category:
        return Text("所有类别", "Every class")
    key, _, choice = category.partition("=")
    field = next((one for of in all_types() for one in of.fields if choice and one.limits and one.key == key), None)
    said = dict(field.choices).get(choice) if field else None
    if field is None or said is None:
        return category_title(scope, category)
    return Text(f"{field.title.zh}“{said.zh}”", f"{field.title.en} “{said.en}”")


NUMBERED = {
    "percent": Text("%", " %"),
    "hour": Text(" 小时", " hours"),
    "day": Text(" 天", " days"),
    "metre": Text(" 米", " metres"),
}


def number_words(content: Mapping[str, Any]) -> Text:
    """A number of the city with its unit."""
    unit = NUMBERED[content["unit"]]
    return Text(f"{content['amount']:,}{unit.zh}", f"{content['amount']:,}{unit.en}")


def clock_title(key: str) -> Text:
    """The clock's title in whichever type declares it."""
    found = next((clock.title for one in all_types() for clock in one.clocks if clock.key == key), None)
    return found or Text(key, key)


def limit_words(dated: Dated) -> Text:
    """A limit as people say it, with its bounds; what cannot be counted is shown as it stands."""
    try:
        limit = Limit.from_content(dated.content)
    except (KeyError, ValueError):
        return Text(str(dict(dated.content)), str(dict(dated.content)))
    words = limit.words()
    held = Text(f"；暂停合计至多 {limit.hold_days} 天", f"; pauses of {limit.hold_days} days at most")
    bound = held if limit.hold_days else Text("", "")
    more = Text(f"；可延期 {limit.extensions} 次", f"; extensions: {limit.extensions}")
    often = more if limit.extensions != 1 else Text("", "")
    return Text(words.zh + bound.zh + often.zh, words.en + bound.en + often.en)


def area_title(scope: Scope, code: str) -> Text:
    """The area's name; its code where there is none."""
    place = places_of(scope).by_code.get(code)
    return place.name if place else Text(code, code)


def _rows(content: Mapping[str, Any]) -> Sequence[Row]:
    return [Row(_KEYS.get(key, Text(key, key)), _words(value)) for key, value in content.items() if value != ""]


def _words(value: Any) -> Text:
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, Mapping | list) and len(value) > _LONG:
        return Text(f"{len(value)} 项", f"{len(value)} entries")
    if isinstance(value, Mapping):
        text = "; ".join(f"{key}: {one}" for key, one in value.items())
    elif isinstance(value, list):
        text = ", ".join("–".join(map(str, one)) if isinstance(one, list) else str(one) for one in value)
    else:
        text = str(value)
    return Text(text, text)
