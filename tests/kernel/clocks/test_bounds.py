"""What a limit allows: a bound on pauses that ends them by itself, extensions once and never longer than the term."""

import datetime

import pytest

from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.clocks.counting import Counting, Limit
from jingwei.kernel.clocks.explain import explain
from jingwei.kernel.clocks.guards import segment_problem
from jingwei.kernel.clocks.segments import Kind, Segment, fold, replay

DAYS = Limit(Counting.WORKING_DAY, 5, "day")
HELD = Limit(Counting.NATURAL_DAY, 5, "day", hold_days=10)


def at(text: str, calendar: WorkCalendar) -> datetime.datetime:
    """A wall-clock time of March 2026: `02 09:00` is the 2nd at nine."""
    return datetime.datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=calendar.zone)


def clock(calendar: WorkCalendar, limit: Limit, *events: tuple[Kind, str]) -> list[Segment]:
    return [
        Segment("start", at("02 09:00", calendar), limit),
        *(Segment(kind, at(on, calendar)) for kind, on in events),
    ]


def due(segments: list[Segment], calendar: WorkCalendar) -> str:
    moment = fold(segments, calendar).due_at
    assert moment is not None
    return moment.astimezone(calendar.zone).strftime("%m-%d %H:%M")


def problem(segments: list[Segment], added: Segment, calendar: WorkCalendar) -> str:
    found = segment_problem(segments, added, calendar)
    assert found is None or (found.zh and found.en)
    return found.en if found else ""


def test_a_pause_with_a_bound_ends_by_itself(china: WorkCalendar) -> None:
    paused = clock(china, HELD, ("pause", "04 12:00"))
    state = fold(paused, china)
    assert state.held_until == at("14 12:00", china)
    assert due(paused, china) == "03-17 09:00", "the latest there can be"
    assert not state.late_at(at("17 09:00", china)) and state.late_at(at("17 09:01", china))
    for resumed, expected in (("06 12:00", "03-09 09:00"), ("14 12:00", "03-17 09:00"), ("30 12:00", "03-17 09:00")):
        assert due([*paused, Segment("resume", at(resumed, china))], china) == expected
    assert fold([*paused, Segment("stop", at("17 09:00", china))], china).late is False
    assert fold([*paused, Segment("stop", at("30 09:00", china))], china).late is True


def test_without_a_bound_a_pause_lasts(china: WorkCalendar) -> None:
    state = fold(clock(china, DAYS, ("pause", "04 12:00")), china)
    assert state.held_until is None and not state.late_at(at("30 09:00", china))


def test_the_bound_is_on_all_pauses_together(china: WorkCalendar) -> None:
    held = clock(china, HELD, ("pause", "03 09:00"), ("resume", "09 09:00"))  # six days
    again = [*held, Segment("pause", at("10 08:00", china))]
    assert fold(again, china).held_until == at("14 08:00", china)
    used_up = [*again, Segment("resume", at("20 08:00", china))]
    assert fold(used_up, china).held_days == 10
    assert problem(held, Segment("pause", at("10 08:00", china)), china) == ""
    third = Segment("pause", at("20 09:00", china))
    assert "10 days" in problem(used_up, third, china)
    assert due([*used_up, third], china) == due(used_up, china), "what is recorded all the same wins no time"


def test_an_extension_in_a_bounded_pause_is_added_once(china: WorkCalendar) -> None:
    two = Segment("extend", at("05 09:00", china), Limit(Counting.NATURAL_DAY, 2, "day"))
    paused = [*clock(china, HELD, ("pause", "04 12:00")), two]
    assert due(paused, china) == "03-19 09:00"
    assert due([*paused, Segment("resume", at("06 12:00", china))], china) == "03-11 09:00"


@pytest.mark.parametrize(
    ("added", "refusal"),
    [
        (Limit(Counting.WORKING_DAY, 5, "day"), ""),
        (Limit(Counting.WORKING_DAY, 6, "day"), "may not exceed"),
        (Limit(Counting.CONTINUOUS, 7, "day"), ""),  # five working days are seven days here
        (Limit(Counting.CONTINUOUS, 7 * 24 + 1, "hour"), "may not exceed"),
        (Limit(Counting.NATURAL_DAY, 7, "day"), ""),
    ],
)
def test_an_extension_is_never_longer_than_the_term(china: WorkCalendar, added: Limit, refusal: str) -> None:
    found = problem(clock(china, DAYS), Segment("extend", at("03 09:00", china), added), china)
    assert refusal in found and bool(refusal) == bool(found)


def test_a_clock_is_extended_as_often_as_its_limit_says(china: WorkCalendar) -> None:
    two = Segment("extend", at("03 09:00", china), Limit(Counting.WORKING_DAY, 2, "day"))
    once = [*clock(china, DAYS), two]
    assert "once" in problem(once, two, china)
    never = clock(china, Limit(Counting.WORKING_DAY, 5, "day", extensions=0))
    assert "may not be extended" in problem(never, two, china)
    often = [*clock(china, Limit(Counting.WORKING_DAY, 5, "day", extensions=3)), two, two]
    assert "may not exceed" in problem(often, two, china), "all together no longer than the term"


def test_what_is_overdue_is_not_extended(china: WorkCalendar) -> None:
    for on, refusal in (("09 09:00", ""), ("09 09:01", "overdue")):
        added = Segment("extend", at(on, china), Limit(Counting.WORKING_DAY, 1, "day"))
        assert refusal in problem(clock(china, DAYS), added, china)


def test_a_stage_begins_anew_with_its_whole_term_and_its_allowances(china: WorkCalendar) -> None:
    anew = Segment("renew", at("16 09:00", china), HELD)
    done = clock(china, HELD, ("pause", "03 09:00"), ("resume", "06 09:00"), ("stop", "09 09:00"))
    for before in (done, done[:-1], done[:1]):
        state = fold([*before, anew], china)
        assert (state.status, state.held_days, state.stopped_at) == ("running", 0, None)
        assert due([*before, anew], china) == "03-21 09:00"
    shorter = Limit(Counting.NATURAL_DAY, 3, "day")
    replayed = replay([*done, anew], china, shorter)
    assert replayed.due_at == at("19 09:00", china)


def test_the_account_names_the_bound_and_the_new_beginning(china: WorkCalendar) -> None:
    segments = clock(china, HELD, ("pause", "04 12:00"), ("resume", "30 12:00"))
    segments += [Segment("renew", at("30 13:00", china), DAYS)]
    told = [line.what for line in explain(segments, china)]
    assert told[1].en == "Paused with 3 days left; runs on by itself from 2026-03-14 at the latest"
    assert told[1].zh == "暂停计时，尚余 3 天；最迟暂停至 2026-03-14，此后自行恢复计时"
    assert told[2].en == "Resumed; the pause of 10 days does not count"
    assert told[3].en == "Begun anew with a limit of 5 days (working days)"


@pytest.mark.parametrize("bounds", [{"hold_days": -1}, {"hold_days": 4_000}, {"extensions": 11}, {"extensions": True}])
def test_bounds_that_mean_nothing_are_refused(bounds: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(bounds))):
        Limit(Counting.WORKING_DAY, 5, "day", **bounds)


def test_bounds_stand_in_the_content_where_they_are_declared() -> None:
    bounded = Limit(Counting.WORKING_DAY, 5, "day", hold_days=30, extensions=2)
    assert Limit.from_content(bounded.content) == bounded
    assert Limit.from_content(DAYS.content) == DAYS and "extensions" not in DAYS.content
