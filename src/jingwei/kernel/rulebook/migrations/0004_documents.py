import django.db.models.deletion
from django.db import migrations, models

from jingwei.kernel.writes.privileges import never_deleted, told_in_entries


class Migration(migrations.Migration):
    dependencies = [
        ("rulebook", "0003_drafts"),
        ("ledger", "0007_owed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("sha256", models.CharField(db_collation="C", db_index=True, max_length=64)),
                ("content", models.BinaryField()),
                ("draft", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="rulebook.draft")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        never_deleted("rulebook_document"),
        told_in_entries("rulebook_document"),
    ]
