"""Hand-overs between posts; and no open matter is ever with a post or unit that has ended."""

import django.db.models.deletion
from django.db import migrations, models

from jingwei.kernel.writes.privileges import never_deleted

_OFFICE = """
CREATE FUNCTION matters_in_office() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.holder_id IS NOT NULL THEN
    PERFORM 1 FROM agencies_post WHERE id = NEW.holder_id AND active FOR SHARE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'post has ended' USING ERRCODE = 'check_violation', CONSTRAINT = 'matters_post_in_office';
    END IF;
  END IF;
  IF NEW.unit_id IS NOT NULL THEN
    PERFORM 1 FROM agencies_unit WHERE id = NEW.unit_id AND ended_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'unit has ended' USING ERRCODE = 'check_violation', CONSTRAINT = 'matters_unit_in_office';
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER matters_arrives BEFORE INSERT ON matters_matter FOR EACH ROW
WHEN (NEW.closed_at IS NULL) EXECUTE FUNCTION matters_in_office();

CREATE TRIGGER matters_changes_hands BEFORE UPDATE ON matters_matter FOR EACH ROW
WHEN (NEW.closed_at IS NULL AND (OLD.closed_at IS NOT NULL OR OLD.holder_id IS DISTINCT FROM NEW.holder_id
  OR OLD.unit_id IS DISTINCT FROM NEW.unit_id))
EXECUTE FUNCTION matters_in_office();
"""
"""FOR SHARE waits for whoever is ending the post or unit (it holds the row), and then sees that it has ended."""

_LOOSE = """
DROP TRIGGER matters_changes_hands ON matters_matter;
DROP TRIGGER matters_arrives ON matters_matter;
DROP FUNCTION matters_in_office();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_no_delete"),
        ("matters", "0005_returned_numbers"),
    ]

    operations = [
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=0)),
                ("chain", models.BinaryField(default=b"", max_length=32)),
                ("salt", models.BinaryField(max_length=16)),
                ("kind", models.CharField(db_collation="C", max_length=12)),
                ("given_by", models.CharField(db_collation="C", max_length=80)),
                ("given_at", models.DateTimeField()),
                ("accepted_by", models.CharField(db_collation="C", default="", max_length=80)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("note", models.TextField(default="")),
                ("counts", models.JSONField()),
                ("matters", models.JSONField()),
                (
                    "from_post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handed_over", to="agencies.post"
                    ),
                ),
                (
                    "to_post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="taken_over", to="agencies.post"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        never_deleted("matters_handover"),
        migrations.RunSQL(_OFFICE, _LOOSE),
    ]
