"""A search that looks inside a range of areas alone, in one named function; with what it needs on the row it looks in.

Row-level security of the heads lets no index answer what is asked of them by an operator that might tell of hidden rows,
and a join of ten thousand hits with their heads takes longer than a reader waits. So the detail repeats its head's
number in the tree of areas (written with the words, `matters.search: indexed`), and the search stops at the newest hits.

The function has its caller's rights. It gives ids of matters that the caller sees, whatever range is asked for: where
the range is not wholly the caller's, and for matters that the caller's units assist on, it asks the heads. It is planned
anew for the words of each question, as some are rare and some are everywhere.
"""

from django.db import migrations, models

_FILL = """
SELECT set_config('jw.areas', '{[0,2147483647]}', true);
UPDATE matters_detail SET area_lft = head.area_lft FROM matters_matter head WHERE head.id = matter_id;
SELECT set_config('jw.areas', '', true);
SET CONSTRAINTS ALL IMMEDIATE;
"""

_HIT = """(detail.words @@ asked OR letters <> '' AND detail.initials LIKE '%' || letters || '%')
AND detail.matter_id < before"""

_SEARCH = f"""
CREATE FUNCTION search_matters(asked tsquery, letters text, lo integer, hi integer, before uuid, most integer)
RETURNS SETOF uuid LANGUAGE plpgsql STABLE ROWS 50 SET plan_cache_mode = force_custom_plan AS $$
DECLARE helping uuid[] := COALESCE(NULLIF(current_setting('jw.assisting', true), '')::uuid[], '{{}}');
BEGIN
  IF lo > hi THEN
    RETURN;
  ELSIF int8range(lo, hi, '[]') <@ NULLIF(current_setting('jw.areas', true), '')::int8multirange THEN
    RETURN QUERY SELECT id FROM (
      (SELECT detail.matter_id AS id FROM matters_detail detail
       WHERE {_HIT} AND detail.area_lft BETWEEN lo AND hi ORDER BY detail.matter_id DESC LIMIT most)
      UNION
      (SELECT detail.matter_id FROM matters_detail detail JOIN matters_matter head ON head.id = detail.matter_id
       WHERE {_HIT} AND head.id IN (SELECT matter_id FROM matters_task WHERE unit_id = ANY (helping))
       ORDER BY detail.matter_id DESC LIMIT most)
    ) found ORDER BY id DESC LIMIT most;
  ELSE
    RETURN QUERY SELECT detail.matter_id
    FROM matters_detail detail JOIN matters_matter head ON head.id = detail.matter_id
    WHERE {_HIT} AND (detail.area_lft BETWEEN lo AND hi OR head.assisting && helping)
    ORDER BY detail.matter_id DESC LIMIT most;
  END IF;
END $$;
"""  # noqa: S608  # every part of it is a constant
_SIGNATURE = "search_matters(tsquery, text, integer, integer, uuid, integer)"


class Migration(migrations.Migration):
    dependencies = [("matters", "0015_row_security")]

    operations = [
        migrations.AddField("detail", "area_lft", models.IntegerField(default=0)),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AddIndex("detail", models.Index(fields=["area_lft"], name="matters_detail_area")),
        migrations.AddIndex("task", models.Index(fields=["unit"], name="matters_tasks_all")),
        migrations.RunSQL(_SEARCH, f"DROP FUNCTION {_SIGNATURE}"),
    ]
