"""Two systems side by side: what stands only here, only there, or differs; for the weeks in which both run."""

import datetime
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from django.db.models import Q

from jingwei.kernel.agencies.snapshot import Agencies, agencies_of
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.feeds.definition import Feed
from jingwei.kernel.feeds.rows import read_rows
from jingwei.kernel.matters.models import ExternalNumber, Matter
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.canonical import moment_text
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, slots=True)
class Difference:
    """One number on which the two systems do not agree.

    `kind` is one of `KINDS`; `here` and `there` say how each has it, in codes. `type` is that of the matter here.
    """

    number: str
    matter: str
    kind: str
    here: str
    there: str
    type: str = ""


KINDS = {
    "only_here": Text("只在这里", "only here"),
    "only_there": Text("只在那里", "only there"),
    "state": Text("状态不同", "other state"),
    "due": Text("期限不同", "other due moment"),
    "unit": Text("单位不同", "other unit"),
    "category": Text("类别不同", "other class"),
}
HEADS = (
    Text("外部编号", "External number"),
    Text("平台编号", "Number here"),
    Text("差异", "Difference"),
    Text("这里", "Here"),
    Text("那里", "There"),
)
_OPENED = Text("受理于", "received")
_OVER = {"open": Text("未结", "open"), "closed": Text("已结", "over")}


class There(Protocol):
    """What the other system says of one number, in our words; "" and None are what it does not say."""

    @property
    def number(self) -> str: ...
    @property
    def is_closed(self) -> bool: ...
    @property
    def opened_text(self) -> str: ...
    @property
    def target_at(self) -> datetime.datetime | None: ...
    @property
    def state(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def category(self) -> str: ...


def compare(scope: Scope, feed: Feed, file: Path) -> list[Difference]:
    """As `compare_rows`, for the file of a declared feed. Raises DamagedFile."""
    return compare_rows(scope, feed.source, {row.key: row for row in read_rows(feed, file)})


def compare_rows(scope: Scope, source: str, rows: Mapping[str, There]) -> list[Difference]:
    """Every difference between the rows, which are the whole open ledger of the source, and the matters from there.

    What is over on both sides, or over there and unknown here, is no difference.
    """
    mine = ExternalNumber.objects.filter(source=source).select_related("matter")
    here = {one.number: one.matter for one in mine.filter(Q(number__in=rows) | Q(matter__closed_at=None))}
    undated = [one.pk for one in here.values() if one.due_at is None]
    halted = Clock.objects.filter(stream_id__in=undated, status="paused").values_list("stream_id", flat=True)
    ours = _Here(agencies_of(scope), frozenset(halted))
    return [
        one
        for number in sorted({*rows, *here})
        for one in _differences(number, here.get(number), rows.get(number), ours)
    ]


@dataclass(frozen=True, slots=True)
class _Here:
    """What this side knows besides its matters."""

    agencies: Agencies
    halted: frozenset[uuid.UUID]  # matters whose clock stands still: they have no due moment that could differ


def _differences(number: str, matter: Matter | None, row: There | None, ours: _Here) -> Iterator[Difference]:
    if matter is None:
        if row is not None and not row.is_closed:
            yield Difference(number, "", "only_there", "", row.opened_text)
        return
    if row is None:
        yield Difference(number, matter.number, "only_here", matter.state, "", matter.type)
        return
    closed = matter.closed_at is not None
    if closed != row.is_closed:
        over = "closed" if row.is_closed else "open"
        yield Difference(number, matter.number, "state", matter.state, over, matter.type)
        return
    if closed:
        return
    body = ours.agencies.unit_by_id.get(matter.unit_id) if matter.unit_id else None
    theirs_due = "" if row.target_at is None or matter.pk in ours.halted else moment_text(row.target_at)
    for kind, mine, theirs in (
        ("state", matter.state, row.state),
        ("due", moment_text(matter.due_at) if matter.due_at else "", theirs_due),
        ("unit", body.code if body else "", row.unit),
        ("category", matter.category, row.category),
    ):
        if theirs and mine != theirs:
            yield Difference(number, matter.number, kind, mine, theirs, matter.type)


def told(scope: Scope, found: Sequence[Difference], language: str, zone: ZoneInfo) -> list[list[str]]:
    """The differences as a table for people, under `HEADS`: words for codes, moments in the zone."""
    categories, agencies = rules_of(scope).categories(scope.today), agencies_of(scope)

    def word(one: Difference, code: str) -> str:
        if one.kind in ("due", "only_there"):
            local = datetime.datetime.fromisoformat(code).astimezone(zone).strftime("%Y-%m-%d %H:%M") if code else ""
            return f"{_OPENED.in_(language)} {local}" if local and one.kind == "only_there" else local
        if one.kind == "unit":
            return agencies.unit_by_code[code].name.in_(language) if code in agencies.unit_by_code else code
        if one.kind == "category":
            return categories[code].title.in_(language) if code in categories else code
        titles = _OVER | {state.key: state.title for state in type_of(one.type).states} if code else {}
        return titles[code].in_(language) if code in titles else code

    return [
        [one.number, one.matter, KINDS[one.kind].in_(language), word(one, one.here), word(one, one.there)]
        for one in found
    ]
