"""The database itself refuses what the filters of the code would: with nothing set no row, and none of another's.

Asked by statements of the test's own as the role that runs, in a copy of the city that was committed.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import models, transaction
from psycopg import errors, sql

from jingwei import installation
from jingwei.installation import server
from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.commands.actor import EVERYWHERE, system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import WRITING, begin, reading
from jingwei.kernel.commands.sql import raw_connection, send
from jingwei.kernel.commands.store import Rows
from jingwei.kernel.matters.commands import AskTask, Contact, Urge
from jingwei.kernel.matters.handover import open_by_number
from jingwei.kernel.matters.keeping.holds import GRANT as HOLD
from jingwei.kernel.matters.keeping.holds import PlaceLegalHold
from jingwei.kernel.matters.models import Detail, Matter, Step, Task
from jingwei.kernel.matters.policies import may_read
from jingwei.kernel.places.models import Area
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.subjects.erasing import GRANT as ERASE
from jingwei.kernel.subjects.erasing import ProposeErasure
from jingwei.kernel.writes import GuardedModel
from jingwei.kernel.writes.models import EVERY_ROW
from tests.city import City, add_post
from tests.clones import Clone

UNSECURED = {
    "matters_externalnumber": "found by a part of the number, for which an index does not answer under a policy",
    "matters_link": "holds two ids and a kind; merged matters are walked to through those between them",
    "retention_listed": "of the stream of its list, which its reviewer sees whole",
    "reads_read": "of whoever reads, written outside any scope; shown by the id of a matter in sight",
}
"""Tables that name a matter and have no policy, and why (decision 0021). They tell ids, never content: all ways from
them to what a matter says lead through its head."""

POSTS = {
    "of-t1": ("HOTLINE", "T1"),
    "of-t2": ("HOTLINE", "T2"),
    "of-cell": ("HOTLINE", "T1-02"),
    "of-all": ("HOTLINE", "T"),
    "of-roads": ("ROADS", "T"),
    "of-roads-t1": ("ROADS", "T1"),
    "of-parks": ("PARKS", "T"),
}
"""Readers by their unit and area; of departments only what is theirs is read."""


def secured() -> list[type[GuardedModel]]:
    """The models of the tables with row-level security."""
    return [one for one in apps.get_models() if issubclass(one, GuardedModel) and one.row_security]


SECURED = secured()


@pytest.fixture
def matters(clone: Clone) -> list[Matter]:
    """Matters in three cells, one without a place, one with each department, one on which Parks assists."""
    city = clone.city
    for code, (unit, area) in POSTS.items():
        add_post(city, code, unit, area, "reader", ("matter.read",))
    contact = Contact(name="王小明", phone="13800007777")
    made = [city.report(category="PARK-1", cell=cell, contact=contact) for cell in ("T1-01", "T1-02", "T2-01", "")]
    made.append(city.bring_to(city.report(cell="T1-01", contact=contact), "processing"))
    helped = city.bring_to(city.report(cell="T2-02", contact=contact), "processing")
    parks = Unit.objects.get(code="PARKS").pk
    asked = AskTask(
        matter_id=helped.pk, role="consult", unit=parks, fields={"asked": "请看看树"}, grant="matter.handle"
    )
    execute(city.actor("handler-roads"), asked, "ask")
    add_post(city, "protector", "CITY", "T", "protector", ("matter.read", ERASE))
    for one in (*made[:2], helped):
        execute(city.actor("supervisor"), Urge(matter_id=one.pk), city.key())
        execute(system("tests", HOLD, "matter.read"), PlaceLegalHold(matter_id=one.pk, reason="法院"), city.key())
        execute(city.actor("protector"), ProposeErasure(matter_id=one.pk, basis="pipl47"), city.key())
    return [*made, Matter.objects.get(pk=helped.pk)]


@pytest.fixture
def app(clone: Clone) -> Iterator["psycopg.Connection[Any]"]:
    """A connection of the role that runs, as a process opens it: nothing is set on it."""
    address = server().on(clone.name).conninfo("app", "tested")
    with psycopg.connect(**address, autocommit=True) as connected:
        yield connected


def name_of(model: type[models.Model]) -> sql.Identifier:
    return sql.Identifier(model._meta.db_table)


def seen(connected: "psycopg.Connection[Any]", model: type[GuardedModel]) -> set[uuid.UUID]:
    """The matters of which rows of a table are seen on a connection, without any filter."""
    query = sql.SQL("SELECT {} FROM {}").format(sql.Identifier(model.stream_column), name_of(model))
    return {key for (key,) in connected.execute(query)}


def test_everything_is_said_alike_by_the_installation_and_the_kernel() -> None:
    low, high = EVERYWHERE
    assert EVERY_ROW == installation.EVERY_ROW == f"{{[{low},{high}]}}"


def refused(connected: "psycopg.Connection[Any]", statement: sql.Composed) -> None:
    """The statement fails and says what is missing; it never answers that there is nothing."""
    with pytest.raises(errors.InsufficientPrivilege, match="whose actor it is"):
        connected.execute(statement)


def test_no_table_that_names_a_matter_is_forgotten() -> None:
    """What a matter consists of is found by its fields, so that a new table is either secured or answered for here."""
    naming = {
        one._meta.db_table
        for one in apps.get_models()
        for field in one._meta.concrete_fields
        if field.name in ("matter", "matter_id")
        or (isinstance(field, models.ForeignKey) and field.related_model is Matter)
    }
    secured = {one._meta.db_table for one in SECURED} - {Matter._meta.db_table}
    assert naming == secured | UNSECURED.keys()
    assert len(secured) == 7


def test_every_secured_table_has_rows_of_several_matters(clone: Clone, matters: list[Matter]) -> None:
    for model in set(SECURED) - {Task}:
        assert len(model._base_manager.values(model.stream_column).distinct()) >= 2, f"{model.__name__}: blind"


def test_with_nothing_said_every_statement_fails_and_none_finds_nothing(
    matters: list[Matter], app: "psycopg.Connection[Any]"
) -> None:
    for model in SECURED:
        table, column = name_of(model), sql.Identifier(model.stream_column)
        questions = [
            sql.SQL("SELECT {} FROM {}").format(column, table),
            sql.SQL("SELECT count(*) FROM {}").format(table),
            sql.SQL("SELECT {} FROM {} WHERE {} = {}").format(column, table, column, matters[-1].pk),
            sql.SQL("UPDATE {} SET {} = {}").format(table, column, column),
        ]
        for statement in questions:
            refused(app, statement)
        for forbidden in ("DELETE FROM {}", "TRUNCATE {}", "ALTER TABLE {} DISABLE ROW LEVEL SECURITY"):
            with pytest.raises(errors.InsufficientPrivilege):
                app.execute(sql.SQL(forbidden).format(table))


def test_who_is_said_to_read_nothing_sees_and_changes_no_row(
    matters: list[Matter], app: "psycopg.Connection[Any]"
) -> None:
    app.execute("SELECT set_config('jw.areas', '{}', false)")
    for said in ("", "{}"):
        for name in ("jw.units", "jw.unit_areas", "jw.assisting", "jw.granted"):
            app.execute("SELECT set_config(%s, %s, false)", [name, said])
        for model in SECURED:
            table, column = name_of(model), sql.Identifier(model.stream_column)
            assert seen(app, model) == set()
            with app.transaction(force_rollback=True):  # its commit would be refused, as no entry tells of it
                assert app.execute(sql.SQL("UPDATE {} SET {} = {}").format(table, column, column)).rowcount == 0


def test_what_was_set_for_one_transaction_is_gone_with_it(clone: Clone, matters: list[Matter]) -> None:
    with reading(clone.city.actor("of-all")):
        assert seen(raw_connection(), Matter) == {one.pk for one in matters}
    with pytest.raises(errors.InsufficientPrivilege):
        seen(raw_connection(), Matter)  # the same connection, after the commit


def test_code_that_forgets_to_say_for_whom_it_reads_fails_in_the_tests_too(city: City) -> None:
    """The tests look at every row themselves; what they test does not."""
    city.report()
    assert Matter.objects.count() == 1
    with reading(city.actor("auditor")) as scope:
        whole = places_of(scope).by_code["T"]
        assert sum(open_by_number(scope, whole).values()) == 1
    with pytest.raises(AssertionError, match="outside reading"):
        open_by_number(scope, whole)
    with pytest.raises(errors.InsufficientPrivilege, match="whose actor it is"):
        raw_connection().execute("SELECT number FROM matters_matter")


def test_each_reader_sees_what_the_policy_says_and_no_more(clone: Clone, matters: list[Matter]) -> None:
    found = {}
    for post in POSTS:
        actor = clone.city.actor(post)
        mine = {one.pk for one in matters if may_read(actor, one)}
        with reading(actor):
            assert seen(raw_connection(), Matter) == mine, post
            for model in SECURED:
                assert seen(raw_connection(), model) <= mine, f"{post} {model.__name__}"
        found[post] = len(mine)
    assert found == {"of-t1": 3, "of-t2": 2, "of-cell": 1, "of-all": 6, "of-roads": 2, "of-roads-t1": 1, "of-parks": 5}


def test_a_command_changes_no_row_out_of_its_actors_sight(clone: Clone, matters: list[Matter]) -> None:
    for post in POSTS:
        actor = clone.city.actor(post)
        mine = {one.pk for one in matters if may_read(actor, one)}
        for model in SECURED:
            column = sql.Identifier(model.stream_column)
            change = sql.SQL("UPDATE {} SET {} = {} RETURNING {}").format(name_of(model), column, column, column)
            with transaction.atomic(durable=True):
                begin(actor, None, read_only=False)
                raw_connection().execute(WRITING)
                changed = {key for (key,) in raw_connection().execute(change)}
                assert changed <= mine, f"{post} {model.__name__}"
                transaction.set_rollback(True)


def test_figures_read_by_heads_and_no_other_reader_is_excused(clone: Clone, matters: list[Matter]) -> None:
    actor = clone.city.actor("of-roads-t1")
    mine = {one.pk for one in matters if may_read(actor, one)}
    joined = "SELECT matter_id FROM matters_step JOIN matters_matter head ON head.id = matter_id"
    with reading(actor, by_heads=True):
        assert seen(raw_connection(), Matter) == mine
        assert {key for (key,) in raw_connection().execute(joined)} == mine
    with reading(actor):
        assert seen(raw_connection(), Step) == mine, "it ends with its transaction"


def test_what_hangs_on_a_matter_is_written_when_the_matter_is_given_away(clone: Clone, matters: list[Matter]) -> None:
    """The head leaves its giver's sight in the same transaction, before or after it in the handler's order."""
    add_post(clone.city, "mover", "HOTLINE", "T1", "grid", ("matter.read", "matter.verify"))
    matter = Matter.objects.get(pk=matters[0].pk)
    places = {one.code: one for one in Area.objects.all()}
    with transaction.atomic(durable=True):
        begin(clone.city.actor("mover"), None, read_only=False)
        detail = Detail.objects.get(pk=matter.pk)
        rows = Rows()
        matter.area_id, matter.area_lft = places["T2-01"].pk, places["T2-01"].lft
        rows.update(matter, ("area_id", "area_lft"))
        detail.located = "moved"
        rows.update(detail, ("located",))
        send([(WRITING, []), *rows.changes()])
        found = raw_connection().execute("SELECT located FROM matters_detail WHERE matter_id = %s", [matter.pk])
        assert found.fetchone() == ("moved",)
        transaction.set_rollback(True)


def test_the_secured_tables_bind_the_owner_too_and_no_role_of_ours_is_exempt(clone: Clone) -> None:
    """But for the two that the search reads with its owner's rights."""
    with clone.owner() as owner:
        found = owner.execute(
            "SELECT relname, relforcerowsecurity, (SELECT array_agg(DISTINCT cmd ORDER BY cmd) FROM pg_policies"
            " WHERE schemaname = current_schema() AND tablename = relname)"
            " FROM pg_class WHERE relrowsecurity AND relnamespace = current_schema()::regnamespace"
        ).fetchall()
        unbound = owner.execute("SELECT rolname FROM pg_roles WHERE rolsuper OR rolbypassrls").fetchall()
    assert not {server().user("app"), server().user("owner")} & {name for (name,) in unbound}
    free = {Detail, Task}
    expected = ((one._meta.db_table, one not in free, ["INSERT", "SELECT", "UPDATE"]) for one in SECURED)
    assert sorted(found) == sorted(expected)


def test_the_search_alone_has_its_owners_rights_and_looks_nowhere_else(clone: Clone, matters: list[Matter]) -> None:
    with clone.owner() as owner:
        rights = owner.execute(
            "SELECT proname, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = current_schema()::regnamespace"
        ).fetchall()
        views = owner.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = current_schema()::regnamespace"
        ).fetchall()
        (schema,) = owner.execute("SELECT current_schema()").fetchone() or ("",)
    ((name, settings),) = rights
    assert name == "search_matters"
    assert f"search_path={schema}, pg_temp" in settings
    assert not views, "a view reads with its owner's rights"
