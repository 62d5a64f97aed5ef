"""The running role may not delete the proofs either: what was given out stays on record."""

from django.db import migrations

from jingwei.kernel.writes.privileges import never_deleted


class Migration(migrations.Migration):
    dependencies = [("subjects", "0001_initial")]
    operations = [
        never_deleted("subjects_proof"),
    ]
