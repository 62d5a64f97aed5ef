"""A one-time link is an invitation that stands in the table and in the entries; links given before open nothing."""

import django.db.models.deletion
from django.db import migrations, models

from jingwei.kernel.writes.privileges import never_deleted, told_in_entries


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0008_resets"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("made_by", models.CharField(db_collation="C", max_length=80)),
                ("made_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="agencies.person")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None), ("used_at", None)),
                fields=("person",),
                name="agencies_one_invitation",
            ),
        ),
        never_deleted("agencies_invitation"),
        told_in_entries("agencies_invitation"),
    ]
