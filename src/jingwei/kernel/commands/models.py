"""The receipts of commands, and the editions of what changes slowly. Plumbing: not guarded, not in the ledger."""

from django.db import models


class Receipt(models.Model):
    """That a command with this key of this actor was carried out, and what it answered. `id` derives from both."""

    id = models.UUIDField(primary_key=True)
    body_hash = models.BinaryField(max_length=32)
    result = models.JSONField(null=True)
    at = models.DateTimeField()


class Edition(models.Model):
    """A number that rises when the named slow data (places, rulebook, agencies) changes; caches are keyed by it."""

    name = models.CharField(max_length=30, primary_key=True)
    number = models.PositiveIntegerField(default=0)
