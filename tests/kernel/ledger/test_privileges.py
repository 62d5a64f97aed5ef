"""What the running role may do to the tables, asked of the database itself."""

import psycopg
import pytest
from psycopg import sql

from jingwei.kernel.ledger.verify import guarded_models
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


def test_the_running_role_owns_nothing(clone: Clone) -> None:
    with clone.app() as app:
        query = "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user"
        assert app.execute(query).fetchone() == (0,)
