from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="KeptView",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("person", models.UUIDField()),
                ("name", models.CharField(max_length=40)),
                ("query", models.CharField(max_length=600)),
                ("columns", models.JSONField(default=list)),
                ("first", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["person", "name"], name="kit_view_named_once"),
                    models.UniqueConstraint(
                        condition=models.Q(first=True), fields=["person"], name="kit_one_view_comes_first"
                    ),
                ],
            },
        ),
    ]
