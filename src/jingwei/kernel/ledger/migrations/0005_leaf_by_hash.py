"""Where a hash stands in a log is asked by monitors."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_log_opening")]

    operations = [
        migrations.AddIndex(
            model_name="leaf",
            index=django.contrib.postgres.indexes.HashIndex(fields=["hash"], name="ledger_leaf_by_hash"),
        ),
    ]
