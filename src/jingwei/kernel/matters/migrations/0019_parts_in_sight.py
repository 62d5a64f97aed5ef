"""What hangs on a matter is shown and changed where the matter is in sight, and found out of sight by the search alone.

These rows are reached by the id of a matter, a few at a time; so the policy looks at the head of each. Whoever reads
everything, or writes (`jw.writing`), passes before it. So does a reader who joins very many rows to heads that are in
sight (`jw.by_heads`: figures); steps, of which these are very many, ask for the head in a function that the planner
takes for cheap, so that it plans their join as it did. A detail says by its own number where it lies, as lists read
many of them.

In one transaction the head is changed last (`commands.store`): what hangs on it is still in sight while it is written.

`search_matters` is the one function that has its owner's rights, with a search path of its own. The owner of the details
is not bound by their policy, as only so an index answers for words; nor by that of the tasks, which name the matters
that a unit assists on. The range is checked inside, against what the caller reads, and wherever it is not wholly the
caller's the heads are asked, whose policy binds the owner as well. It looks at as many of the newest as the hits that
are asked for may need.
"""

from importlib import import_module

from django.db import migrations

from jingwei.kernel.matters.migrations._sight import SIGHT, in_sight_with_its_matter

_FUNCTION = f"""
CREATE FUNCTION matter_in_sight(matter uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 10 AS $$
BEGIN
  RETURN EXISTS (SELECT FROM matters_matter head WHERE head.id = matter AND ({SIGHT}));
END $$;
"""  # noqa: S608  # a constant

_BEFORE = import_module("jingwei.kernel.matters.migrations.0018_search_rarest")
_AGAIN = _BEFORE._SEARCH.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
_SEARCH = _AGAIN.replace("LIMIT 2000", "LIMIT 40::bigint * most")
_AS_OWNER = f"""{_SEARCH}
DO $$
BEGIN
  EXECUTE format(
    'ALTER FUNCTION {_BEFORE._SIGNATURE} SECURITY DEFINER SET search_path = %I, pg_temp', current_schema());
END $$;
"""

_HERE = "area_lft::bigint <@ (SELECT NULLIF(current_setting('jw.areas', true), '')::int8multirange)"


class Migration(migrations.Migration):
    dependencies = [("matters", "0018_search_rarest")]

    operations = [
        migrations.RunSQL(_FUNCTION, "DROP FUNCTION matter_in_sight(uuid)"),
        in_sight_with_its_matter("matters_detail", own=_HERE, owner_too=False),
        in_sight_with_its_matter("matters_task", owner_too=False),
        in_sight_with_its_matter("matters_party"),
        in_sight_with_its_matter("matters_step", by_function=True),
        in_sight_with_its_matter("matters_urging"),
        in_sight_with_its_matter("matters_legalhold"),
        migrations.RunSQL(_AS_OWNER, _AGAIN),
    ]
