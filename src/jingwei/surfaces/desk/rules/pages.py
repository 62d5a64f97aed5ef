"""The read pages of the rulebook: catalogue, limits, routing in its order, calendars by year, and all other values."""

import datetime
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from typing import Any

from jingwei.kernel.clocks.running import calendar_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.rules.problems import RuleProblem, rules_problems
from jingwei.kernel.rulebook.parameters import PARAMETERS
from jingwei.kernel.rulebook.snapshot import Category, Dated, rules_of
from jingwei.kernel.values.words import Text
from jingwei.kit.printing.fields import LANGUAGES
from jingwei.kit.printing.letters import PARAMETER as PRINT
from jingwei.kit.printing.letters import subject_of, value_of
from jingwei.kit.printing.letters import title_of as paper_title
from jingwei.kit.printing.sheets import PAPERS
from jingwei.surfaces.desk.rules.values import (
    CHECKED,
    VERIFIED,
    limit_title,
    limit_words,
    limited,
    number_words,
    rows_of,
    rule_title,
    subject_title,
    weekdays,
)

AUDITS = "ledger.read"
"""Whoever may recompute a draw reads its seed."""

_SHORT = 240
"""Letters of a value in a list of many; its own page says the rest."""


@dataclass(frozen=True, slots=True)
class Part:
    """One parameter of the rulebook with the number of its values today."""

    key: str
    title: Text
    count: int


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One limit, `of` a class."""

    subject: str
    of: Text
    title: Text
    words: Text
    basis: str
    from_on: datetime.date
    problems: tuple[RuleProblem, ...]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One routing rule in its place."""

    subject: str
    priority: int
    of: Text  # the top class it asks for
    title: Text
    basis: str
    from_on: datetime.date
    problems: tuple[RuleProblem, ...]


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One class with what holds for it; limits and rules are those declared for itself."""

    code: str
    of: Text  # the top class above it
    title: Text
    depth: int
    urgency: str
    modes: tuple[Text, ...]
    limits: tuple[LimitRow, ...]
    rules: tuple[RuleRow, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One day that differs from its weekday."""

    on: datetime.date
    worked: bool
    title: Text


@dataclass(frozen=True, slots=True)
class Year:
    """One year of a calendar; not known: its notice is missing, and weekdays are assumed."""

    year: int
    known: bool
    worked: int
    days: tuple[Day, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """One calendar: working time and years, the newest first."""

    name: str
    weekdays: Text
    hours: str
    zone: str
    years: tuple[Year, ...]


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One value of a parameter without a page of its own."""

    subject: str
    of: str  # what comes before the first dot of the subject; "" where there is none
    title: Text
    words: Text
    basis: str
    from_on: datetime.date


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One template of a paper. As a document it is edited on a page of its own, by paper and language."""

    subject: str
    title: Text
    words: Text
    basis: str
    from_on: datetime.date | None  # none: the city has made none of its own
    paper: str = ""
    language: str = ""


_STANDARD = Text("标准模板", "The standard template")
_OWN = Text("本地模板", "The city's own template")


def matching(rows: tuple[Any, ...], words: str) -> tuple[Any, ...]:
    """The rows that hold all of the words, in either language, in whatever they say; all rows where none are given."""
    wanted = words.casefold().split()
    return tuple(row for row in rows if all(one in str(astuple(row)).casefold() for one in wanted)) if wanted else rows


def parts(scope: Scope) -> tuple[Part, ...]:
    """What the rulebook holds today, without what only auditors read."""
    rules, on = rules_of(scope), scope.today
    shown = [one for one in PARAMETERS.values() if not one.sealed or scope.actor.holds(AUDITS)]
    return tuple(Part(one.key, one.title, len(rules.all_of(one.key, on))) for one in shown)


def problems_about(scope: Scope, parameter: str, subject: str) -> tuple[RuleProblem, ...]:
    """The alarms about one value."""
    return tuple(one for one in rules_problems(scope) if (one.parameter, one.subject) == (parameter, subject))


def limits(scope: Scope) -> tuple[LimitRow, ...]:
    """All limits of today, by category, condition and clock."""
    found = rules_of(scope).all_of("limit", scope.today)
    return tuple(_limit(scope, dated) for _, dated in sorted(found.items()))


def _limit(scope: Scope, dated: Dated) -> LimitRow:
    of, title = limited(scope, dated.subject.partition("/")[0]), limit_title(scope, dated.subject)
    about = problems_about(scope, "limit", dated.subject)
    return LimitRow(dated.subject, of, title, limit_words(dated), dated.basis, dated.from_on, about)


def routing(scope: Scope) -> tuple[RuleRow, ...]:
    """The rules by their top class; the classes, and in them the rules, in the order in which they are asked."""
    rows = [_rule(scope, dated) for dated in rules_of(scope).routes(scope.today)]
    first = {row.of: at for at, row in reversed(list(enumerate(rows)))}
    return tuple(sorted(rows, key=lambda row: first[row.of]))


def _rule(scope: Scope, dated: Dated) -> RuleRow:
    rule, known = dated.content, rules_of(scope).categories(scope.today)
    top = known.get(rule.get("category", ""))
    while top is not None and top.parent in known:
        top = known[top.parent]
    of = top.title if top else limited(scope, rule.get("category", ""))
    about = problems_about(scope, "routing", dated.subject)
    title = rule_title(scope, dated)
    return RuleRow(dated.subject, rule["priority"], of, title, dated.basis, dated.from_on, about)


def catalogue(scope: Scope) -> tuple[CategoryRow, ...]:
    """The classes as a tree, parents first, each with its own limits and rules."""
    known = rules_of(scope).categories(scope.today)
    own_limits: dict[str, list[LimitRow]] = {}
    for row in limits(scope):
        own_limits.setdefault(row.subject.partition("/")[0], []).append(row)
    own_rules: dict[str, list[RuleRow]] = {}
    for dated in rules_of(scope).routes(scope.today):
        own_rules.setdefault(dated.content.get("category", ""), []).append(_rule(scope, dated))
    below: dict[str, list[Category]] = {}
    for one in known.values():
        below.setdefault(one.parent if one.parent in known else "", []).append(one)

    def walk(parent: str, depth: int, of: Text | None) -> Iterator[CategoryRow]:
        for one in below.get(parent, ()):
            modes = (VERIFIED[one.verify], _checked(one)) if one.leaf else ()
            found = (tuple(own_limits.get(one.code, ())), tuple(own_rules.get(one.code, ())))
            yield CategoryRow(one.code, of or one.title, one.title, depth, one.urgency, modes, *found)
            yield from walk(one.code, depth + 1, of or one.title)

    return tuple(walk("", 0, None))


def _checked(one: Category) -> Text:
    words = CHECKED[one.check]
    return Text(f"{words.zh} {one.sample}%", f"{words.en}, {one.sample}%") if one.check == "sample" else words


def calendars(scope: Scope) -> tuple[CalendarPage, ...]:
    """Every calendar with its years from the first that is listed to the next one."""
    return tuple(_calendar(scope, dated) for dated in rules_of(scope).all_of("calendar", scope.today).values())


def _calendar(scope: Scope, dated: Dated) -> CalendarPage:
    content, today = dated.content, scope.today
    calendar = calendar_of(rules_of(scope), dated.subject, today)
    titles, notices = content.get("titles", {}), content.get("notices", {})
    by_year: dict[int, list[Day]] = {}
    for day, worked in sorted(calendar.exceptions.items()):
        said = titles.get(day.isoformat(), {"zh": "", "en": ""})
        by_year.setdefault(day.year, []).append(Day(day, worked, Text(said["zh"], said["en"])))
    first = min([year for year in by_year if calendar.knows(year)], default=today.year)
    years = []
    for year in range(max(today.year + 1, *by_year, first), first - 1, -1):
        last = datetime.date(year - 1, 12, 31)
        worked_days = calendar.worked_days_between(last, datetime.date(year, 12, 31))
        days = tuple(by_year.get(year, ()))
        years.append(Year(year, calendar.knows(year), worked_days, days, tuple(notices.get(str(year), ()))))
    hours = ", ".join(f"{begin}–{end}" for begin, end in content["hours"])
    return CalendarPage(dated.subject, weekdays(content["weekdays"]), hours, content["zone"], tuple(years))


def values(scope: Scope, parameter: str) -> tuple[ValueRow, ...]:
    """All values of any parameter today, as they stand."""
    found = rules_of(scope).all_of(parameter, scope.today)
    return tuple(
        ValueRow(
            subject,
            _group(subject),
            subject_title(scope, parameter, subject),
            _short(scope, parameter, dated),
            dated.basis,
            dated.from_on,
        )
        for subject, dated in sorted(found.items(), key=lambda item: (_group(item[0]), item[0]))
    )


def papers(scope: Scope) -> tuple[PaperRow, ...]:
    """The templates: a document for each paper in each language, then those by which PDFs are typeset."""
    rows = []
    for paper in PAPERS:
        for language in LANGUAGES:
            subject, own = subject_of(paper, language), value_of(scope, paper, language)
            title = paper_title(subject) or Text(subject, subject)
            words, basis, from_on = (_OWN, own.basis, own.from_on) if own else (_STANDARD, "", None)
            rows.append(PaperRow(subject, title, words, basis, from_on, paper, language))
    known = {row.subject for row in rows}
    others = (row for row in values(scope, PRINT) if row.subject not in known)
    rows += [PaperRow(row.subject, row.title, row.words, row.basis, row.from_on) for row in others]
    return tuple(rows)


def _group(subject: str) -> str:
    first, dot, _ = subject.partition(".")
    return first if dot else ""


def _short(scope: Scope, parameter: str, dated: Dated) -> Text:
    content = dated.content
    if "amount" in content and "zh" in content:
        return number_words(content)
    if isinstance(content.get("zh"), str) and isinstance(content.get("en"), str):
        return Text(content["zh"], content["en"])
    if isinstance(content.get("title"), dict):
        return Text(content["title"]["zh"], content["title"]["en"])
    said = [(row.title, row.words) for row in rows_of(scope, parameter, dated)]
    zh, en = (" · ".join(f"{title.in_(one)} {words.in_(one)}" for title, words in said) for one in ("zh-hans", "en"))
    return Text(zh[:_SHORT], en[:_SHORT])
