"""Rows of these tables are written with an entry, or not at all: the database asks at each commit."""

from django.db import migrations

from jingwei.kernel.writes.privileges import told_in_entries


class Migration(migrations.Migration):
    dependencies = [("subjects", "0004_wished"), ("ledger", "0007_owed")]

    operations = [
        told_in_entries("subjects_proof"),
        told_in_entries("subjects_erasure"),
    ]
