"""Rows of these tables are written with an entry, or not at all: the database asks at each commit."""

from django.db import migrations

from jingwei.kernel.writes.privileges import told_in_entries


class Migration(migrations.Migration):
    dependencies = [("clocks", "0003_one_index_of_the_stream"), ("ledger", "0007_owed")]

    operations = [
        told_in_entries("clocks_clock", "fires_at", "ladder", "rang_at"),
    ]
