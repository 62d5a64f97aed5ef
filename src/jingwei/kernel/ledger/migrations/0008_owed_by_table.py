"""What a transaction of the running role owes is told table by table: an entry settles the tables whose rows it names.

`jw.owed` holds the transaction and the names of the tables it has written and no entry has told of yet. The entries come
after the rows, so the trigger that lets an entry wait strikes off what it names; at the commit nothing may be left.
"""

from django.db import migrations

_BY_TABLE = """
CREATE OR REPLACE FUNCTION ledger_owe() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ours text := pg_current_xact_id()::text;
  owed text := current_setting('jw.owed', true);
BEGIN
  IF split_part(owed, ' ', 1) IS DISTINCT FROM ours THEN
    PERFORM set_config('jw.owed', ours || ' ' || TG_TABLE_NAME, true);
    INSERT INTO ledger_owed VALUES (pg_current_xact_id());
    DELETE FROM ledger_owed WHERE xid = pg_current_xact_id();
  ELSIF TG_TABLE_NAME <> ALL (string_to_array(owed, ' ')) THEN
    PERFORM set_config('jw.owed', owed || ' ' || TG_TABLE_NAME, true);
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION ledger_settle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  owed text := current_setting('jw.owed', true);
BEGIN
  IF owed IS DISTINCT FROM pg_current_xact_id()::text
      AND (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) <> current_user THEN
    RAISE EXCEPTION 'guarded rows were written and no entry tells of them: %', substr(owed, strpos(owed, ' ') + 1)
      USING ERRCODE = 'integrity_constraint_violation', HINT = 'write through a command: kernel/commands/work.py';
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION ledger_wait() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  owed text := current_setting('jw.owed', true);
BEGIN
  INSERT INTO ledger_pending (entry) SELECT id FROM added ORDER BY stream, seq;
  IF split_part(owed, ' ', 1) = pg_current_xact_id()::text THEN
    PERFORM set_config('jw.owed', string_agg(name, ' ' ORDER BY place), true)
    FROM unnest(string_to_array(owed, ' ')) WITH ORDINALITY AS one (name, place)
    WHERE place = 1 OR NOT EXISTS (
      SELECT FROM added WHERE position(convert_to('"' || name || ':', 'UTF8') IN body) > 0);
  END IF;
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_owed")]

    operations = [migrations.RunSQL(_BY_TABLE, migrations.RunSQL.noop)]  # 0007 takes them away
