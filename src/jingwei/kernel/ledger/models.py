"""The table of entries, and those of the tree over them. Insert and select only: triggers and privileges refuse the
rest, but for what waits and for the log's own state (trust.md c.11)."""

from django.contrib.postgres.indexes import HashIndex
from django.db import models

from jingwei.kernel.writes.models import GuardedQuerySet
from jingwei.kernel.writes.rows import PlainRow


class Entry(PlainRow):
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


class Pending(models.Model):
    """An entry that is not in the tree yet. A trigger writes it with the entry, the sequencer takes it away."""

    pid = models.BigAutoField(primary_key=True)
    entry = models.UUIDField(unique=True)

    objects = GuardedQuerySet.as_manager()


class Log(models.Model):
    """One log: its name, its key, and its tree as far as it must be known to grow. A city has one; after a restore
    that lost entries another one follows it, whose first leaf is the entry `opening`."""

    epoch = models.PositiveIntegerField(primary_key=True)  # 1 for the first
    origin = models.CharField(max_length=200)
    public_key = models.BinaryField(max_length=32)
    receipt_key = models.BinaryField(max_length=32, null=True)  # signs receipts; none before the first round
    size = models.PositiveBigIntegerField(default=0)
    edge = models.BinaryField(default=b"")  # the roots of the tree's full parts, largest first
    trouble = models.CharField(max_length=10, default="")  # why nothing is sequenced: `checkpoints.TROUBLES`
    opening = models.UUIDField(null=True)  # none for the first

    objects = GuardedQuerySet.as_manager()


class Leaf(models.Model):
    """The place of an entry in a log's tree."""

    pk = models.CompositePrimaryKey("epoch", "idx")
    epoch = models.PositiveIntegerField()
    idx = models.PositiveBigIntegerField()  # from 0, without a gap
    entry = models.UUIDField(unique=True)
    hash = models.BinaryField(max_length=32)

    objects = GuardedQuerySet.as_manager()

    class Meta:
        indexes = [HashIndex(fields=["hash"], name="ledger_leaf_by_hash")]  # monitors ask where a hash stands


class FullNode(models.Model):
    """The hash over 2^height leaves from number * 2^height on; kept at every eighth height."""

    pk = models.CompositePrimaryKey("epoch", "height", "number")
    epoch = models.PositiveIntegerField()
    height = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)

    objects = GuardedQuerySet.as_manager()


class SignedCheckpoint(models.Model):
    """A signed statement of a log's size and root, as it was handed out."""

    pk = models.CompositePrimaryKey("epoch", "size")
    epoch = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField()
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    note = models.TextField()

    objects = GuardedQuerySet.as_manager()
