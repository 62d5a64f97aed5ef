"""Two systems side by side: what stands only here, only there, or differs; for the weeks in which both run."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.db.models import Q

from jingwei.kernel.agencies.snapshot import Agencies, agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.feeds.definition import Feed
from jingwei.kernel.feeds.rows import read_rows
from jingwei.kernel.matters.models import ExternalNumber, Matter
from jingwei.kernel.values.canonical import moment_text


@dataclass(frozen=True, slots=True)
class Difference:
    """One number on which the two systems do not agree.

    `kind` is only_here, only_there, state, due, unit or category; `here` and `there` say how each has it.
    """

    number: str
    matter: str
    kind: str
    here: str
    there: str


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
    agencies = agencies_of(scope)
    mine = ExternalNumber.objects.filter(source=source).select_related("matter")
    here = {one.number: one.matter for one in mine.filter(Q(number__in=rows) | Q(matter__closed_at=None))}
    found: list[Difference] = []
    for number in sorted({*rows, *here}):
        found.extend(_differences(number, here.get(number), rows.get(number), agencies))
    return found


def _differences(number: str, matter: Matter | None, row: There | None, agencies: Agencies) -> Iterator[Difference]:
    if matter is None:
        if row is not None and not row.is_closed:
            yield Difference(number, "", "only_there", "", row.opened_text)
        return
    if row is None:
        yield Difference(number, matter.number, "only_here", matter.state, "")
        return
    closed = matter.closed_at is not None
    if closed != row.is_closed:
        yield Difference(number, matter.number, "state", matter.state, "closed" if row.is_closed else "open")
        return
    if closed:
        return
    body = agencies.unit_by_id.get(matter.unit_id) if matter.unit_id else None
    for kind, mine, theirs in (
        ("state", matter.state, row.state),
        (
            "due",
            moment_text(matter.due_at) if matter.due_at else "",
            moment_text(row.target_at) if row.target_at else "",
        ),
        ("unit", body.code if body else "", row.unit),
        ("category", matter.category, row.category),
    ):
        if theirs and mine != theirs:
            yield Difference(number, matter.number, kind, mine, theirs)
