"""The running role may not delete the proofs either: what was given out stays on record."""

from django.db import migrations

_EACH = """
DO $$
DECLARE role text;
BEGIN
  FOR role IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
      WHERE table_schema = current_schema() AND table_name = 'subjects_proof' AND grantee <> current_user LOOP
    EXECUTE format('{verb} DELETE ON subjects_proof {way} %I', role);
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("subjects", "0001_initial")]
    operations = [
        migrations.RunSQL(_EACH.format(verb="REVOKE", way="FROM"), _EACH.format(verb="GRANT", way="TO")),
    ]
