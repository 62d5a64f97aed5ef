"""Rows of these tables are written with an entry, or not at all: the database asks at each commit."""

from django.db import migrations

from jingwei.kernel.writes.privileges import told_in_entries


class Migration(migrations.Migration):
    dependencies = [("agencies", "0003_no_delete"), ("ledger", "0007_owed")]

    operations = [
        told_in_entries("agencies_person"),
        told_in_entries("agencies_unit"),
        told_in_entries("agencies_post"),
        told_in_entries("agencies_terms"),
        told_in_entries("agencies_holding"),
        told_in_entries("agencies_leave"),
        told_in_entries("agencies_roster"),
        told_in_entries("agencies_shift"),
        told_in_entries("agencies_swap"),
        told_in_entries("agencies_apikey"),
    ]
