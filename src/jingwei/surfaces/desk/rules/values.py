"""The values of the rulebook in words: what each parameter's content says, when, on what basis, entered by whom."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.clocks.counting import Limit
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.ledger.entries import entries_of
from jingwei.kernel.matters.types import MatterType, all_types
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.rulebook.documents import MEMBER
from jingwei.kernel.rulebook.parameters import PARAMETERS
from jingwei.kernel.rulebook.snapshot import Dated, rules_of
from jingwei.kernel.values.complaints import MEMBERS, called
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.grants import title_of
from jingwei.kernel.values.words import Text
from jingwei.kit.handbook.parts import joined
from jingwei.kit.moments import WEEKDAYS
from jingwei.kit.printing.letters import title_of as paper_title
from jingwei.kit.saying import names_of
from jingwei.surfaces.desk.queries import category_title
from jingwei.surfaces.desk.rules.drafts.origins import Origin, origins_of
from jingwei.surfaces.desk.timeline import named

VERIFIED = {
    "site": Text("现场核实", "verified on site"),
    "phone": Text("电话核实", "verified by telephone"),
    "none": Text("免核实", "not verified"),
}
CHECKED = {
    "site": Text("现场核查", "checked on site"),
    "picture": Text("看图核查", "checked by picture"),
    "reporter": Text("由上报人确认", "confirmed by the reporter"),
    "sample": Text("抽查", "checked by sample"),
}
_AFTER_HOURS = {
    "same_day": Text("算当日", "counts as that day"),
    "next_opening": Text("顺延到下一工作时段", "counts from the next opening"),
}
_LEVELS = (
    Text("承办人", "who acts"),
    Text("单位负责人", "head of the unit"),
    Text("所在区域督办", "supervisor of the area"),
    Text("全市督办", "supervisor of the city"),
)
"""Who is told at a rung of each level."""

_TERM = ("counting", "amount", "unit", "hold_days", "extensions")
"""Members of a limit that `limit_words` says in one."""

_LONG = 12
"""A list or table with more entries is told by their number."""

_SPAN = 2
"""Two in a list are a span: from and until."""


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
    document: str  # the file that it names, by its SHA-256
    origin: Origin | None  # the publication by which it came; None for what a city was founded with

    @property
    def never_held(self) -> bool:
        """Whether another publication replaced it before its first day."""
        return self.until_on == self.from_on


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject of a parameter with all its values, the newest first."""

    parameter: Text
    title: Text
    values: tuple[Entered, ...]
    paper: str  # if they are templates of a paper's documents
    language: str


def subject_page(scope: Scope, parameter: str, subject: str) -> Subject:
    """All values of a subject. Raises Denied as not found. A statement a value, and one for the names."""
    history = rules_of(scope).history(parameter, subject)
    if parameter not in PARAMETERS or not history:
        raise not_found()
    told = {dated.id: next(iter(entries_of(dated.id)), None) for dated in history if dated.id}
    names = names_of(one.actor for one in told.values() if one)
    origins = origins_of([dated.id for dated in history if dated.id])
    values = []
    for dated in reversed(history):
        first = told.get(dated.id) if dated.id else None
        values.append(
            Entered(
                dated.from_on,
                dated.until_on,
                dated.holds_on(scope.today),
                dated.basis,
                tuple(rows_of(scope, parameter, dated)),
                named(first.actor, names) if first else None,
                first.recorded_at if first else None,
                dated.content.get(MEMBER, ""),
                origins.get(dated.id) if dated.id else None,
            )
        )
    paper, _, language = subject.partition("/") if parameter == "print" and paper_title(subject) else ("", "", "")
    title = subject_title(scope, parameter, subject)
    return Subject(PARAMETERS[parameter].title, title, tuple(values), paper, language)


def subject_title(scope: Scope, parameter: str, subject: str) -> Text:
    """What a subject is called: the category's title, a limit's category with condition and clock, else itself."""
    if parameter == "category":
        return category_title(scope, subject)
    if parameter == "limit":
        return limit_title(scope, subject)
    dated = rules_of(scope).value(parameter, subject, scope.today)
    if dated is not None and parameter == "routing":
        return rule_title(scope, dated)
    if dated is not None and parameter == "number":
        return Text(dated.content["zh"], dated.content["en"])
    return Text(subject, subject)


def rule_title(scope: Scope, dated: Dated) -> Text:
    """What a routing rule asks for, and the unit it names."""
    rule, category = dated.content, dated.content.get("category", "")
    asks = [category_title(scope, category)] if category else []
    asks += [area_title(scope, rule["area"])] if rule.get("area") else []
    asks += [condition_title(scope, category, rule["condition"])] if rule.get("condition") else []
    asks, unit = asks or [Text("其余全部", "Everything else")], unit_title(scope, rule["unit"])
    zh, en = (" · ".join(one.in_(language) for one in asks) for language in ("zh-hans", "en"))
    return Text(f"{zh} → {unit.zh}", f"{en} → {unit.en}")


def unit_title(scope: Scope, code: str) -> Text:
    """The unit's name; its code where there is none."""
    unit = agencies_of(scope).unit_by_code.get(code)
    return unit.name if unit else Text(code, code)


def limit_title(scope: Scope, subject: str, kind: Text | None = None) -> Text:
    """`category/condition/clock` in words; `kind` is what the clock is called, where one type is told of."""
    category, _, rest = subject.partition("/")
    condition, _, clock = rest.rpartition("/")
    title, kind = limited(scope, category), kind or clock_title(limited_types(scope, category), clock)
    under = condition_title(scope, category, condition)
    zh, en = (f"（{under.zh}）", f" ({under.en})") if condition else ("", "")
    return Text(f"{title.zh}{zh} · {kind.zh}", f"{title.en}{en} · {kind.en}")


def condition_title(scope: Scope, category: str, condition: str) -> Text:
    """What a condition of a class is called; its code where the class has none of that code."""
    known = dict(rules_of(scope).conditions(category, scope.today))
    return known.get(condition, Text(condition, condition))


def limited(scope: Scope, category: str) -> Text:
    """What a limit is for: a class, every class, or what a field says of a matter (`request=consult`)."""
    if not category:
        return Text("所有类别", "Every class")
    key, _, choice = category.partition("=")
    said = next((said for one in all_types() if (said := _said(one, key, choice))), None)
    return said or category_title(scope, category)


def _said(one: MatterType, key: str, choice: str) -> Text | None:
    """What this choice of a field says of a matter of the type, if limits may hang on it."""
    field = next((field for field in one.fields if field.limits and field.key == key), None)
    said = dict(field.choices).get(choice) if field else None
    return Text(f"{field.title.zh}“{said.zh}”", f"{field.title.en} “{said.en}”") if field and said else None


def limited_types(scope: Scope, category: str) -> list[MatterType]:
    """The types whose matters a limit for this class, or for what a field says, may count."""
    every, (key, _, choice) = all_types(), category.partition("=")
    if choice:
        return [one for one in every if _said(one, key, choice)]
    known = rules_of(scope).categories(scope.today).get(category)
    if known is None:  # every class, or a matter that stands for its type alone
        return [one for one in every if one.key == category] or every
    return [one for one in every if one.takes(known.type)]


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


def clock_title(types: Iterable[MatterType], key: str) -> Text:
    """What a clock is called in these types: by each of its titles, where it has several; in a type that takes all
    classes only if no other has it. Its key where none has."""
    having = [one for one in types if key in counted(one)]
    own = [one for one in having if one.classes != "any"]
    titles = dict.fromkeys(counted(one)[key] for one in own or having)
    return joined(titles, "／", " / ") if titles else Text(key, key)


def counted(one: MatterType) -> dict[str, Text]:
    """What limits may count in a type, its clocks and its tasks, by key."""
    tasks = {task.limit: task.title for task in one.tasks if task.limit}
    return tasks | {clock.key: clock.title for clock in one.clocks}


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


def rows_of(scope: Scope, parameter: str, dated: Dated) -> Sequence[Row]:
    """What a value says, member by member; names in place of codes, and a limit in one line."""
    content, rows = dict(dated.content), []
    if parameter == "limit":
        rows.append(Row(PARAMETERS[parameter].title, limit_words(dated)))
        content = {key: value for key, value in content.items() if key not in _TERM}
    for key, value in content.items():
        if value != "":
            told = _NAMED.get((parameter, key))
            words = told(scope, content, value) if told else None
            rows.append(Row(called(key), words or _words(value, key)))
    return rows


def weekdays(numbers: Sequence[int]) -> Text:
    """Days of the week by their names; Monday is 1."""
    zh, en = (", ".join(WEEKDAYS[one - 1].in_(language) for one in numbers) for language in ("zh-hans", "en"))
    return Text(zh.replace(", ", "、"), en)


def _rungs(rungs: Sequence[tuple[int, int]]) -> Text:
    told = [(percent, _LEVELS[min(level, len(_LEVELS) - 1)]) for percent, level in rungs]
    zh, en = ("; ".join(f"{share} % {who.in_(one)}" for share, who in told) for one in ("zh-hans", "en"))
    return Text(zh.replace("; ", "；"), en)


def _grants(names: Sequence[str]) -> Text:
    titles = [title_of(one) for one in names]
    return Text("、".join(one.zh for one in titles) or "无", ", ".join(one.en for one in titles) or "none")


_NAMED: Mapping[tuple[str, str], Callable[[Scope, Mapping[str, Any], Any], Text | None]] = {
    ("routing", "unit"): lambda scope, content, code: unit_title(scope, code),
    ("routing", "category"): lambda scope, content, code: category_title(scope, code),
    ("routing", "area"): lambda scope, content, code: area_title(scope, code),
    ("routing", "condition"): lambda scope, content, code: condition_title(scope, content.get("category", ""), code),
    ("category", "parent"): lambda scope, content, code: category_title(scope, code),
    ("category", "verify"): lambda scope, content, mode: VERIFIED.get(mode),
    ("category", "check"): lambda scope, content, mode: CHECKED.get(mode),
    ("calendar", "weekdays"): lambda scope, content, numbers: weekdays(numbers),
    ("calendar", "after_hours"): lambda scope, content, kept: _AFTER_HOURS.get(kept),
    ("urging", "answer"): lambda scope, content, limit: Limit.from_content(limit).words(),
    ("sign_in", "second_factor"): lambda scope, content, asked: _grants(asked),
    ("print", "docx"): lambda scope, content, sha256: Text(f"SHA-256 {sha256[:12]}…", f"SHA-256 {sha256[:12]}…"),
    ("ladder", "rungs"): lambda scope, content, rungs: _rungs(rungs),
}
"""Members that hold a code, by parameter: how each is said."""


def _words(value: Any, path: str) -> Text:
    """What the member at a path says."""
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, Mapping) and value.keys() == {"zh", "en"}:
        return Text(value["zh"], value["en"])
    if isinstance(value, Mapping | list) and len(value) > _LONG:
        return Text(f"{len(value)} 项", f"{len(value)} entries")
    if isinstance(value, Mapping):
        return _joined(("；", "; "), [_member(f"{path}.{key}", one) for key, one in value.items()])
    if isinstance(value, list):
        spans = ["–".join(map(str, one)) if isinstance(one, list) and len(one) == _SPAN else one for one in value]
        return _joined(("、", ", "), [_words(one, path) for one in spans])
    return Text(str(value), str(value))


def _member(path: str, value: Any) -> Text:
    title, said = called(path if path in MEMBERS else path.rpartition(".")[2]), _words(value, path)
    return Text(f"{title.zh}：{said.zh}", f"{title.en}: {said.en}")


def _joined(between: tuple[str, str], parts: Sequence[Text]) -> Text:
    zh, en = between
    return Text(zh.join(one.zh for one in parts), en.join(one.en for one in parts))
