from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0023_opened"),
    ]

    operations = [
        migrations.AddIndex(model_name="matter", index=models.Index(fields=["due_at"], name="matters_due")),
    ]
