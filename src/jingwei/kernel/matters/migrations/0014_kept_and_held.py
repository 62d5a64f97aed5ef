"""Until when a closed matter is kept, also for those closed before; legal holds, of which the running role deletes none."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from jingwei.kernel.matters.types import type_of
from jingwei.kernel.writes.privileges import never_deleted

_KINDS = "SELECT DISTINCT type, type_version, state FROM matters_matter WHERE closed_at IS NOT NULL"
_KEPT = """
UPDATE matters_matter SET kept_until = (
  closed.at + make_interval(years => %(years)s)
  + CASE WHEN to_char(closed.at, 'MMDD') <> to_char(closed.at + make_interval(years => %(years)s), 'MMDD')
    THEN interval '1 day' ELSE interval '0' END) AT TIME ZONE 'UTC'
FROM (SELECT id, closed_at AT TIME ZONE 'UTC' AS at FROM matters_matter) closed
WHERE closed.id = matters_matter.id AND closed_at IS NOT NULL
AND type = %(type)s AND type_version = %(version)s AND state = %(state)s
"""
"""As `types.kept_until` counts: of a 29 February to 1 March."""


def keep(_: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """The term of every matter that is closed; of a type that is no longer installed it stays unknown."""
    with editor.connection.cursor() as cursor:
        cursor.execute(_KINDS)
        for key, version, state in cursor.fetchall():
            try:
                years = type_of(key, version).retention_of(state).years
            except LookupError:
                continue
            cursor.execute(_KEPT, {"years": years, "type": key, "version": version, "state": state})


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0013_erased"),
    ]

    operations = [
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("reason", models.TextField()),
                ("placed_by", models.CharField(db_collation="C", max_length=80)),
                ("placed_post", models.UUIDField()),
                ("placed_at", models.DateTimeField()),
                ("lifted_by", models.CharField(db_collation="C", default="", max_length=80)),
                ("lifted_post", models.UUIDField(null=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_because", models.TextField(default="")),
                ("matter", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="matters.matter")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        never_deleted("matters_legalhold"),
        migrations.AddField(
            model_name="matter",
            name="kept_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                condition=models.Q(("kept_until__isnull", False)),
                fields=["kept_until", "id"],
                name="matters_kept_until",
            ),
        ),
    ]
