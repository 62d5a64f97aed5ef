"""Clocks get a ladder of marks; those that waited for their due moment keep it as their first mark."""

from django.db import migrations, models

_STANDARD = "UPDATE clocks_clock SET ladder = '[[100, 1], [120, 2], [150, 3]]' WHERE status IN ('running', 'paused')"


class Migration(migrations.Migration):
    dependencies = [("clocks", "0001_initial")]

    operations = [
        migrations.AddField(model_name="clock", name="ladder", field=models.JSONField(default=list)),
        migrations.AddField(model_name="clock", name="rang_at", field=models.DateTimeField(null=True)),
        migrations.RunSQL(_STANDARD, migrations.RunSQL.noop),
    ]
