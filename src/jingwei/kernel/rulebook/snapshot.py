"""The rulebook as it stands, read once an edition and shared by all requests of a process."""

import datetime
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.rulebook.models import Value
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, slots=True)
class Dated:
    """One value with its days (half open) and its basis."""

    subject: str
    from_on: datetime.date
    until_on: datetime.date | None
    content: Mapping[str, Any]
    basis: str

    def holds_on(self, day: datetime.date) -> bool:
        """Whether the value is in force on that day."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


@dataclass(frozen=True, slots=True)
class Category:
    """A class of matters in the catalogue."""

    code: str
    parent: str
    title: Text
    urgency: str
    open: bool  # residents may choose it
    leaf: bool
    verify: str = "site"  # how a report is verified before it is filed: site, phone, none
    check: str = "site"  # how the result is checked: site, picture, reporter (own confirmation), sample
    sample: int = 100  # per cent of the results that are checked

    def answer(self, of: str) -> str:
        """What a declared condition asks of the category: `urgency`, `verify` or `check`. Raises KeyError."""
        return {"urgency": self.urgency, "verify": self.verify, "check": self.check}[of]


@dataclass(frozen=True, slots=True)
class LimitFound:
    """A limit with where it came from: the category it was declared for, perhaps a parent of the one asked for."""

    subject: str
    content: Mapping[str, Any]
    basis: str


@dataclass(frozen=True, slots=True)
class Routed:
    """The unit a rule chose, the rule, and why each rule before it did not apply."""

    unit: str
    rule: str
    passed_over: tuple[tuple[str, Text], ...]


class Rules:
    """All dated values; every question takes a day."""

    def __init__(self, values: Mapping[str, Mapping[str, list[Dated]]]) -> None:
        self._values = values
        self._categories: dict[datetime.date, dict[str, Category]] = {}
        self._routes: dict[datetime.date, list[Dated]] = {}

    def value(self, parameter: str, subject: str, on: datetime.date) -> Dated | None:
        """The value in force on that day."""
        for dated in self._values.get(parameter, {}).get(subject, ()):
            if dated.holds_on(on):
                return dated
        return None

    def all_of(self, parameter: str, on: datetime.date) -> dict[str, Dated]:
        """Every subject's value in force on that day, by subject."""
        subjects = self._values.get(parameter, {})
        found = ((subject, self.value(parameter, subject, on)) for subject in subjects)
        return {subject: dated for subject, dated in found if dated is not None}

    def categories(self, on: datetime.date) -> Mapping[str, Category]:
        """The catalogue in force on that day, by code."""
        if on not in self._categories:
            rows = self.all_of("category", on)
            parents = {dated.content["parent"] for dated in rows.values()}
            self._categories[on] = {
                code: Category(
                    code,
                    dated.content["parent"],
                    Text(dated.content["zh"], dated.content["en"]),
                    dated.content["urgency"],
                    dated.content["open"],
                    code not in parents,
                    dated.content.get("verify", "site"),
                    dated.content.get("check", "site"),
                    dated.content.get("sample", 100),
                )
                for code, dated in rows.items()
            }
        return self._categories[on]

    def lineage(self, code: str, on: datetime.date) -> list[str]:
        """The category and those above it, nearest first."""
        known, line = self.categories(on), []
        while code and code in known and code not in line:
            line.append(code)
            code = known[code].parent
        return line

    def limit(self, category: str, condition: str, clock: str, on: datetime.date) -> LimitFound | None:
        """The limit for a category under a condition; a parent's where it has none; None if nobody set one."""
        for code in self.lineage(category, on):
            for wanted in dict.fromkeys((condition, "")):
                subject = f"{code}/{wanted}/{clock}"
                dated = self.value("limit", subject, on)
                if dated is not None:
                    return LimitFound(subject, dated.content, dated.basis)
        return None

    def calendar(self, name: str, on: datetime.date) -> Dated | None:
        """The working calendar with this name."""
        return self.value("calendar", name, on)

    def word(self, key: str, on: datetime.date) -> Text | None:
        """A word of the city in both languages."""
        dated = self.value("word", key, on)
        return Text(dated.content["zh"], dated.content["en"]) if dated else None

    def routes(self, on: datetime.date) -> list[Dated]:
        """The routing rules in force, the one that is asked first at the head."""
        if on not in self._routes:
            rows = self.all_of("routing", on).values()
            self._routes[on] = sorted(rows, key=lambda dated: (dated.content["priority"], dated.subject))
        return self._routes[on]

    def route(self, category: str, areas: tuple[str, ...], condition: str, on: datetime.date) -> Routed | None:
        """The first rule for a category in an area (`areas`: its code and those above it); None if none applies."""
        line = self.lineage(category, on)
        passed: list[tuple[str, Text]] = []
        for dated in self.routes(on):
            why_not = _why_not(dated.content, line, areas, condition)
            if why_not is None:
                return Routed(dated.content["unit"], dated.subject, tuple(passed))
            passed.append((dated.subject, why_not))
        return None


def _why_not(rule: Mapping[str, Any], line: list[str], areas: tuple[str, ...], condition: str) -> Text | None:
    if rule.get("category") and rule["category"] not in line:
        return Text(f"只适用于类别 {rule['category']}", f"only for the category {rule['category']}")
    if rule.get("area") and rule["area"] not in areas:
        return Text(f"只适用于区域 {rule['area']}", f"only in the area {rule['area']}")
    if rule.get("condition") and rule["condition"] != condition:
        return Text(f"只适用于情形 {rule['condition']}", f"only under the condition {rule['condition']}")
    return None


_lock = threading.Lock()
_held: tuple[int, Rules] | None = None


def rules_of(scope: Scope) -> Rules:
    """The rulebook at the edition of this transaction; reads it once (one statement) when the edition has risen."""
    global _held
    edition = scope.edition("rulebook")
    held = _held
    if held is not None and held[0] == edition:
        return held[1]
    with _lock:
        values: dict[str, dict[str, list[Dated]]] = {}
        for row in Value.objects.order_by("parameter", "subject", "from_on"):
            dated = Dated(row.subject, row.from_on, row.until_on, row.content, row.basis)
            values.setdefault(row.parameter, {}).setdefault(row.subject, []).append(dated)
        rules = Rules(values)
        _held = (edition, rules)
    return rules
