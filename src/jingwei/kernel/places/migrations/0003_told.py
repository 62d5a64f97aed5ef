"""Rows of these tables are written with an entry, or not at all: the database asks at each commit."""

from django.db import migrations

from jingwei.kernel.writes.privileges import told_in_entries


class Migration(migrations.Migration):
    dependencies = [("places", "0002_redraw_and_names"), ("ledger", "0007_owed")]

    operations = [
        told_in_entries("places_area"),
        told_in_entries("places_boundary"),
        told_in_entries("places_succession"),
        told_in_entries("places_placename"),
        told_in_entries("places_cellcard"),
    ]
