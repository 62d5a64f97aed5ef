"""A search that asks the index for the rare words alone, and takes frequent ones from the newest matters of the range.

An index gives all matters of a word before the first of them is looked at. So a word that more than one matter in ten
holds is not asked of it where there is a rarer one; it is looked for on the rows that this one gives. Where even the
rarest is frequent, the newest matters of the range usually hold enough hits. How frequent a word is the database's own
statistics say; without them every word counts as rare, which is slower and finds the same.

The newest of a range are walked to in an index over both, so that nothing outside is looked at. It is taken for what it
costs in memory (`random_page_cost`), where the newest matters of a running city are.
"""

from importlib import import_module

from django.db import migrations, models

_BEFORE = import_module("jingwei.kernel.matters.migrations.0016_search_in_sight")

_SHARES = """
CREATE FUNCTION word_shares(asked text[]) RETURNS TABLE (word text, share real) LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY SELECT one, COALESCE(max(known.share), 0)
  FROM unnest(asked) one LEFT JOIN (
    SELECT element, common.share
    FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (element, share)
    WHERE schemaname = current_schema() AND tablename = 'matters_detail' AND attname = 'words'
  ) known ON one = '''' || element || ''''
  GROUP BY one;
END $$;
"""


def _hit(words: str) -> str:
    """The condition on a detail; `words` is the part of it that asks for the words."""
    return f"""({words} OR letters <> '' AND detail.initials LIKE '%' || letters || '%')
       AND (classes IS NULL OR EXISTS (
         SELECT FROM matters_matter head WHERE head.id = detail.matter_id AND head.category = ANY (classes)))"""  # noqa: S608  # constants


_SIGNATURE = "search_matters(text[], text, text[], integer, integer, uuid, integer)"
_NEWEST = _hit("detail.words @@ every")
# no operator: what is asked here must not be asked of the index
_RARE = _hit("detail.words @@ keys AND ts_match_vq(detail.words, every)")

_SEARCH = f"""
CREATE FUNCTION search_matters(
  asked text[], letters text, classes text[], lo integer, hi integer, before uuid, most integer)
RETURNS SETOF uuid LANGUAGE plpgsql STABLE ROWS 50
SET plan_cache_mode = force_custom_plan SET random_page_cost = 1.1 AS $$
DECLARE
  helping uuid[] := COALESCE(NULLIF(current_setting('jw.assisting', true), '')::uuid[], '{{}}');
  every tsquery := array_to_string(asked, ' & ');
  keys tsquery;
  rarest real;
  hits uuid[] := '{{}}';
BEGIN
  PERFORM matters_declared();
  IF lo > hi THEN
    RETURN;
  END IF;
  SELECT string_agg(word, ' & ') FILTER (WHERE share < 0.1), min(share) INTO keys, rarest FROM word_shares(asked);
  keys := COALESCE(keys, every);
  IF int8range(lo, hi, '[]') <@ NULLIF(current_setting('jw.areas', true), '')::int8multirange THEN
    IF rarest > 0.02 THEN
      hits := ARRAY(
        SELECT matter_id FROM (
          SELECT * FROM matters_detail WHERE matter_id < before AND area_lft BETWEEN lo AND hi
          ORDER BY matter_id DESC LIMIT 2000
        ) detail
        WHERE {_NEWEST} ORDER BY matter_id DESC LIMIT most);
    END IF;
    IF cardinality(hits) < most THEN
      hits := ARRAY(
        WITH found AS MATERIALIZED (
          SELECT matter_id FROM matters_detail detail
          WHERE {_RARE} AND matter_id < before AND area_lft BETWEEN lo AND hi
        )
        SELECT matter_id FROM found ORDER BY matter_id DESC LIMIT most);
    END IF;
    IF EXISTS (SELECT FROM matters_task WHERE unit_id = ANY (helping)) THEN
      hits := ARRAY(
        SELECT id FROM (
          SELECT unnest(hits) AS id
          UNION
          (SELECT detail.matter_id FROM matters_detail detail JOIN matters_matter head ON head.id = detail.matter_id
           WHERE {_RARE} AND detail.matter_id < before
           AND head.id IN (SELECT matter_id FROM matters_task WHERE unit_id = ANY (helping))
           ORDER BY detail.matter_id DESC LIMIT most)
        ) found ORDER BY id DESC LIMIT most);
    END IF;
    RETURN QUERY SELECT unnest(hits);
  ELSE
    RETURN QUERY SELECT detail.matter_id
    FROM matters_detail detail JOIN matters_matter head ON head.id = detail.matter_id
    WHERE {_RARE} AND detail.matter_id < before AND (detail.area_lft BETWEEN lo AND hi OR head.assisting && helping)
    ORDER BY detail.matter_id DESC LIMIT most;
  END IF;
END $$;
"""  # noqa: S608  # every part of it is a constant


class Migration(migrations.Migration):
    dependencies = [("matters", "0017_told")]

    operations = [
        migrations.AddIndex("detail", models.Index(fields=["matter", "area_lft"], name="matters_detail_newest")),
        migrations.RunSQL(
            f"DROP FUNCTION {_BEFORE._SIGNATURE}; {_SHARES}{_SEARCH}",
            f"DROP FUNCTION {_SIGNATURE}; DROP FUNCTION word_shares(text[]); {_BEFORE._SEARCH}",
        ),
    ]
