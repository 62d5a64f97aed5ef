from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0022_points"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="matter", name="matters_open_by_due"),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["due_at", "id", "category"],
                name="matters_open_by_due",
            ),
        ),
        migrations.AddIndex(model_name="matter", index=models.Index(fields=["opened_at"], name="matters_opened")),
    ]
