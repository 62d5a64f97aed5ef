"""The database itself shows of the matters no more than what the actor of the transaction reads (`kernel/commands/scope`).

A backstop behind the filters of `matters.policies`, never narrower than they are. Where no transaction said whose actor
it is, a statement fails at the first row it comes to: a forgotten scope is a fault that is heard, never a row that is
missing in silence. The settings are read once a
statement, in scalar subselects; there is no correlated subquery. Whoever reads the whole city passes at the first arm,
which also keeps the planner from guessing that few rows are meant. Ranges are of bigint, as the highest integer has no
next one.

A row is written only in the writing phase of a command (`jw.writing`), after the row it was had to be in sight: so a
matter may be given to where its giver reads nothing.
"""

from django.db import migrations

_DECLARED = """
CREATE FUNCTION matters_declared() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  IF COALESCE(current_setting('jw.areas', true), '') = '' THEN
    RAISE EXCEPTION 'matters are read and written only in a transaction that says whose actor it is'
      USING ERRCODE = 'insufficient_privilege', HINT = 'use reading(actor) or execute(actor, command, key)';
  END IF;
  RETURN true;
END $$;
"""

_SIGHT = """
(SELECT current_setting('jw.areas', true) = '{[0,2147483647]}')
OR area_lft::bigint <@ (SELECT NULLIF(current_setting('jw.areas', true), '')::int8multirange)
OR unit_id = ANY ((SELECT NULLIF(current_setting('jw.units', true), '')::uuid[])::uuid[])
   AND area_lft::bigint <@ (SELECT NULLIF(current_setting('jw.unit_areas', true), '')::int8multirange)
OR assisting && (SELECT NULLIF(current_setting('jw.assisting', true), '')::uuid[])
OR id = ANY ((SELECT NULLIF(current_setting('jw.granted', true), '')::uuid[])::uuid[])
"""
_ASKED = "(SELECT matters_declared())"
_WRITING = "(SELECT current_setting('jw.writing', true) = 'on')"

_ON = f"""{_DECLARED}
ALTER TABLE matters_matter ENABLE ROW LEVEL SECURITY;
ALTER TABLE matters_matter FORCE ROW LEVEL SECURITY;
CREATE POLICY matters_seen ON matters_matter FOR SELECT USING ({_ASKED} AND ({_SIGHT} OR {_WRITING}));
CREATE POLICY matters_opened ON matters_matter FOR INSERT WITH CHECK ({_WRITING});
CREATE POLICY matters_changed ON matters_matter FOR UPDATE USING ({_ASKED} AND ({_SIGHT})) WITH CHECK ({_WRITING});
"""

_OFF = """
DROP POLICY matters_seen ON matters_matter;
DROP POLICY matters_opened ON matters_matter;
DROP POLICY matters_changed ON matters_matter;
ALTER TABLE matters_matter NO FORCE ROW LEVEL SECURITY;
ALTER TABLE matters_matter DISABLE ROW LEVEL SECURITY;
DROP FUNCTION matters_declared();
"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0014_kept_and_held")]

    operations = [migrations.RunSQL(_ON, _OFF)]
