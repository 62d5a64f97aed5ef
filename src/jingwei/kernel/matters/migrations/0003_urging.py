"""Urging and supervision of matters; the running role deletes none of their rows."""

import django.db.models.deletion
from django.db import migrations, models

_REVOKE = """
DO $$
DECLARE role text;
BEGIN
  FOR role IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
      WHERE table_schema = current_schema() AND table_name = 'matters_urging' AND grantee <> current_user LOOP
    EXECUTE format('REVOKE DELETE ON matters_urging FROM %I', role);
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0002_no_delete"),
    ]

    operations = [
        migrations.CreateModel(
            name="Urging",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("kind", models.CharField(max_length=10)),
                ("side", models.CharField(max_length=10)),
                ("actor", models.CharField(db_collation="C", max_length=80)),
                ("post", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("text", models.TextField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(db_collation="C", default="", max_length=80)),
                ("answer", models.TextField(default="")),
                ("public_answer", models.TextField(default="")),
                ("matter", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="matters.matter")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("matter", "number"), name="matters_urging_number")],
            },
        ),
        migrations.RunSQL(_REVOKE, migrations.RunSQL.noop),
    ]
