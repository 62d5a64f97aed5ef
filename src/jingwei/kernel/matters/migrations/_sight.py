"""What hangs on a matter is shown and changed by the database where the matter itself is in sight, for migrations."""

from django.db import migrations

SIGHT = """(SELECT current_setting('jw.areas', true) = '{[0,2147483647]}')
OR head.area_lft::bigint <@ (SELECT NULLIF(current_setting('jw.areas', true), '')::int8multirange)
OR head.unit_id = ANY ((SELECT NULLIF(current_setting('jw.units', true), '')::uuid[])::uuid[])
   AND head.area_lft::bigint <@ (SELECT NULLIF(current_setting('jw.unit_areas', true), '')::int8multirange)
OR head.assisting && (SELECT NULLIF(current_setting('jw.assisting', true), '')::uuid[])
OR head.id = ANY ((SELECT NULLIF(current_setting('jw.granted', true), '')::uuid[])::uuid[])"""
"""That a head is in sight of the transaction's actor, in the words of the heads' own policy (matters/0015)."""

_EVERYTHING = "(SELECT current_setting('jw.areas', true) = '{[0,2147483647]}')"
_WRITING = "(SELECT current_setting('jw.writing', true) = 'on')"
_BY_HEADS = "(SELECT current_setting('jw.by_heads', true) = 'on')"
_DECLARED = "(SELECT matters_declared())"
_SEEN = "EXISTS (SELECT FROM matters_matter head WHERE head.id = matter_id)"
_REACHED = f"EXISTS (SELECT FROM matters_matter head WHERE head.id = matter_id AND ({SIGHT}))"

_OFF = """
DROP POLICY seen_with_matter ON {table};
DROP POLICY added ON {table};
DROP POLICY changed_with_matter ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


def in_sight_with_its_matter(
    table: str, *, own: str = "", by_function: bool = False, owner_too: bool = True
) -> migrations.RunSQL:
    """The operation after which the rows of a table, whose column `matter_id` names a matter, are in sight with it.

    To be named in the migration that makes the table, with a dependency on matters/0019; its model says `row_security`.
    `own` is a condition that the row itself can answer, asked before the head is. `by_function` hides from the planner
    what asking costs: for a table that is read set-wise by those alone who pass before it. Only what the search reads
    with its owner's rights does not bind the owner.
    """
    seen, reached = ("matter_in_sight(matter_id)",) * 2 if by_function else (_SEEN, _REACHED)
    passing = f"{_EVERYTHING} OR {own}" if own else _EVERYTHING
    on = f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen_with_matter ON {table} FOR SELECT
USING ({_DECLARED} AND ({passing} OR {_WRITING} OR {_BY_HEADS} OR {seen}));
CREATE POLICY added ON {table} FOR INSERT WITH CHECK ({_WRITING});
CREATE POLICY changed_with_matter ON {table} FOR UPDATE
USING ({_DECLARED} AND ({passing} OR {reached})) WITH CHECK ({_WRITING});
"""
    forced = f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;" if owner_too else ""
    return migrations.RunSQL(on + forced, _OFF.format(table=table))
