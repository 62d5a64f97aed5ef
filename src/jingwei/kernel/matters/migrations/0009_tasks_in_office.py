"""No open task is ever with a unit or post that has ended."""

from django.db import migrations

_OFFICE = """
CREATE FUNCTION matters_task_in_office() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM agencies_post WHERE id = NEW.post_id AND active FOR SHARE;
  IF NEW.post_id IS NOT NULL AND NOT FOUND THEN
    RAISE EXCEPTION 'post has ended' USING ERRCODE = 'check_violation', CONSTRAINT = 'matters_task_in_office';
  END IF;
  PERFORM 1 FROM agencies_unit WHERE id = NEW.unit_id AND ended_at IS NULL FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'unit has ended' USING ERRCODE = 'check_violation', CONSTRAINT = 'matters_task_in_office';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER matters_task_arrives BEFORE INSERT OR UPDATE OF unit_id, post_id ON matters_task FOR EACH ROW
WHEN (NEW.ended_at IS NULL) EXECUTE FUNCTION matters_task_in_office();
"""
"""FOR SHARE waits for whoever is ending the post or unit (it holds the row), and then sees that it has ended."""

_LOOSE = """
DROP TRIGGER matters_task_arrives ON matters_task;
DROP FUNCTION matters_task_in_office();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_no_delete"),
        ("matters", "0008_located"),
    ]

    operations = [migrations.RunSQL(_OFFICE, _LOOSE)]
