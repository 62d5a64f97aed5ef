"""Duty rosters: who is on duty for a place now and was then, what is uncovered, and swaps as an act of both."""

import datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingwei.kernel.agencies.commands import (
    AnswerSwap,
    AskSwap,
    CancelShift,
    ChangeRoster,
    EnterShifts,
    ShiftRow,
)
from jingwei.kernel.agencies.duty import on_duty, on_roster
from jingwei.kernel.agencies.gaps import covers_problem, uncovered, windows
from jingwei.kernel.agencies.models import Post, Roster, Shift, Swap
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands import PersonLeaves
from jingwei.kernel.places.models import Area
from jingwei.kernel.values.errors import Conflict, Denied, Invalid
from tests.city import FOUNDER, City
from tests.clones import Clone, in_threads
from tests.duty import HOUR, leave, open_roster, person_of, shift, take_up, this_minute

SHANGHAI = ZoneInfo("Asia/Shanghai")


def lft(code: str) -> int:
    return Area.objects.get(code=code).lft


def names(city: City, area: str, hours: float) -> list[str]:
    """The posts on duty for a place, with a star for a stand-in."""
    titles = {post.pk: post.code for post in Post.objects.all()}
    with reading(FOUNDER) as scope:
        found = on_duty(scope, lft(area), this_minute() + hours * HOUR)
    return [titles[one.post] + ("*" if one.stands_in_for else "") for one in found]


@pytest.fixture
def rosters(city: City) -> City:
    """One roster for the whole city, one for the eastern district; long-held posts."""
    open_roster(city)
    open_roster(city, "EAST", "T1")
    for person in ("intake", "dispatcher", "supervisor", "grid-east"):
        take_up(city, person, "checker")
    return city


def test_the_smallest_area_that_has_somebody_is_on_duty_now_and_then(rosters: City) -> None:
    city = rosters
    shift(city, "intake", -10, 30, post="checker")
    shift(city, "grid-east", -5, 5, "EAST", post="checker")
    assert names(city, "T1-01", 0) == ["checker"] and names(city, "T2-01", 0) == ["checker"]
    with reading(FOUNDER) as scope:
        east, later = (
            on_duty(scope, lft("T1-01"), this_minute()),
            on_duty(scope, lft("T1-01"), this_minute() + 6 * HOUR),
        )
        assert [one.person for one in east] == [person_of(city, "grid-east")]
        assert [one.person for one in later] == [person_of(city, "intake")], "a gap in the east falls to the city"
        assert on_duty(scope, lft("T1-01"), this_minute() - 11 * HOUR) == ()
        assert [one.person for one in on_duty(scope, lft("T"))] == [person_of(city, "intake")], "now, of the scope"


def test_a_shift_of_somebody_on_leave_is_done_by_the_stand_in(rosters: City) -> None:
    shift(rosters, "intake", -10, 30, post="checker")
    leave(rosters, "intake", "auditor")
    roster = Roster.objects.get(code="NIGHT").pk
    (one,) = on_roster([roster], this_minute())
    assert (one.person, one.stands_in_for) == (person_of(rosters, "auditor"), person_of(rosters, "intake"))
    assert names(rosters, "T", 0) == ["checker*"]
    assert names(rosters, "T", 25) == ["checker"]


def test_shifts_are_refused_with_the_reason(rosters: City) -> None:
    city = rosters
    shift(city, "intake", 10, 18, post="checker")
    for person, post, begins, ends, words in (
        ("intake", "checker", 17, 20, "another shift"),
        ("intake", "supervisor", 20, 22, "does not hold"),
        ("dispatcher", "checker", 22, 20, "ends after it begins"),
        ("dispatcher", "checker", 20, 120, "72 hours"),
    ):
        with pytest.raises(Invalid, match=words):
            shift(city, person, begins, ends, post=post)
    row = ShiftRow(
        post="checker",
        person=person_of(city, "intake"),
        from_at=this_minute() + 10 * HOUR,
        until_at=this_minute() + 18 * HOUR,
    )
    with pytest.raises(Invalid, match="stand already"):
        execute(city.actor("administrator"), EnterShifts(roster="NIGHT", shifts=(row,)), "same")
    with pytest.raises(Denied):
        execute(city.actor("auditor"), EnterShifts(roster="NIGHT", shifts=(row,)), "no editor")
    assert Shift.objects.count() == 1


def test_who_was_on_duty_is_not_taken_back(rosters: City) -> None:
    admin = rosters.actor("administrator")
    begun, coming = shift(rosters, "intake", -2, 2, post="checker"), shift(rosters, "intake", 10, 18, post="checker")
    with pytest.raises(Invalid, match="begun already"):
        execute(admin, CancelShift(shift=begun.pk), "begun")
    execute(admin, CancelShift(shift=coming.pk), "coming")
    assert names(rosters, "T", 12) == [] and names(rosters, "T", 0) == ["checker"]


def test_leaving_cuts_shifts_and_closing_a_roster_cancels_what_has_not_begun(rosters: City) -> None:
    shift(rosters, "intake", -2, 2, post="checker"), shift(rosters, "intake", 10, 18, post="checker")
    answer = execute(rosters.actor("administrator"), PersonLeaves(person=person_of(rosters, "intake")), "leaves")
    assert answer["shifts"] == 2
    assert names(rosters, "T", -1) == ["checker"] and names(rosters, "T", 1) == [] and names(rosters, "T", 12) == []
    shift(rosters, "dispatcher", 10, 18, post="checker")
    close = ChangeRoster(code="NIGHT", title=("夜班", "Night"), covers=(("20:00", "08:00"),), closed=True)
    assert execute(rosters.actor("administrator"), close, "close")["cancelled"] == 1
    with pytest.raises(Invalid, match="has ended"):
        shift(rosters, "dispatcher", 10, 18, post="checker")


# --- Swaps --------------------------------------------------------------------------------------------------------


def test_a_swap_is_an_act_of_both(rosters: City) -> None:
    city = rosters
    mine, theirs = shift(city, "intake", 10, 18, post="checker"), shift(city, "dispatcher", 10, 18, "EAST", "checker")
    with pytest.raises(Invalid, match="no shift of theirs"):
        ask = AskSwap(shift=mine.pk, asked=person_of(city, "dispatcher"), back=theirs.pk)
        execute(city.actor("intake"), ask, "other roster")
    theirs = shift(city, "dispatcher", 18, 26, post="checker")
    with pytest.raises(Denied):
        execute(city.actor("supervisor"), AskSwap(shift=mine.pk, asked=person_of(city, "dispatcher")), "not mine")
    with pytest.raises(Invalid, match="another one in that time"):
        execute(city.actor("intake"), AskSwap(shift=mine.pk, asked=person_of(city, "dispatcher")), "busy in the east")
    mine = shift(city, "intake", 30, 38, post="checker")
    execute(city.actor("intake"), AskSwap(shift=mine.pk, asked=person_of(city, "dispatcher"), back=theirs.pk), "ask")
    (swap,) = Swap.objects.all()
    assert Shift.objects.get(pk=mine.pk).person_id == person_of(city, "intake")
    with pytest.raises(Denied):
        execute(city.actor("intake"), AnswerSwap(swap=swap.pk, answer="agreed"), "not asked")
    execute(city.actor("dispatcher"), AnswerSwap(swap=swap.pk, answer="agreed"), "agree")
    assert Shift.objects.get(pk=mine.pk).person_id == person_of(city, "dispatcher")
    assert Shift.objects.get(pk=theirs.pk).person_id == person_of(city, "intake")
    with pytest.raises(Invalid, match="answered already"):
        execute(city.actor("intake"), AnswerSwap(swap=swap.pk, answer="withdrawn"), "too late")


def test_a_shift_asked_of_two_goes_to_one(clone: Clone) -> None:
    city = clone.city
    open_roster(city)
    for person in ("intake", "dispatcher", "supervisor"):
        take_up(city, person, "checker")
    for turn in range(3):
        mine = shift(city, "intake", 10 + turn * 10, 18 + turn * 10, post="checker")
        for other in ("dispatcher", "supervisor"):
            execute(city.actor("intake"), AskSwap(shift=mine.pk, asked=person_of(city, other)), city.key())
        swaps = {swap.asked_id: swap.pk for swap in Swap.objects.filter(shift=mine)}
        tasks = [
            partial(
                execute,
                city.actor(other),
                AnswerSwap(swap=swaps[person_of(city, other)], answer="agreed"),
                city.key(),
            )
            for other in ("dispatcher", "supervisor")
        ]
        answers = in_threads(tasks)
        lost = [answer for answer in answers if isinstance(answer, Exception)]
        assert len(lost) == 1 and isinstance(lost[0], Invalid | Conflict), answers
        assert Swap.objects.filter(shift=mine, state="agreed").count() == 1
    assert verify(clone.owner).faults == []


# --- Gaps ---------------------------------------------------------------------------------------------------------


def test_hours_over_midnight_and_the_whole_day() -> None:
    low = datetime.datetime(2026, 3, 1, 0, 0, tzinfo=SHANGHAI)
    day = windows([("00:00", "24:00")], SHANGHAI, low, low + 24 * HOUR)
    assert day == [(low, low + 24 * HOUR)]
    night = windows([("20:00", "08:00")], SHANGHAI, low, low + 24 * HOUR)
    assert night == [(low, low + 8 * HOUR), (low + 20 * HOUR, low + 24 * HOUR)]


@pytest.mark.parametrize(
    "window", [("8:00", "20:00"), ("08:00", "25:00"), ("08:00", "08:00"), ("08:60", "09:00"), ("", "")]
)
def test_what_are_no_hours_is_named(window: tuple[str, str]) -> None:
    problem = covers_problem([window])
    assert problem is not None and "-".join(window) in problem.en
    assert covers_problem([("08:00", "20:00"), ("20:00", "24:00")]) is None and covers_problem([]) is not None


@given(
    covers=st.lists(st.tuples(st.integers(0, 23), st.integers(0, 23)), min_size=1, max_size=3),
    shifts=st.lists(st.tuples(st.integers(-30, 80), st.integers(1, 20)), max_size=8),
    zone=st.sampled_from(["Asia/Shanghai", "America/New_York"]),
)
def test_gaps_are_what_an_hour_by_hour_count_says(
    covers: list[tuple[int, int]], shifts: list[tuple[int, int]], zone: str
) -> None:
    """Across the night of a change to daylight saving time as well."""
    low = datetime.datetime(2026, 3, 7, 5, 0, tzinfo=datetime.UTC)
    high, where = low + 72 * HOUR, ZoneInfo(zone)
    written = [
        (f"{start:02}:00", f"{end:02}:00" if end > start else f"{end + 24:02}:00" if end == 0 else f"{end:02}:00")
        for start, end in covers
        if start != end
    ]
    taken = [(low + start * HOUR, low + (start + length) * HOUR) for start, length in shifts]
    gaps = uncovered(windows(written, where, low, high), taken)
    for number in range(72):
        at = low + number * HOUR + HOUR / 2
        hour = at.astimezone(where).hour
        wanted = any(
            (start <= hour < (end or 24)) if (end or 24) > start else (hour >= start or hour < end)
            for start, end in covers
            if start != end
        )
        covered = any(start <= at < end for start, end in taken)
        assert any(start <= at < end for start, end in gaps) is (wanted and not covered)
