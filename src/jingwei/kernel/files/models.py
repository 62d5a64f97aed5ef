"""What was uploaded and waits, what is attached to a stream, and who looked at an original."""

from django.db import models

from jingwei.kernel.writes import GuardedModel
from jingwei.kernel.writes.models import GuardedQuerySet


class Upload(models.Model):
    """A file received and not yet attached. It belongs to whoever sent it and expires. Plumbing: not in the ledger."""

    id = models.UUIDField(primary_key=True)
    owner = models.CharField(max_length=80, db_collation="C")  # reference of the actor
    kind = models.CharField(max_length=10, db_collation="C")
    size = models.PositiveIntegerField()  # bytes of the original
    original = models.BinaryField(max_length=32)  # SHA-256
    copy = models.BinaryField(max_length=32, null=True)  # SHA-256 of the clean copy; null for what is no picture
    thumb = models.BinaryField(max_length=32, null=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)  # as claimed
    expires_at = models.DateTimeField(db_index=True)


class Attachment(GuardedModel):
    """A file of a stream: what it is, by which act and under which rule it came. Its id is that of its upload."""

    stream_column = "stream_id"

    id = models.UUIDField(primary_key=True)
    stream_id = models.UUIDField(db_index=True)  # matters lie above files, so no foreign key
    act = models.UUIDField()  # the step it belongs to; the stream itself for what came with the report
    rule = models.CharField(max_length=30, db_collation="C")
    kind = models.CharField(max_length=10, db_collation="C")
    size = models.PositiveIntegerField()
    original = models.BinaryField(max_length=32)  # SHA-256, also where the original itself is not kept
    kept = models.BooleanField()  # whether the original is kept, sealed
    copy = models.BinaryField(max_length=32, null=True)
    thumb = models.BinaryField(max_length=32, null=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=80, db_collation="C")

    class Meta(GuardedModel.Meta):
        indexes = [models.Index(fields=[name], name=f"files_by_{name}") for name in ("original", "copy", "thumb")]

    @property
    def gone(self) -> bool:
        """Whether neither original nor copy is kept any more: it was erased."""
        return not self.kept and self.copy is None


class Look(models.Model):
    """That somebody opened an original: who, in which post, when and why. Insert and select only."""

    id = models.UUIDField(primary_key=True)
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, db_index=False)
    stream_id = models.UUIDField(db_index=True)
    actor = models.CharField(max_length=80, db_collation="C")
    post = models.UUIDField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=300)

    objects = GuardedQuerySet.as_manager()
