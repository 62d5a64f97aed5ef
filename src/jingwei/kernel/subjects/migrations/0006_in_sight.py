"""An erasure is in sight with the matter it takes something from."""

from django.db import migrations

from jingwei.kernel.matters.migrations._sight import in_sight_with_its_matter


class Migration(migrations.Migration):
    dependencies = [("subjects", "0005_told"), ("matters", "0019_parts_in_sight")]

    operations = [in_sight_with_its_matter("subjects_erasure")]
