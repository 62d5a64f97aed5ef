"""What the running role may do to the tables, asked of the database itself."""

import contextlib
from typing import Any

import psycopg
import pytest
from psycopg import sql

from jingwei.kernel.ledger.append import tracked_columns
from jingwei.kernel.ledger.verify import guarded_models
from jingwei.kernel.matters.commands import Contact
from jingwei.kernel.values.canonical import canonical
from tests.clones import Clone


def test_the_running_role_can_delete_no_guarded_row(clone: Clone) -> None:
    tables = [model._meta.db_table for model in guarded_models()]
    assert len(tables) > 12
    with clone.app() as app:
        for table in [*tables, "ledger_entry"]:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(table)))


_WATCHED = """SELECT c.relname, array_agg(a.attname::text) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (t.tgattr)
WHERE t.tgname = 'ledger_owe' AND c.relnamespace = current_schema()::regnamespace GROUP BY c.relname"""


def test_every_guarded_table_owes_an_entry_for_each_of_its_tracked_columns(clone: Clone) -> None:
    with clone.owner() as owner:
        watched = {table: set(columns) for table, columns in owner.execute(_WATCHED).fetchall()}
    assert watched == {model._meta.db_table: set(tracked_columns(model)) for model in guarded_models()}


def test_the_running_role_writes_no_guarded_row_without_an_entry(clone: Clone) -> None:
    """Row 14 of the proofs: each table in turn, an update of every tracked column that changes nothing."""
    for model in guarded_models():
        columns = tracked_columns(model)
        same = sql.SQL(", ").join(sql.SQL("{0} = {0}").format(sql.Identifier(one)) for one in columns)
        with clone.app() as app, pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="no entry"):
            app.execute(sql.SQL("UPDATE {} SET {}").format(sql.Identifier(model._meta.db_table), same))


def test_an_entry_settles_the_tables_it_names_and_what_was_written_before_it(clone: Clone) -> None:
    clone.city.report(contact=Contact(name="王小明"))
    head, party = "UPDATE matters_matter SET state = state", "UPDATE matters_party SET matter_id = matter_id"
    told = ("matters_matter:1", "matters_party:1")
    with clone.app() as app:
        written(app, head, told)
        written(app, head, party, told)
        written(app, head, told[:1], party, told[1:])
        refused: dict[str, list[list[str | tuple[str, ...]]]] = {
            "matters_party": [[head, party, told[:1]], [head, party, told, party], [head, told, party]],
            "matters_matter": [[told, head]],
            "matters_matter matters_party": [[head, party, ()]],
        }
        for owing, cases in refused.items():
            for statements in cases:
                with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match=f"tells of them: {owing}\n"):
                    written(app, *statements)
        with app.transaction():
            app.execute(head)
            with contextlib.suppress(psycopg.errors.DivisionByZero), app.transaction():
                app.execute(party)
                app.execute("SELECT 1 / 0")
            record(app, told[:1])  # what a savepoint took back is not owed


def written(app: "psycopg.Connection[Any]", *statements: str | tuple[str, ...]) -> None:
    """In one transaction; in the place of a tuple an entry that names these rows."""
    with app.transaction():
        for one in statements:
            if isinstance(one, str):
                app.execute(one.encode())
            else:
                record(app, one)


def record(app: "psycopg.Connection[Any]", rows: tuple[str, ...]) -> None:
    """An entry of a stream of its own, as `append` writes it as far as matters here."""
    body = canonical({"after": dict.fromkeys(rows, "00")})
    app.execute(
        "INSERT INTO ledger_entry (id, stream, seq, kind, recorded_at, hash, body)"
        " VALUES (gen_random_uuid(), gen_random_uuid(), 1, 'x', now(), '', %s)",
        [body],
    )


def test_the_running_role_owns_nothing(clone: Clone) -> None:
    with clone.app() as app:
        query = "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user"
        assert app.execute(query).fetchone() == (0,)
