"""What was typed when a counter locked waits for whoever typed it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kit", "0002_kept_views"),
    ]

    operations = [
        migrations.CreateModel(
            name="HeldForm",
            fields=[
                ("account", models.UUIDField(primary_key=True, serialize=False)),
                ("path", models.CharField(max_length=600)),
                ("key", models.UUIDField()),
                ("sealed", models.BinaryField()),
                ("until", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
