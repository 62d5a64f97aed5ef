"""The lists of the rulebook as files: catalogue, limits, routing, days of calendars, all other values."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.rulebook.parameters import PARAMETERS
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.listing import Listing
from jingwei.kit.parts.table import Cell, Column
from jingwei.surfaces.desk.rules import pages

_SUBJECT, _TITLE = Column("subject", Text("代码", "Code")), Column("title", Text("名称", "Name"))
_WORDS, _BASIS = Column("words", Text("值", "Value")), Column("basis", Text("依据", "Basis"))
_OF, _FROM = Column("of", Text("大类", "Top class")), Column("from", Text("自", "From"))
_PROBLEMS = Column("problems", Text("问题", "Problems"))
_CLASSES = (
    _SUBJECT,
    _TITLE,
    _OF,
    Column("depth", Text("层级", "Level")),
    Column("urgency", Text("紧急程度", "Urgency")),
    Column("modes", Text("核实和核查", "Verified and checked")),
    Column("limits", Text("时限", "Limits")),
    Column("rules", Text("派单规则", "Routing")),
)
_LIMITS = (_SUBJECT, _TITLE, _OF, _WORDS, _FROM, _BASIS, _PROBLEMS)
_ROUTES = (Column("priority", Text("先后", "Order")), _SUBJECT, _TITLE, _OF, _FROM, _BASIS, _PROBLEMS)
_DAYS = (
    Column("calendar", Text("日历", "Calendar")),
    Column("day", Text("日期", "Day")),
    Column("worked", Text("上班或休息", "Worked or off")),
    _TITLE,
)
_VALUES = (_SUBJECT, _TITLE, _WORDS, _FROM, _BASIS)
_WORKED, _OFF = Text("上班", "worked"), Text("休息", "off")


def rules_listing(scope: Scope, parameter: str, words: str) -> Listing:
    """The values of one parameter that hold the words, as its page shows them."""
    usual = (_VALUES, lambda one: pages.values(one, parameter), _value)
    columns, rows_of, cells = _KINDS.get(parameter, usual)
    found = pages.matching(rows_of(scope), words)
    sought = [(Text("查找", "Words"), Text(words, words))] if words else []
    title = PARAMETERS[parameter].title
    return Listing(name=parameter, title=title, columns=columns, rows=cells(found), filters=sought)


def _classes(rows: Iterable[pages.CategoryRow]) -> Iterator[dict[str, Cell]]:
    for one in rows:
        yield {
            "subject": Cell(text=one.code),
            "title": Cell(words=one.title),
            "of": Cell(words=one.of),
            "depth": Cell(number=one.depth + 1),
            "urgency": Cell(text=one.urgency),
            "modes": Cell(marks=one.modes),
            "limits": Cell(marks=tuple(_said(limit) for limit in one.limits)),
            "rules": Cell(marks=tuple(rule.title for rule in one.rules)),
        }


def _said(limit: pages.LimitRow) -> Text:
    return Text(f"{limit.title.zh} {limit.words.zh}", f"{limit.title.en}: {limit.words.en}")


def _limits(rows: Iterable[pages.LimitRow]) -> Iterator[dict[str, Cell]]:
    for one in rows:
        yield {**_dated(one), "of": Cell(words=one.of), "words": Cell(words=one.words), **_faults(one)}


def _routes(rows: Iterable[pages.RuleRow]) -> Iterator[dict[str, Cell]]:
    for one in rows:
        yield {**_dated(one), "of": Cell(words=one.of), "priority": Cell(number=one.priority), **_faults(one)}


def _days(rows: Iterable[pages.CalendarPage]) -> Iterator[dict[str, Cell]]:
    for calendar in rows:
        for year in calendar.years:
            for day in year.days:
                yield {
                    "calendar": Cell(text=calendar.name),
                    "day": Cell(on=day.on),
                    "worked": Cell(words=_WORKED if day.worked else _OFF),
                    "title": Cell(words=day.title),
                }


def _value(rows: Iterable[pages.ValueRow | pages.PaperRow]) -> Iterator[dict[str, Cell]]:
    for one in rows:
        yield {**_dated(one), "words": Cell(words=one.words)}


def _dated(one: pages.LimitRow | pages.RuleRow | pages.ValueRow | pages.PaperRow) -> dict[str, Cell]:
    said = {"subject": Cell(text=one.subject), "title": Cell(words=one.title)}
    return {**said, "from": Cell(on=one.from_on), "basis": Cell(text=one.basis)}


def _faults(one: pages.LimitRow | pages.RuleRow) -> dict[str, Cell]:
    return {"problems": Cell(marks=tuple(problem.what for problem in one.problems))}


_KINDS: Mapping[str, tuple[tuple[Column, ...], Callable[[Scope], Any], Callable[[Any], Iterator[dict[str, Cell]]]]] = {
    "category": (_CLASSES, pages.catalogue, _classes),
    "limit": (_LIMITS, pages.limits, _limits),
    "routing": (_ROUTES, pages.routing, _routes),
    "calendar": (_DAYS, pages.calendars, _days),
    "print": (_VALUES, pages.papers, _value),
}
