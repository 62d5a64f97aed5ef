"""Tasks of other units, links that can be taken back, and the units that read a matter because of a task."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from jingwei.kernel.writes.privileges import never_deleted


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
        ("matters", "0006_hand_over"),
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("seq", models.PositiveIntegerField()),
                ("role", models.CharField(db_collation="C", max_length=12)),
                ("state", models.CharField(db_collation="C", max_length=10)),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("clock", models.CharField(db_collation="C", max_length=30)),
                ("content", models.JSONField()),
                ("result", models.JSONField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.RemoveConstraint(
            model_name="link",
            name="matters_linked_once",
        ),
        migrations.AddField(
            model_name="link",
            name="ended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="matter",
            name="assisting",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("assisting__isnull", False)), fields=["assisting"], name="matters_assisting"
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("matter", "other", "kind"),
                name="matters_linked_once",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="matter",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="matters.matter"),
        ),
        migrations.AddField(
            model_name="task",
            name="post",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="agencies.post"
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="unit",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="agencies.unit"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["unit", "asked_at"],
                name="matters_tasks_of_unit",
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="seq",
            field=models.PositiveIntegerField(default=0),
        ),
        never_deleted("matters_task"),
    ]
