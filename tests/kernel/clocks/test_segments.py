"""A clock is the fold of what happened to it: pauses, extensions, refusals, its account of itself, and what-if."""

import datetime
import json
from collections.abc import Mapping
from typing import Any

import pytest

from jingwei.kernel.clocks.calendars import CalendarGap, WorkCalendar
from jingwei.kernel.clocks.counting import Counting, Limit, after
from jingwei.kernel.clocks.elsewhere import Ran, elapsed_of
from jingwei.kernel.clocks.explain import explain
from jingwei.kernel.clocks.ladder import marks
from jingwei.kernel.clocks.segments import (
    ImpossibleSegment,
    Kind,
    Segment,
    UnreadableSegment,
    fold,
    gaps,
    replay,
    step,
)

UNITS = {"continuous": "hour", "working_hour": "hour"}


def limit(amount: int, counting: str) -> Limit:
    """Hours where hours are counted, otherwise days."""
    return Limit(Counting(counting), amount, UNITS.get(counting, "day"))


def at(text: str, calendar: WorkCalendar) -> datetime.datetime:
    """A wall-clock time of the calendar."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=calendar.zone)


def timeline(calendar: WorkCalendar, term: Limit, *events: tuple[Kind, str]) -> list[Segment]:
    """The first event starts the clock with the limit; the others carry nothing."""
    return [
        Segment(kind, at(moment, calendar), term if number == 0 else None)
        for number, (kind, moment) in enumerate(events)
    ]


def due(segments: list[Segment], calendar: WorkCalendar) -> str:
    """On the wall clock."""
    moment = fold(segments, calendar).due_at
    assert moment is not None
    return moment.astimezone(calendar.zone).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("counting", "amount", "pause", "resume", "expected"),
    [
        ("continuous", 24, "03-04 12:00", "03-05 18:00", "2026-03-06 16:00"),
        ("working_hour", 10, "03-04 11:00", "03-05 11:00", "2026-03-06 14:30"),  # seven hours are held back
        ("working_hour", 10, "03-04 18:00", "03-04 23:00", "2026-03-05 14:30"),  # an evening holds nothing back
        ("working_day", 3, "03-05 12:00", "03-06 12:00", "2026-03-10 10:00"),
        ("working_day", 3, "03-06 12:00", "03-08 12:00", "2026-03-09 10:00"),  # nor does a weekend
        ("natural_day", 5, "03-05 12:00", "03-07 09:00", "2026-03-11 10:00"),
        ("natural_day_rollover", 3, "03-05 12:00", "03-07 09:00", "2026-03-09 10:00"),  # the 7th would roll there too
        ("natural_day_rollover", 9, "03-05 12:00", "03-06 09:00", "2026-03-16 10:00"),  # the 14th is a Saturday
    ],
)
def test_a_pause_holds_back_what_the_clock_counts(
    china: WorkCalendar, counting: str, amount: int, pause: str, resume: str, expected: str
) -> None:
    segments = timeline(
        china,
        limit(amount, counting),
        ("start", "2026-03-04 10:00"),
        ("pause", f"2026-{pause}"),
        ("resume", f"2026-{resume}"),
    )
    assert due(segments, china) == expected


def test_one_day_on_hold_is_one_working_day_not_three(china: WorkCalendar) -> None:
    """A known system measured the hold in seconds of the wall clock and gave it back as working seconds."""
    term = limit(3, "working_day")
    paused = timeline(
        china, term, ("start", "2026-03-02 09:00"), ("pause", "2026-03-03 09:00"), ("resume", "2026-03-04 09:00")
    )
    assert due(paused[:1], china) == "2026-03-05 09:00"
    assert due(paused, china) == "2026-03-06 09:00"


def test_an_extension_outlives_a_pause(china: WorkCalendar) -> None:
    term = limit(3, "working_day")
    segments = [
        *timeline(china, term, ("start", "2026-03-02 09:00"), ("pause", "2026-03-03 09:00")),
        Segment("extend", at("2026-03-03 10:00", china), term, basis="领导批准"),
        Segment("resume", at("2026-03-04 09:00", china)),
    ]
    assert due(segments, china) == "2026-03-11 09:00"


def test_an_extension_follows_on_the_day_rolled_to(china: WorkCalendar) -> None:
    term = limit(3, "natural_day_rollover")
    segments = timeline(china, term, ("start", "2026-03-04 10:00"))
    assert due(segments, china) == "2026-03-09 10:00"
    extended = [*segments, Segment("extend", at("2026-03-05 10:00", china), limit(1, "natural_day_rollover"))]
    assert due(extended, china) == "2026-03-10 10:00"


def test_a_clock_in_time_before_a_pause_is_not_late_after_it(china: WorkCalendar) -> None:
    term = limit(1, "natural_day")
    segments = timeline(
        china, term, ("start", "2026-03-02 10:00"), ("pause", "2026-03-03 09:00"), ("resume", "2026-03-03 18:00")
    )
    assert due(segments, china) == "2026-03-04 10:00"
    rolled = timeline(
        china,
        limit(1, "natural_day_rollover"),
        *(("start", "2026-03-06 10:00"), ("pause", "2026-03-08 12:00"), ("resume", "2026-03-10 12:00")),
    )
    assert due(rolled[:1], china) == "2026-03-09 10:00"
    assert due(rolled, china) == "2026-03-11 10:00"


@pytest.mark.parametrize("counting", [one.value for one in Counting])
def test_a_pause_does_not_undo_lateness(china: WorkCalendar, counting: str) -> None:
    term = limit(1, counting)
    segments = timeline(
        china, term, ("start", "2026-03-03 10:00"), ("pause", "2026-03-04 10:01"), ("resume", "2026-03-20 09:00")
    )
    before = fold(segments[:1], china).due_at
    assert fold(segments, china).due_at == before
    stopped = fold([*segments, Segment("stop", at("2026-03-20 09:00", china))], china)
    assert stopped.late is True


def test_a_clock_stopped_in_a_pause_is_judged_without_the_pause(china: WorkCalendar) -> None:
    term = limit(8, "continuous")
    segments = timeline(
        china, term, ("start", "2026-03-03 10:00"), ("pause", "2026-03-03 12:00"), ("stop", "2026-03-09 12:00")
    )
    state = fold(segments, china)
    assert (state.status, state.late) == ("stopped", False)
    assert due(segments, china) == "2026-03-09 18:00"


def test_the_due_moment_itself_is_in_time(china: WorkCalendar) -> None:
    term = limit(1, "working_day")
    for moment, late in (("2026-03-03 10:00:00", False), ("2026-03-03 10:00:00.001", True)):
        assert fold(timeline(china, term, ("start", "2026-03-02 10:00"), ("stop", moment)), china).late is late


def test_a_given_moment_replaces_the_limit_even_before_the_start(boston: WorkCalendar) -> None:
    opened, target = at("2026-03-04 09:00", boston), at("2026-03-01 09:00", boston)
    given = Segment("given", opened, due=target)
    assert fold([given], boston).due_at == target
    started = Segment("start", opened, limit(3, "working_day"))
    assert fold([started, given], boston).due_at == target
    closed = Segment("stop", at("2026-03-05 09:00", boston))
    corrected = Segment("given", opened, due=at("2026-03-06 09:00", boston))
    assert fold([given, closed], boston).late is True
    assert fold([given, closed, corrected], boston).late is False


def test_reopening_goes_on_with_the_same_due_moment(boston: WorkCalendar) -> None:
    term = limit(3, "working_day")
    segments = timeline(
        boston, term, ("start", "2026-03-02 09:00"), ("stop", "2026-03-03 09:00"), ("restart", "2026-03-09 09:00")
    )
    state = fold(segments, boston)
    assert (state.status, state.stopped_at, state.late) == ("running", None, None)
    assert due(segments, boston) == due(segments[:1], boston)


@pytest.mark.parametrize(
    "kinds",
    [
        ("pause",),
        ("stop",),
        ("extend",),
        ("start", "start"),
        ("start", "resume"),
        ("start", "pause", "pause"),
        ("start", "pause", "given"),
        ("start", "stop", "stop"),
        ("start", "stop", "pause"),
        ("start", "stop", "start"),
        ("start", "restart"),
    ],
)
def test_impossible_segments_are_refused(china: WorkCalendar, kinds: tuple[Kind, ...]) -> None:
    term, moment = limit(3, "working_day"), at("2026-03-02 09:00", china)
    segments = [Segment(kind, moment, term, moment) for kind in kinds]
    fold(segments[:-1], china)
    with pytest.raises(ImpossibleSegment, match=kinds[-1]):
        fold(segments, china)


def test_a_segment_before_the_last_is_refused(china: WorkCalendar) -> None:
    segments = timeline(china, limit(3, "working_day"), ("start", "2026-03-02 09:00"), ("stop", "2026-03-02 08:59"))
    with pytest.raises(ImpossibleSegment, match="before the last"):
        fold(segments, china)


@pytest.mark.parametrize("kind", ["start", "extend", "given"])
def test_a_segment_without_what_it_needs_is_refused(china: WorkCalendar, kind: Kind) -> None:
    before = [] if kind == "start" else timeline(china, limit(3, "working_day"), ("start", "2026-03-02 09:00"))
    with pytest.raises(ImpossibleSegment, match="without"):
        fold([*before, Segment(kind, at("2026-03-02 09:00", china))], china)


def test_written_and_read_a_segment_is_the_same(china: WorkCalendar) -> None:
    moment = datetime.datetime(2026, 3, 2, 9, 0, 0, 123_456, tzinfo=china.zone)
    segments = [
        Segment("start", moment, limit(3, "working_day"), basis="行政许可法 42"),
        Segment("given", moment, due=moment),
        Segment("pause", moment),
    ]
    written = json.dumps([segment.to_json() for segment in segments])
    assert [Segment.from_json(one) for one in json.loads(written)] == segments
    assert segments[0].to_json() == {
        "kind": "start",
        "at": "2026-03-02T01:00:00.123Z",
        "limit": {"counting": "working_day", "amount": 3, "unit": "day"},
        "basis": "行政许可法 42",
    }


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"kind": "begin", "at": "2026-03-02T01:00:00.123Z"},
        {"kind": "pause", "at": "yesterday"},
        {"kind": "pause", "at": "2026-03-02T01:00:00"},
        {"kind": "pause", "at": 5},
        {"kind": "pause", "at": "2026-03-02T01:00:00.123Z", "seconds": 5},
        {"kind": "start", "at": "2026-03-02T01:00:00.123Z", "limit": {"counting": "working_day"}},
    ],
)
def test_what_is_no_segment_is_refused(written: Mapping[str, Any]) -> None:
    with pytest.raises(UnreadableSegment, match="segment"):
        Segment.from_json(written)


def test_a_clock_explains_itself_in_both_languages(china: WorkCalendar) -> None:
    term = limit(3, "working_day")
    segments = [
        Segment("start", at("2026-12-29 09:00", china), term, basis="行政许可法 42"),
        Segment("pause", at("2026-12-30 09:00", china)),
        Segment("resume", at("2026-12-31 09:00", china)),
        Segment("extend", at("2026-12-31 10:00", china), limit(1, "working_day"), basis="局长批准"),
        Segment("stop", at("2026-12-31 16:00", china)),
    ]
    lines = explain(segments, china)
    assert [line.what.en for line in lines] == [
        "Started with a limit of 3 days (working days)",
        "Paused with 2 working days left",
        "Resumed; the pause of 1 working day does not count",
        "Extended by 1 day (working days)",
        "Stopped, in time",
        "The calendar 'cn' has no holidays of 2027; weekdays are assumed. Enter its notice.",
    ]
    assert [line.what.zh for line in lines] == [
        "开始计时，时限 3 天（工作日）",
        "暂停计时，尚余 2 个工作日",
        "恢复计时，扣除暂停 1 个工作日",
        "延期 1 天（工作日）",
        "停止计时，按期",
        "日历“cn”没有 2027 年的节假日，暂按星期推算；请录入该年放假通知。",
    ]
    assert [line.basis for line in lines] == ["行政许可法 42", "", "", "局长批准", "", ""]
    assert {line.calendar for line in lines} == {"cn 2026"}
    folded = fold(segments, china)
    assert lines[-1].due_at == folded.due_at == lines[3].due_at


def test_only_countings_that_ask_the_calendar_report_its_gaps(china: WorkCalendar) -> None:
    start = at("2026-12-30 09:00", china)
    for counting in Counting:
        missing = gaps([Segment("start", start, limit(72, counting.value))], china)
        asks = counting not in (Counting.CONTINUOUS, Counting.NATURAL_DAY)
        assert missing == ((CalendarGap("cn", "2026", 2027),) if asks else ())


def test_replay_says_what_another_limit_or_calendar_would_have_done(china: WorkCalendar, boston: WorkCalendar) -> None:
    opened = at("2026-02-13 10:00", china)
    segments = [
        Segment("given", opened, due=at("2026-02-20 10:00", china)),
        Segment("stop", at("2026-02-25 10:00", china)),
    ]
    seven = limit(7, "working_day")
    assert fold(segments, china).late is True
    assert replay(segments, china) == fold(segments, china)
    assert replay(segments, china, seven).due_at == after(opened, seven, china)
    assert replay(segments, china, seven).late is False
    assert replay(segments, boston, seven).due_at == after(opened, seven, boston)


def test_the_state_after_each_segment_is_the_fold_of_the_segments_so_far(china: WorkCalendar) -> None:
    term = limit(9, "working_hour")
    segments = timeline(
        china,
        term,
        *(("start", "2026-03-04 10:00"), ("pause", "2026-03-04 11:00"), ("resume", "2026-03-05 11:00")),
        ("stop", "2026-03-06 11:00"),
    )
    state = fold([], china)
    for number, segment in enumerate(segments, start=1):
        state = step(state, segment, china)
        assert state == fold(segments[:number], china)


def carried(calendar: WorkCalendar, moment: str, used: int, unit: str = "days") -> Segment:
    """Another system had counted so much by then."""
    return Segment("carried", at(moment, calendar), elapsed=datetime.timedelta(**{unit: used}), basis="旧网格系统")


@pytest.mark.parametrize(
    ("counting", "amount", "until", "used", "expected"),
    [
        ("working_day", 10, "03-13 12:00", {"days": 3}, "2026-03-24 10:00"),  # nine went by, six of them on hold
        ("working_day", 10, "03-14 12:00", {"days": 10}, "2026-03-13 10:00"),  # used up: the last worked day
        ("working_day", 10, "03-13 12:00", {"days": 12}, "2026-03-11 10:00"),  # two days too late already
        ("natural_day", 10, "03-13 12:00", {"days": 4}, "2026-03-19 10:00"),
        ("natural_day_rollover", 10, "03-13 12:00", {"days": 2}, "2026-03-23 10:00"),  # the 21st is a Saturday
        ("working_hour", 16, "03-13 10:00", {"hours": 12}, "2026-03-13 15:30"),
        ("continuous", 48, "03-13 10:00", {"hours": 50}, "2026-03-13 08:00"),
    ],
)
def test_what_is_left_of_a_term_carried_over_runs_from_here(
    china: WorkCalendar, counting: str, amount: int, until: str, used: dict[str, int], expected: str
) -> None:
    begun = Segment("start", at("2026-03-02 10:00", china), limit(amount, counting))
    segment = Segment("carried", at(f"2026-{until}", china), elapsed=datetime.timedelta(**used), basis="旧网格系统")
    assert due([begun, segment], china) == expected
    assert Segment.from_json(json.loads(json.dumps(segment.to_json()))) == segment


def test_a_clock_carried_over_says_from_where_and_how_much(china: WorkCalendar) -> None:
    promised = at("2026-03-30 18:00", china)
    segments = [
        Segment("start", at("2026-03-02 10:00", china), limit(10, "working_day"), basis="城管办〔2026〕1号"),
        carried(china, "2026-03-13 12:00", 3),
        Segment("given", at("2026-03-13 12:00", china), due=promised, basis="旧网格系统"),
    ]
    lines = explain(segments, china)
    assert lines[1].what.en == "Carried over from 旧网格系统: 3 working days used until 2026-03-13"
    assert lines[1].what.zh == "由“旧网格系统”转入：截至 2026-03-13 已用 3 个工作日"
    assert lines[2].due_at == promised
    assert due(segments[:2], china) == "2026-03-24 10:00"


def test_replay_keeps_what_was_carried_over_where_it_is_counted_alike(china: WorkCalendar) -> None:
    segments = [
        Segment("start", at("2026-03-02 10:00", china), limit(10, "working_day")),
        carried(china, "2026-03-13 12:00", 3),
    ]
    five = replay(segments, china, limit(5, "working_day")).due_at
    assert five == at("2026-03-17 10:00", china)
    assert replay(segments, china, limit(9, "working_hour")).due_at == at("2026-03-03 12:00", china)


def test_a_clock_without_a_limit_carries_nothing_over(china: WorkCalendar) -> None:
    given = Segment("given", at("2026-03-02 10:00", china), due=at("2026-03-09 10:00", china))
    with pytest.raises(ImpossibleSegment, match="without a limit"):
        fold([given, carried(china, "2026-03-03 10:00", 1)], china)


def test_the_marks_of_a_clock_carried_over_count_what_was_used_there(china: WorkCalendar) -> None:
    """Ten working days of which five were used by Friday noon: half is over then, four fifths three days later."""
    segments = [
        Segment("start", at("2026-02-02 10:00", china), limit(10, "working_day")),
        carried(china, "2026-03-13 10:00", 5),
    ]
    found = marks(segments, china, ((50, 0), (80, 0), (100, 1)))
    assert [mark.at for mark in found] == [
        at("2026-03-13 10:00", china),
        at("2026-03-18 10:00", china),
        at("2026-03-20 10:00", china),
    ]


@pytest.mark.parametrize(
    ("counting", "stated", "hours"),
    [
        ("working_day", Ran(3, "day"), 72),
        ("working_day", Ran(8, "hour"), 48),  # seven working hours a day: a day begun counts
        ("natural_day", Ran(25, "hour"), 48),
        ("working_hour", Ran(2, "day"), 14),
        ("working_hour", Ran(5, "hour"), 5),
        ("continuous", Ran(2, "day"), 48),
        ("working_day", Ran(4, "day", paused=True), 120),  # nine working days went by
        ("working_day", Ran(40, "day", paused=True), 0),
    ],
)
def test_what_another_system_says_has_run_in_the_terms_own_counting(
    china: WorkCalendar, counting: str, stated: Ran, hours: int
) -> None:
    since, until = at("2026-03-02 10:00", china), at("2026-03-13 12:00", china)
    assert elapsed_of(stated, limit(10, counting), since, until, china) == datetime.timedelta(hours=hours)
