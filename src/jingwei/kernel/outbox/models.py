"""The outbox and what it fills: the in-app inbox. Plumbing, not state of a matter: not guarded, not in the ledger."""

from django.db import models

from jingwei.kernel.writes.rows import PlainRow


class Message(PlainRow):
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
    """One line in the inbox of a post, or of one person where it is about the own login: number and link only."""

    id = models.UUIDField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.PROTECT)
    post = models.UUIDField()  # or person; both lie above the outbox, so no foreign key
    stream = models.UUIDField()
    topic = models.CharField(max_length=80)
    body = models.JSONField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "post"], name="outbox_once_a_post")]
        indexes = [
            models.Index(fields=["post", "-created_at"], name="outbox_notice_post"),
            models.Index(
                fields=["post", "-created_at"], name="outbox_notice_unread", condition=models.Q(read_at__isnull=True)
            ),
            models.Index(fields=["stream"], name="outbox_notice_stream"),
        ]


class Delivery(models.Model):
    """One message on its way to one receiver over one channel outside; the inbox itself is `Notice`."""

    QUEUED, SENT, FAILED, DROPPED = "queued", "sent", "failed", "dropped"
    PARTNER = "partner"

    id = models.UUIDField(
        primary_key=True
    )  # follows from message, channel and receiver; the receiver sees it as the key
    message = models.ForeignKey(Message, on_delete=models.PROTECT)
    stream = models.UUIDField(db_index=True)
    channel = models.CharField(max_length=40, db_collation="C")
    audience = models.CharField(max_length=10)  # staff | reporter | partner
    receiver = models.UUIDField()  # a person, a party of the matter or a partner's post; addresses are looked up later
    urgent = models.BooleanField(default=False)  # goes at once, whatever the hour and the quota
    state = models.CharField(max_length=8, default=QUEUED)
    within = models.UUIDField(null=True)  # the delivery whose digest told of this one
    created_at = models.DateTimeField()
    try_at = models.DateTimeField(null=True)  # null: sent, dropped or given up
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, default="")

    class Meta:
        indexes = [
            models.Index(fields=["try_at"], name="outbox_to_send", condition=models.Q(try_at__isnull=False)),
            models.Index(fields=["channel", "receiver", "-sent_at"], name="outbox_sent_to"),
            models.Index(fields=["-created_at"], name="outbox_dead", condition=models.Q(state="failed")),
        ]


class Preference(models.Model):
    """How a person wants to be told: set by the person alone."""

    person = models.UUIDField(primary_key=True)
    channels = models.JSONField(null=True)  # names; null: the channels that the city turns on for everybody
    addresses = models.JSONField(default=dict)  # by channel, where neither telephone nor e-mail is the address
    working_time = models.BooleanField(default=True)  # only while the city works
    quiet_from = models.TimeField(null=True)  # on the city's wall clock; until may lie on the next day
    quiet_until = models.TimeField(null=True)
    sound = models.BooleanField(default=False)
