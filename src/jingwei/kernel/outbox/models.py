"""The outbox and what it fills: the in-app inbox. Plumbing, not state of a matter: not guarded, not in the ledger."""

from django.db import models


class Message(models.Model):
    """One thing to tell, written in the transaction of the change it tells of; delivered later, at least once."""

    id = models.UUIDField(primary_key=True)
    topic = models.CharField(max_length=80)
    stream = models.UUIDField()
    body = models.JSONField()  # ids, numbers and keys only; names and addresses are looked up at delivery
    created_at = models.DateTimeField()
    try_at = models.DateTimeField(null=True)  # null: delivered or given up
    tries = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["try_at"], name="outbox_waiting", condition=models.Q(try_at__isnull=False))]


class Notice(models.Model):
    """One line in the inbox of a post: number and link only."""

    id = models.UUIDField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.PROTECT)
    post = models.UUIDField()  # posts lie above the outbox, so no foreign key
    stream = models.UUIDField()
    topic = models.CharField(max_length=80)
    body = models.JSONField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "post"], name="outbox_once_a_post")]
        indexes = [models.Index(fields=["post", "-created_at"], name="outbox_notice_post")]
