"""The running role may not delete rows of guarded tables: no command does, so nobody else shall either."""

from django.db import migrations

from jingwei.kernel.writes.privileges import never_deleted

_TABLES = (
    "places_area places_boundary rulebook_value agencies_person agencies_unit agencies_post agencies_holding "
    "agencies_apikey clocks_clock matters_matter matters_detail matters_party matters_step matters_link "
    "matters_externalnumber"
).split()


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0001_initial"),
        ("places", "0001_initial"),
        ("rulebook", "0001_initial"),
        ("agencies", "0001_initial"),
        ("clocks", "0001_initial"),
    ]
    operations = [never_deleted(*_TABLES)]
