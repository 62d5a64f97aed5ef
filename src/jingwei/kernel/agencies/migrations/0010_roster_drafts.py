"""A roster is changed by a draft that a second person publishes."""

import django.db.models.deletion
from django.db import migrations, models

from jingwei.kernel.writes.privileges import never_deleted, told_in_entries


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0009_invitations"),
    ]

    operations = [
        migrations.CreateModel(
            name="RosterDraft",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=0)),
                ("chain", models.BinaryField(default=b"", max_length=32)),
                ("salt", models.BinaryField(max_length=16)),
                ("state", models.CharField(db_collation="C", max_length=10)),
                ("hands", models.JSONField()),
                ("begun_at", models.DateTimeField()),
                ("asked_by", models.CharField(db_collation="C", default="", max_length=80)),
                ("asked_at", models.DateTimeField(null=True)),
                ("returned_by", models.CharField(db_collation="C", default="", max_length=80)),
                ("returned_because", models.TextField(default="")),
                ("ended_by", models.CharField(db_collation="C", default="", max_length=80)),
                ("ended_at", models.DateTimeField(null=True)),
                ("roster", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="agencies.roster")),
                (
                    "undoes",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="agencies.rosterdraft"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="rosterdraft",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open"), ("state", "asked"), _connector="OR"),
                fields=("roster",),
                name="agencies_one_draft_a_roster",
            ),
        ),
        migrations.CreateModel(
            name="RosterChange",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("written_by", models.CharField(db_collation="C", max_length=80)),
                ("written_at", models.DateTimeField()),
                ("left_out_at", models.DateTimeField(null=True)),
                (
                    "becomes",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafted_as",
                        to="agencies.shift",
                    ),
                ),
                ("draft", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="agencies.rosterdraft")),
                (
                    "goes",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafted_away",
                        to="agencies.shift",
                    ),
                ),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="agencies.person")),
                ("post", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="agencies.post")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        never_deleted("agencies_rosterdraft", "agencies_rosterchange"),
        told_in_entries("agencies_rosterdraft"),
        told_in_entries("agencies_rosterchange"),
    ]
