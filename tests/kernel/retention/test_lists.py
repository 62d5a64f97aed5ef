"""A destruction list: drawn from what is due, proposed by one, reviewed by another; nothing early, nothing held."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from jingwei.kernel.matters.keeping.holds import LiftLegalHold
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.retention.commands import ReviewList, TakeOut, WithdrawList
from jingwei.kernel.retention.due import barred
from jingwei.kernel.retention.models import Listed
from jingwei.kernel.values.errors import Denied, Invalid
from tests.kernel.retention.archive import HOUR, YEAR, closed, hold, named, proposed, send
from tests.procedure import MONDAY, Procedure

SECOND = datetime.timedelta(seconds=1)


def test_a_matter_is_due_in_the_moment_its_term_is_over(procedure: Procedure) -> None:
    matter = closed(procedure)
    assert matter.kept_until == YEAR
    with pytest.raises(Invalid, match="Nothing is due"):
        proposed(procedure, YEAR - SECOND)
    assert named(proposed(procedure)) == {matter.pk}


def test_what_is_held_open_again_or_listed_is_not_proposed(procedure: Procedure) -> None:
    held, again, plain = (closed(procedure) for _ in range(3))
    standing = hold(procedure, held)
    procedure.act("supervisor", again, "reopen", MONDAY + HOUR, reason="没有答复清楚")
    with pytest.raises(Invalid, match="all that is over is held"):
        proposed(procedure, MONDAY + HOUR)
    first = proposed(procedure)
    assert named(first) == {plain.pk}
    with pytest.raises(Invalid, match=r"another list already: the one that archivist A proposed on 2027-.*withdraw it"):
        proposed(procedure)
    send(procedure, "legal-two", LiftLegalHold(matter_id=held.pk, hold=standing, reason="已结"))
    assert named(proposed(procedure)) == {held.pk}


def test_a_post_proposes_what_it_reaches_and_the_list_is_for_those_who_reach_it(procedure: Procedure) -> None:
    closed(procedure)  # in T1
    with pytest.raises(Invalid, match="Nothing is due"):
        proposed(procedure, post="archivist-west")
    one = proposed(procedure)
    with pytest.raises(Denied) as hidden:
        send(procedure, "archivist-west", WithdrawList(list_id=one.pk))
    assert not hidden.value.found


def test_the_author_does_not_review(procedure: Procedure) -> None:
    closed(procedure)
    one = proposed(procedure)
    row = Listed.objects.get(list=one)
    for command in (ReviewList(list_id=one.pk, approve=True), TakeOut(list_id=one.pk, row=row.pk, reason="留")):
        with pytest.raises(Invalid, match="A second person must review it"):
            send(procedure, "archivist", command)
    send(procedure, "reviewer", ReviewList(list_id=one.pk, approve=True))
    one.refresh_from_db()
    assert one.state == "approved" and one.reviewed_by != one.proposed_by
    with pytest.raises(Invalid, match="was reviewed or withdrawn"):
        send(procedure, "reviewer", ReviewList(list_id=one.pk, approve=False, reason="晚了"))


def test_the_reviewer_takes_out_with_a_reason_and_sends_back(procedure: Procedure) -> None:
    matters = {closed(procedure).pk for _ in range(2)}
    one = proposed(procedure)
    row = Listed.objects.filter(list=one).first()
    assert row is not None
    with pytest.raises(Invalid, match="Please give the reason"):
        send(procedure, "reviewer", TakeOut(list_id=one.pk, row=row.pk, reason=" "))
    send(procedure, "reviewer", TakeOut(list_id=one.pk, row=row.pk, reason="有人查阅"))
    with pytest.raises(Invalid, match="taken off"):
        send(procedure, "reviewer", TakeOut(list_id=one.pk, row=row.pk, reason="再移"))
    assert named(one) == matters - {row.matter_id}
    send(procedure, "reviewer", ReviewList(list_id=one.pk, approve=False, reason="重列"))
    assert named(one) == set() and named(proposed(procedure)) == matters


def test_what_was_held_meanwhile_is_not_approved(procedure: Procedure) -> None:
    matter, other = closed(procedure), closed(procedure)
    one = proposed(procedure)
    hold(procedure, matter)
    with pytest.raises(Invalid, match=matter.number):
        send(procedure, "reviewer", ReviewList(list_id=one.pk, approve=True))
    send(procedure, "reviewer", TakeOut(list_id=one.pk, row=Listed.objects.get(matter=matter).pk, reason="暂缓"))
    send(procedure, "reviewer", ReviewList(list_id=one.pk, approve=True))
    assert named(one) == {other.pk}


def test_a_list_with_nothing_left_is_not_approved_and_the_author_withdraws(procedure: Procedure) -> None:
    closed(procedure)
    one = proposed(procedure)
    send(procedure, "archivist", WithdrawList(list_id=one.pk))
    again = proposed(procedure)
    send(procedure, "reviewer", TakeOut(list_id=again.pk, row=Listed.objects.get(list=again).pk, reason="留"))
    with pytest.raises(Invalid, match="Nothing is left"):
        send(procedure, "reviewer", ReviewList(list_id=again.pk, approve=True))


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    some.datetimes(datetime.datetime(2000, 1, 1), datetime.datetime(2100, 1, 1)),
    some.integers(0, 10 * 366),
    some.booleans(),
)
def test_never_early_never_held(closed_at: datetime.datetime, days: int, held: bool) -> None:
    """The rule alone, whatever the column that finds matters says."""
    at = closed_at.replace(tzinfo=datetime.UTC)
    now = at + datetime.timedelta(days=days)
    matter = Matter(type="grid_event", type_version=2, state="closed", closed_at=at, kept_until=at)
    over = now >= type_of("grid_event", 2).kept_until("closed", at)
    assert (barred(matter, held, now) == "") == (over and not held)
