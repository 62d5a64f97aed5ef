"""Rows of these tables are written with an entry, or not at all: the database asks at each commit."""

from django.db import migrations

from jingwei.kernel.writes.privileges import told_in_entries


class Migration(migrations.Migration):
    dependencies = [("matters", "0016_search_in_sight"), ("ledger", "0007_owed")]

    operations = [
        told_in_entries("matters_urging"),
        told_in_entries("matters_matter", "assisting", "kept_until"),
        told_in_entries("matters_detail", "area_lft", "indexed", "initials", "words"),
        told_in_entries("matters_party", "known_by"),
        told_in_entries("matters_step", "seq"),
        told_in_entries("matters_link"),
        told_in_entries("matters_task", "seq"),
        told_in_entries("matters_legalhold"),
        told_in_entries("matters_externalnumber"),
        told_in_entries("matters_handover"),
    ]
