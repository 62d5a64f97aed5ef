"""The year of the practice city as a plan: what is reported, who does what when, and how it ends."""

import datetime
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jingwei.surfaces.console.practice.acts import FINDINGS, RESULTS, WAYS, Doing
from jingwei.surfaces.console.practice.agencies import TOWN_WORK, Routes, short
from jingwei.surfaces.console.practice.days import Days
from jingwei.surfaces.console.practice.places import ROOT, Cell
from jingwei.surfaces.console.practice.residents import Residents, Told

LATE_UNITS = {"ZF-03": 0.45, "PS": 0.6}
"""Planted: units that are late so often, while all others are once in thirty."""

_USUALLY_LATE = 1 / 30
_WAYS = (
    ("plain", 800),
    ("declined", 40),
    ("sent_back", 25),
    ("reworked", 35),
    ("reopened", 20),
    ("urged", 40),
)
_DEFERRED, _DUPLICATES, _SELF_MADE = 0.08, 0.02, 0.06
_AT_WORK = ("working_day", "working_hour")
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One act of the plan; `who` is the code of a post."""

    action: str
    who: str
    at: datetime.datetime  # local, as all moments of the plan
    fields: Mapping[str, Any]
    reason: str = ""


@dataclass(slots=True)
class Planned:
    """One matter with all that will happen to it before the end of the simulated time."""

    number: int
    told: Told
    way: str
    unit: str  # the right one
    routed: str  # the one that the rules name, a broken one included
    condition: str
    by: str  # the post that reports; empty for the public
    due: datetime.datetime
    steps: list[Step] = field(default_factory=list)
    closed: datetime.datetime | None = None
    original: tuple[int, datetime.datetime] | None = None  # number and opening of the matter that this one repeats

    @property
    def stands_with(self) -> str:
        """The unit that has the matter at the end: where it was last dispatched, else where it was routed."""
        return next((step.fields["unit"] for step in reversed(self.steps) if "unit" in step.fields), self.routed)


@dataclass(frozen=True, slots=True)
class Books:
    """What the plan looks things up in, all read from the pack's own tables."""

    limits: Mapping[tuple[str, str], tuple[str, int, str]]  # class, condition: counting, amount, unit
    routes: Routes  # without broken rules
    all_routes: Routes
    handlers: Mapping[str, str]  # unit: its post that handles
    days: Days

    def conditions(self, category: str) -> list[str]:
        """The conditions of a class."""
        return [condition for known, condition in self.limits if known == category]


class Planner:
    """Plans matters one after another; the same chance plans the same."""

    def __init__(self, books: Books, residents: Residents, chance: random.Random, until: datetime.datetime) -> None:
        self._books, self._residents, self._chance, self._until = books, residents, chance, until

    def plan(self, moments: Sequence[datetime.datetime]) -> Iterator[Planned]:
        """A matter for each moment; one in fifty says again what another said less than a day before."""
        recent: list[Planned] = []
        for number, opened in enumerate(moments):
            recent = [one for one in recent if opened - one.told.opened < _DAY]
            if recent and self._chance.random() < _DUPLICATES:
                yield self._again(number, opened, self._chance.choice(recent))
                continue
            one = self._new(number, self._residents.told(opened))
            recent.append(one)
            yield one

    def _new(self, number: int, told: Told) -> Planned:
        condition = self._chance.choice(self._books.conditions(told.category)) if told.channel == "patrol" else ""
        unit = self._unit(told, condition)
        way = self._way(told, unit, condition)
        by = f"grid-{short(told.cell.parent)}" if told.channel == "patrol" else ""
        if way == "self_made":
            by = self._books.handlers[unit]
        by = "intake" if told.channel in ("hotline", "counter", "transfer") and not by else by
        due = self._books.days.due(told.opened, *self._books.limits[told.category, condition])
        one = Planned(number, told, way, unit, self._routed(told, condition), condition, by, due)
        self._fill(one, self._closing(one))
        return one

    def _again(self, number: int, opened: datetime.datetime, original: Planned) -> Planned:
        first = original.told
        told = self._residents.told_of(opened, first.category, first.cell, self._residents.near(first.point))
        due = self._books.days.due(opened, *self._books.limits[told.category, ""])
        by = "" if told.channel in ("miniapp", "portal") else "intake"
        routed = self._routed(told, "")
        one = Planned(number, told, "duplicate", self._unit(told, ""), routed, "", by, due)
        one.original = original.number, first.opened
        self._fill(one, opened + (due - opened) * self._chance.uniform(0.02, 0.2))
        return one

    def _unit(self, told: Told, condition: str) -> str:
        return self._books.routes.unit(told.category, condition, lineage(told.cell))

    def _routed(self, told: Told, condition: str) -> str:
        return self._books.all_routes.unit(told.category, condition, lineage(told.cell))

    def _way(self, told: Told, unit: str, condition: str) -> str:
        if told.category in TOWN_WORK and unit.startswith("T") and unit[1:].isdigit():
            return "self_made" if told.channel == "patrol" and self._chance.random() < _SELF_MADE * 8 else "plain"
        counting, amount, _ = self._books.limits[told.category, condition]
        if counting == "working_day" and amount >= 5 and self._chance.random() < _DEFERRED:
            return "deferred"
        return self._chance.choices([name for name, _ in _WAYS], [weight for _, weight in _WAYS])[0]

    def _closing(self, one: Planned) -> datetime.datetime:
        """When the last act comes: mostly in time, late for units that are planted so."""
        told, days, chance = one.told, self._books.days, self._chance
        counting, _, _ = self._books.limits[told.category, one.condition]
        if one.way == "deferred":
            return datetime.datetime.combine(days.days_after(one.due.date(), chance.randint(15, 45)), one.due.time())
        if one.way != "declined" and chance.random() < LATE_UNITS.get(one.unit, _USUALLY_LATE):
            term = one.due - told.opened
            later = max(datetime.timedelta(hours=1), term * chance.choice((0.1, 0.3, 0.5, 1.2, 3.0)))
            return self._at_work(one.due + min(later, _DAY * 30))
        share = chance.betavariate(2, 2) * 0.9 + 0.03
        return days.between(told.opened, one.due, share, at_work=counting in _AT_WORK)

    def _at_work(self, moment: datetime.datetime) -> datetime.datetime:
        """The moment itself in working time, else the next opening."""
        return max(moment, self._books.days.at_minutes(self._books.days.minutes_at(moment) + 0.5))

    def _fill(self, one: Planned, closing: datetime.datetime) -> None:
        """The acts until the end of the simulated time; what comes later has not happened yet."""
        counting, _, _ = self._books.limits[one.told.category, one.condition]
        last = one.told.opened
        for doing in WAYS[one.way]:
            at = self._books.days.between(one.told.opened, closing, doing.at, at_work=counting in _AT_WORK)
            at = closing if doing.at == 1.0 else at
            at = max(at, last + datetime.timedelta(seconds=20))
            if at >= self._until:
                return
            one.steps.append(self._step(one, doing, at))
            self._follow(one, doing, at)
            last = at

    def _follow(self, one: Planned, doing: Doing, at: datetime.datetime) -> None:
        """What the act does to closing and due moment."""
        if doing.action in ("pass_check", "decline"):
            one.closed = at
        elif doing.action == "reopen":
            one.closed = None
        elif doing.action == "take_up":
            days = self._books.days
            paused = next(step.at for step in one.steps if step.action == "hang_up")
            held = days.days_between(paused.date(), at.date())
            one.due = datetime.datetime.combine(days.days_after(one.due.date(), held), one.due.time())

    def _step(self, one: Planned, doing: Doing, at: datetime.datetime) -> Step:
        fields: dict[str, Any] = {}
        if doing.writes == "finding":
            fields = {"finding": self._chance.choice(FINDINGS[:3] if doing.who != "checker" else FINDINGS[3:])}
        elif doing.writes == "result":
            fields = {"result": self._chance.choice(RESULTS)}
        elif doing.writes in ("unit", "wrong_unit"):
            fields = {"unit": one.unit if doing.writes == "unit" else _wrong(one.unit)}
        reason = doing.writes.removeprefix("reason:") if doing.writes.startswith("reason:") else ""
        if doing.action == "hang_up":
            fields = {"planned_on": (at + 20 * _DAY).date().isoformat()}
        return Step(doing.action, self._post(one, doing.who), at, fields, reason)

    def _post(self, one: Planned, who: str) -> str:
        cell = one.told.cell
        county = short(cell.county)
        if who == "handler":
            return self._books.handlers[one.unit]
        if who == "wrong_handler":
            return self._books.handlers[_wrong(one.unit)]
        if who == "intake":
            return "intake"
        if who == "verifier":
            return f"grid-{short(cell.parent)}" if one.told.channel != "patrol" else f"town-{short(cell.town)}"
        return f"{who}-{county}"


def lineage(cell: Cell) -> tuple[str, ...]:
    """A cell's code with those above it."""
    return cell.code, cell.parent, cell.town, cell.county, ROOT


def _wrong(unit: str) -> str:
    """A unit that a matter is first given to by mistake."""
    return "ZF" if unit != "ZF" else "ZJ"
