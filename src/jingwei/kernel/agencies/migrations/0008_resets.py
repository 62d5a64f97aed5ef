"""The reset of second factors is an act of two persons."""

import django.db.models.deletion
from django.db import migrations, models

from jingwei.kernel.writes.privileges import never_deleted, told_in_entries


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0007_sessions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reset",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("state", models.CharField(db_collation="C", max_length=8)),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="agencies.person")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        never_deleted("agencies_reset"),
        told_in_entries("agencies_reset"),
    ]
