"""Urging and supervision of matters; the running role deletes none of their rows."""

import django.db.models.deletion
from django.db import migrations, models

from jingwei.kernel.writes.privileges import never_deleted


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
        never_deleted("matters_urging"),
    ]
