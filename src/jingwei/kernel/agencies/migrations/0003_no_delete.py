"""The running role may not delete rows of the new guarded tables either."""

from django.db import migrations

_TABLES = "agencies_terms agencies_leave agencies_roster agencies_shift agencies_swap".split()

_EACH = """
DO $$
DECLARE role text;
BEGIN
  FOR role IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
      WHERE table_schema = current_schema() AND table_name = '{table}' AND grantee <> current_user LOOP
    EXECUTE format('{verb} DELETE ON {table} {way} %I', role);
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0002_leave_rosters_terms")]
    operations = [
        migrations.RunSQL(
            [_EACH.format(table=table, verb="REVOKE", way="FROM") for table in _TABLES],
            [_EACH.format(table=table, verb="GRANT", way="TO") for table in _TABLES],
        )
    ]
