from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="Bucket",
            fields=[
                ("key", models.BinaryField(max_length=16, primary_key=True, serialize=False)),
                ("used", models.IntegerField()),
                ("until", models.DateTimeField(db_index=True)),
            ],
        ),
        # counters need no durability; after a crash everybody starts anew
        migrations.RunSQL("ALTER TABLE kit_bucket SET UNLOGGED", "ALTER TABLE kit_bucket SET LOGGED"),
    ]
