"""A slow second opinion on whole timelines: it walks minute by minute and day by day, with no code of the clocks.

Two readings. `Walk` tells event by event what the rules say, and walks wherever they count. `burnt_down` knows only
that a clock runs down while it is not paused, minute after minute, and asks when nothing is left.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.clocks.segments import Segment
from tests.kernel.clocks.oracle import first_showing, is_worked

_MINUTE, _DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)
_BY_TIME = ("continuous", "working_hour")


def minutes_or_days(segment: Segment) -> int:
    """The amount of the segment's limit."""
    assert segment.limit is not None
    in_time = segment.limit.counting.value in _BY_TIME
    return segment.limit.amount * ({"minute": 1, "hour": 60, "day": 1440}[segment.limit.unit] if in_time else 1)


@dataclass
class Walk:
    """One clock, told event by event. `due` is what it shows after the last."""

    calendar: WorkCalendar
    counting: str = ""
    end: datetime.datetime = datetime.datetime.min
    due: datetime.datetime | None = None
    paused: datetime.datetime | None = None
    bound: datetime.datetime | None = None
    hold_days: int = 0
    begun: Segment | None = None  # the segment whose limit the term has
    held: set[datetime.date] = field(default_factory=set)  # natural days used up by pauses
    stopped: datetime.datetime | None = None

    def tell(self, segments: Sequence[Segment]) -> "Walk":
        for segment in segments:
            getattr(self, f"_{segment.kind}")(segment)
            self.due = self._roll(self.end)
            if self.paused and self.bound and not self.stopped:
                self.due = self._roll(self._freed(self.bound))
        return self

    def late_at(self, now: datetime.datetime) -> bool:
        assert self.due is not None
        standing = self.paused if self.bound is None else None
        return (self.stopped or standing or now) > self.due

    # --- what happens ---

    def _start(self, segment: Segment) -> None:
        assert segment.limit is not None
        self.counting, self.hold_days = segment.limit.counting.value, segment.limit.hold_days
        self.paused = self.bound = self.stopped = None
        self.held, self.begun = set(), segment
        self.end = self._term(segment.at, segment)

    _renew = _start

    def _given(self, segment: Segment) -> None:
        assert segment.due is not None
        self.counting, self.end = "continuous", segment.due

    def _carried(self, segment: Segment) -> None:
        """So much was used up elsewhere: what is left is walked from here, what is too much is walked back."""
        assert self.begun is not None and self.begun.limit is not None and segment.elapsed is not None
        self.counting = self.begun.limit.counting.value
        hour, by_time = self._wall(self.end).time(), self.counting in _BY_TIME
        left = minutes_or_days(self.begun) - segment.elapsed // (_MINUTE if by_time else _DAY)
        if by_time:
            ahead = left > 0
            self.end = (self._minutes_on if ahead else self._minutes_back)(segment.at, left, self.counting)
        else:
            self.end = first_showing(
                datetime.datetime.combine(self._day_with(segment.at, left), hour), self.calendar.zone
            )

    def _pause(self, segment: Segment) -> None:
        self.paused = segment.at
        if self.hold_days:
            left = self.hold_days - len(self.held)
            self.bound = self._days_on(segment.at, left, "natural_day") if left > 0 else segment.at

    def _resume(self, segment: Segment) -> None:
        assert self.paused is not None
        until = segment.at if self.bound is None or segment.at < self.bound else self.bound
        self.end = self._freed(until)
        days = list(self._dates(self.paused, segment.at))
        self.held |= set(days[: max(0, self.hold_days - len(self.held))] if self.hold_days else days)
        self.paused = self.bound = None

    def _extend(self, segment: Segment) -> None:
        self.end = self._term(self._roll(self.end), segment)

    def _stop(self, segment: Segment) -> None:
        if self.paused:
            self._resume(segment)
        self.stopped = segment.at

    def _restart(self, segment: Segment) -> None:
        self.stopped = None

    # --- how it is counted ---

    def _wall(self, moment: datetime.datetime) -> datetime.datetime:
        return moment.astimezone(self.calendar.zone).replace(tzinfo=None, fold=0)

    def _dates(self, since: datetime.datetime, until: datetime.datetime) -> Iterator[datetime.date]:
        """The dates after the first up to and with the last."""
        day, last = self._wall(since).date(), self._wall(until).date()
        while day < last:
            day += _DAY
            yield day

    def _counts(self, day: datetime.date, counting: str) -> bool:
        return counting != "working_day" or is_worked(day, self.calendar)

    def _works(self, wall: datetime.datetime) -> bool:
        inside = any(begin <= wall.time() < end for begin, end in self.calendar.windows)
        return inside and is_worked(wall.date(), self.calendar)

    def _term(self, begin: datetime.datetime, segment: Segment) -> datetime.datetime:
        """Where a limit that runs from that moment ends, not rolled."""
        assert segment.limit is not None
        counting = segment.limit.counting.value
        if counting in _BY_TIME:
            return self._minutes_on(begin, minutes_or_days(segment), counting)
        return self._days_on(begin, minutes_or_days(segment), counting)

    def _minutes_on(self, begin: datetime.datetime, minutes: int, counting: str) -> datetime.datetime:
        if counting == "continuous":
            moment = begin
            for _ in range(minutes):
                moment += _MINUTE
            return moment
        wall, left = self._wall(begin), minutes
        while left:
            left -= self._works(wall)
            wall += _MINUTE
        return first_showing(wall, self.calendar.zone) if minutes else begin

    def _minutes_back(self, moment: datetime.datetime, minutes: int, counting: str) -> datetime.datetime:
        """The first moment by which all but so many (negative) of the minutes up to this one had been counted."""
        if counting == "continuous":
            for _ in range(-minutes):
                moment -= _MINUTE
            return moment
        wall, left = self._wall(moment), minutes
        while left or not self._works(wall - _MINUTE):
            wall -= _MINUTE
            left += self._works(wall)
        return first_showing(wall, self.calendar.zone)

    def _day_with(self, moment: datetime.datetime, left: int) -> datetime.date:
        """The day on which so many days are left to count after it, where that is negative gone by."""
        day = self._wall(moment).date()
        while left > 0:
            day += _DAY
            left -= self._counts(day, self.counting)
        while left < 0 or not self._counts(day, self.counting):
            left += self._counts(day, self.counting)
            day -= _DAY
        return day

    def _days_on(self, begin: datetime.datetime, days: int, counting: str) -> datetime.datetime:
        wall, left = self._wall(begin), days
        while left:
            wall += _DAY
            left -= self._counts(wall.date(), counting)
        return first_showing(wall, self.calendar.zone) if days else begin

    def _roll(self, end: datetime.datetime) -> datetime.datetime:
        wall = self._wall(end)
        if self.counting != "natural_day_rollover" or is_worked(wall.date(), self.calendar):
            return end
        while not is_worked(wall.date(), self.calendar):
            wall += _DAY
        return first_showing(wall, self.calendar.zone)

    def _freed(self, until: datetime.datetime) -> datetime.datetime:
        """The end if the pause it is in ends then: as much later as the clock would have counted.

        If that is over by then: the moment itself (hours), or the same hour of the next day that counts (days).
        """
        assert self.paused is not None
        if self.paused > self._roll(self.end):
            return self.end
        if self.counting == "continuous":
            passed, moment = 0, self.paused
            while moment < until:
                moment, passed = moment + _MINUTE, passed + 1
            return self._minutes_on(self.end, passed, "continuous")
        if self.counting == "working_hour":
            wall, last, passed = self._wall(self.paused), self._wall(until), 0
            while wall < last:
                passed += self._works(wall)
                wall += _MINUTE
            end = self._minutes_on(self.end, passed, "working_hour")
            return until if end < until else end
        passed = sum(self._counts(day, self.counting) for day in self._dates(self.paused, until))
        end = self._days_on(self.end, passed, self.counting)
        if self._roll(end) >= until:
            return end
        today = datetime.datetime.combine(self._wall(until).date(), self._wall(self.end).time())
        return self._days_on(first_showing(today, self.calendar.zone), 1, self.counting)


def burnt_down(
    start: datetime.datetime,
    minutes: int,
    pauses: Sequence[tuple[datetime.datetime, datetime.datetime]],
    counting: str,
    calendar: WorkCalendar,
) -> datetime.datetime:
    """When a term in elapsed or working time runs out that does not run during its pauses; whole minutes throughout.

    What is paused with nothing left runs out where the pause ends.
    """
    moment, left = start, minutes
    while True:
        held = next((resumed for paused, resumed in pauses if paused <= moment < resumed), None)
        if held is not None:
            moment = held
            continue
        if not left:
            return moment
        wall = moment.astimezone(calendar.zone).replace(tzinfo=None)
        inside = any(begin <= wall.time() < end for begin, end in calendar.windows)
        left -= counting == "continuous" or (inside and is_worked(wall.date(), calendar))
        moment += _MINUTE
