"""Counters of rate limits, views that people keep, what was typed when a counter locked. Not guarded, in no ledger."""

from django.db import models


class Bucket(models.Model):
    """How often something was done in the window that ends at `until`; the key is a digest, never an address."""

    key = models.BinaryField(max_length=16, primary_key=True)
    used = models.IntegerField()
    until = models.DateTimeField(db_index=True)


class KeptView(models.Model):
    """A work list as a person keeps it: its filters and its columns. Set by the person alone, about no matter."""

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField()
    name = models.CharField(max_length=40)  # "" for the columns of every list that no view names
    query = models.CharField(max_length=600)
    columns = models.JSONField(default=list)
    first = models.BooleanField(default=False)  # what the list opens with

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="kit_view_named_once"),
            models.UniqueConstraint(fields=["person"], name="kit_one_view_comes_first", condition=models.Q(first=True)),
        ]


class HeldForm(models.Model):
    """What somebody had typed on a page when the counter locked: sealed, for that person alone, for half a day."""

    account = models.UUIDField(primary_key=True)
    path = models.CharField(max_length=600)
    key = models.UUIDField()  # in the key database
    sealed = models.BinaryField()
    until = models.DateTimeField(db_index=True)
