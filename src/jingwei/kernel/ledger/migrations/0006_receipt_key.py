"""Each log says which key signs receipts in its time; the sequencer enters it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0005_leaf_by_hash"),
    ]

    operations = [
        migrations.AddField(
            model_name="log",
            name="receipt_key",
            field=models.BinaryField(max_length=32, null=True),
        ),
    ]
