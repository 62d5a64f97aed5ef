"""The streams that tell how a log came to follow another."""

from django.db import models

from jingwei.kernel.writes import StreamHead


class Epoch(StreamHead):
    """That a new log was opened; its one entry is the first leaf of that log."""

    number = models.PositiveIntegerField(unique=True)  # of the new log
    origin = models.CharField(max_length=200)
    before = models.CharField(max_length=200)  # the origin of the log that stood still
    held = models.BigIntegerField()  # entries of that log that were still there and signed for
    trouble = models.CharField(max_length=10, db_collation="C")  # why it stood still
    reason = models.CharField(max_length=500)  # as the two say it, for everybody to read
    by_hand = models.BooleanField()  # no account could be used; the two signed on paper
    signers = models.JSONField()  # two: ids of persons, or by hand their names and offices
    at = models.DateTimeField()
