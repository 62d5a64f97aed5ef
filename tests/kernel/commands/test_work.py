"""Work refuses every order but the one that is allowed."""

import datetime
import uuid

import pytest

from jingwei.kernel.agencies.models import Holding, Person, Post
from jingwei.kernel.commands.actor import Decision, by_grant, system
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.commands.store import OneStore
from jingwei.kernel.commands.work import Work
from jingwei.kernel.values.errors import Denied, Invalid, OutOfOrder
from jingwei.kernel.values.ids import system_ids
from jingwei.kernel.values.words import Text

NOW = datetime.datetime(2026, 3, 2, 1, tzinfo=datetime.UTC)
ACTOR = system("tests", "agencies.edit")
YES = by_grant(ACTOR, "agencies.edit")


@pytest.fixture
def work() -> Work:
    """A command under way that reads nothing and has sent nothing."""
    return Work(Scope(ACTOR, NOW, {}), system_ids("k", NOW), "0" * 32, OneStore())


def person() -> Person:
    """A head that is not in the database."""
    return Person(id=uuid.uuid4(), name="甲")


def opened(work: Work) -> Person:
    """A new stream, authorised."""
    head = work.open(person())
    work.authorise("agencies.edit", YES)
    return head


def test_the_allowed_order_leaves_an_entry_and_a_message(work: Work) -> None:
    head = opened(work)
    work.require(None)
    work.insert(head)
    work.save(head, "active")
    entry = work.record(head, "agencies.person_entered", {})
    work.publish("agencies.person_entered", head, {"id": head.pk})
    work.finish()
    assert (head.version, len(head.chain), len(head.salt)) == (1, 32, 16)
    assert entry.version == 7


def test_save_before_authorise_is_refused(work: Work) -> None:
    head = work.open(person())
    with pytest.raises(OutOfOrder, match="save before authorise"):
        work.save(head, "name")
    with pytest.raises(OutOfOrder, match="insert before authorise"):
        work.insert(head)


def test_record_before_authorise_is_refused(work: Work) -> None:
    head = work.open(person())
    with pytest.raises(OutOfOrder, match="record before authorise"):
        work.record(head, "agencies.person_entered", {})


def test_record_before_save_leaves_the_save_untold(work: Work) -> None:
    head = opened(work)
    work.record(head, "agencies.person_entered", {})
    work.save(head, "name")
    with pytest.raises(OutOfOrder, match=f"written without an entry: .*agencies_person:{head.pk}"):
        work.finish()


def test_publish_before_record_is_refused(work: Work) -> None:
    head = opened(work)
    work.insert(head)
    with pytest.raises(OutOfOrder, match="before record"):
        work.publish("agencies.person_entered", head, {})


def test_publish_for_a_stream_that_was_not_recorded_is_refused(work: Work) -> None:
    told, silent = work.open(person()), work.open(person())
    work.authorise("agencies.edit", YES)
    work.insert(told)
    work.record(told, "agencies.person_entered", {})
    with pytest.raises(OutOfOrder, match="before record"):
        work.publish("agencies.person_entered", silent, {})


def test_ending_without_an_entry_is_refused(work: Work) -> None:
    opened(work)
    with pytest.raises(OutOfOrder, match="must leave an entry"):
        work.finish()


def test_writing_to_a_stream_that_is_not_locked_is_refused(work: Work) -> None:
    opened(work)
    stranger = Post(id=uuid.uuid4(), code="x")
    with pytest.raises(OutOfOrder, match="not locked: agencies_post"):
        work.save(stranger, "active")
    with pytest.raises(OutOfOrder, match="not locked: agencies_holding"):
        work.insert(Holding(id=uuid.uuid4(), post=stranger, person_id=uuid.uuid4(), from_at=NOW))


def test_a_stream_cannot_be_opened_or_locked_after_authorise(work: Work) -> None:
    opened(work)
    with pytest.raises(OutOfOrder, match="open comes too late"):
        work.open(person())
    with pytest.raises(OutOfOrder, match="lock comes too late"):
        work.lock(Person, uuid.uuid4())
    with pytest.raises(OutOfOrder, match="authorise comes too late"):
        work.authorise("agencies.edit", YES)


def test_guards_stand_between_authorise_and_the_first_write(work: Work) -> None:
    with pytest.raises(OutOfOrder, match="require comes too early"):
        work.require(None)
    head = opened(work)
    work.insert(head)
    with pytest.raises(OutOfOrder, match="require comes too late"):
        work.require(None)


def test_a_guard_that_speaks_is_a_refusal_with_its_sentence_and_place(work: Work) -> None:
    opened(work)
    with pytest.raises(Invalid, match="name: too long") as refused:
        work.require(Text("太长", "too long"), place="name")
    assert (refused.value.reason.zh, refused.value.place) == ("太长", "name")


def test_no_duty_before_authorise(work: Work) -> None:
    with pytest.raises(OutOfOrder, match="no duty before authorise"):
        work.duty  # noqa: B018  # reading it is what is refused


def test_a_policy_that_says_no_is_denied_with_its_reason(work: Work) -> None:
    work.open(person())
    with pytest.raises(Denied) as refused:
        work.authorise("agencies.edit", Decision(False, Text("不行", "no")))
    assert refused.value.found and refused.value.reason == Text("不行", "no")


def test_out_of_scope_is_denied_as_if_nothing_were_there(work: Work) -> None:
    work.open(person())
    with pytest.raises(Denied) as refused:
        work.authorise("agencies.edit", Decision(False, Text("秘密", "secret"), found=False))
    assert not refused.value.found and "secret" not in str(refused.value)
