"""What is wrong with the rules as they stand: an alarm for whoever may change them, never a rule silently off."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.agencies.snapshot import Agencies, agencies_of
from jingwei.kernel.clocks.counting import Limit
from jingwei.kernel.clocks.running import calendar_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.types import all_types, named_limits
from jingwei.kernel.places.snapshot import Places, places_of
from jingwei.kernel.rulebook.snapshot import Dated, Rules, rules_of
from jingwei.kernel.values.words import Text

AHEAD = datetime.timedelta(days=31)
"""A year's holidays are missed from so long before it: on 1 December (domain paper 2.17)."""


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """One thing wrong: which value, what kind of fault (a key), what it is and what to do."""

    parameter: str
    subject: str
    kind: str  # unit | category | area | unreachable | rest | limit | clock | parent | calendar
    what: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class _Book:
    """Everything that rules refer to, on one day."""

    rules: Rules
    agencies: Agencies
    places: Places
    on: datetime.date


_held: tuple[_Book, tuple[RuleProblem, ...]] | None = None


def rules_problems(scope: Scope) -> tuple[RuleProblem, ...]:
    """All problems today, worked out anew only when rulebook, agencies, places or the day have changed."""
    global _held
    book, held = _Book(rules_of(scope), agencies_of(scope), places_of(scope), scope.today), _held
    if held is not None and _same(held[0], book):
        return held[1]
    found = tuple(problems_on(book.rules, book.agencies, book.places, book.on))
    _held = (book, found)
    return found


def _same(one: _Book, other: _Book) -> bool:
    same = one.rules is other.rules and one.agencies is other.agencies and one.places is other.places
    return same and one.on == other.on


def problems_on(rules: Rules, agencies: Agencies, places: Places, on: datetime.date) -> Iterator[RuleProblem]:
    """The problems of a rulebook on a day: routing, limits, categories, calendars."""
    book = _Book(rules, agencies, places, on)
    yield from _routing(book)
    yield from _limits(book)
    yield from _categories(book)
    yield from _calendars(book)


_RULE = Text("请修改或结束这条规则。", "Change the rule, or end it.")


_POST = Text("请给该单位设岗，或修改这条规则。", "Give the unit a post, or change the rule.")


def _routing(book: _Book) -> Iterator[RuleProblem]:
    rules = book.rules.routes(book.on)
    working: dict[tuple[str, str, str], str] = {}
    for dated in rules:
        broken = list(_references(book, dated))
        yield from broken
        earlier = _earlier(book, dated, working)
        if earlier:
            what = Text(
                f"永远轮不到：规则 {earlier} 总在它之前适用",
                f"never asked: the rule {earlier} always applies before it",
            )
            yield RuleProblem("routing", dated.subject, "unreachable", what, _RULE)
        if not broken:
            working.setdefault(_asks(dated.content), dated.subject)
    if rules and ("", "", "") not in working:
        what = Text("没有兜底规则，有的事项会无人承办", "no rule catches the rest: some matters would go to nobody")
        remedy = Text("请补一条不限类别和区域的规则。", "Add a rule without category, area and condition.")
        yield RuleProblem("routing", "", "rest", what, remedy)


def _asks(rule: Mapping[str, Any]) -> tuple[str, str, str]:
    return (rule.get("category", ""), rule.get("area", ""), rule.get("condition", ""))


def _references(book: _Book, dated: Dated) -> Iterator[RuleProblem]:
    category, area, _ = _asks(dated.content)
    unit = dated.content["unit"]
    if unit not in book.agencies.unit_by_code:
        ended = next((one for one in book.agencies.unit_by_id.values() if one.code == unit), None)
        what = Text(f"单位 {unit} 已撤销", f"the unit {unit} has ended")
        unknown = Text(f"没有单位 {unit}", f"there is no unit {unit}")
        yield RuleProblem("routing", dated.subject, "unit", what if ended else unknown, _RULE)
    elif book.agencies.unit_by_code[unit].id not in {post.unit for post in book.agencies.posts.values()}:
        what = Text(f"单位 {unit} 没有岗位，派去无人办理", f"the unit {unit} has no post: nobody there would act")
        yield RuleProblem("routing", dated.subject, "unit", what, _POST)
    if category and category not in book.rules.categories(book.on):
        what = Text(f"类别目录中没有 {category}", f"the catalogue has no category {category}")
        yield RuleProblem("routing", dated.subject, "category", what, _RULE)
    if area and area not in book.places.by_code:
        what = Text(f"没有区域 {area}", f"there is no area {area}")
        yield RuleProblem("routing", dated.subject, "area", what, _RULE)


def _earlier(book: _Book, dated: Dated, working: Mapping[tuple[str, str, str], str]) -> str:
    """The working rule asked before that covers everything this one covers."""
    category, area, condition = _asks(dated.content)
    place = book.places.by_code.get(area)
    for above in (*(book.rules.lineage(category, book.on) if category else ()), ""):
        for around in (*(place.lineage if place else ()), ""):
            for under in dict.fromkeys((condition, "")):
                if (above, around, under) in working:
                    return working[above, around, under]
    return ""


def _limits(book: _Book) -> Iterator[RuleProblem]:
    known = {"", *named_limits(), *book.rules.categories(book.on)}  # "" is for every category
    clocks = {clock.key for one in all_types() for clock in one.clocks}
    clocks |= {task.limit for one in all_types() for task in one.tasks if task.limit}
    for subject, dated in book.rules.all_of("limit", book.on).items():
        category, _, rest = subject.partition("/")
        clock = rest.rpartition("/")[2]
        if category not in known:
            what = Text(f"类别目录中没有 {category}", f"the catalogue has no category {category}")
            yield RuleProblem("limit", subject, "category", what, _RULE)
        if clock not in clocks:
            what = Text(f"没有名为 {clock} 的计时", f"no type has a clock called {clock}")
            yield RuleProblem("limit", subject, "clock", what, _RULE)
        try:
            Limit.from_content(dated.content)
        except (KeyError, ValueError) as error:
            what = Text(f"时限无法计算：{error}", f"the limit cannot be counted: {error}")
            yield RuleProblem("limit", subject, "limit", what, _RULE)


def _categories(book: _Book) -> Iterator[RuleProblem]:
    known = book.rules.categories(book.on)
    for one in known.values():
        if one.parent and one.parent not in known:
            what = Text(f"上级类别 {one.parent} 不存在", f"its parent {one.parent} does not exist")
            yield RuleProblem("category", one.code, "parent", what, _RULE)


def _calendars(book: _Book) -> Iterator[RuleProblem]:
    for name in book.rules.all_of("calendar", book.on):
        calendar = calendar_of(book.rules, name, book.on)
        begin = datetime.datetime.combine(book.on, datetime.time(), calendar.zone)
        for gap in calendar.gaps(begin, begin + AHEAD):
            remedy = Text("请录入该年放假通知。", "Enter the notice of that year.")
            yield RuleProblem("calendar", name, "calendar", gap.reason, remedy)
