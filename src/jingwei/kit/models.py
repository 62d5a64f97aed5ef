"""The counters of rate limits. Plumbing: an unlogged table, not guarded, not in the ledger."""

from django.db import models


class Bucket(models.Model):
    """How often something was done in the window that ends at `until`; the key is a digest, never an address."""

    key = models.BinaryField(max_length=16, primary_key=True)
    used = models.IntegerField()
    until = models.DateTimeField(db_index=True)
