"""A transaction of the running role that writes a guarded row and records no entry is refused at its commit.

The first statement on such a table in a transaction leaves a mark, whose deferred trigger asks at the commit whether an
entry was recorded meanwhile; the mark itself is gone by then. So a transaction pays once, however many rows it writes.
The tables' owner is not asked: whoever may take the trigger away is not held by it. `kernel/writes/privileges.py:
told_in_entries` puts the trigger on a table.
"""

from django.db import migrations

_OWE = """
CREATE UNLOGGED TABLE ledger_owed (xid xid8 PRIMARY KEY);
CREATE FUNCTION ledger_owe() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('jw.owed', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
    PERFORM set_config('jw.owed', pg_current_xact_id()::text, true);
    INSERT INTO ledger_owed VALUES (pg_current_xact_id());
    DELETE FROM ledger_owed WHERE xid = pg_current_xact_id();
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION ledger_settle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('jw.recorded', true) IS DISTINCT FROM pg_current_xact_id()::text
      AND (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) <> current_user THEN
    RAISE EXCEPTION 'a guarded row was written and no entry tells of it'
      USING ERRCODE = 'integrity_constraint_violation', HINT = 'write through a command: kernel/commands/work.py';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_settle AFTER INSERT ON ledger_owed DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION ledger_settle();
CREATE OR REPLACE FUNCTION ledger_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ledger_pending (entry) SELECT id FROM added ORDER BY stream, seq;
  PERFORM set_config('jw.recorded', pg_current_xact_id()::text, true);
  RETURN NULL;
END $$;
"""

_DO_NOT = """
CREATE OR REPLACE FUNCTION ledger_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ledger_pending (entry) SELECT id FROM added ORDER BY stream, seq;
  RETURN NULL;
END $$;
DROP TABLE ledger_owed;
DROP FUNCTION ledger_settle();
DROP FUNCTION ledger_owe();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_receipt_key")]

    operations = [migrations.RunSQL(_OWE, _DO_NOT)]
