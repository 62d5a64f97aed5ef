"""The known right answers, worked out from the plan alone: no clock, no measure and no query of the kernel is asked."""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from jingwei.surfaces.console.practice.acts import CLOSING, PAUSING, REOPENING
from jingwei.surfaces.console.practice.agencies import BROKEN_RULE, GONE
from jingwei.surfaces.console.practice.invented import Invented
from jingwei.surfaces.console.practice.plan import LATE_UNITS, Planned

_EVER_CLOSED = set(CLOSING) - {"decline"}

Figure = tuple[int, int]
"""Numerator and denominator."""


class Tally:
    """Counts the plan at the end of its time.

    `figures` is the version of the type whose measures are installed: from the second on, what is declined counts for
    no rate of closing, and what is deferred is not overdue.
    """

    def __init__(self, until: datetime.datetime, figures: int) -> None:
        self._until, self._figures = until, figures
        self._counts: Counter[str] = Counter()
        self._due: Counter[str] = Counter()
        self._in_time: Counter[str] = Counter()
        self.self_made: list[int] = []
        self.duplicates: list[Planned] = []

    def add(self, one: Planned) -> None:
        """Takes one matter into account, as it stands at the end."""
        done = {step.action for step in one.steps}
        self._counts["all"] += 1
        waits = self._figures > 1 and bool(one.steps) and one.steps[-1].action in PAUSING
        self._counts["open"] += one.closed is None and not waits
        self._counts["declined"] += "decline" in done
        self._counts["ever_closed"] += bool(done & _EVER_CLOSED)
        self._counts["reopened"] += bool(done & set(REOPENING))
        if one.way == "self_made" and done & _EVER_CLOSED:
            self.self_made.append(one.number)
        if one.original is not None and one.steps:
            self.duplicates.append(one)
        in_time = one.closed is not None and one.closed <= one.due
        if self._figures > 1 and "decline" in done:
            return
        self._counts["closed"] += one.closed is not None
        self._counts["closed_in_time"] += in_time
        if one.due < self._until:
            self._due[one.stands_with] += 1
            self._in_time[one.stands_with] += in_time
            self._counts["open_overdue"] += one.closed is None and not waits

    def figures(self) -> dict[str, Figure]:
        """By the key of the measure that must give the same."""
        count = self._counts
        return {
            "share_closed_in_time": (sum(self._in_time.values()), sum(self._due.values())),
            "share_of_closed_in_time": (count["closed_in_time"], count["closed"]),
            "open_overdue": (count["open_overdue"], count["open"]),
            "share_reopened": (count["reopened"], count["ever_closed"]),
            "share_declined": (count["declined"], count["all"]),
            "share_placed": (count["all"], count["all"]),
            "share_duplicate": (len(self.duplicates), count["all"]),
        }

    def by_unit(self) -> dict[str, Figure]:
        """Share closed in time of every unit that had something due."""
        return {unit: (self._in_time[unit], due) for unit, due in sorted(self._due.items())}


def right_answers(invented: Invented, tally: Tally) -> dict[str, Any]:
    """Everything that was planted and counted, as written to answers.json."""
    by_unit, flaws = tally.by_unit(), invented.flaws
    return {
        "made_from": asdict(invented.wanted),
        "as_of": invented.wanted.ends.isoformat(),
        "figures": tally.figures(),
        "closed_in_time_by_unit": by_unit,
        "planted": {
            "late_units": sorted(unit for unit in LATE_UNITS if unit in by_unit),
            "self_made_self_closed": tally.self_made,
            "duplicates": [one.number for one in tally.duplicates],
            "gap": asdict(flaws.gap),
            "overlap": asdict(flaws.overlap),
            "overfull_cell": flaws.overfull,
            "broken_rule": {"rule": BROKEN_RULE, "names": GONE},
            "calendar_missing_after": 2026,
        },
    }


def tallied(matters: Iterable[Planned], tally: Tally) -> Iterable[Planned]:
    """The matters as they pass, counted."""
    for one in matters:
        tally.add(one)
        yield one
