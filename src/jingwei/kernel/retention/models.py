"""Lists of matters whose term is over."""

from django.db import models

from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.writes import GuardedModel, StreamHead


class DestructionList(StreamHead):
    """One list: proposed by one person, reviewed by another, then carried out matter by matter."""

    state = models.CharField(max_length=10, db_collation="C")  # proposed approved returned withdrawn done
    until = models.DateTimeField()  # every term on it was over at this moment
    area_lft = models.IntegerField()  # of the area that the proposing post serves
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)  # of that post
    proposed_by = models.CharField(max_length=80, db_collation="C")
    proposed_at = models.DateTimeField()
    reviewed_by = models.CharField(max_length=80, db_collation="C", default="")
    reviewed_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")  # why it was sent back; for staff, in no entry
    done_at = models.DateTimeField(null=True)

    class Meta(StreamHead.Meta):
        pass


class Listed(GuardedModel):
    """One matter on a list, as it was proposed. It stays when the matter's content is gone."""

    stream_column = "list_id"

    id = models.UUIDField(primary_key=True)
    list = models.ForeignKey(DestructionList, on_delete=models.PROTECT)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    kept_until = models.DateTimeField()
    outcome = models.CharField(max_length=10, db_collation="C", default="")  # "" taken_out dropped destroyed barred
    why = models.CharField(max_length=10, db_collation="C", default="")  # it was barred: a key of `due.BARS`
    taken_out_because = models.TextField(default="")  # for staff, in no entry
    ended_at = models.DateTimeField(null=True)

    class Meta(GuardedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["matter"],
                name="retention_listed_once",
                condition=models.Q(outcome="") | models.Q(outcome="destroyed"),
            )
        ]
