"""Rows of these tables are written with an entry, or not at all: the database asks at each commit."""

from django.db import migrations

from jingwei.kernel.writes.privileges import told_in_entries


class Migration(migrations.Migration):
    dependencies = [("reads", "0002_append_only"), ("ledger", "0007_owed")]

    operations = [
        told_in_entries("reads_readlog"),
        told_in_entries("reads_batch"),
    ]
