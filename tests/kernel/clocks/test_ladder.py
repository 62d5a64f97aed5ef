"""Marks lie at shares of the term in the clock's own counting; an oracle walks the time minute by minute."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.clocks.counting import Counting, Limit
from jingwei.kernel.clocks.ladder import STANDARD, Ladder, following, marks, passed
from jingwei.kernel.clocks.segments import Segment, fold

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = WorkCalendar(
    "office",
    ZONE,
    frozenset(range(1, 6)),
    ((datetime.time(9), datetime.time(12)), (datetime.time(13), datetime.time(17))),
    {datetime.date(2026, 10, 1): False, datetime.date(2026, 10, 10): True},
)
HALF: Ladder = ((50, 0),)


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(datetime.UTC)


def start(text: str, counting: Counting, amount: int, unit: str) -> Segment:
    return Segment("start", at(text), Limit(counting, amount, unit))


@pytest.mark.parametrize(
    ("segment", "half"),
    [
        (start("2026-11-23 10:00", Counting.CONTINUOUS, 24, "hour"), "2026-11-23 22:00"),
        (start("2026-11-27 15:00", Counting.WORKING_HOUR, 8, "hour"), "2026-11-30 11:00"),  # two hours on Friday
        (start("2026-11-23 09:00", Counting.WORKING_DAY, 5, "day"), "2026-11-25 13:30"),
        (start("2026-11-23 20:00", Counting.NATURAL_DAY, 4, "day"), "2026-11-25 20:00"),
    ],
)
def test_half_of_a_term_is_half_in_its_own_counting(segment: Segment, half: str) -> None:
    (mark,) = marks([segment], OFFICE, HALF)
    assert mark.at == at(half)


def test_the_whole_term_is_the_due_moment_and_steps_follow_it() -> None:
    segment = start("2026-11-23 10:00", Counting.WORKING_HOUR, 10, "hour")
    found = {mark.percent: mark.at for mark in marks([segment], OFFICE, STANDARD)}
    assert found[100] == fold([segment], OFFICE).due_at == at("2026-11-24 14:00")
    assert found[120] == at("2026-11-24 16:00")
    assert found[150] == at("2026-11-25 11:00")


def test_a_pause_moves_what_has_not_come_and_nothing_else() -> None:
    segments = [
        start("2026-11-23 00:00", Counting.CONTINUOUS, 10, "hour"),
        Segment("pause", at("2026-11-23 06:00")),
        Segment("resume", at("2026-11-23 09:00")),
    ]
    found = {mark.percent: mark.at for mark in marks(segments, OFFICE, ((50, 0), (80, 0), (100, 1)))}
    assert found == {50: at("2026-11-23 05:00"), 80: at("2026-11-23 11:00"), 100: at("2026-11-23 13:00")}
    assert marks(segments[:2], OFFICE, STANDARD) == []


def test_an_extension_makes_its_own_later_marks() -> None:
    limit = Limit(Counting.CONTINUOUS, 10, "hour")
    first = start("2026-11-23 00:00", Counting.CONTINUOUS, 10, "hour")
    longer = [first, Segment("extend", at("2026-11-23 09:00"), limit)]
    found = marks(longer, OFFICE, ((50, 0), (80, 0), (100, 1)))
    assert [mark.at for mark in found] == [at("2026-11-23 10:00"), at("2026-11-23 16:00"), at("2026-11-23 20:00")]
    rang_at = at("2026-11-23 08:00")  # 80 % of the term as it was
    assert following(found, rang_at) == at("2026-11-23 10:00")


def test_a_pause_with_a_bound_runs_on_by_itself_and_a_new_term_begins_at_nought() -> None:
    limit = Limit(Counting.CONTINUOUS, 10, "hour", hold_days=1)
    held = [Segment("start", at("2026-11-23 00:00"), limit), Segment("pause", at("2026-11-23 02:00"))]
    assert [mark.at for mark in marks(held, OFFICE, HALF)] == [at("2026-11-24 05:00")]
    stopped = [held[0], Segment("stop", at("2026-11-23 02:00"))]
    again = [*stopped, Segment("renew", at("2026-11-25 00:00"), Limit(Counting.CONTINUOUS, 4, "hour"))]
    assert [mark.at for mark in marks(again, OFFICE, HALF)] == [at("2026-11-25 02:00")]


def test_after_an_outage_all_that_came_is_passed_and_the_rest_follows() -> None:
    found = marks([start("2026-11-23 00:00", Counting.CONTINUOUS, 10, "hour")], OFFICE, STANDARD)
    assert [mark.percent for mark in passed(found, None, at("2026-11-23 09:00"))] == [50, 80]
    assert following(found, at("2026-11-23 09:00")) == at("2026-11-23 10:00")
    assert following(found, at("2026-11-24 00:00")) is None


def test_a_limit_given_in_the_past_has_all_its_marks_there() -> None:
    segment = Segment("given", at("2026-11-23 00:00"), due=at("2026-11-20 00:00"))
    assert {mark.at for mark in marks([segment], OFFICE, STANDARD)} == {at("2026-11-20 00:00")}


def _working(moment: datetime.datetime) -> bool:
    return any(begin <= moment < end for begin, end in OFFICE.windows_on(moment.astimezone(ZONE).date()))


@settings(max_examples=60)
@given(
    st.integers(0, 14 * 24 * 60),
    st.integers(1, 12),
    st.sampled_from([Counting.WORKING_HOUR, Counting.WORKING_DAY]),
    st.integers(1, 99),
)
def test_a_share_of_working_time_against_a_walk_by_minutes(
    minute: int, amount: int, counting: Counting, percent: int
) -> None:
    begin = at("2026-09-28 00:00") + datetime.timedelta(minutes=minute)
    unit = "day" if counting is Counting.WORKING_DAY else "hour"
    segment = Segment("start", begin, Limit(counting, amount, unit))
    due = fold([segment], OFFICE).due_at
    assert due is not None
    (mark,) = marks([segment], OFFICE, ((percent, 0),))
    minutes = [begin + datetime.timedelta(minutes=n) for n in range((due - begin) // datetime.timedelta(minutes=1))]
    whole = sum(_working(one) for one in minutes)
    before = sum(_working(one) for one in minutes if one < mark.at)
    assert abs(before - whole * percent / 100) <= 1
    assert begin <= mark.at <= due
