"""Entries can be added and read, and nothing else: by privileges for the app, by triggers for the owner."""

import psycopg
import pytest

from tests.clones import Clone

CHANGES = (
    "UPDATE ledger_entry SET kind = 'x'",
    "UPDATE ledger_entry SET body = '' WHERE false OR seq = 1",
    "DELETE FROM ledger_entry",
    "DELETE FROM ledger_entry WHERE seq = 1",
    "TRUNCATE ledger_entry",
    "TRUNCATE ledger_entry CASCADE",
    "MERGE INTO ledger_entry one USING ledger_entry two ON one.id = two.id WHEN MATCHED THEN DELETE",
    "INSERT INTO ledger_entry SELECT * FROM ledger_entry ON CONFLICT (id) DO UPDATE SET kind = 'x'",
)


@pytest.mark.parametrize("change", CHANGES)
def test_the_running_role_lacks_the_privilege(clone: Clone, change: str) -> None:
    before = clone.dump()["ledger_entry"]
    with clone.app() as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(change.encode())
    assert clone.dump()["ledger_entry"] == before


@pytest.mark.parametrize("change", CHANGES)
def test_the_owner_meets_a_trigger(clone: Clone, change: str) -> None:
    before = clone.dump()["ledger_entry"]
    with clone.owner() as owner, pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only: .* refused"):
        owner.execute(change.encode())
    assert clone.dump()["ledger_entry"] == before


def test_the_running_role_cannot_switch_the_triggers_off(clone: Clone) -> None:
    with clone.app() as app:
        for statement in (
            b"ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
            b"DROP TRIGGER ledger_no_change ON ledger_entry",
            b"SET session_replication_role = replica",
            b"CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)


def test_the_running_role_may_do_what_the_work_needs_and_no_more(clone: Clone) -> None:
    with clone.app() as app:
        rows = app.execute(
            "SELECT privilege_type FROM information_schema.role_table_grants "
            "WHERE table_schema = current_schema() AND table_name = 'ledger_entry' AND grantee = current_user"
        ).fetchall()
    assert sorted(row[0] for row in rows) == ["INSERT", "SELECT"]
