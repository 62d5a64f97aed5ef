"""The head of every draft: where it stands, and every hand that wrote in it."""

from typing import ClassVar

from django.db import models

from jingwei.kernel.writes import StreamHead


class DraftHead(StreamHead):
    """Written by some, published by another person; what it is to change stands in rows of its own."""

    grant: ClassVar[str]
    """Whoever holds it writes such drafts, and publishes those that others wrote."""

    state = models.CharField(max_length=10, db_collation="C")  # open asked published withdrawn
    hands = models.JSONField()  # whoever wrote in it, by reference, the first at the head: none of them publishes it
    begun_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80, db_collation="C", default="")
    asked_at = models.DateTimeField(null=True)
    returned_by = models.CharField(max_length=80, db_collation="C", default="")
    returned_because = models.TextField(default="")  # for staff, in no entry
    ended_by = models.CharField(max_length=80, db_collation="C", default="")  # who published or withdrew it
    ended_at = models.DateTimeField(null=True)

    class Meta(StreamHead.Meta):
        abstract = True
