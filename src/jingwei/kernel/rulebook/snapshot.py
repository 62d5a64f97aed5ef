"""The rulebook as it stands, read once an edition and shared by all requests of a process."""

import bisect
import datetime
import threading
import uuid
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

from jingwei.kernel.commands.scope import Scope, zone_known_by
from jingwei.kernel.rulebook.models import Value
from jingwei.kernel.values.words import Text

CITY_CALENDAR = "working"
"""Subject of the parameter `calendar` that holds the city's working time, and by its zone what a day is."""


@dataclass(frozen=True, slots=True)
class Dated:
    """One value with its days (half open) and its basis."""

    subject: str
    from_on: datetime.date
    until_on: datetime.date | None
    content: Mapping[str, Any]
    basis: str
    id: uuid.UUID | None = None  # of its row; a value tried out has none

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
    type: str = ""  # key of the matter type whose category it is; "" for the general catalogue

    @property
    def seen_at_place(self) -> bool:
        """Whether its result is seen at the place; what staff confirm with whoever reported it (a dispute, a request
        for help) is that person's own affair."""
        return self.check != "reporter" and self.verify != "phone"

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
class PassedOver:
    """A rule that did not apply: why (`unit`: it is broken), and what it asks for."""

    rule: str
    why: Literal["category", "area", "condition", "unit"]
    wanted: str

    @property
    def reason(self) -> Text:
        """The same in words."""
        return {
            "category": Text(f"只适用于类别 {self.wanted}", f"only for the category {self.wanted}"),
            "area": Text(f"只适用于区域 {self.wanted}", f"only in the area {self.wanted}"),
            "condition": Text(f"只适用于情形 {self.wanted}", f"only under the condition {self.wanted}"),
            "unit": Text(f"已失效：没有单位 {self.wanted}", f"broken: there is no unit {self.wanted}"),
        }[self.why]


@dataclass(frozen=True, slots=True)
class Routed:
    """The unit a rule chose, the rule, and why each rule before it did not apply. No rule: both are empty."""

    unit: str
    rule: str
    passed_over: tuple[PassedOver, ...]


_CONDITIONS = "condition."


class Rules:
    """All dated values; every question takes a day, which is one in the city's time zone (`day_of`)."""

    def __init__(self, values: Mapping[str, Mapping[str, list[Dated]]]) -> None:
        self._values = values
        self._changes = {parameter: _changes(subjects.values()) for parameter, subjects in values.items()}
        self._categories: dict[int, dict[str, Category]] = {}
        self._routes: dict[int, list[Dated]] = {}
        self._conditions: dict[int, dict[str, list[tuple[str, Text]]]] = {}
        self._asked: dict[tuple[int, int, str], list[tuple[Dated, PassedOver | None]]] = {}
        calendars = self.history("calendar", CITY_CALENDAR)
        self.zone = ZoneInfo(calendars[-1].content["zone"] if calendars else "UTC")
        """That of the latest working calendar; UTC in a city without one. One for all days, past and to come: which
        calendar holds on a day can be asked only by whoever knows what a day is."""

    def day_of(self, moment: datetime.datetime) -> datetime.date:
        """The day in the city on which an aware moment lies."""
        return moment.astimezone(self.zone).date()

    def value(self, parameter: str, subject: str, on: datetime.date) -> Dated | None:
        """The value in force on that day."""
        for dated in self._values.get(parameter, {}).get(subject, ()):
            if dated.holds_on(on):
                return dated
        return None

    def _span(self, parameter: str, on: datetime.date) -> int:
        """Which of the spans between two changes of a parameter the day lies in: within one, all its values stay."""
        return bisect.bisect_right(self._changes.get(parameter, ()), on)

    def spans(self, on: datetime.date, *parameters: str) -> tuple[int, ...]:
        """Equal for two days on which all values of these parameters are the same."""
        return tuple(self._span(parameter, on) for parameter in parameters)

    def all_of(self, parameter: str, on: datetime.date) -> dict[str, Dated]:
        """Every subject's value in force on that day, by subject."""
        subjects = self._values.get(parameter, {})
        found = ((subject, self.value(parameter, subject, on)) for subject in subjects)
        return {subject: dated for subject, dated in found if dated is not None}

    def categories(self, on: datetime.date) -> Mapping[str, Category]:
        """The catalogue in force on that day, by code."""
        span = self._span("category", on)
        if span not in self._categories:
            rows = self.all_of("category", on)
            parents = {dated.content["parent"] for dated in rows.values()}
            self._categories[span] = {code: _category(code, dated, parents) for code, dated in rows.items()}
        return self._categories[span]

    def lineage(self, code: str, on: datetime.date) -> list[str]:
        """The category and those above it, nearest first."""
        known, line = self.categories(on), []
        while code and code in known and code not in line:
            line.append(code)
            code = known[code].parent
        return line

    def below(self, code: str, on: datetime.date) -> list[str]:
        """The codes of a category and of all below it; of one that is not in the catalogue its own."""
        return [one for one in self.categories(on) if code in self.lineage(one, on)] or [code]

    def limit(self, category: str, condition: str, clock: str, on: datetime.date) -> LimitFound | None:
        """The limit for a category under a condition; a parent's where it has none, else the one of every category.

        None if nobody set one.
        """
        for code in (*self.lineage(category, on), ""):
            for wanted in dict.fromkeys((condition, "")):
                subject = f"{code}/{wanted}/{clock}"
                dated = self.value("limit", subject, on)
                if dated is not None:
                    return LimitFound(subject, dated.content, dated.basis)
        return None

    def limit_named(self, subject: str, clock: str, on: datetime.date) -> LimitFound | None:
        """The limit for what a field says of a matter (`request=consult`), whatever its category; None if none."""
        dated = self.value("limit", f"{subject}//{clock}", on)
        return LimitFound(dated.subject, dated.content, dated.basis) if dated else None

    def calendar(self, name: str, on: datetime.date) -> Dated | None:
        """The working calendar with this name."""
        return self.value("calendar", name, on)

    def conditions(self, category: str, on: datetime.date) -> list[tuple[str, Text]]:
        """The conditions that a category knows (its words `condition.CATEGORY-CONDITION`): key and words, by key."""
        span = self._span("word", on)
        if span not in self._conditions:
            known: dict[str, list[tuple[str, Text]]] = {}
            for subject, dated in sorted(self.all_of("word", on).items()):
                code, dash, key = subject.removeprefix(_CONDITIONS).rpartition("-")
                if subject.startswith(_CONDITIONS) and dash:
                    known.setdefault(code, []).append((key, Text(dated.content["zh"], dated.content["en"])))
            self._conditions[span] = known
        return self._conditions[span].get(category, [])

    def word(self, key: str, on: datetime.date) -> Text | None:
        """A word of the city in both languages."""
        dated = self.value("word", key, on)
        return Text(dated.content["zh"], dated.content["en"]) if dated else None

    def number(self, subject: str, on: datetime.date) -> int | None:
        """A number of the city (how many per cent, hours, metres); None if nobody set one."""
        dated = self.value("number", subject, on)
        return int(dated.content["amount"]) if dated else None

    def seed(self, on: datetime.date) -> str:
        """What the draws of matters opened on that day follow from (`values.draws`); "" in a city without one."""
        dated = self.value("draw", "seed", on)
        return str(dated.content["seed"]) if dated else ""

    def routes(self, on: datetime.date) -> list[Dated]:
        """The routing rules in force, the one that is asked first at the head."""
        span = self._span("routing", on)
        if span not in self._routes:
            rows = self.all_of("routing", on).values()
            self._routes[span] = sorted(rows, key=lambda dated: (dated.content["priority"], dated.subject))
        return self._routes[span]

    def route(
        self, category: str, areas: tuple[str, ...], condition: str, on: datetime.date, units: Container[str]
    ) -> Routed:
        """The first rule for a category in an area (its code and those above it) whose unit is one of `units`."""
        passed: list[PassedOver] = []
        for dated, other in self._asked_for(category, on):
            if other is not None:
                passed.append(other)
                continue
            rule = dated.content
            why = _why_not(rule, areas, condition)
            if why is None and rule["unit"] in units:
                return Routed(rule["unit"], dated.subject, tuple(passed))
            passed.append(PassedOver(dated.subject, why or "unit", rule[why or "unit"]))
        return Routed("", "", tuple(passed))

    def applying(
        self, category: str, areas: tuple[str, ...], condition: str, on: datetime.date, units: Container[str]
    ) -> list[Dated]:
        """Every rule that applies and works, in their order: the first is the one that `route` chooses."""
        return [
            dated
            for dated, other in self._asked_for(category, on)
            if other is None and _why_not(dated.content, areas, condition) is None and dated.content["unit"] in units
        ]

    def _asked_for(self, category: str, on: datetime.date) -> list[tuple[Dated, PassedOver | None]]:
        """The routing rules in their order, each with why it is for another category, if it is."""
        key = (self._span("routing", on), self._span("category", on), category)
        if key not in self._asked:
            line = ("", *self.lineage(category, on))
            wanted = [(dated, dated.content.get("category") or "") for dated in self.routes(on)]
            self._asked[key] = [
                (dated, None if code in line else PassedOver(dated.subject, "category", code)) for dated, code in wanted
            ]
        return self._asked[key]

    def changed(self, changes: Iterable[tuple[str, str, Mapping[str, Any] | None]], basis: str) -> "Rules":
        """The rulebook as if these (parameter, subject, content) had always held; without content the value is gone."""
        values = {parameter: dict(subjects) for parameter, subjects in self._values.items()}
        for parameter, subject, content in changes:
            always = [] if content is None else [Dated(subject, datetime.date.min, None, content, basis)]
            values.setdefault(parameter, {})[subject] = always
        return Rules(values)

    def history(self, parameter: str, subject: str) -> Sequence[Dated]:
        """All values of a subject, past and to come, the earliest first."""
        return self._values.get(parameter, {}).get(subject, ())


def _changes(subjects: Iterable[Iterable[Dated]]) -> list[datetime.date]:
    """The days on which any of these values begins or ends."""
    every = (dated for values in subjects for dated in values)
    return sorted({day for dated in every for day in (dated.from_on, dated.until_on) if day is not None})


def _category(code: str, dated: Dated, parents: Container[str]) -> Category:
    content = dated.content
    return Category(
        code,
        content["parent"],
        Text(content["zh"], content["en"]),
        content["urgency"],
        content["open"],
        code not in parents,
        content.get("verify", "site"),
        content.get("check", "site"),
        content.get("sample", 100),
        content.get("type", ""),
    )


def _why_not(rule: Mapping[str, Any], areas: tuple[str, ...], condition: str) -> Literal["area", "condition"] | None:
    """Why a rule for the category does not apply at this place under this condition."""
    if rule.get("area") and rule["area"] not in areas:
        return "area"
    return "condition" if rule.get("condition") and rule["condition"] != condition else None


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
            dated = Dated(row.subject, row.from_on, row.until_on, row.content, row.basis, row.pk)
            values.setdefault(row.parameter, {}).setdefault(row.subject, []).append(dated)
        rules = Rules(values)
        _held = (edition, rules)
    return rules


zone_known_by(lambda scope: rules_of(scope).zone)
