"""Whole timelines (pauses, bounds, extensions, stops, new terms) equal a slow walk, one by one and many at once."""

import csv
import datetime
import pathlib
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingwei.kernel.clocks.bulk_fold import NEVER, fold_many, microseconds
from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.clocks.counting import Counting, Limit, counted
from jingwei.kernel.clocks.segments import ImpossibleSegment, Kind, Segment, fold, replay, replayed
from tests.kernel.clocks.test_oracle import CALENDARS, WALL, moments, terms
from tests.kernel.clocks.walk import Walk, burnt_down

NOTICES = pathlib.Path(__file__).parents[3] / "packs" / "calendars" / "cn.csv"
WINDOWS = ((datetime.time(9), datetime.time(12)), (datetime.time(13, 30), datetime.time(17, 30)))


def _china() -> WorkCalendar:
    rows = csv.DictReader(NOTICES.read_text("utf-8").splitlines())
    listed = {datetime.date.fromisoformat(row["date"]): row["kind"] == "work" for row in rows}
    return WorkCalendar("cn", ZoneInfo("Asia/Shanghai"), frozenset(range(1, 6)), WINDOWS, listed)


CALENDAR = st.sampled_from([*CALENDARS, _china()])
_LEAP = st.builds(
    lambda year, minutes: datetime.datetime(year, 2, 27) + datetime.timedelta(minutes=minutes),
    st.sampled_from((2008, 2012, 2016, 2020, 2024)),
    st.integers(0, 4 * 1440),
)
_HOLIDAY = st.builds(
    lambda year, minutes: datetime.datetime(year, 9, 26) + datetime.timedelta(minutes=minutes),
    st.integers(2007, 2026),
    st.integers(0, 14 * 1440),
)
BEGUN = st.one_of(WALL, _LEAP, _HOLIDAY)
GAP = st.one_of(st.just(0), st.integers(0, 600), st.integers(0, 12_000))
FOLLOWING: dict[str, tuple[Kind, ...]] = {
    "running": ("pause", "pause", "extend", "given", "carried", "stop", "renew"),
    "paused": ("resume", "resume", "extend", "stop"),
    "stopped": ("restart", "renew"),
}
BY_TIME = (Counting.CONTINUOUS, Counting.WORKING_HOUR)
_ELAPSED = {
    True: st.integers(0, 4_000).map(lambda minutes: datetime.timedelta(minutes=minutes)),
    False: st.integers(0, 75).map(lambda days: datetime.timedelta(days=days)),
}
BECOMES = {"pause": "paused", "resume": "running", "stop": "stopped", "restart": "running", "renew": "running"}


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    """Any counting, half of them with a bound on pauses."""
    term = draw(terms())
    return Limit(term.counting, term.amount, term.unit, hold_days=draw(st.sampled_from((0, 0, 1, 3, 9))))


@st.composite
def timelines(draw: st.DrawFn, most: int = 7) -> tuple[list[Segment], WorkCalendar]:
    """A start, then possible segments up to about a week apart."""
    calendar = draw(CALENDAR)
    moment, status = moments(draw(BEGUN), calendar, draw(st.integers(0, 1))), "running"
    term = draw(limits())
    segments = [Segment("start", moment, term)]
    for _ in range(draw(st.integers(0, most))):
        moment += datetime.timedelta(minutes=draw(GAP))
        kind = draw(st.sampled_from(FOLLOWING[status]))
        status = BECOMES.get(kind, status)
        due = moment + datetime.timedelta(minutes=draw(st.integers(-3_000, 20_000))) if kind == "given" else None
        elapsed = draw(_ELAPSED[term.counting in BY_TIME]) if kind == "carried" else None
        limit = draw(limits()) if kind in ("extend", "renew") else None
        term = limit if kind == "renew" and limit else term
        segments.append(Segment(kind, moment, limit, due, elapsed))
    return segments, calendar


def check(segments: Sequence[Segment], calendar: WorkCalendar) -> None:
    """The state after every segment, and whether it is late a week on."""
    for number in range(1, len(segments) + 1):
        state, walked = fold(segments[:number], calendar), Walk(calendar).tell(segments[:number])
        assert (state.due_at, state.stopped_at) == (walked.due, walked.stopped)
        assert state.held_until == (walked.bound if state.status == "paused" else None)
        later = segments[number - 1].at + datetime.timedelta(days=7)
        assert state.late_at(later) is walked.late_at(later)


@settings(max_examples=150)
@given(timelines())
def test_timelines_equal_the_walk(timeline: tuple[list[Segment], WorkCalendar]) -> None:
    check(*timeline)


@pytest.mark.proof
@settings(max_examples=10_000)
@given(timelines())
def test_ten_thousand_timelines_equal_the_walk(timeline: tuple[list[Segment], WorkCalendar]) -> None:
    segments, calendar = timeline
    state, walked = fold(segments, calendar), Walk(calendar).tell(segments)
    assert (state.due_at, state.stopped_at) == (walked.due, walked.stopped)
    later = segments[-1].at + datetime.timedelta(days=7)
    assert state.late_at(later) is walked.late_at(later)


@settings(max_examples=150)
@given(BEGUN, st.sampled_from(("continuous", "working_hour")), st.integers(1, 2_500), st.data(), CALENDAR)
def test_time_runs_down_while_a_clock_is_not_paused(
    wall: datetime.datetime, counting: str, minutes: int, data: st.DataObject, calendar: WorkCalendar
) -> None:
    """From nothing but that: the due moment of clocks that were paused in time."""
    start = moments(wall, calendar)
    segments, pauses, at = [Segment("start", start, Limit(Counting(counting), minutes, "minute"))], [], start
    for _ in range(data.draw(st.integers(0, 3))):
        paused = at + datetime.timedelta(minutes=data.draw(st.integers(0, 900)))
        due = fold(segments, calendar).due_at
        at = paused + datetime.timedelta(minutes=data.draw(st.integers(0, 6_000)))
        if due is None or paused > due or _shifts(start, max(at, due), calendar):
            break
        segments += [Segment("pause", paused), Segment("resume", at)]
        pauses.append((paused, at))
    if not _shifts(start, fold(segments, calendar).due_at or start, calendar):
        assert fold(segments, calendar).due_at == burnt_down(start, minutes, pauses, counting, calendar)


def _shifts(since: datetime.datetime, until: datetime.datetime, calendar: WorkCalendar) -> bool:
    """Whether the wall clock is set in between: working time is what the clock on the wall shows, not what passes."""
    return since.astimezone(calendar.zone).utcoffset() != until.astimezone(calendar.zone).utcoffset()


def check_many(folds: Sequence[tuple[list[Segment], WorkCalendar]]) -> None:
    """All timelines under the calendar of the first, at once and one by one."""
    calendar = folds[0][1]
    found = [segments for segments, _ in folds]
    states, many = [fold(segments, calendar) for segments in found], fold_many(found, calendar)
    assert many.due.tolist() == [microseconds(state.due_at) if state.due_at else NEVER for state in states]
    assert many.stopped.tolist() == [microseconds(state.stopped_at) if state.stopped_at else NEVER for state in states]
    later = max(segments[-1].at for segments in found) + datetime.timedelta(days=3)
    assert many.late_at(later).tolist() == [state.late_at(later) for state in states]


@settings(max_examples=60)
@given(st.lists(timelines(), min_size=1, max_size=30))
def test_many_timelines_at_once_equal_one_by_one(folds: list[tuple[list[Segment], WorkCalendar]]) -> None:
    check_many(folds)


@pytest.mark.proof
@settings(max_examples=700)
@given(st.lists(timelines(), min_size=10, max_size=30))
def test_ten_thousand_timelines_at_once_equal_one_by_one(folds: list[tuple[list[Segment], WorkCalendar]]) -> None:
    check_many(folds)


@settings(max_examples=60)
@given(st.lists(timelines(), min_size=1, max_size=20), limits())
def test_many_replayed_under_another_limit_equal_one_by_one(
    folds: list[tuple[list[Segment], WorkCalendar]], limit: Limit
) -> None:
    calendar = folds[0][1]
    many = fold_many([replayed(segments, limit) for segments, _ in folds], calendar)
    states = [replay(segments, calendar, limit) for segments, _ in folds]
    assert many.due.tolist() == [microseconds(state.due_at) if state.due_at else NEVER for state in states]


def test_many_that_cannot_be_are_refused_as_one_is() -> None:
    start = moments(datetime.datetime(2026, 3, 2, 9), CALENDARS[0])
    begun = Segment("start", start, Limit(Counting.CONTINUOUS, 1, "hour"))
    for second in (Segment("resume", start), Segment("stop", start - datetime.timedelta(minutes=1))):
        with pytest.raises(ImpossibleSegment, match=second.kind):
            fold_many([[begun, second]], CALENDARS[0])
    nothing = fold_many([[], [begun]], CALENDARS[0])
    assert nothing.due[0] == NEVER and not nothing.late_at(start)[0]
    assert np.array_equal(nothing.stopped, [NEVER, NEVER])


@settings(max_examples=150)
@given(BEGUN, limits(), st.integers(0, 60_000), CALENDAR)
def test_carried_over_with_what_was_counted_nothing_changes(
    wall: datetime.datetime, limit: Limit, later: int, calendar: WorkCalendar
) -> None:
    """A system that counted as we do and never paused hands over the due moment that the limit has, past or to come."""
    begun = moments(wall, calendar)
    at = begun + datetime.timedelta(minutes=later)
    start = Segment("start", begun, limit)
    elapsed = counted(limit.counting, begun, at, calendar)
    before = fold([start], calendar)
    after = fold([start, Segment("carried", at, elapsed=elapsed, basis="old")], calendar)
    if not _shifts(begun, max(at, before.due_at or at), calendar):
        assert after.due_at == before.due_at
