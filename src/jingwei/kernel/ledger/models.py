"""The table of entries. Insert and select only: triggers and privileges refuse the rest (trust.md c.11)."""

from django.db import models

from jingwei.kernel.writes.models import GuardedQuerySet


class Entry(models.Model):
    """One thing that happened, as canonical bytes. Columns beside `body` repeat it, to find it; `verify` compares."""

    id = models.UUIDField(primary_key=True)
    stream = models.UUIDField()
    seq = models.PositiveIntegerField()  # 1 for the first entry of a stream
    kind = models.CharField(max_length=60, db_collation="C")
    recorded_at = models.DateTimeField()
    hash = models.BinaryField(max_length=32)  # SHA-256 of body
    body = models.BinaryField()

    objects = GuardedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="ledger_one_entry_a_place")]
