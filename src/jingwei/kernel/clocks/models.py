"""The clocks of matters: the segments, and what follows from them."""

from django.db import models

from jingwei.kernel.writes import GuardedModel


class Clock(GuardedModel):
    """One clock of one stream. `segments` decide; status and moments are their fold, kept to be found."""

    stream_column = "stream_id"
    untracked = frozenset({"fires_at", "rang_at", "ladder"})  # follow from the rest; the worker's own bookkeeping

    id = models.UUIDField(primary_key=True)
    stream_id = models.UUIDField()  # matters lie above clocks, so no foreign key
    key = models.CharField(max_length=30)
    calendar = models.CharField(max_length=60, db_collation="C")
    segments = models.JSONField()
    status = models.CharField(max_length=10)
    due_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    fires_at = models.DateTimeField(null=True)  # the next mark of its ladder; null: nobody is to be reminded
    rang_at = models.DateTimeField(null=True)  # when it last rang: marks up to then are done with
    ladder = models.JSONField(default=list)  # [per cent of the term, level told]

    class Meta(GuardedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["stream_id", "key"], name="clocks_one_of_a_kind")]
        indexes = [models.Index(fields=["fires_at"], name="clocks_waiting", condition=models.Q(fires_at__isnull=False))]
