"""What was uploaded and waits, what is attached to a stream, and who looked at an original.

Every file has a key of its own from its first byte on: in the key database, by the id that the upload, and after it the
attachment, carries. That key opens the row's sealed part, and there lies what opens the contents (`opening.py`).
"""

import uuid
from dataclasses import dataclass

from django.db import models

from jingwei.kernel.sealing import SealedModel
from jingwei.kernel.values.errors import OutOfOrder
from jingwei.kernel.writes.models import GuardedQuerySet


@dataclass(frozen=True, slots=True)
class Opener:
    """What opens a file's contents, and under which key of the key database it lies sealed."""

    key: bytes
    sha256: str  # of the original, in hexadecimal
    under: tuple[uuid.UUID, bytes]

    @property
    def members(self) -> dict[str, str]:
        """As they are sealed."""
        return {"key": self.key.hex(), "sha256": self.sha256}


class Upload(models.Model):
    """A file received and not yet attached. It belongs to whoever sent it and expires. Plumbing: not in the ledger."""

    held: Opener | None = None
    """Only in memory, once the upload was opened (`opening.py`)."""

    id = models.UUIDField(primary_key=True)
    owner = models.CharField(max_length=80, db_collation="C")  # reference of the actor
    kind = models.CharField(max_length=10, db_collation="C")
    size = models.PositiveIntegerField()  # bytes of the original
    key = models.UUIDField()  # in the key database
    sealed = models.BinaryField()  # what opens the contents
    attached = models.BooleanField(default=False)  # the key is an attachment's by now
    original = models.BinaryField(max_length=32)  # SHA-256 of the content as it lies on the disk, which is sealed
    copy = models.BinaryField(max_length=32, null=True)  # likewise of the clean copy; null for what is no picture
    thumb = models.BinaryField(max_length=32, null=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)  # as claimed
    expires_at = models.DateTimeField(db_index=True)

    @property
    def opener(self) -> Opener:
        """What opens it. Raises OutOfOrder where it was not opened."""
        if self.held is None:
            raise OutOfOrder("an upload is opened before its contents are")
        return self.held


class Attachment(SealedModel):
    """A file of a stream: what it is, by which act and under which rule it came. Its id is that of its upload."""

    parted = ("content",)
    stream_column = "stream_id"

    id = models.UUIDField(primary_key=True)
    stream_id = models.UUIDField(db_index=True)  # matters lie above files, so no foreign key
    act = models.UUIDField()  # the step it belongs to; the stream itself for what came with the report
    rule = models.CharField(max_length=30, db_collation="C")
    kind = models.CharField(max_length=10, db_collation="C")
    size = models.PositiveIntegerField()
    content = models.JSONField(default=dict)  # what opens the contents; empty, as all of it is sealed
    original = models.BinaryField(max_length=32, null=True)  # as in the upload; null where the original is not kept
    kept = models.BooleanField()  # whether the original is kept, for few to open
    copy = models.BinaryField(max_length=32, null=True)
    thumb = models.BinaryField(max_length=32, null=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=80, db_collation="C")

    def let_go(self) -> tuple[str, ...]:
        """Refers to none of its contents any more, which the sweep then removes; gives the names to be saved."""
        self.kept, self.original, self.copy, self.thumb = False, None, None, None
        return "kept", "original", "copy", "thumb"

    class Meta(SealedModel.Meta):
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
