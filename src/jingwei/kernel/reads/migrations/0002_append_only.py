"""Lines of the read log are insert and select only, by triggers for everybody and by privileges for the running role;
of the batches nothing is deleted."""

from django.db import migrations

_REFUSE = """
CREATE FUNCTION reads_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the read log is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER reads_no_change BEFORE UPDATE OR DELETE ON reads_read FOR EACH ROW EXECUTE FUNCTION reads_refuse();
CREATE TRIGGER reads_no_truncate BEFORE TRUNCATE ON reads_read FOR EACH STATEMENT EXECUTE FUNCTION reads_refuse();
DO $$
DECLARE role text;
BEGIN
  FOR role IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
      WHERE table_schema = current_schema() AND table_name = 'reads_read' AND grantee <> current_user LOOP
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON reads_read FROM %I', role);
    EXECUTE format('REVOKE DELETE, TRUNCATE ON reads_batch, reads_readlog FROM %I', role);
  END LOOP;
END $$;
"""
_ALLOW = """
DROP TRIGGER reads_no_change ON reads_read;
DROP TRIGGER reads_no_truncate ON reads_read;
DROP FUNCTION reads_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("reads", "0001_initial")]
    operations = [migrations.RunSQL(_REFUSE, _ALLOW)]
