"""One command, carried out once: refused early, repeated safely, never nested."""

import datetime
import uuid
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.commands.actor import Actor, public, system
from jingwei.kernel.commands.execute import execute, receipt_id
from jingwei.kernel.commands.models import Edition, Receipt
from jingwei.kernel.commands.scope import as_uuid, reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.commands import Act, ReportMatter
from jingwei.kernel.matters.models import Detail, Matter
from jingwei.kernel.outbox.models import Message
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.values.canonical import digest
from jingwei.kernel.values.errors import Conflict, Denied, Invalid
from jingwei.kernel.values.ids import derived_ids, new_id
from tests.city import FOUNDER, IN_CELL, City
from tests.clones import Clone

RESIDENT = public("matter.report")


def report(title: str = "路面有坑") -> ReportMatter:
    """A report of a pothole in a new matter."""
    return ReportMatter(
        matter_id=new_id(),
        type="grid_event",
        category="ROAD-1",
        fields={"title": title},
        channel="portal",
        point=IN_CELL["T1-01"],
    )


def counts() -> tuple[int, ...]:
    """How much of everything there is."""
    return tuple(model._default_manager.count() for model in (Matter, Detail, Entry, Message, Receipt))


def test_a_command_leaves_rows_an_entry_a_message_and_a_receipt(city: City) -> None:
    before = counts()
    result = execute(RESIDENT, report(), "a")
    assert [after - first for first, after in zip(before, counts(), strict=True)] == [1, 1, 1, 1, 1]
    matter = Matter.objects.get(pk=str(result["matter"]))
    entry = Entry.objects.get(stream=matter.pk)
    assert (matter.version, bytes(matter.chain), entry.seq) == (1, bytes(entry.hash), 1)
    assert result["number"] == matter.number


def test_the_same_key_with_the_same_body_gives_the_stored_result_and_no_second_effect(city: City) -> None:
    command = report()
    first = execute(RESIDENT, command, "a")
    before = counts()
    again = execute(RESIDENT, replace(command), "a")
    assert dict(again) == dict(first)
    assert counts() == before


def test_a_receipt_keeps_no_hash_that_could_be_tried_out_and_one_of_before_still_answers(city: City) -> None:
    command = report()
    first = execute(RESIDENT, command, "a")
    kept = Receipt.objects.get(pk=receipt_id(RESIDENT, "a"))
    assert bytes(kept.body_hash) not in (command.fingerprint(), digest(command.fingerprint()))
    for old in (command.fingerprint(), report("another").fingerprint()):
        Receipt.objects.filter(pk=kept.pk).update(body_hash=old)
        if old == command.fingerprint():
            assert dict(execute(RESIDENT, command, "a")) == dict(first)
        else:
            with pytest.raises(Invalid):
                execute(RESIDENT, command, "a")


def test_the_same_key_with_another_body_is_invalid_and_has_no_effect(city: City) -> None:
    execute(RESIDENT, report(), "a")
    before = counts()
    with pytest.raises(Invalid) as refused:
        execute(RESIDENT, report("another"), "a")
    assert refused.value.place == "key" and "编号" in refused.value.reason.zh
    assert counts() == before


def test_a_key_belongs_to_its_actor(city: City) -> None:
    execute(RESIDENT, report(), "a")
    before = Matter.objects.count()
    execute(system("other", "matter.report"), report(), "a")
    assert Matter.objects.count() == before + 1


def test_a_refused_command_leaves_nothing_and_may_be_sent_again(city: City) -> None:
    before = counts()
    command = replace(report(), category="NEW-1")
    with pytest.raises(Invalid) as refused:
        execute(RESIDENT, command, "a")
    assert refused.value.place == "category"
    assert counts() == before
    content = {"zh": "新类", "en": "New", "parent": "", "urgency": "U3", "open": True}
    new = SetValue(parameter="category", subject="NEW-1", from_on=datetime.date(2000, 1, 1), content=content, basis="b")
    execute(FOUNDER, new, "new")
    assert execute(RESIDENT, command, "a")["matter"] == str(command.matter_id)


@pytest.mark.parametrize("key", ["", "x" * 201, "空", "a\nb", "a\x00"])
def test_a_malformed_key_is_invalid(city: City, key: str) -> None:
    with pytest.raises(Invalid) as refused:
        execute(RESIDENT, report(), key)
    assert refused.value.place == "key"


@pytest.mark.parametrize("title", ["\ud800", "e\u0301"])
def test_a_text_without_a_canonical_form_is_invalid(city: City, title: str) -> None:
    before = counts()
    with pytest.raises(Invalid):
        execute(RESIDENT, report(title), "a")
    assert counts() == before


def test_an_actor_without_the_grant_is_denied_before_anything_is_asked_of_the_database(city: City) -> None:
    for stranger in (public(), Actor("person", "nobody", uuid.uuid4()), system("x", "matter.read")):
        with CaptureQueriesContext(connection) as asked, pytest.raises(Denied) as refused:
            execute(stranger, report(), "a")
        assert len(asked) == 0
        assert "上报" in refused.value.reason.zh and "report" in refused.value.reason.en


def test_a_matter_read_before_it_moved_on_is_a_conflict(city: City) -> None:
    matter = city.report()
    act = Act(matter_id=matter.pk, action="verify", fields={}, grant="matter.accept", expected_version=matter.version)
    city.act("intake", matter, "file", finding="属实")
    with pytest.raises(Conflict) as refused:
        execute(city.actor("intake"), act, "late")
    assert refused.value.place == "expected_version" and refused.value.reason.zh and refused.value.reason.en
    assert Matter.objects.get(pk=matter.pk).version == 2


def test_what_is_not_there_and_what_is_out_of_scope_answer_alike(city: City) -> None:
    west = city.report(cell="T2-01")
    grid_east = city.actor("grid-east")
    answers = []
    for target in (west.pk, new_id()):
        act = Act(matter_id=target, action="file", fields={"finding": "x"}, grant="matter.verify")
        with pytest.raises(Denied) as refused:
            execute(grid_east, act, f"k{target}")
        answers.append((refused.value.found, refused.value.reason))
    assert answers[0] == answers[1] and not answers[0][0]


def test_a_command_cannot_begin_inside_another_transaction(clone: Clone) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        execute(RESIDENT, report(), "a")
    with pytest.raises(RuntimeError, match="durable"), reading(RESIDENT):
        execute(RESIDENT, report(), "a")
    with pytest.raises(RuntimeError, match="durable"), reading(RESIDENT), reading(RESIDENT):
        raise AssertionError("never reached")
    assert Matter.objects.count() == 0


def test_a_reading_transaction_cannot_write(clone: Clone) -> None:
    from django.db.utils import InternalError

    with pytest.raises(InternalError, match="read-only"), reading(RESIDENT), connection.cursor() as cursor:
        cursor.execute("INSERT INTO commands_edition (name, number) VALUES ('x', 1)")


def test_the_database_learns_who_reads_for_that_transaction_only(clone: Clone) -> None:
    question = "SELECT current_setting('jw.actor', true), current_setting('jw.areas', true)"
    with connection.cursor() as cursor:
        cursor.execute(question)
        before = cursor.fetchone()
    with reading(clone.city.actor("grid-east")) as scope, connection.cursor() as cursor:
        cursor.execute(question)
        low, high = scope.actor.duties[0].area
        assert cursor.fetchone() == (scope.actor.reference, f"{{[{low},{high}]}}")
    with connection.cursor() as cursor:
        cursor.execute(question)
        assert [one or None for one in cursor.fetchone()] == [one or None for one in before]


def test_slow_data_that_changes_raises_its_edition(city: City) -> None:
    before = Edition.objects.get(name="rulebook").number
    content = {"zh": "词", "en": "word"}
    word = SetValue(parameter="word", subject="w", from_on=datetime.date(2026, 1, 1), content=content, basis="b")
    execute(FOUNDER, word, "w")
    assert Edition.objects.get(name="rulebook").number == before + 1


def test_the_same_key_and_moment_make_the_same_bytes(city: City) -> None:
    """What an import killed and resumed relies on."""
    now = datetime.datetime(2026, 3, 2, 1, tzinfo=datetime.UTC)
    command, heads = report(), []
    for _ in range(2):
        before = transaction.savepoint()
        execute(RESIDENT, command, "same", now=now, ids=derived_ids)
        heads.append(bytes(Matter.objects.get(pk=command.matter_id).chain))
        transaction.savepoint_rollback(before)
    assert heads[0] == heads[1]


def test_an_id_that_is_not_written_the_usual_way_is_nothing() -> None:
    one = uuid.uuid4()
    assert as_uuid(str(one)) == one
    for text in ("", "x", one.hex, f"{{{one}}}", f"urn:uuid:{one}", f" {one}"):
        assert as_uuid(text) is None


def test_a_unit_entered_twice_is_a_conflict_that_names_the_record(city: City) -> None:
    from jingwei.kernel.agencies.commands import EnterUnit

    again = EnterUnit(code="ROADS", kind="department", parent="", area="T", name=("又", "again"))
    with pytest.raises(Conflict) as refused:
        execute(city.actor("administrator"), again, "again")
    assert "agencies_unit" in refused.value.place
    assert Unit.objects.filter(code="ROADS").count() == 1


def test_who_waits_too_long_for_a_lock_is_told_to_try_again(clone: Clone) -> None:
    """Somebody else works on the matter for longer than the three seconds a command waits."""
    matter = clone.city.report()
    act = Act(matter_id=matter.pk, action="verify", fields={}, grant="matter.accept")
    actor = clone.city.actor("intake")
    with clone.app() as other, other.transaction():
        other.execute("SELECT 1 FROM matters_matter WHERE id = %s FOR NO KEY UPDATE", [matter.pk])
        with pytest.raises(Conflict, match="try again") as refused:
            execute(actor, act, "waits")
    assert refused.value.reason.zh
    assert execute(actor, act, "waits")["state"] == "verifying"


def test_a_reference_to_nothing_is_invalid_and_leaves_nothing(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database finds it at commit."""
    from jingwei.kernel.agencies.commands import GiveKey, enter
    from jingwei.kernel.agencies.models import Post

    post = Post.objects.select_related("area").get(code="intake")
    post.pk = new_id()
    monkeypatch.setattr(enter, "post_of", lambda code: post)
    before = clone.dump()
    with pytest.raises(Invalid, match="agencies_apikey"):
        execute(clone.city.actor("administrator"), GiveKey(name="p", digest=b"d" * 32, post="x", per_minute=1), "t")
    assert clone.dump() == before
