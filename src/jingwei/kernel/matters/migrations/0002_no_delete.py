"""The running role may not delete rows of guarded tables: no command does, so nobody else shall either."""

from django.db import migrations

_TABLES = (
    "places_area places_boundary rulebook_value agencies_person agencies_unit agencies_post agencies_holding "
    "agencies_apikey clocks_clock matters_matter matters_detail matters_party matters_step matters_link "
    "matters_externalnumber"
).split()

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
    dependencies = [
        ("matters", "0001_initial"),
        ("places", "0001_initial"),
        ("rulebook", "0001_initial"),
        ("agencies", "0001_initial"),
        ("clocks", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(
            [_EACH.format(table=table, verb="REVOKE", way="FROM") for table in _TABLES],
            [_EACH.format(table=table, verb="GRANT", way="TO") for table in _TABLES],
        )
    ]
