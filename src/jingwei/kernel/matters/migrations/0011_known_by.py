"""The keyed digest of telephones that were left, for whoever proves one; filled for what was left before."""

from typing import Any

from django.db import migrations, models

from jingwei.kernel.matters.telephones import known_by

_LEFT = "SELECT id, contact->>'phone' FROM matters_party WHERE contact->>'phone' IS NOT NULL"
_FILL = "UPDATE matters_party SET known_by = %s WHERE id = %s"


def fill(_: Any, schema_editor: Any) -> None:
    """Every number that was left so far."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_LEFT)
        cursor.executemany(_FILL, [(known_by(phone), key) for key, phone in cursor.fetchall()])


class Migration(migrations.Migration):
    dependencies = [("matters", "0010_gathered_words")]

    operations = [
        migrations.AddField(
            model_name="party",
            name="known_by",
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("known_by__isnull", False)), fields=["known_by"], name="matters_known_by"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
