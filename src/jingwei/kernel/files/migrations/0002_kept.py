"""Looks are insert and select only; no attachment is deleted: for the running role, and looks for everybody."""

from django.db import migrations

_REFUSE = """
CREATE FUNCTION files_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'looks are append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER files_no_change BEFORE UPDATE OR DELETE ON files_look FOR EACH ROW EXECUTE FUNCTION files_refuse();
CREATE TRIGGER files_no_truncate BEFORE TRUNCATE ON files_look FOR EACH STATEMENT EXECUTE FUNCTION files_refuse();
DO $$
DECLARE role text;
BEGIN
  FOR role IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
      WHERE table_schema = current_schema() AND table_name = 'files_look' AND grantee <> current_user LOOP
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON files_look FROM %I', role);
    EXECUTE format('REVOKE DELETE, TRUNCATE ON files_attachment FROM %I', role);
  END LOOP;
END $$;
"""
_ALLOW = """
DROP TRIGGER files_no_change ON files_look;
DROP TRIGGER files_no_truncate ON files_look;
DROP FUNCTION files_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]
    operations = [migrations.RunSQL(_REFUSE, _ALLOW)]
