"""What migrations hold the running role to: no command deletes a guarded row, and none writes one without an entry."""

from django.db import migrations

_EACH = """
DO $$
DECLARE role text;
BEGIN
  FOR role IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
      WHERE table_schema = current_schema() AND table_name = '{table}' AND grantee <> current_user LOOP
    EXECUTE format('{change} %I', role);
  END LOOP;
END $$;
"""


def never_deleted(*tables: str) -> migrations.RunSQL:
    """The operation after which only the tables' owner may delete their rows. To be named in the migration that makes
    a guarded table, or the one after it; `tests/kernel/ledger/test_privileges.py` finds what was forgotten."""
    taken = "".join(_EACH.format(table=one, change=f"REVOKE DELETE, TRUNCATE ON {one} FROM") for one in tables)
    given = "".join(_EACH.format(table=one, change=f"GRANT DELETE ON {one} TO") for one in tables)
    return migrations.RunSQL(taken, given)


_TOLD = """
DO $$
DECLARE tracked text;
BEGIN
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO tracked FROM pg_attribute
  WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL ('{{{untracked}}}');
  EXECUTE format('CREATE OR REPLACE TRIGGER ledger_owe AFTER INSERT OR UPDATE OF %s ON {table} '
    'FOR EACH STATEMENT EXECUTE FUNCTION ledger_owe()', tracked);
END $$;
"""


def told_in_entries(table: str, *untracked: str) -> migrations.RunSQL:
    """The operation after which a transaction that writes the table's rows must then record an entry that names one of
    them. `untracked` are the model's, which may change without one. To be named, with a dependency on ledger/0007, in
    the migration that makes a guarded table, and again in one that adds a column;
    `tests/kernel/ledger/test_privileges.py` finds what was forgotten."""
    left_out = ",".join(("chain", "salt", *untracked))
    return migrations.RunSQL(_TOLD.format(table=table, untracked=left_out), f"DROP TRIGGER ledger_owe ON {table}")
