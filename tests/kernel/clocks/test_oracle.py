"""`after`, `due_many` and the fold equal a slow, independent count on random timelines from 2007 to 2026."""

import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingwei.kernel.clocks.bulk import due_many
from jingwei.kernel.clocks.calendars import BeyondCalendar, WorkCalendar
from jingwei.kernel.clocks.counting import Counting, Limit, after
from jingwei.kernel.clocks.segments import ClockState, Kind, Segment, fold
from tests.kernel.clocks import oracle

FIRST, LAST = datetime.datetime(2007, 1, 1), datetime.datetime(2026, 12, 31)
MICROSECOND = datetime.timedelta(microseconds=1)
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
DAYS = [FIRST.date() + datetime.timedelta(days=number) for number in range((LAST - FIRST).days + 30)]
WINDOWS = (
    ((datetime.time(9), datetime.time(12)), (datetime.time(13, 30), datetime.time(17, 30))),
    ((datetime.time(8, 15), datetime.time(22)),),
    ((datetime.time(0), datetime.time(6)), (datetime.time(6), datetime.time.max)),
)
ZONES = ("Asia/Shanghai", "America/New_York")


def _calendar(zone: str, windows: int, weekdays: frozenset[int], seed: int) -> WorkCalendar:
    """About one day in twelve is an exception; the holidays come in runs, as they do."""
    noise = np.random.default_rng(seed).integers(0, 60, len(DAYS) // 5 + 1)
    exceptions = {}
    for number, day in enumerate(DAYS):
        if noise[number // 5] < 5:
            exceptions[day] = bool(noise[number // 5] < 2)
    return WorkCalendar(f"{zone} {seed}", ZoneInfo(zone), weekdays, WINDOWS[windows], exceptions, str(seed))


CALENDARS = [
    _calendar(zone, windows, weekdays, seed)
    for seed, (zone, windows, weekdays) in enumerate(
        (zone, windows, weekdays)
        for zone in ZONES
        for windows in range(len(WINDOWS))
        for weekdays in (frozenset({1, 2, 3, 4, 5}), frozenset({2, 4, 6, 7}))
    )
]
CALENDAR = st.sampled_from(CALENDARS)
COUNTING = st.sampled_from(list(Counting))
_CHANGES = [
    datetime.datetime(year, month, day, 0)  # the nights when Boston's clocks change, and those around them
    for year, month, day in [(2007, 3, 11), (2007, 11, 4), (2016, 3, 13), (2016, 11, 6), (2026, 3, 8), (2026, 11, 1)]
]
_NEAR_A_CHANGE = st.builds(
    lambda change, minutes: change + datetime.timedelta(minutes=minutes),
    st.sampled_from(_CHANGES),
    st.integers(-3 * 1440, 2 * 1440),
)
WALL = st.one_of(st.datetimes(FIRST, LAST).map(lambda wall: wall.replace(second=0, microsecond=0)), _NEAR_A_CHANGE)


@st.composite
def terms(draw: st.DrawFn) -> Limit:
    """Any counting with any unit that fits, up to about ten weeks."""
    counting = draw(COUNTING)
    if counting is Counting.CONTINUOUS:
        unit = draw(st.sampled_from(("minute", "hour", "day")))
    else:
        unit = draw(st.sampled_from(("minute", "hour"))) if counting is Counting.WORKING_HOUR else "day"
    return Limit(counting, draw(st.integers(1, {"minute": 3000, "hour": 60, "day": 70}[unit])), unit)


def moments(wall: datetime.datetime, calendar: WorkCalendar, fold: int = 0) -> datetime.datetime:
    """The moment at which the calendar's clock shows `wall`."""
    return wall.replace(tzinfo=calendar.zone, fold=fold).astimezone(datetime.UTC)


def amount(limit: Limit) -> int:
    """Minutes or days, as the oracle wants them."""
    return limit.seconds // (60 if limit.counting in (Counting.CONTINUOUS, Counting.WORKING_HOUR) else 86_400)


def one_by_one(starts: list[datetime.datetime], limit: Limit, calendar: WorkCalendar) -> list[datetime.datetime]:
    """What `due_many` says, as moments."""
    array = np.array([(start - EPOCH) // MICROSECOND for start in starts], np.int64)
    return [EPOCH + datetime.timedelta(microseconds=int(due)) for due in due_many(array, limit, calendar)]


def check_against_the_oracle(wall: datetime.datetime, second: int, limit: Limit, calendar: WorkCalendar) -> None:
    """`after` and `due_many` against the oracle."""
    start = moments(wall, calendar, second)
    expected = oracle.due(start, limit.counting.value, amount(limit), calendar)
    assert after(start, limit, calendar) == expected
    assert one_by_one([start], limit, calendar) == [expected]


@settings(max_examples=500)
@given(WALL, st.integers(0, 1), terms(), CALENDAR)
def test_deadlines_equal_the_oracle(wall: datetime.datetime, second: int, limit: Limit, calendar: WorkCalendar) -> None:
    check_against_the_oracle(wall, second, limit, calendar)


@pytest.mark.proof
@settings(max_examples=10_000)
@given(WALL, st.integers(0, 1), terms(), CALENDAR)
def test_ten_thousand_deadlines_equal_the_oracle(
    wall: datetime.datetime, second: int, limit: Limit, calendar: WorkCalendar
) -> None:
    check_against_the_oracle(wall, second, limit, calendar)


@settings(max_examples=60)
@given(st.lists(st.datetimes(FIRST, LAST), max_size=200), terms(), CALENDAR)
def test_many_at_once_equal_one_by_one(walls: list[datetime.datetime], limit: Limit, calendar: WorkCalendar) -> None:
    """With seconds and microseconds, which the oracle does not know."""
    starts = [moments(wall, calendar) for wall in walls]
    assert one_by_one(starts, limit, calendar) == [after(start, limit, calendar) for start in starts]


@pytest.mark.parametrize("counting", [one for one in Counting if one is not Counting.CONTINUOUS])
def test_many_at_once_outside_the_calendar_are_refused(counting: Counting) -> None:
    unit = "hour" if counting is Counting.WORKING_HOUR else "day"
    for wall in (datetime.datetime(1988, 6, 1), datetime.datetime(2060, 12, 31, 12)):
        with pytest.raises(BeyondCalendar, match="2060"):
            one_by_one([moments(wall, CALENDARS[0])], Limit(counting, 30, unit), CALENDARS[0])


@settings(max_examples=100)
@given(WALL, WALL, terms(), CALENDAR)
def test_a_later_start_is_never_due_earlier(
    one: datetime.datetime, other: datetime.datetime, limit: Limit, calendar: WorkCalendar
) -> None:
    """But for the hour that autumn shows twice (days are counted by the wall clock), and but for days off: two starts
    there, or two ends that roll over, both come to the same day, each at its own hour."""
    first, second = sorted((moments(one, calendar), moments(other, calendar)))
    slack = datetime.timedelta(hours=0 if limit.counting in (Counting.CONTINUOUS, Counting.WORKING_HOUR) else 1)
    if limit.counting in (Counting.WORKING_DAY, Counting.NATURAL_DAY_ROLLOVER):
        slack += datetime.timedelta(days=1)
    assert after(first, limit, calendar) <= after(second, limit, calendar) + slack


# --- The fold ---------------------------------------------------------------------------------------------------------


@st.composite
def timelines(draw: st.DrawFn) -> tuple[list[Segment], WorkCalendar]:
    """A start, then up to eight possible segments, minutes to weeks apart."""
    calendar = draw(CALENDAR)
    moment = moments(draw(WALL), calendar)
    segments, paused = [Segment("start", moment, draw(terms()))], False
    for _ in range(draw(st.integers(0, 8))):
        moment += datetime.timedelta(minutes=draw(st.one_of(st.just(0), st.integers(0, 600), st.integers(0, 20_000))))
        kinds: list[Kind] = ["resume", "extend"] if paused else ["pause", "extend", "given"]
        kind = draw(st.sampled_from(kinds))
        paused = {"pause": True, "resume": False}.get(kind, paused)
        given_due = moment + datetime.timedelta(minutes=draw(st.integers(-5_000, 50_000))) if kind == "given" else None
        segments.append(Segment(kind, moment, draw(terms()) if kind == "extend" else None, given_due))
    return segments, calendar


def due_of(state: ClockState) -> datetime.datetime:
    assert state.due_at is not None
    return state.due_at


def check_the_fold(segments: list[Segment], calendar: WorkCalendar, extension: Limit) -> None:
    """What holds of every timeline."""
    state, at = fold(segments, calendar), segments[-1].at
    assert fold([Segment.from_json(segment.to_json()) for segment in segments], calendar) == state
    for number in range(1, len(segments)):
        _check_one_step(fold(segments[:number], calendar), segments[number], fold(segments[: number + 1], calendar))
    assert due_of(fold([*segments, Segment("extend", at, extension)], calendar)) >= due_of(state)
    if state.status == "paused":
        return
    standing = fold([*segments, Segment("pause", at), Segment("resume", at)], calendar)
    assert (standing.due_at, standing.status) == (state.due_at, state.status)
    assert fold([*segments, Segment("stop", at)], calendar).late is (at > due_of(state))


def _check_one_step(before: ClockState, segment: Segment, state: ClockState) -> None:
    """A pause leaves the due moment; resuming never makes it earlier, and neither undoes nor makes lateness."""
    if segment.kind == "pause":
        assert state.due_at == before.due_at
    elif segment.kind == "resume":
        assert due_of(state) >= due_of(before)
        assert before.paused_at is not None
        assert (segment.at > due_of(state)) is (before.paused_at > due_of(before))


@settings(max_examples=300)
@given(timelines(), terms())
def test_folds_hold_on_random_timelines(timeline: tuple[list[Segment], WorkCalendar], extension: Limit) -> None:
    check_the_fold(*timeline, extension)


@pytest.mark.proof
@settings(max_examples=10_000)
@given(timelines(), terms())
def test_folds_hold_on_ten_thousand_timelines(timeline: tuple[list[Segment], WorkCalendar], extension: Limit) -> None:
    check_the_fold(*timeline, extension)


@settings(max_examples=200)
@given(WALL, st.integers(2, 40), st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 9000)), max_size=3), CALENDAR)
def test_days_on_hold_are_added_to_the_days_of_the_term(
    wall: datetime.datetime, days: int, pauses: list[tuple[int, int]], calendar: WorkCalendar
) -> None:
    """As long as a day is left when the clock stops, roll-over is as if the term had been that much longer."""
    moment = moments(wall, calendar)
    segments, held = [Segment("start", moment, Limit(Counting.NATURAL_DAY_ROLLOVER, days, "day"))], 0
    for before, length in pauses:
        begin = moment + datetime.timedelta(minutes=before)
        if begin.astimezone(calendar.zone).date() >= (wall + datetime.timedelta(days=days + held - 1)).date():
            break
        moment = begin + datetime.timedelta(minutes=length)
        segments += [Segment("pause", begin), Segment("resume", moment)]
        held += (moment.astimezone(calendar.zone).date() - begin.astimezone(calendar.zone).date()).days
    if wall.replace(tzinfo=calendar.zone, fold=1).utcoffset() == wall.replace(tzinfo=calendar.zone).utcoffset():
        expected = oracle.due(segments[0].at, "natural_day_rollover", days + held, calendar)
        hour = datetime.timedelta(hours=1)  # a due moment that was moved out of the skipped hour stays moved
        assert abs(due_of(fold(segments, calendar)) - expected) <= hour
