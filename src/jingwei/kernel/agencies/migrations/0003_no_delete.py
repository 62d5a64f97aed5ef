"""The running role may not delete rows of the new guarded tables either."""

from django.db import migrations

from jingwei.kernel.writes.privileges import never_deleted

_TABLES = "agencies_terms agencies_leave agencies_roster agencies_shift agencies_swap".split()


class Migration(migrations.Migration):
    dependencies = [("agencies", "0002_leave_rosters_terms")]
    operations = [never_deleted(*_TABLES)]
