"""Every content is sealed from here on. What was uploaded and not yet attached lies in clear, and is sent again."""

import uuid

from django.db import migrations, models

from jingwei.kernel.writes.privileges import told_in_entries


class Migration(migrations.Migration):
    dependencies = [("files", "0003_told"), ("ledger", "0007_owed")]

    operations = [
        migrations.RunSQL("DELETE FROM files_upload", migrations.RunSQL.noop),
        migrations.AddField("upload", "key", models.UUIDField(default=uuid.UUID(int=0)), preserve_default=False),
        migrations.AddField("upload", "sealed", models.BinaryField(default=b""), preserve_default=False),
        migrations.AddField("upload", "attached", models.BooleanField(default=False)),
        migrations.AddField("attachment", "key", models.UUIDField(null=True)),
        migrations.AddField("attachment", "sealed", models.BinaryField(null=True)),
        migrations.AddField("attachment", "erased", models.JSONField(null=True)),
        migrations.AddField("attachment", "content", models.JSONField(default=dict)),
        migrations.AlterField("attachment", "original", models.BinaryField(max_length=32, null=True)),
        told_in_entries("files_attachment"),
    ]
