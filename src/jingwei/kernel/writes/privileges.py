"""What migrations take from the running role: no command deletes a guarded row, so nobody else shall either."""

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
