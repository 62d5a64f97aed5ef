"""The index of a clock's stream goes: that of stream and key, which is unique, begins with it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clocks", "0002_ladder")]

    operations = [migrations.AlterField("clock", "stream_id", models.UUIDField())]
