"""Verification finds whatever was changed behind the ledger, and names table and row."""

import datetime
import random
import uuid
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql
from pytest_django import DjangoDbBlocker

from jingwei.kernel.agencies.commands import DraftShifts, EndKey, GiveKey, ProposeReset, ShiftRow
from jingwei.kernel.agencies.commands.workstations import ENROL, EnrolWorkstation, OpenWorkstation
from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.commands.actor import public, system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.files.uploads import receive
from jingwei.kernel.ledger.append import tracked_columns
from jingwei.kernel.ledger.faults import Fault
from jingwei.kernel.ledger.sequencer import one_round
from jingwei.kernel.ledger.verify import guarded_models, verify
from jingwei.kernel.matters.commands import AskTask, Contact, External, LinkMatters, ReportMatter, Urge
from jingwei.kernel.matters.keeping.holds import PlaceLegalHold
from jingwei.kernel.places.commands import EnterSheet, NewArea, PlainName, RedrawAreas, SheetCell
from jingwei.kernel.reads.batches import seal_reads
from jingwei.kernel.reads.note import note_reads, seen
from jingwei.kernel.retention.carrying_out import carry_out_approved
from jingwei.kernel.retention.commands import ProposeDestruction, ReviewList
from jingwei.kernel.rulebook.documents import digest_of
from jingwei.kernel.rulebook.drafting import BeginDraft, NewValue
from jingwei.kernel.subjects.commands import ASK, GiveProof
from jingwei.kernel.subjects.erasing import GRANT as ERASE
from jingwei.kernel.subjects.erasing import ProposeErasure
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.writes import GuardedModel, StreamHead
from tests.city import FOUNDER, City, add_post, day_of_city, invited
from tests.clones import Clone, copy_of, template_with
from tests.duty import keep_duty, person_of
from tests.kernel.epochs.conftest import keeper_with, open_one
from tests.kernel.files.samples import PDF
from tests.procedure import Procedure, install
from tests.surfaces.signing.test_second_factor import with_app, with_password

TRACKED = [
    (model._meta.db_table, column)
    for model in guarded_models()
    for column in tracked_columns(model)
    if column != model._meta.pk.attname
]
MODELS: dict[str, type[GuardedModel]] = {model._meta.db_table: model for model in guarded_models()}


@pytest.fixture(scope="module")
def worked_template(
    template: Clone, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Clone]:
    """What `worked` is copied from: to work in a city and to loosen its tables takes seconds."""
    folder = tmp_path_factory.mktemp("worked")

    def make() -> City:
        city = template.fresh_city()
        with pytest.MonkeyPatch.context() as patch:
            work(Clone(connection.settings_dict["NAME"], city), patch, folder)
        return city

    with django_db_blocker.unblock(), template_with(make, template.name) as made, django_db_blocker.block():
        yield Clone(*made)


@pytest.fixture
def worked(worked_template: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[Clone]:
    """A city with at least one row in every guarded table, and an owner who may write past triggers and constraints."""
    with django_db_blocker.unblock(), copy_of(worked_template.name) as name:
        yield Clone(name, worked_template.city)


def work(clone: Clone, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A row at least in every guarded table, and no trigger or constraint that keeps the owner from changing it."""
    city = clone.city
    first = city.report(contact=Contact(name="王小明", phone="13800138000", follow=b"f" * 32))
    second = city.bring_to(city.report(category="ROAD-2", cell="T2-02"), "closed")
    city.bring_to(city.report(), "processing")
    known = External(source="tests", number="n1", digest=b"d" * 32)
    stated = ReportMatter(
        matter_id=new_id(), type="grid_event", category="ROAD-1", fields={}, channel="phone", external=known
    )
    execute(system("import:tests", "matter.report", history=True), stated, "stated")
    link = LinkMatters(matter_id=first.pk, other_id=second.pk, kind="duplicate_of")
    execute(system("tests", "matter.link", "matter.read"), link, "link")
    execute(city.actor("supervisor"), Urge(matter_id=first.pk), "urge")
    hold = PlaceLegalHold(matter_id=first.pk, reason="（2026）鲁16民初1号")
    execute(system("tests", "retention.hold", "matter.read"), hold, "hold")
    list_what_is_due(city)
    key = GiveKey(name="partner", digest=b"k" * 32, post="intake", per_minute=60)
    given = execute(city.actor("administrator"), key, "key")
    execute(city.actor("administrator"), EndKey(key=uuid.UUID(str(given["key"]))), "end key")
    keep_duty(city)
    ask_somebody(city, monkeypatch)
    monkeypatch.setattr(settings, "FILES", folder / "files")
    send_a_file(city)
    keep_places(city)
    enrol_a_counter(city)
    lose_a_telephone(city)
    invited("auditor")
    add_post(city, "protector", "CITY", "T", "protector", ("matter.read", ERASE))
    execute(city.actor("protector"), ProposeErasure(matter_id=first.pk, basis="pipl47"), "erase")
    execute(public(ASK), GiveProof(how="phone", whose=b"w" * 32, code=b"c" * 32), city.key())
    note_reads(city.actor("intake"), "page", [seen(first)])
    assert seal_reads(datetime.datetime.now(datetime.UTC))
    draft_a_rule(city)
    draft_a_shift(city)
    open_an_epoch(clone, folder)
    with clone.owner() as owner:
        loosen(owner)


def enrol_a_counter(city: City) -> None:
    """A workstation at which its code was typed."""
    opened = OpenWorkstation(unit="ROADS", name="一号窗口", kind="counter", code=b"c" * 32)
    execute(city.actor("administrator"), opened, "station")
    execute(system("tests", ENROL), EnrolWorkstation(code=b"c" * 32, digest=b"d" * 32), "enrolled")


def draft_a_rule(city: City) -> None:
    """A draft with two values, one of which names a document."""
    content = {"counting": "working_day", "amount": 2, "unit": "day"}
    limit = NewValue(parameter="limit", subject="ROAD//handle", content=content, basis="tests")
    named = NewValue(parameter="print", subject="order/zh", content={"docx": digest_of(b"PK")}, basis="tests")
    today = day_of_city()
    begin = BeginDraft(draft_id=new_id(), title="道路时限", from_on=today, values=(limit, named), documents=(b"PK",))
    execute(city.actor("administrator"), begin, city.key())


def draft_a_shift(city: City) -> None:
    """The draft of a roster with one shift."""
    begins = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=9)
    until = begins + datetime.timedelta(hours=8)
    row = ShiftRow(post="intake", person=person_of(city, "intake"), from_at=begins, until_at=until)
    execute(city.actor("administrator"), DraftShifts(roster="NIGHT", comes=(row,)), city.key())


def lose_a_telephone(city: City) -> None:
    """A clerk whose second factors are to be reset."""
    with_app(with_password("intake"))
    execute(city.actor("administrator"), ProposeReset(person=person_of(city, "intake")), city.key())


def ask_somebody(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task of another unit, in a matter of a type that has tasks."""
    install(monkeypatch)
    roads, parks = (Unit.objects.get(code=code).pk for code in ("ROADS", "PARKS"))
    procedure = Procedure(city)
    matter = procedure.report()
    procedure.act("dispatcher", matter, "give", unit=str(roads))
    task = AskTask(matter_id=matter.pk, role="consult", unit=parks, fields={}, grant="matter.handle")
    procedure.send("handler-roads", task)


def list_what_is_due(city: City) -> None:
    """A list of what is due when its term is over; one of its matters has been destroyed."""
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=6 * 366)
    city.bring_to(city.report(), "closed")
    city.bring_to(city.report(), "closed")
    grants = ("retention.propose", "retention.read", "retention.review")
    for code in ("archivist", "reviewer"):
        add_post(city, code, "CITY", "T", code, grants)
    author, reviewer = city.actor("archivist"), city.actor("reviewer")
    one = new_id()
    execute(author, ProposeDestruction(list_id=one), city.key(), now=later)
    execute(reviewer, ReviewList(list_id=one, approve=True), city.key(), now=later)
    assert carry_out_approved(later, most=1) == 1


def open_an_epoch(clone: Clone, folder: Path) -> None:
    """A log that follows one whose checkpoints were lost."""
    one_round(keeper_with(b"first", folder / "lost"), datetime.datetime.now(datetime.UTC))
    open_one(clone, keeper_with(b"first", folder / "checkpoints"))


def send_a_file(city: City) -> None:
    """A file that came with a report, in a matter of a type that takes files."""
    upload = receive(public(), lambda _: new_id(), [PDF], datetime.datetime.now(datetime.UTC))
    given = (FileGiven(rule="paper", upload=upload.pk),)
    report = ReportMatter(
        matter_id=new_id(), type="procedure", category="ROAD-1", fields={}, files=given, channel="portal"
    )
    execute(public("matter.report"), report, city.key())


def keep_places(city: City) -> None:
    """A cell that follows another, and what it is known by; after everything that was reported in the old one."""
    today = day_of_city()
    one = NewArea(code="T1-03", level="cell", parent="T1", name=("新格", "New cell"), follows=("T1-01",))
    execute(FOUNDER, RedrawAreas(from_on=today, basis="tests", ends=("T1-01",), adds=(one,)), city.key())
    names = (PlainName(kind="estate", name="柳树小区"),)
    cell = SheetCell(code="T1-03", worker="王小明", phone="13800138000", households=300, names=names)
    execute(FOUNDER, EnterSheet(from_on=today, cells=(cell, SheetCell(code="T1-02", households=200))), city.key())


def loosen(owner: "psycopg.Connection[Any]") -> None:
    """Takes away what would keep an intruder with the owner's password from changing a row: nothing the ledger is."""
    owner.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ALL" if is_superuser(owner) else _DISABLE_USER)
    for table in MODELS:
        loose = sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER, DISABLE ROW LEVEL SECURITY")
        owner.execute(loose.format(sql.Identifier(table)))
    query = """SELECT conrelid::regclass::text, conname FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace AND contype IN ('f', 'x', 'u', 'c')
    ORDER BY array_position(ARRAY['f', 'x', 'c', 'u'], contype::text)"""
    for table, name in owner.execute(query).fetchall():
        drop = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {} CASCADE")
        owner.execute(drop.format(sql.SQL(table), sql.Identifier(name)))
    indexes = """SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE indisunique AND NOT indisprimary AND relnamespace = current_schema()::regnamespace"""
    for (name,) in owner.execute(indexes).fetchall():
        owner.execute(sql.SQL("DROP INDEX {}").format(sql.SQL(name)))


_DISABLE_USER = "ALTER TABLE ledger_entry DISABLE TRIGGER USER"


def is_superuser(owner: "psycopg.Connection[Any]") -> bool:
    return owner.info.parameter_status("is_superuser") == "on"


def faults(clone: Clone) -> list[Fault]:
    return verify(clone.owner).faults


def changed(owner: "psycopg.Connection[Any]", statement: str, *values: Any) -> None:
    """One row and no other."""
    assert owner.execute(statement.encode(), values).rowcount == 1


def test_a_worked_city_verifies(worked: Clone) -> None:
    report = verify(worked.owner)
    assert report.faults == []
    with worked.owner() as owner:
        entries, streams = owner.execute("SELECT count(*), count(DISTINCT stream) FROM ledger_entry").fetchone() or (
            0,
            0,
        )
        for model in guarded_models():
            row = owner.execute(
                sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(model._meta.db_table))
            ).fetchone()
            assert row and row[0] > 0, model
    assert (report.entries, report.streams) == (entries, streams)
    assert report.seconds >= 0 and report.rss_mb > 0


def test_a_range_of_streams_is_verified_alone(worked: Clone) -> None:
    with worked.owner() as owner:
        streams = [row[0] for row in owner.execute("SELECT DISTINCT stream FROM ledger_entry ORDER BY 1")]
        middle = streams[len(streams) // 2]
        changed(owner, "UPDATE ledger_entry SET kind = 'x' WHERE stream = %s AND seq = 1", streams[-1])
    low, high = verify(worked.owner, high=middle), verify(worked.owner, low=middle)
    assert low.faults == [] and low.streams + high.streams == len(streams)
    assert {fault.stream for fault in high.faults} == {str(streams[-1])}


def other_value(owner: "psycopg.Connection[Any]", table: str, column: str) -> tuple[Any, Any]:
    """(key of a row, a statement's right-hand side that changes the column of that row)."""
    model = MODELS[table]
    names = {one.attname: one.column for one in model._meta.concrete_fields}
    kinds = {one.attname: one for one in model._meta.concrete_fields}
    kind, key, name = kinds[column], key_of(table), str(names[column])
    row = owner.execute(
        sql.SQL("SELECT {} , {} FROM {} ORDER BY 2 NULLS LAST, 1 LIMIT 1").format(
            sql.Identifier(key), sql.Identifier(name), sql.Identifier(table)
        )
    ).fetchone()
    assert row is not None
    inner = kind.get_internal_type() if not kind.is_relation else "UUIDField"
    return row[0], {
        "UUIDField": "gen_random_uuid()",
        "CharField": "'!' || substr(coalesce({}, ''), 2)",
        "TextField": "'!' || substr(coalesce({}, ''), 2)",
        "JSONField": """CASE jsonb_typeof({}) WHEN 'array' THEN {} || '["!"]'
        ELSE coalesce({}, '{{}}') || '{{"!": 1}}' END""",
        "ArrayField": "coalesce({}, '{{}}') || gen_random_uuid()",
        "BinaryField": r"coalesce({}, '') || '\x00'",
        "BooleanField": "NOT {}",
        "DateField": "coalesce({} + 1, '2026-01-01')",
        "DateTimeField": "coalesce({} + interval '1 millisecond', '2026-01-01')",
        "IntegerField": "coalesce({} + 1, 1)",
        "BigIntegerField": "coalesce({} + 1, 1)",
        "PositiveIntegerField": "coalesce({} + 1, 1)",
        "PositiveSmallIntegerField": "coalesce({} + 1, 1)",
    }[inner].format(*[f'"{name}"'] * 3)


def test_a_change_of_any_column_of_any_guarded_table_is_found(worked: Clone) -> None:
    """A column of each table in turn: each is changed and named by its table and row, then put back."""
    missed = []
    with worked.owner() as owner:
        for columns in zip_longest(*(columns_of(table) for table in MODELS)):
            undo, expected = [], {}
            for table, column in zip(MODELS, columns, strict=True):
                if column:
                    key, back = change_column(owner, table, column)
                    undo.append(back)
                    expected[table, str(key)] = column
            found = {(fault.table, fault.row) for fault in faults(worked)}
            missed += [(*one, expected[one]) for one in expected.keys() - found]
            for statement, values in undo:
                changed(owner, statement, *values)
    assert missed == []
    assert faults(worked) == []


def columns_of(table: str) -> list[str]:
    """What the ledger tells of each row of a table."""
    return [column for one, column in TRACKED if one == table]


def change_column(
    owner: "psycopg.Connection[Any]", table: str, column: str
) -> tuple[object, tuple[str, tuple[object, object]]]:
    """Another value in a column of one row; the row's key, and the statement with its values that puts it back."""
    key_column = MODELS[table]._meta.pk.column
    name = {one.attname: one.column for one in MODELS[table]._meta.concrete_fields}[column]
    key, value = other_value(owner, table, column)
    query = f'SELECT "{name}"::text, pg_typeof("{name}")::text FROM {table} WHERE "{key_column}" = %s'
    old = owner.execute(query.encode(), [key]).fetchone()
    assert old
    changed(owner, f'UPDATE {table} SET "{name}" = {value} WHERE "{key_column}" = %s', key)
    return key, (f'UPDATE {table} SET "{name}" = %s::{old[1]} WHERE "{key_column}" = %s', (old[0], key))


@pytest.mark.parametrize("column", ["chain", "salt"])
def test_a_changed_end_of_chain_or_salt_of_a_head_is_found(worked: Clone, column: str) -> None:
    heads = [model._meta.db_table for model in guarded_models() if issubclass(model, StreamHead)]
    with worked.owner() as owner:
        for table in heads:
            row = owner.execute(f"SELECT id, {column} FROM {table} ORDER BY id LIMIT 1".encode()).fetchone()
            assert row is not None
            changed(
                owner,
                f"UPDATE {table} SET {column} = set_byte({column}, 3, 255 - get_byte({column}, 3)) WHERE id = %s",
                row[0],
            )
            assert any((fault.table, fault.row) == (table, str(row[0])) for fault in faults(worked)), table
            changed(owner, f"UPDATE {table} SET {column} = %s WHERE id = %s", row[1], row[0])
    assert faults(worked) == []


def test_a_flipped_bit_of_an_entry_is_found_wherever_it_is(worked: Clone) -> None:
    """Body and hash, at random places; the entry is named."""
    chance = random.Random(20260302)
    with worked.owner() as owner:
        entries = owner.execute("SELECT id, body, hash FROM ledger_entry").fetchall()
        for column, place in (("body", 1), ("hash", 2)):
            for entry in chance.sample(entries, 25):
                content = bytearray(entry[place])
                content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
                changed(owner, f"UPDATE ledger_entry SET {column} = %s WHERE id = %s", bytes(content), entry[0])
                assert ("ledger_entry", str(entry[0])) in {(fault.table, fault.row) for fault in faults(worked)}
                changed(owner, f"UPDATE ledger_entry SET {column} = %s WHERE id = %s", entry[place], entry[0])
    assert faults(worked) == []


def test_a_changed_column_beside_the_body_is_found(worked: Clone) -> None:
    with worked.owner() as owner:
        entry = owner.execute("SELECT id, kind, recorded_at FROM ledger_entry ORDER BY random() LIMIT 1").fetchone()
        assert entry is not None
        for column, new, old in (
            ("kind", "matter.nothing", entry[1]),
            ("recorded_at", entry[2].replace(year=2001), entry[2]),
        ):
            changed(owner, f"UPDATE ledger_entry SET {column} = %s WHERE id = %s", new, entry[0])
            assert ("ledger_entry", str(entry[0]), "the columns differ from the bytes") in {
                (fault.table, fault.row, fault.what) for fault in faults(worked)
            }
            changed(owner, f"UPDATE ledger_entry SET {column} = %s WHERE id = %s", old, entry[0])


def closed_stream(owner: "psycopg.Connection[Any]") -> uuid.UUID:
    """The stream of the matter that was closed: seven entries."""
    row = owner.execute("SELECT stream FROM ledger_entry GROUP BY 1 HAVING count(*) = 7").fetchone()
    assert row is not None
    stream: uuid.UUID = row[0]
    return stream


def test_an_entry_deleted_in_mid_stream_is_found(worked: Clone) -> None:
    with worked.owner() as owner:
        stream = closed_stream(owner)
        changed(owner, "DELETE FROM ledger_entry WHERE stream = %s AND seq = 3", stream)
    found = faults(worked)
    assert {fault.stream for fault in found if fault.table not in ("ledger_pending", "ledger_leaf")} == {str(stream)}
    assert any(fault.table == "ledger_entry" and fault.what == "entry 3 is missing before it" for fault in found)


def test_two_entries_that_changed_places_are_found(worked: Clone) -> None:
    with worked.owner() as owner:
        stream = closed_stream(owner)
        owner.execute("UPDATE ledger_entry SET seq = 7 - seq WHERE stream = %s AND seq IN (3, 4)", [stream])
    found = faults(worked)
    assert {fault.stream for fault in found} == {str(stream)}
    assert len({fault.row for fault in found if fault.table == "ledger_entry"}) >= 2


def test_an_entry_moved_to_another_stream_is_found(worked: Clone) -> None:
    with worked.owner() as owner:
        stream = closed_stream(owner)
        other = owner.execute("SELECT id FROM matters_matter WHERE version = 1 LIMIT 1").fetchone()
        assert other is not None
        moved = owner.execute("SELECT id FROM ledger_entry WHERE stream = %s AND seq = 7", [stream]).fetchone()
        assert moved is not None
        changed(owner, "UPDATE ledger_entry SET stream = %s, seq = 2 WHERE id = %s", other[0], moved[0])
    found = {(fault.table, fault.row) for fault in faults(worked)}
    assert {("ledger_entry", str(moved[0])), ("matters_matter", str(stream))} <= found


def test_a_tail_rolled_back_is_found_by_the_head(worked: Clone) -> None:
    with worked.owner() as owner:
        stream = closed_stream(owner)
        changed(owner, "DELETE FROM ledger_entry WHERE stream = %s AND seq = 7", stream)
    found = {(fault.table, fault.row, fault.what) for fault in faults(worked)}
    assert ("matters_matter", str(stream), "version 7 but 6 entries") in found


def test_a_whole_stream_of_entries_taken_away_is_found_by_its_rows(worked: Clone) -> None:
    with worked.owner() as owner:
        stream = closed_stream(owner)
        owner.execute("DELETE FROM ledger_entry WHERE stream = %s", [stream])
    assert ("matters_matter", str(stream), "no entry tells of this row") in {
        (fault.table, fault.row, fault.what) for fault in faults(worked)
    }


def key_of(table: str) -> str:
    return str(MODELS[table]._meta.pk.column)


def test_a_row_deleted_is_found_and_named(worked: Clone) -> None:
    """One row of every table, put back afterwards."""
    with worked.owner() as owner:
        for table in MODELS:
            key = key_of(table)
            owner.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {table} ORDER BY {key} LIMIT 1".encode())
            row = owner.execute(f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM kept) RETURNING {key}".encode())
            name = str((row.fetchone() or [None])[0])
            found = {(fault.what, fault.table, fault.row) for fault in faults(worked)}
            assert ("the row is gone", table, name) in found, table
            owner.execute(f"INSERT INTO {table} SELECT * FROM kept".encode())
            owner.execute("DROP TABLE kept")
    assert faults(worked) == []


def test_a_row_inserted_is_found_and_named(worked: Clone) -> None:
    """A copy of a true row under another id: in the same stream, or as a stream of its own."""
    with worked.owner() as owner:
        for table in MODELS:
            key = key_of(table)
            owner.execute(f"CREATE TEMP TABLE copied AS SELECT * FROM {table} LIMIT 1".encode())
            owner.execute(f"UPDATE copied SET {key} = gen_random_uuid()".encode())
            row = owner.execute(f"INSERT INTO {table} SELECT * FROM copied RETURNING {key}".encode()).fetchone()
            assert row is not None
            found = {(fault.what, fault.table, fault.row) for fault in faults(worked)}
            assert ("no entry tells of this row", table, str(row[0])) in found, table
            changed(owner, f"DELETE FROM {table} WHERE {key} = %s", row[0])
            owner.execute("DROP TABLE copied")
    assert faults(worked) == []


def test_an_old_row_put_back_is_found(worked: Clone) -> None:
    """State rolled back while the entries stand."""
    with worked.owner() as owner:
        stream = closed_stream(owner)
        changed(owner, "UPDATE matters_matter SET state = 'feedback', closed_at = NULL WHERE id = %s", stream)
    assert [(fault.table, fault.row) for fault in faults(worked)] == [("matters_matter", str(stream))]


@pytest.mark.proof
def test_a_hundred_random_changes_in_each_table_are_all_found(worked: Clone) -> None:
    """Any row, any tracked column, in every table at a time; and a hundred runs over the untouched city raise no
    alarm."""
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    with worked.owner() as owner:
        rows = {
            table: [row[0] for row in owner.execute(f"SELECT {key_of(table)} FROM {table}".encode())]
            for table in MODELS
        }
        for _ in range(100):
            struck = {(table, chance.choice(rows[table])): chance.choice(columns_of(table)) for table in MODELS}
            for (table, row), column in struck.items():
                strike(owner, table, row, column)
            found = {(fault.table, fault.row) for fault in faults(worked)}
            assert {(table, str(row)) for table, row in struck} <= found, (seed, struck)
            for table, row in struck:
                put_back(owner, table, row)
        assert [faults(worked) for _ in range(100)] == [[]] * 100


def strike(owner: "psycopg.Connection[Any]", table: str, row: object, column: str) -> None:
    """Another value in a column of a row; the row as it was is kept beside."""
    name = {one.attname: one.column for one in MODELS[table]._meta.concrete_fields}[column]
    key, (_, value) = key_of(table), other_value(owner, table, column)
    owner.execute(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM {table} WHERE {key} = %s".encode(), [row])
    changed(owner, f'UPDATE {table} SET "{name}" = {value} WHERE {key} = %s', row)


def put_back(owner: "psycopg.Connection[Any]", table: str, row: object) -> None:
    """The row as it was before it was struck."""
    owner.execute(f"DELETE FROM {table} WHERE {key_of(table)} = %s".encode(), [row])
    owner.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}".encode())
    owner.execute(f"DROP TABLE kept_{table}".encode())
