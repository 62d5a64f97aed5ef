"""Urging and supervision: what was asked of whoever acts on a matter, and what was answered; counted by matter only."""

from django.db import models

from jingwei.kernel.writes import GuardedModel

CLOCK = "urging."
"""What the key of an urging's clock begins with; its number follows."""


class Urging(GuardedModel):
    """One urging (催办) or supervision (督办). It is settled by its answer, or by the end of the matter."""

    row_security = True
    stream_column = "matter_id"

    id = models.UUIDField(primary_key=True)
    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT)
    number = models.PositiveSmallIntegerField()  # 1 for the first of the matter; its clock is `urging.<number>`
    kind = models.CharField(max_length=10)  # urge | supervise
    side = models.CharField(max_length=10)  # staff | resident
    actor = models.CharField(max_length=80, db_collation="C")
    post = models.UUIDField()
    at = models.DateTimeField()
    text = models.TextField()  # what was written; shown to staff, never indexed, in no message
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, db_collation="C", default="")
    answer = models.TextField(default="")  # for staff
    public_answer = models.TextField(default="")  # for whoever follows the matter

    class Meta(GuardedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["matter", "number"], name="matters_urging_number")]
