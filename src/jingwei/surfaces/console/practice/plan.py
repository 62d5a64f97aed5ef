"""The year of the practice city as a plan: what is reported, who does what when, and how it ends."""

import datetime
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from jingwei.surfaces.console.practice.acts import (
    ANSWERS,
    APPEAL,
    AT_ONCE,
    BY_CLASS,
    BY_INTAKE,
    CLOSING,
    DECLINED,
    FINDINGS,
    IN_TIME,
    OPINIONS,
    PAUSING,
    PROMPT,
    REOPENING,
    RESULTS,
    UNTAKEN,
    WAYS,
    WITHOUT_A_VISIT,
    Doing,
)
from jingwei.surfaces.console.practice.agencies import TOWN_WORK, Routes, short
from jingwei.surfaces.console.practice.days import Days
from jingwei.surfaces.console.practice.land.places import ROOT, Cell
from jingwei.surfaces.console.practice.residents import Residents, Told

CITY_POSTS = {"head": "head", "city_checker": "checker"}
LATE_UNITS = {"ZF-03": 0.45, "PS": 0.6}
"""Planted: units that are late so often, while all others are once in thirty."""

_USUALLY_LATE = 1 / 30
_WAYS = {
    "plain": 640,
    "answered": 150,
    "declined": 40,
    "sent_back": 20,
    "kept": 6,
    "recalled": 8,
    "reworked": 35,
    "reopened": 14,
    "disagreed": 8,
    "urged": 40,
}
_DEFERRED, _EXTENDED, _DUPLICATES, _SELF_MADE, _FIXED = 0.08, 0.03, 0.02, 0.2, 0.5
_AT_ONCE, _APPEALED = 0.85, 0.3
_TOO_LATE_TO_FIX = datetime.time(23, 55)
"""What is found after that would be fixed on the next day, which is not on the spot."""
REPEATED_WITHIN = datetime.timedelta(days=1)
"""How long after a report others may tell of the same thing."""

_AT_WORK = ("working_day", "working_hour")
_DAY = datetime.timedelta(days=1)
_EVENING = datetime.timedelta(hours=8)
"""Before the end: what was reported then waits for the dispatchers of the morning, who find something to do."""

Term = tuple[str, int, str]
"""Counting, amount, unit."""


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
    term: Term  # the one of class and request that ends first
    by: str  # the post that reports; empty for the public
    due: datetime.datetime
    steps: list[Step] = field(default_factory=list)
    stood: list[tuple[datetime.datetime, datetime.datetime | None]] = field(default_factory=list)  # see `end_before`
    closed: datetime.datetime | None = None
    original: tuple[int, datetime.datetime] | None = None  # number and opening of the matter that this one repeats

    def end_before(self, place: int) -> None:
        """Takes back the step at this place with all that follow: the matter stays due and closed as it stood then."""
        self.due, self.closed = self.stood[place]
        del self.steps[place:], self.stood[place:]

    def closed_at(self, moment: datetime.datetime) -> bool:
        """Whether it is closed at a moment, by the acts planned."""
        moves = [step.action for step in self.steps if step.at <= moment and step.action in (*CLOSING, *REOPENING)]
        return bool(moves) and moves[-1] in CLOSING

    @property
    def stands_with(self) -> str:
        """The unit that has the matter at the end: where it was last dispatched, else where it was routed."""
        return next((step.fields["unit"] for step in reversed(self.steps) if "unit" in step.fields), self.routed)


@dataclass(frozen=True, slots=True)
class Books:
    """What the plan looks things up in, all read from the pack's own tables."""

    limits: Mapping[tuple[str, str], Term]  # by class and condition, or by request=…
    classes: Mapping[str, Mapping[str, str]]  # rows of the catalogue by code
    routes: Routes  # without broken rules
    all_routes: Routes
    handlers: Mapping[str, str]  # unit: its post that handles
    days: Days

    def term(self, told: Told, condition: str) -> Term:
        """The term that ends first: that of the class under the condition, or of what the caller wants."""
        found = [self.limits[told.category, condition]]
        if told.request:
            found.append(self.limits[f"request={told.request}", ""])
        return min(found, key=lambda term: self.days.due(told.opened, *term))

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
            recent = [one for one in recent if opened - one.told.opened < REPEATED_WITHIN]
            if recent and self._chance.random() < _DUPLICATES:
                yield self._again(number, opened, self._chance.choice(recent))
                continue
            one = self._new(number, self._residents.told(opened))
            recent.append(one)
            yield one

    def _new(self, number: int, told: Told) -> Planned:
        condition = self._chance.choice(self._books.conditions(told.category)) if told.channel == "patrol" else ""
        unit, term = self._unit(told, condition), self._books.term(told, condition)
        way = self._way(told, unit, term)
        by = f"grid-{short(told.cell.parent)}" if told.channel == "patrol" else ""
        if way == "self_made":
            by = self._books.handlers[unit]
        by = "intake" if told.channel in ("hotline", "counter", "transfer") and not by else by
        due = self._books.days.due(told.opened, *term)
        one = Planned(number, told, way, unit, self._routed(told, condition), condition, term, by, due)
        self._fill(one, self._closing(one))
        return one

    def _again(self, number: int, opened: datetime.datetime, original: Planned) -> Planned:
        first = original.told
        told = self._residents.told_of(opened, first.category, first.cell, self._residents.near(first.point))
        term = self._books.term(told, "")
        due = self._books.days.due(opened, *term)
        at = opened + (due - opened) * self._chance.uniform(0.02, 0.2)
        way = "repeated" if original.closed_at(at) else "merged"
        by = "" if told.channel in ("miniapp", "portal") else "intake"
        one = Planned(number, told, way, self._unit(told, ""), self._routed(told, ""), "", term, by, due)
        one.original = original.number, first.opened
        self._fill(one, at)
        return one

    def _unit(self, told: Told, condition: str) -> str:
        return self._books.routes.unit(told.category, condition, lineage(told.cell))

    def _routed(self, told: Told, condition: str) -> str:
        return self._books.all_routes.unit(told.category, condition, lineage(told.cell))

    def _way(self, told: Told, unit: str, term: Term) -> str:
        drawn, (counting, amount, _) = self._chance.random(), term
        if told.request in AT_ONCE and drawn < _AT_ONCE:
            return "at_once"
        if told.category in TOWN_WORK and unit.startswith("T") and unit[1:].isdigit():
            return "self_made" if told.channel == "patrol" and drawn < _SELF_MADE else "plain"
        if told.channel == "patrol" and drawn < _FIXED and told.opened.time() < _TOO_LATE_TO_FIX:
            return "fixed"
        if counting == "working_day" and amount >= 5 and drawn < _DEFERRED:
            return "deferred"
        if counting == "working_day" and amount >= 3 and self._chance.random() < _EXTENDED:
            return "extended"
        way = self._chance.choices(list(_WAYS), list(_WAYS.values()))[0]
        if way == "recalled" and self._books.classes[told.category]["urgency"] == "U1":
            return "plain"  # what was dispatched first is not taken back
        return "plain" if way in ("answered", "disagreed") and not told.contact else way

    def _closing(self, one: Planned) -> datetime.datetime:
        """When the last act comes: mostly in time, late for units that are planted so."""
        told, days, chance = one.told, self._books.days, self._chance
        counting, _, _ = one.term
        if one.way == "fixed":  # on the day of the report, or it is not on the spot
            soon = told.opened + datetime.timedelta(minutes=chance.randint(5, 90))
            return min(soon, told.opened.replace(hour=23, minute=59))
        if one.way == "deferred":
            return datetime.datetime.combine(days.days_after(one.due.date(), chance.randint(15, 45)), one.due.time())
        if one.way not in ("declined", "at_once") and chance.random() < LATE_UNITS.get(one.unit, _USUALLY_LATE):
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
        counting, _, _ = one.term
        last = one.told.opened
        for doing in chain(self._doings(one), self._appeal(one)):
            if doing.at > 1:
                at = self._at_work(last + _DAY * (doing.at - 1))
            elif doing.at == 1:
                at = closing
            elif doing.at:
                end = min(closing, one.due) if doing.action in IN_TIME else closing
                at = self._books.days.between(one.told.opened, end, doing.at, at_work=counting in _AT_WORK)
            else:
                prompt = doing.action in PROMPT
                slow = not prompt and self._chance.random() < 0.05
                at_work = not prompt and counting in _AT_WORK
                at = min(self._soon(last, at_work=at_work, slow=slow), last + (closing - last) * 0.3)
            at = max(at, last + datetime.timedelta(seconds=20)).replace(microsecond=0)
            waits = doing.action == "dispatch" and self._until - one.told.opened < _EVENING
            if at >= self._until or waits:
                return
            step = self._step(one, doing, at)
            one.steps.append(step)
            one.stood.append((one.due, one.closed))
            self._follow(one, step)
            last = at

    def _soon(self, last: datetime.datetime, *, at_work: bool, slow: bool) -> datetime.datetime:
        """Some minutes after the act before, or some hours if slow; in working time where work waits for it."""
        minutes = self._chance.randint(4, 25) * (12 if slow else 1)
        if not at_work:
            return last + datetime.timedelta(minutes=minutes)
        return max(last, self._books.days.at_minutes(self._books.days.minutes_at(last) + minutes))

    def _doings(self, one: Planned) -> Iterator[Doing]:
        """The acts of the way in the forms that the class asks for."""
        row = self._books.classes[one.told.category]
        urgent, verified = row["urgency"] == "U1", False
        for doing in WAYS[one.way]:
            action, who, writes = doing.action, doing.who, doing.writes
            if action == "contact" and one.told.contact is None:
                continue
            if action == "verify" and (row["verify"] in WITHOUT_A_VISIT or urgent):
                continue
            if action == "file" and urgent:
                continue
            if action == "dispatch" and urgent and not verified and one.closed is None and not _dispatched(one):
                action = "dispatch_first"
            elif action in BY_CLASS:
                column, forms = BY_CLASS[action]
                action = forms.get(row[column], action)
            who = "intake" if action in BY_INTAKE else who
            writes = {"file_unverified": "", "pass_by_reporter": "confirmed"}.get(action, writes)
            yield Doing(action, who, doing.at, writes)
            if urgent and action == "sign" and not verified:
                verified = True
                yield Doing("verify_meanwhile", "verifier", 0, "found")

    def _appeal(self, one: Planned) -> Iterator[Doing]:
        """Some units appeal against the mark of a late closing."""
        late = one.closed is not None and one.closed > one.due and one.steps[-1].action not in UNTAKEN
        if late and self._chance.random() < _APPEALED:
            yield from APPEAL

    def _follow(self, one: Planned, step: Step) -> None:
        """What the act does to closing and due moment."""
        days, at = self._books.days, step.at
        counting, amount, unit = one.term
        if step.action in CLOSING:
            one.closed = at
        elif step.action in REOPENING:
            one.closed = None
        elif step.action == "take_up":
            paused = next(step.at for step in one.steps if step.action in PAUSING)
            if paused > one.due:
                return  # what was late before it was deferred stays late
            held = days.days_between(paused.date(), at.date())
            one.due = datetime.datetime.combine(days.days_after(one.due.date(), held), one.due.time())
        elif step.action == "grant_extension":
            one.due = days.due(one.due, counting, _longer(amount), unit)
        elif step.action == "fail_check" and at <= one.due:
            one.due = days.due(at, counting, *_half(counting, amount, unit))

    def _step(self, one: Planned, doing: Doing, at: datetime.datetime) -> Step:
        fields, reason = self._written(one, doing, at)
        return Step(doing.action, self._post(one, doing.who), at, fields, reason)

    def _written(self, one: Planned, doing: Doing, at: datetime.datetime) -> tuple[dict[str, Any], str]:
        """Fields and reason of an act."""
        chance = self._chance
        planned = {"planned_on": (at + 20 * _DAY).date().isoformat()}
        if doing.writes.startswith("reason:"):
            fields = {"ask_hang_up": {"why": "works", **planned}}.get(doing.action, {})
            return fields, doing.writes.removeprefix("reason:")
        _, amount, _ = one.term
        grade, resolved = chance.choice(OPINIONS)
        finding = chance.choice(FINDINGS[:3] if doing.who != "checker" else FINDINGS[3:])
        written: dict[str, tuple[dict[str, Any], str]] = {
            "finding": ({"finding": finding}, ""),
            "result": ({"result": chance.choice(RESULTS)}, ""),
            "unit": ({"unit": one.unit}, ""),
            "wrong_unit": ({"unit": _wrong(one.unit)}, ""),
            "contact": ({"how": "phone"}, ""),
            "confirmed": ({"how": "phone"}, ""),
            "declined": (DECLINED, "经核实不属于受理范围，已告知反映渠道。"),
            "dispute": ({"cause": "other_unit", "proposed": one.unit, "ground": "按职责清单，应由该单位承办。"}, ""),
            "dispute_in_vain": ({"cause": "private", "proposed": "ZJ", "ground": "认为属小区内部管理。"}, ""),
            "answer": ({"answer": chance.choice(ANSWERS)}, ""),
            "found": ({"found": True, "finding": chance.choice(FINDINGS[:3])}, ""),
            "reviewed": ({"opinion": "uphold"}, "超期事实清楚，申诉理由不足。"),
            "decided": ({"verdict": "uphold"}, "维持超期认定，原始记录不变。"),
            "upheld": ({"unit": one.unit}, "异议成立，按职责清单改派。"),
            "found_again": ({"finding": "回访与复核发现问题又出现。"}, "问题未真正解决，重新办理。"),
            "longer": ({"longer_by": _longer(amount)}, "所需配件在途，现有时限内难以完成。"),
            "opinion": ({"reached": True, "grade": grade, "resolved": resolved}, ""),
        }
        return written.get(doing.writes, ({}, ""))

    def _post(self, one: Planned, who: str) -> str:
        cell = one.told.cell
        county = short(cell.county)
        if who == "handler":
            return self._books.handlers[one.unit]
        if who == "wrong_handler":
            return self._books.handlers[_wrong(one.unit)]
        if who in ("intake", "reporter"):
            return one.by if who == "reporter" else "intake"
        if who in CITY_POSTS:
            return CITY_POSTS[who]
        if who == "verifier":
            return f"grid-{short(cell.parent)}" if one.told.channel != "patrol" else f"town-{short(cell.town)}"
        return f"{who}-{county}"


def lineage(cell: Cell) -> tuple[str, ...]:
    """A cell's code with those above it."""
    return cell.code, cell.parent, cell.town, cell.county, ROOT


def _dispatched(one: Planned) -> bool:
    return any(step.action.startswith("dispatch") for step in one.steps)


def _longer(amount: int) -> int:
    """By how much a limit is extended, in its own unit."""
    return max(1, amount // 2)


def _half(counting: str, amount: int, unit: str) -> tuple[int, str]:
    """Half a limit, rounded up in whole days, or in minutes where hours are counted."""
    if counting in ("continuous", "working_hour"):
        return -(-amount * {"minute": 1, "hour": 60, "day": 1440}[unit] // 2), "minute"
    return -(-amount // 2), unit


def _wrong(unit: str) -> str:
    """A unit that a matter is first given to by mistake."""
    return "ZF" if unit != "ZF" else "ZJ"
