from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0021_open_in_area"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="detail",
            index=models.Index(
                condition=models.Q(("lon_e7__isnull", False)),
                fields=["lon_e7", "lat_e7"],
                name="matters_detail_point",
            ),
        ),
    ]
