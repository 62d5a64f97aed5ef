"""The read log: a root over its lines in the ledger, a proof for each, and whatever is changed behind it is found."""

import datetime
import json
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction

from jingwei.kernel.commands.actor import public, system
from jingwei.kernel.ledger.faults import Report
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.reads.batches import LOG, proof_of, seal_reads, verify_reads
from jingwei.kernel.reads.models import Batch, Read
from jingwei.kernel.reads.note import note_reads, seen
from tests.city import City
from tests.clones import Clone

NOW = datetime.datetime(2026, 12, 1, 8, tzinfo=datetime.UTC)


def read_by(city: City, *posts: str) -> None:
    """Each of them is shown the same matter."""
    matter = city.report()
    for post in posts:
        note_reads(city.actor(post), "page", [seen(matter)])


def faults() -> list[str]:
    report = Report()
    verify_reads(report)
    return [one.what for one in report.faults]


def test_lines_become_one_batch_whose_root_is_in_the_ledger(city: City) -> None:
    read_by(city, "intake", "auditor", "checker")
    assert (seal_reads(NOW), seal_reads(NOW)) == (3, 0)
    read_by(city, "intake")
    assert seal_reads(NOW) == 1
    entries = [json.loads(bytes(one.body)) for one in Entry.objects.filter(stream=LOG).order_by("seq")]
    told = [(one["kind"], one["facts"]["lines"]) for one in entries]
    assert told == [("reads.sealed", 3), ("reads.sealed", 1)]
    for one in Read.objects.all():
        proof = proof_of(one.pk)
        assert proof is not None and proof.holds and str(one.matter) in proof.line.decode()
        assert entries[proof.seq - 1]["facts"]["root"] == proof.root.hex()
        assert not replace(proof, line=proof.line.replace(b"page", b"list")).holds
    assert faults() == []


def test_a_line_without_a_batch_has_no_proof_yet(city: City) -> None:
    read_by(city, "intake")
    assert proof_of(Read.objects.get().pk) is None


def test_who_is_no_reader_leaves_no_line(city: City) -> None:
    matter = city.report()
    for actor in (public("matter.report"), system("clock", "matter.read")):
        note_reads(actor, "page", [seen(matter)])
    note_reads(city.actor("intake"), "list", [])
    assert not Read.objects.exists()


def test_a_line_says_who_in_which_post_for_what(city: City) -> None:
    matter, intake = city.report(), city.actor("intake")
    note_reads(intake, "page", [seen(matter, "matter.accept")])
    line = Read.objects.get()
    assert (line.reader, line.post, line.matter) == (intake.id, intake.duties[0].post, matter.pk)
    assert (line.what, line.purpose) == ("page", "matter.accept")


@pytest.mark.parametrize(
    "change", ["UPDATE reads_read SET what = 'list'", "DELETE FROM reads_read", "TRUNCATE reads_read"]
)
def test_the_running_role_changes_no_line(city: City, change: str) -> None:
    read_by(city, "intake")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_what_an_owner_changes_is_found(clone: Clone) -> None:
    read_by(clone.city, "intake", "auditor", "checker")
    seal_reads(NOW)
    assert faults() == []
    with clone.owner() as owner:
        owner.execute("ALTER TABLE reads_read DISABLE TRIGGER ALL")
        owner.execute("DELETE FROM reads_read WHERE id = (SELECT min(id) + 1 FROM reads_read)")
    assert faults() == ["lines are not those that were sealed"]
    assert Batch.objects.count() == 1
