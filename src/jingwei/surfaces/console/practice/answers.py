"""The known right answers, worked out from the plan alone: no clock, no measure and no query of the kernel is asked."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from jingwei.surfaces.console.practice.acts import CLOSING, PAUSING, REOPENING, UNTAKEN
from jingwei.surfaces.console.practice.agencies import BROKEN_RULE, GONE, Agencies
from jingwei.surfaces.console.practice.carrying.turns import Refused
from jingwei.surfaces.console.practice.invented import Invented
from jingwei.surfaces.console.practice.plan import LATE_UNITS, Planned
from jingwei.surfaces.console.practice.residents import RAIN, flooded

_EVER_CLOSED = set(CLOSING) - set(UNTAKEN)
_WORKED = {*_EVER_CLOSED, "feed_back", "feed_back_shown"} - {"answer_at_once"}

Figure = tuple[int, int]
"""Numerator and denominator."""


class Tally:
    """Counts the plan at the end of its time. What was not taken on counts for no rate of closing, and what is deferred
    is not overdue."""

    def __init__(self, until: datetime.datetime, agencies: Agencies) -> None:
        self._until = until
        self._units = {post["code"]: post["unit"] for post in agencies.posts}
        self._counts: Counter[str] = Counter()
        self._due: Counter[str] = Counter()
        self._in_time: Counter[str] = Counter()
        self.open_by_county: Counter[str] = Counter()
        self.overdue_by_county: Counter[str] = Counter()
        self.self_made: list[int] = []
        self.duplicates: list[Planned] = []

    @property
    def matters(self) -> int:
        """How many were taken into account."""
        return self._counts["all"]

    def add(self, one: Planned) -> None:
        """Takes one matter into account, as it stands at the end."""
        done = {step.action for step in one.steps}
        self._counts["all"] += 1
        self._count_open(one)
        self._counts["declined"] += "decline" in done
        self._counts["ever_closed"] += bool(done & _EVER_CLOSED)
        self._counts["reopened"] += bool(done & set(REOPENING))
        if done & _EVER_CLOSED and self._by_one_unit(one):
            self.self_made.append(one.number)
        if one.original is not None and one.steps:
            self.duplicates.append(one)
        if done & set(UNTAKEN):
            return
        in_time = one.closed is not None and one.closed <= one.due
        self._counts["closed"] += one.closed is not None
        self._counts["closed_in_time"] += in_time
        if one.due < self._until:
            self._due[one.stands_with] += 1
            self._in_time[one.stands_with] += in_time

    def forget_duplicates(self, refused: Sequence[Refused]) -> None:
        """Of which the city does not know that they are: what says so was refused."""
        numbers = {one.number for one in refused}
        self.duplicates = [one for one in self.duplicates if one.number not in numbers]

    def _count_open(self, one: Planned) -> None:
        if one.closed is not None:
            return
        self.open_by_county[one.told.cell.county] += 1
        if one.steps and one.steps[-1].action in PAUSING:
            return
        self._counts["open"] += 1
        if one.due < self._until:
            self._counts["open_overdue"] += 1
            self.overdue_by_county[one.told.cell.county] += 1

    def _by_one_unit(self, one: Planned) -> bool:
        """Whether the unit that reported it also did the work or closed it."""
        mine = self._units.get(one.by)
        return mine is not None and any(self._units[step.who] == mine for step in one.steps if step.action in _WORKED)

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
            "share_self_made": (len(self.self_made), count["ever_closed"]),
            "share_duplicate": (len(self.duplicates), count["all"]),
        }

    def by_unit(self) -> dict[str, Figure]:
        """Share closed in time of every unit that had something due."""
        return {unit: (self._in_time[unit], due) for unit, due in sorted(self._due.items())}


def right_answers(invented: Invented, tally: Tally, refused: Sequence[Refused]) -> dict[str, Any]:
    """Everything that was planted and counted, and what the city refused of the plan, as written to answers.json."""
    by_unit, flaws = tally.by_unit(), invented.flaws
    return {
        "made_from": asdict(invented.wanted),
        "as_of": invented.wanted.ends.isoformat(),
        "figures": tally.figures(),
        "closed_in_time_by_unit": by_unit,
        "open_by_county": dict(sorted(tally.open_by_county.items())),
        "open_overdue_by_county": dict(sorted(tally.overdue_by_county.items())),
        "refused": [asdict(one) for one in refused],
        "planted": {
            "late_units": sorted(unit for unit in LATE_UNITS if unit in by_unit),
            "self_made_self_closed": sorted(tally.self_made),
            "duplicates": sorted(one.number for one in tally.duplicates),
            "gap": asdict(flaws.gap),
            "overlap": asdict(flaws.overlap),
            "overfull_cell": flaws.overfull,
            "broken_rule": {"rule": BROKEN_RULE, "names": GONE},
            "calendar_missing_after": 2026,
            "storm": {"communities": flooded(invented.places), "classes": sorted(set(RAIN))},
        },
    }
