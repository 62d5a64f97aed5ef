"""An approved list is carried out matter by matter: content, keys and files are gone, the head and the record stay."""

import datetime
import json
import os
import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import models

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.files.models import Attachment
from jingwei.kernel.files.store import Store
from jingwei.kernel.files.uploads import expire, receive
from jingwei.kernel.files.verify import verify_files
from jingwei.kernel.ledger.faults import Report
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.ledger.verify import guarded_models
from jingwei.kernel.matters.commands import Act, Contact, ReportMatter, Urge
from jingwei.kernel.matters.keeping.holds import LiftLegalHold, PlaceLegalHold
from jingwei.kernel.matters.models import Detail, Matter, Party, Step, Urging
from jingwei.kernel.matters.types import FREE_WORDS, every_version
from jingwei.kernel.measures.compute import compute
from jingwei.kernel.measures.predicates import Said
from jingwei.kernel.measures.registry import all_measures
from jingwei.kernel.outbox.deliver import deliver_waiting
from jingwei.kernel.outbox.models import Message, Notice
from jingwei.kernel.retention.carrying_out import ARCHIVE, carry_out_approved
from jingwei.kernel.retention.clearing import clear
from jingwei.kernel.retention.commands import DestroyListed
from jingwei.kernel.retention.destruction import EMPTIED
from jingwei.kernel.retention.models import DestructionList, Listed
from jingwei.kernel.sealing import Gone, keys, revealed
from jingwei.kernel.subjects.destroying import undone
from jingwei.kernel.values.errors import Denied, Invalid
from jingwei.kernel.values.ids import new_id
from tests.city import point_in
from tests.kernel.retention.archive import DESTROYED, HOUR, YEAR, approved, closed, hold, named, proposed, send
from tests.procedure import MONDAY, Procedure
from tests.procedure import named as said

PERSON = Contact(name="诸葛测试", phone="13912345678", email="zhuge@example.org")
WORDS = ("诸葛", "13912345678", "example.org", "柳树下的坑", "机密", "催一下", "鲁16")


def told_much(procedure: Procedure, file: str) -> Matter:
    """A matter with whatever may be told of one: contact, sealed field, file, urging, a hold that was lifted."""
    upload = receive(public(), lambda _: new_id(), [file.encode()], MONDAY)
    command = ReportMatter(
        matter_id=new_id(),
        type="procedure",
        category="ROAD-1",
        fields={"title": "柳树下的坑", "secret": "机密", "request": "ask"},
        channel="portal",
        point=point_in("T1-01"),
        contact=replace(PERSON, follow=new_id().bytes * 2),
        files=(FileGiven(rule="paper", upload=upload.pk),),
    )
    execute(public("matter.report"), command, procedure.city.key(), now=MONDAY - HOUR)
    send(procedure, "supervisor", Urge(matter_id=command.matter_id, text="催一下"), MONDAY - HOUR)
    matter = Matter.objects.get(pk=command.matter_id)
    matter = procedure.act("dispatcher", matter, "answer")
    lifted = hold(procedure, matter)
    send(procedure, "legal-two", LiftLegalHold(matter_id=matter.pk, hold=lifted, reason="鲁16结"), MONDAY)
    return matter


def carried_out(procedure: Procedure, at: datetime.datetime = YEAR) -> DestructionList:
    """What is due, listed, approved and destroyed, and what lies beside it cleared."""
    one = approved(procedure, at)
    while carry_out_approved(at):
        deliver_waiting([clear], at)
    one.refresh_from_db()
    return one


def content_of(matter: Matter) -> str:
    """Whatever the tables hold of the matter, as text."""
    told: list[str] = []
    for model in guarded_models():
        rows: models.QuerySet[Any] = model._default_manager.filter(**{model.stream_column: matter.pk})
        told += [json.dumps(row, default=repr, ensure_ascii=False) for row in rows.values()]
    return "\n".join(told)


def keys_of(matter: Matter) -> list[uuid.UUID]:
    """The ids of the keys that its rows name."""
    rows = (row for model in (Detail, Party, Step) for row in model.objects.filter(matter=matter))
    files = Attachment.objects.filter(stream_id=matter.pk)
    return [row.key for row in (*rows, *files) if row.key]


def test_the_content_is_gone_and_the_head_stays(procedure: Procedure, kept: Store) -> None:
    matter = told_much(procedure, "%PDF-1.4\n一份证明\n%%EOF")
    before = {key: value for key, value in vars(matter).items() if key not in ("_state", "salt", "version", "chain")}
    entries = list(Entry.objects.filter(stream=matter.pk).order_by("seq").values_list("hash", flat=True))
    assert any(word in content_of(matter) for word in WORDS)
    ids = keys_of(matter)
    assert len(keys.alive(ids)) == 3
    one = carried_out(procedure)
    assert one.state == "done" and one.done_at == YEAR
    assert not [word for word in WORDS if word in content_of(matter)]
    after = Matter.objects.get(pk=matter.pk)
    assert {**before, "kept_until": None} == {key: getattr(after, key) for key in before}
    assert after.salt != matter.salt
    assert list(Entry.objects.filter(stream=matter.pk).order_by("seq").values_list("hash", flat=True))[:-1] == entries
    told = json.loads(bytes(Entry.objects.filter(stream=matter.pk).latest("seq").body))
    reviewer, author = (procedure.city.actor(post).reference for post in ("reviewer", "archivist"))
    assert (told["kind"], told["facts"]["proposed_by"]) == ("matter.destroyed", author)
    assert (told["facts"]["approved_by"], told["facts"]["list"]) == (reviewer, str(one.pk))
    assert not keys.alive(ids) and not Notice.objects.filter(stream=matter.pk).exists()
    party, detail = Party.objects.get(matter=matter), Detail.objects.get(matter=matter)
    assert party.follow is party.known_by is None and detail.lon_e7 is None and not detail.words
    assert detail.fields == {"request": "ask"} and "保存期限已满" in str(revealed(detail).fields["secret"])
    assert not party.left_contact and all(isinstance(one, Gone) for one in revealed(party).contact.values())
    assert not Urging.objects.get(matter=matter).text


def test_the_files_are_gone_but_for_those_of_another_matter(procedure: Procedure, kept: Store) -> None:
    matter = told_much(procedure, "%PDF-1.4\n一份证明\n%%EOF")
    told_much(procedure, "%PDF-1.4\n另一份\n%%EOF")
    again = told_much(procedure, "%PDF-1.4\n另一份\n%%EOF")
    hold(procedure, again)
    own, shared = (
        {bytes(one.original or b"") for one in Attachment.objects.filter(stream_id=key)}
        for key in (matter.pk, again.pk)
    )
    for path in (kept.path(one) for one in own | shared):
        os.utime(path, (0, 0))  # received long ago
    expire(YEAR)
    carried_out(procedure)
    assert not any(kept.path(one).exists() for one in own) and all(kept.path(one).exists() for one in shared)
    report = Report()
    verify_files(kept, report)
    assert report.faults == [] and report.files == 1


def test_nothing_is_done_with_it_any_more(procedure: Procedure) -> None:
    matter = closed(procedure)
    carried_out(procedure)
    for post, command in (
        ("supervisor", Act(matter_id=matter.pk, fields={}, reason="再办", **said("reopen"))),
        ("supervisor", Urge(matter_id=matter.pk)),
        ("legal", PlaceLegalHold(matter_id=matter.pk, reason="晚了")),
    ):
        with pytest.raises(Denied, match="its content was destroyed"):
            send(procedure, post, command)
    with pytest.raises(Invalid, match="Nothing is due"):
        proposed(procedure)


def test_what_was_held_or_opened_after_the_approval_is_left_whole(procedure: Procedure) -> None:
    held, again, plain = (closed(procedure) for _ in range(3))
    one = approved(procedure)
    standing = hold(procedure, held, YEAR)
    procedure.act("supervisor", again, "reopen", YEAR, reason="没有答复清楚")
    assert carry_out_approved(YEAR) == 3
    outcomes = dict(Listed.objects.filter(list=one).values_list("matter_id", "outcome"))
    assert outcomes == {held.pk: "barred", again.pk: "barred", plain.pk: "destroyed"}
    assert dict(Listed.objects.filter(outcome="barred").values_list("matter_id", "why")) == {
        held.pk: "held",
        again.pk: "open",
    }
    left = Matter.objects.exclude(DESTROYED).values_list("pk", flat=True)
    assert set(left) == {held.pk, again.pk}
    send(procedure, "legal-two", LiftLegalHold(matter_id=held.pk, hold=standing, reason="已结"))
    assert named(proposed(procedure)) == {held.pk}


def test_only_what_two_people_decided_is_carried_out_and_once(procedure: Procedure) -> None:
    closed(procedure)
    one = proposed(procedure)
    row = Listed.objects.get(list=one)
    with pytest.raises(Invalid, match="No second person"):
        execute(ARCHIVE, DestroyListed(list_id=one.pk, row=row.pk), "early", now=YEAR)
    with pytest.raises(Denied):
        send(procedure, "reviewer", DestroyListed(list_id=one.pk, row=row.pk))
    assert carry_out_approved(YEAR) == 0


def test_a_key_database_that_is_away_is_asked_again(procedure: Procedure, monkeypatch: pytest.MonkeyPatch) -> None:
    matter = told_much(procedure, "%PDF-1.4\n二\n%%EOF")
    ids = keys_of(matter)
    approved(procedure)
    carry_out_approved(YEAR)
    away = django_settings.KEY_DATABASE() | {"port": "1", "host": "127.0.0.1"}
    with monkeypatch.context() as patch:
        patch.setattr("jingwei.kernel.sealing.keys._line._connection", None)
        patch.setattr(django_settings, "KEY_DATABASE", lambda: away)
        assert deliver_waiting([clear], YEAR).failed
    assert len(keys.alive(ids)) == 3 and Message.objects.get(topic="matter.destroyed").try_at is not None
    deliver_waiting([clear], YEAR + HOUR)
    assert not keys.alive(ids)
    with reading(procedure.city.actor("auditor"), YEAR):
        assert undone() == 0, "the list of what was destroyed is no sign of a restore"


def test_figures_are_the_same_afterwards(procedure: Procedure) -> None:
    city = procedure.city
    city.bring_to(city.report(), "closed")
    city.act("supervisor", city.bring_to(city.report(cell="T2-01"), "closed"), "reopen", reason="又坏了")
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=365 * 6)

    def figures() -> list[Any]:
        with reading(city.actor("auditor"), later) as scope:
            return [compute(scope, measure, group_by=("area",)) for measure in all_measures()]

    before = figures()
    carried_out(procedure, later)
    assert Matter.objects.filter(DESTROYED).count() == 1 and figures() == before


def test_figures_ask_for_nothing_that_is_destroyed() -> None:
    """Every field that an installed measure reads of an act is of a kind that stays."""
    asked = {pair for measure in all_measures() for pair in read_of(measure)}
    fields = [
        field
        for one in every_version()
        for action in one.actions
        for field in action.fields
        if (action.key, field.key) in asked
    ]
    assert fields and not [field.key for field in fields if field.kind in FREE_WORDS or field.sealed]


def read_of(value: Any) -> set[tuple[str, str]]:
    """The fields that the predicates of a measure read, each with its act, whatever holds them."""
    if isinstance(value, Said):
        return {(action, value.field) for action in value.actions}
    members = getattr(value, "__dataclass_fields__", None)
    if members is not None:
        return {pair for name in members for pair in read_of(getattr(value, name))}
    return {pair for part in value for pair in read_of(part)} if isinstance(value, tuple) else set()


def test_every_row_of_a_matter_is_looked_at() -> None:
    """A table that a matter's stream gets later says what of it is destroyed."""
    streams = {
        model
        for model in guarded_models()
        if model.stream_column == "stream_id" or model._meta.get_field(model.stream_column).related_model is Matter
    }
    assert streams == set(EMPTIED)
