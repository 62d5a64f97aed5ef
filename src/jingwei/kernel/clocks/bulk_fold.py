"""The fold of many clocks at once, the same as one by one: clocks to which the same happened are folded together."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jingwei.kernel.clocks.bulk import (
    Moments,
    at_hour_of,
    counted_many,
    ending_many,
    moved_many,
    rolled_many,
    unrolled_many,
)
from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.clocks.counting import Counting
from jingwei.kernel.clocks.segments import FOLLOWS, MAY_LOOK_BACK, ImpossibleSegment, Segment, Status

Flags = npt.NDArray[np.bool_]

NEVER = np.iinfo(np.int64).min
"""In place of a moment that there is not."""

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)
_DAY = 86_400_000_000

_Shape = tuple[tuple[str, Counting | None], ...]
"""What happened to a clock, without moments and amounts."""


def microseconds(moment: datetime.datetime) -> int:
    """Since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


@dataclass(frozen=True, slots=True)
class Folded:
    """Where many clocks stand, in the order of their timelines; NEVER where `ClockState` has None."""

    due: Moments
    standing: Moments  # when a pause without a bound began, that still lasts
    stopped: Moments

    def late_at(self, now: datetime.datetime) -> Flags:
        """`ClockState.late_at` of each."""
        judged = np.where(self.stopped != NEVER, self.stopped, self.standing)
        judged = np.where(judged != NEVER, judged, microseconds(now))
        late: Flags = (self.due != NEVER) & (judged > self.due)
        return late


def fold_many(timelines: Sequence[Sequence[Segment]], calendar: WorkCalendar) -> Folded:
    """The states of all clocks under one calendar. Raises ImpossibleSegment, BeyondCalendar as `fold` does for any."""
    folded = Folded(*(np.full(len(timelines), NEVER, np.int64) for _ in range(3)))
    groups: dict[_Shape, list[int]] = {}
    for number, segments in enumerate(timelines):
        shape: _Shape = tuple((one.kind, one.limit.counting if one.limit else None) for one in segments)
        groups.setdefault(shape, []).append(number)
    for shape, numbers in groups.items():
        if not shape:
            continue
        state = _State(len(numbers), calendar)
        for place, (kind, counting) in enumerate(shape):
            state.step(kind, _Step.of([timelines[number][place] for number in numbers], counting))
        folded.due[numbers], folded.stopped[numbers] = state.due, state.stopped
        if state.status == "paused":
            folded.standing[numbers] = np.where(state.held_until == NEVER, state.paused, NEVER)
    return folded


@dataclass(frozen=True, slots=True)
class _Step:
    """One segment of each clock of a group, as columns."""

    at: Moments
    counting: Counting | None
    lengths: Moments  # microseconds
    hold_days: Moments
    due: Moments
    elapsed: Moments  # microseconds

    @classmethod
    def of(cls, segments: Sequence[Segment], counting: Counting | None) -> "_Step":
        limits = [one.limit for one in segments]
        return cls(
            np.array([microseconds(one.at) for one in segments], np.int64),
            counting,
            np.array([limit.seconds * 1_000_000 if limit else 0 for limit in limits], np.int64),
            np.array([limit.hold_days if limit else 0 for limit in limits], np.int64),
            np.array([microseconds(one.due) if one.due else NEVER for one in segments], np.int64),
            np.array([one.elapsed // _MICROSECOND if one.elapsed is not None else NEVER for one in segments], np.int64),
        )


class _State:
    """`ClockState` of many clocks of one shape; its steps are those of `segments`, by the same names."""

    def __init__(self, count: int, calendar: WorkCalendar) -> None:
        self._calendar = calendar
        self._counting = Counting.CONTINUOUS
        self.status: Status = "idle"
        self.end, self.due, self.paused, self.held_until, self.stopped, self._last = (
            np.full(count, NEVER, np.int64) for _ in range(6)
        )
        self._hold_days, self._held_days = np.zeros(count, np.int64), np.zeros(count, np.int64)
        self._term: Counting | None = None  # of the limit begun with, and its length
        self._lengths = np.zeros(count, np.int64)

    def step(self, kind: str, one: _Step) -> None:
        """What one more segment does. Raises ImpossibleSegment, BeyondCalendar."""
        if kind not in FOLLOWS[self.status]:
            raise ImpossibleSegment(f"{kind} of a clock that is {self.status}")
        if kind not in MAY_LOOK_BACK and (one.at < self._last).any():
            raise ImpossibleSegment(f"a {kind} lies before the last segment")
        {
            "start": self._start,
            "renew": self._start,
            "given": self._given,
            "carried": self._carried,
            "pause": self._pause,
            "resume": self._resume,
            "extend": self._extend,
            "stop": self._stop,
            "restart": self._restart,
        }[kind](one)
        self._last = one.at if kind == "restart" else np.maximum(one.at, self._last)

    def _ending(self, end: Moments) -> None:
        self.end, self.due = end, rolled_many(end, self._counting, self._calendar)
        bounded = self.held_until != NEVER
        if self.status == "paused" and bounded.any():
            _, due = self._resumed(self.held_until, bounded)
            self.due = np.where(bounded, due, self.due)

    def _start(self, one: _Step) -> None:
        if one.counting is None:
            raise ImpossibleSegment("a start without a limit")
        self.status, self._counting = "running", one.counting
        self._term, self._lengths = one.counting, one.lengths
        self._hold_days, self._held_days = one.hold_days, np.zeros_like(one.hold_days)
        self.stopped, self.held_until = np.full_like(one.at, NEVER), np.full_like(one.at, NEVER)
        self._ending(unrolled_many(one.at, one.counting, one.lengths, self._calendar))

    def _given(self, one: _Step) -> None:
        if (one.due == NEVER).any():
            raise ImpossibleSegment("a given limit without its moment")
        self.status = "running" if self.status == "idle" else self.status
        self._counting = Counting.CONTINUOUS
        self._ending(one.due)

    def _carried(self, one: _Step) -> None:
        if (one.elapsed == NEVER).any() or self._term is None:
            raise ImpossibleSegment("carried over without what had been counted, or into a clock without a limit")
        self._counting = self._term
        self._ending(ending_many(self._term, one.at, self._lengths - one.elapsed, self.end, self._calendar))

    def _pause(self, one: _Step) -> None:
        self.status, self.paused = "paused", one.at
        left = np.maximum(self._hold_days - self._held_days, 0) * _DAY
        bound = moved_many(Counting.NATURAL_DAY, one.at, left, self._calendar)
        self.held_until = np.where(self._hold_days > 0, bound, NEVER)
        self._ending(self.end)

    def _resume(self, one: _Step) -> None:
        bounded = self.held_until != NEVER
        until = np.where(bounded, np.minimum(one.at, self.held_until), one.at)
        self.end, self.due = self._resumed(until, np.ones_like(bounded))
        held = counted_many(Counting.NATURAL_DAY, self.paused, one.at, self._calendar) // _DAY
        left = np.where(self._hold_days > 0, np.maximum(self._hold_days - self._held_days, 0), held)
        self._held_days = self._held_days + np.minimum(held, left)
        self.status, self.held_until = "running", np.full_like(one.at, NEVER)

    def _resumed(self, at: Moments, some: Flags) -> tuple[Moments, Moments]:
        """End and due moment of those clocks if they run on from `at`; of the others as they are."""
        counting, calendar = self._counting, self._calendar
        end, due = self.end.copy(), rolled_many(self.end, counting, calendar).copy()
        some = some & (self.paused <= due)
        at, old = at[some], self.end[some]
        held = counted_many(counting, self.paused[some], at, calendar)
        moved = moved_many(counting, old, held, calendar)
        short = rolled_many(moved, counting, calendar) < at
        if counting is Counting.WORKING_HOUR:
            moved[short] = at[short]
        else:
            today, day = at_hour_of(at[short], old[short], calendar), np.full(int(short.sum()), _DAY, np.int64)
            moved[short] = moved_many(counting, today, day, calendar)
        end[some], due[some] = moved, rolled_many(moved, counting, calendar)
        return end, due

    def _extend(self, one: _Step) -> None:
        if one.counting is None:
            raise ImpossibleSegment("an extension without a limit")
        due = rolled_many(self.end, self._counting, self._calendar)
        self._ending(unrolled_many(due, one.counting, one.lengths, self._calendar))

    def _stop(self, one: _Step) -> None:
        if self.status == "paused":
            self._resume(one)
        self.status, self.stopped = "stopped", one.at

    def _restart(self, one: _Step) -> None:
        self.status, self.stopped = "running", np.full_like(one.at, NEVER)
