"""The dated values of the rulebook, the drafts by which people change them, and the files that values name."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models.expressions import Func

from jingwei.kernel.drafts.head import DraftHead
from jingwei.kernel.writes import GuardedModel, StreamHead


class Value(StreamHead):
    """What a parameter is for a subject from one day to another (half open). Never edited: a new value ends the old."""

    parameter = models.CharField(max_length=40, db_collation="C")
    subject = models.CharField(max_length=160, db_collation="C")
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    content = models.JSONField()
    basis = models.CharField(max_length=400)  # law, standard or document it rests on

    class Meta(StreamHead.Meta):
        constraints = [
            ExclusionConstraint(
                name="rulebook_one_value_a_day",
                expressions=[
                    ("parameter", "="),
                    ("subject", "="),
                    (Func("from_on", "until_on", function="daterange", output_field=DateRangeField()), "&&"),
                ],
            )
        ]


class Draft(DraftHead):
    """Changed values with the day from which they are to be in force: written by some, published by another person."""

    grant = "rulebook.edit"

    title = models.TextField()  # what it is about; for staff, in no entry
    from_on = models.DateField()
    undoes = models.ForeignKey("self", on_delete=models.PROTECT, null=True)  # the published draft that it takes back

    class Meta(DraftHead.Meta):
        pass


class DraftChange(GuardedModel):
    """One value of a draft. It stays when it is left out, and when the draft is published."""

    stream_column = "draft_id"

    id = models.UUIDField(primary_key=True)
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT)
    parameter = models.CharField(max_length=40, db_collation="C")
    subject = models.CharField(max_length=160, db_collation="C")
    content = models.JSONField(null=True)  # none: the value ends, and nothing follows it
    basis = models.CharField(max_length=400)
    written_by = models.CharField(max_length=80, db_collation="C")
    written_at = models.DateTimeField()
    left_out_at = models.DateTimeField(null=True)
    replaces = models.ForeignKey(Value, on_delete=models.PROTECT, null=True, related_name="replaced_by")
    becomes = models.ForeignKey(Value, on_delete=models.PROTECT, null=True, related_name="drafted_as")

    class Meta(GuardedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["draft", "parameter", "subject"], name="rulebook_one_change_a_draft")
        ]


class Document(GuardedModel):
    """A file that values name by the SHA-256 of its content: a template of a paper. It came by a draft, and stays."""

    stream_column = "draft_id"

    id = models.UUIDField(primary_key=True)
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT)
    sha256 = models.CharField(max_length=64, db_collation="C", db_index=True)  # in hexadecimal
    content = models.BinaryField()

    class Meta(GuardedModel.Meta):
        pass
