"""A roster is changed by a draft that a second person publishes; what cannot wait is changed at once."""

import datetime
import uuid
from typing import Any

import pytest

from jingwei.kernel.agencies.commands import (
    AnswerSwap,
    AskSwap,
    CancelShift,
    DraftShifts,
    EnterShifts,
    HandInRoster,
    LeaveShiftOut,
    PublishRoster,
    ReplaceShift,
    ReturnRoster,
    ShiftRow,
    UndoRoster,
    WithdrawRoster,
)
from jingwei.kernel.agencies.models import Roster, RosterChange, RosterDraft, Shift, Swap
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command
from jingwei.kernel.ledger.entries import entries_of
from jingwei.kernel.values.errors import Conflict, Denied, Invalid
from tests.city import City, add_post
from tests.duty import HOUR, open_roster, person_of, shift, take_up, this_minute

WRITER, SECOND = "administrator", "roster-second"


@pytest.fixture
def rosters(city: City) -> City:
    """One roster; two people who may edit it, and two who may be on duty."""
    open_roster(city)
    for person in ("intake", "dispatcher"):
        take_up(city, person, "checker")
    add_post(city, SECOND, "CITY", "T", SECOND, ("roster.edit",))
    return city


def row(city: City, person: str, from_hours: float, until_hours: float) -> ShiftRow:
    """A shift in the post of the checker."""
    begins, ends = this_minute() + from_hours * HOUR, this_minute() + until_hours * HOUR
    return ShiftRow(post="checker", person=person_of(city, person), from_at=begins, until_at=ends)


def send(city: City, who: str, command: Command, now: datetime.datetime | None = None) -> Any:
    return execute(city.actor(who), command, city.key(), now=now)


def drafted(city: City, *comes: ShiftRow, goes: tuple[uuid.UUID, ...] = ()) -> RosterDraft:
    """The draft of the roster with these changes, by WRITER."""
    answer = send(city, WRITER, DraftShifts(roster="NIGHT", comes=comes, goes=goes))
    return RosterDraft.objects.get(pk=answer["draft"])


def handed_in(city: City, one: RosterDraft) -> RosterDraft:
    version = RosterDraft.objects.get(pk=one.pk).version
    send(city, WRITER, HandInRoster(draft=one.pk, expected_version=version))
    return RosterDraft.objects.get(pk=one.pk)


def published(city: City, one: RosterDraft, who: str = SECOND) -> Any:
    version = RosterDraft.objects.get(pk=one.pk).version
    return send(city, who, PublishRoster(draft=one.pk, expected_version=version))


def standing() -> list[tuple[str, float]]:
    """Who is on duty from which hour."""
    shifts = Shift.objects.filter(cancelled=False).select_related("person__account").order_by("from_at")
    return [(one.person.account.username, (one.from_at - this_minute()) / HOUR) for one in shifts if one.person.account]


def test_nothing_changes_before_a_second_person_publishes_it(rosters: City) -> None:
    old = shift(rosters, "intake", 50, 58, post="checker")
    one = drafted(rosters, row(rosters, "dispatcher", 50, 58), goes=(old.pk,))
    assert drafted(rosters, row(rosters, "intake", 60, 68)).pk == one.pk, "a roster has one draft"
    with pytest.raises(Invalid, match="still being written"):
        published(rosters, one)
    one = handed_in(rosters, one)
    assert standing() == [("intake", 50)]
    with pytest.raises(Invalid, match=r"a second person must publish it: ask a colleague who may edit duty rosters\."):
        published(rosters, one, WRITER)
    with pytest.raises(Invalid, match="waits for somebody"):
        drafted(rosters, row(rosters, "intake", 70, 78))
    assert published(rosters, one) == {"draft": str(one.pk), "comes": 2, "goes": 1}
    assert standing() == [("dispatcher", 50), ("intake", 60)]
    assert [entry.kind for entry in entries_of(one.pk)] == [
        "agencies.roster_drafted",
        "agencies.roster_drafted",
        "agencies.roster_asked",
        "agencies.roster_published",
    ]
    told = entries_of(Roster.objects.get().pk)[-1]
    assert told.kind == "agencies.shifts_published" and told.facts["cancelled"] == [str(old.pk)]


def test_a_draft_is_sent_back_with_a_reason_left_out_of_and_withdrawn(rosters: City) -> None:
    one = handed_in(rosters, drafted(rosters, row(rosters, "intake", 50, 58)))
    with pytest.raises(Invalid, match="Give the reason"):
        send(rosters, SECOND, ReturnRoster(draft=one.pk))
    send(rosters, SECOND, ReturnRoster(draft=one.pk, reason="周五缺人"))
    assert RosterDraft.objects.get().returned_because == "周五缺人"
    (change,) = RosterChange.objects.all()
    send(rosters, WRITER, LeaveShiftOut(draft=one.pk, change=change.pk))
    with pytest.raises(Invalid, match="no change"):
        handed_in(rosters, one)
    with pytest.raises(Denied):
        send(rosters, WRITER, LeaveShiftOut(draft=one.pk, change=change.pk))
    send(rosters, WRITER, WithdrawRoster(draft=one.pk))
    assert drafted(rosters, row(rosters, "intake", 50, 58)).pk != one.pk


def test_what_could_not_be_is_refused_when_it_is_written(rosters: City) -> None:
    old = shift(rosters, "intake", 50, 58, post="checker")
    drafted(rosters, row(rosters, "intake", 60, 68))
    for person, begins, ends, words in (
        ("intake", 55, 59, "another shift"),
        ("intake", 67, 70, "another shift"),
        ("intake", 60, 68, "stands already"),
        ("supervisor", 80, 88, "does not hold"),
        ("intake", -2, 6, "begun already"),
    ):
        with pytest.raises(Invalid, match=words):
            drafted(rosters, row(rosters, person, begins, ends))
    with pytest.raises(Denied):
        send(rosters, "auditor", DraftShifts(roster="NIGHT", goes=(old.pk,)))
    with pytest.raises(Invalid, match="no such shift"):
        drafted(rosters, goes=(uuid.uuid4(),))
    drafted(rosters, row(rosters, "intake", 55, 59), goes=(old.pk,))
    assert RosterChange.objects.count() == 3, "beside what goes there is room"


def test_a_swap_meanwhile_stands_or_is_a_conflict(rosters: City) -> None:
    mine, theirs = shift(rosters, "intake", 50, 58, post="checker"), shift(rosters, "intake", 70, 78, post="checker")
    one = handed_in(rosters, drafted(rosters, goes=(mine.pk,)))
    for key in (theirs.pk, mine.pk):
        ask = AskSwap(shift=key, asked=person_of(rosters, "dispatcher"))
        send(rosters, "intake", ask)
        if key == theirs.pk:
            send(rosters, "dispatcher", AnswerSwap(swap=Swap.objects.get().pk, answer="agreed"))
    last = Swap.objects.get(state="asked")
    send(rosters, "dispatcher", AnswerSwap(swap=last.pk, answer="agreed"))
    with pytest.raises(Conflict, match="swapped or cancelled"):
        published(rosters, one)
    assert standing() == [("dispatcher", 50), ("dispatcher", 70)]


def test_a_draft_that_waited_too_long_is_a_conflict(rosters: City) -> None:
    one = handed_in(rosters, drafted(rosters, row(rosters, "intake", 50, 58)))
    with pytest.raises(Conflict, match="begun already"):
        command = PublishRoster(draft=one.pk, expected_version=one.version)
        send(rosters, SECOND, command, now=this_minute() + 51 * HOUR)


def test_a_publication_is_taken_back_by_a_further_one(rosters: City) -> None:
    old, soon = shift(rosters, "intake", 50, 58, post="checker"), row(rosters, "dispatcher", 30, 34)
    one = handed_in(rosters, drafted(rosters, soon, row(rosters, "dispatcher", 50, 58), goes=(old.pk,)))
    published(rosters, one)
    drafted(rosters, row(rosters, "intake", 90, 98))
    with pytest.raises(Invalid, match="another draft"):
        send(rosters, WRITER, UndoRoster(of=one.pk))
    send(rosters, WRITER, WithdrawRoster(draft=RosterDraft.objects.get(state="open").pk))
    back = send(rosters, WRITER, UndoRoster(of=one.pk), now=this_minute() + 31 * HOUR)
    assert back["changes"] == 2, "what has begun stays"
    published(rosters, handed_in(rosters, RosterDraft.objects.get(pk=back["draft"])))
    assert standing() == [("dispatcher", 30), ("intake", 50)]
    with pytest.raises(Invalid, match="nothing of it is left"):
        send(rosters, WRITER, UndoRoster(of=one.pk), now=this_minute() + 60 * HOUR)


def test_at_short_notice_one_person_acts_and_it_is_recorded_so(rosters: City) -> None:
    tonight, later = shift(rosters, "intake", 5, 13, post="checker"), shift(rosters, "intake", 50, 58, post="checker")
    other = person_of(rosters, "dispatcher")
    answer = send(rosters, WRITER, ReplaceShift(shift=tonight.pk, post="checker", person=other))
    assert standing() == [("dispatcher", 5), ("intake", 50)]
    told = entries_of(Roster.objects.get().pk)[-1]
    assert told.kind == "agencies.shift_replaced" and told.facts["short_notice"] is True
    again = ReplaceShift(shift=uuid.UUID(answer["shift"]), post="checker", person=person_of(rosters, "intake"))
    send(rosters, WRITER, again, now=this_minute() + 8 * HOUR)
    assert standing() == [("dispatcher", 5), ("intake", 8), ("intake", 50)], "who was on duty until then is kept"
    for command in (
        ReplaceShift(shift=later.pk, post="checker", person=other),
        CancelShift(shift=later.pk),
        EnterShifts(roster="NIGHT", shifts=(row(rosters, "dispatcher", 50, 58),)),
    ):
        with pytest.raises(Invalid, match="more than 24 hours ahead"):
            send(rosters, WRITER, command)
    with pytest.raises(Denied):
        send(rosters, "auditor", ReplaceShift(shift=tonight.pk, post="checker", person=other))
    with pytest.raises(Invalid, match="was cancelled"):
        send(rosters, WRITER, ReplaceShift(shift=tonight.pk, post="checker", person=other))
