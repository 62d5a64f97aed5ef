"""The lines of the read log, and the batches that seal them."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from jingwei.kernel.writes import GuardedModel, StreamHead
from jingwei.kernel.writes.models import GuardedQuerySet


class Read(models.Model):
    """That a matter was shown to somebody. Insert and select only; about 120 bytes, so no foreign keys and no names."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()  # whole milliseconds
    reader = models.UUIDField()  # a person, or a partner's key
    post = models.UUIDField()  # in whose exercise
    matter = models.UUIDField(db_index=True)
    what = models.CharField(max_length=8, db_collation="C")
    purpose = models.CharField(max_length=30, db_collation="C")  # the grant in whose exercise it was read (see note.py)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        indexes = [BrinIndex(fields=["at"], name="reads_by_time")]


class ReadLog(StreamHead):
    """The one stream of the batches."""

    last = models.BigIntegerField(default=0)  # id of the last line that is in a batch


class Batch(GuardedModel):
    """The lines with first ≤ id ≤ last under one Merkle root, which stands in the entry of the stream as well."""

    stream_column = "log_id"

    id = models.UUIDField(primary_key=True)
    log = models.ForeignKey(ReadLog, on_delete=models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()  # of its entry in the stream
    first = models.BigIntegerField(unique=True)
    last = models.BigIntegerField(unique=True)
    size = models.PositiveIntegerField()  # lines
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta(GuardedModel.Meta):
        pass
