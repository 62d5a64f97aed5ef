"""New words are gathered and enter their indexes together; the indexes stay as they stand, only their setting changes."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

_NAMES = ("matters_words", "matters_initials", "matters_stated")
_GATHER = [f"ALTER INDEX {name} SET (fastupdate = on, gin_pending_list_limit = 256)" for name in _NAMES]
_AT_ONCE = [
    f"ALTER INDEX {name} SET (fastupdate = off); ALTER INDEX {name} RESET (gin_pending_list_limit)" for name in _NAMES
]


def _gathered(name: str, field: str, *opclasses: str) -> GinIndex:
    return GinIndex(fields=[field], name=name, fastupdate=True, gin_pending_list_limit=256, opclasses=list(opclasses))


class Migration(migrations.Migration):
    dependencies = [("matters", "0009_tasks_in_office")]

    operations = [
        migrations.RunSQL(
            _GATHER,
            _AT_ONCE,
            state_operations=[
                migrations.RemoveIndex("detail", "matters_words"),
                migrations.RemoveIndex("detail", "matters_initials"),
                migrations.RemoveIndex("externalnumber", "matters_stated"),
                migrations.AddIndex("detail", _gathered("matters_words", "words")),
                migrations.AddIndex("detail", _gathered("matters_initials", "initials", "gin_trgm_ops")),
                migrations.AddIndex("externalnumber", _gathered("matters_stated", "number", "gin_trgm_ops")),
            ],
        )
    ]
