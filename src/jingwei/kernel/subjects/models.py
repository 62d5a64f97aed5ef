"""What concerns the people themselves: that somebody proved to be who they are, and what was erased of them."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from jingwei.kernel.matters.models import Matter, Party
from jingwei.kernel.writes import GuardedModel, StreamHead


class Proof(StreamHead):
    """One proof: a code sent to a telephone, or a slip given out at the counter to somebody who showed a document.
    Neither the number nor the name is kept, and no list of matters; of one that is over, not even whose it was."""

    how = models.CharField(max_length=7, db_collation="C")  # phone | counter
    whose = models.BinaryField(max_length=32)  # keyed digest of telephone and name; empty once it is over or erased
    code = models.BinaryField(max_length=32)  # keyed digest of the code; empty with `whose`
    document = models.CharField(max_length=20, default="", db_collation="C")  # the kind that was shown
    given_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta(StreamHead.Meta):
        indexes = [models.Index(fields=["whose", "-given_at"], name="subjects_proofs_of_whom")]


class Erasure(GuardedModel):
    """Erasing what a matter keeps of one party, or everything personal in it: proposed by one person, decided by
    another, done once the keys are destroyed. It may begin with the wish of whoever it concerns."""

    WISHED, PROPOSED, REFUSED, ORDERED, DONE = "wished", "proposed", "refused", "ordered", "done"

    row_security = True
    stream_column = "matter_id"

    id = models.UUIDField(primary_key=True)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True)  # null: everything personal in the matter
    basis = models.CharField(max_length=20, db_collation="C")  # key of the law (sealing.BASES)
    state = models.CharField(max_length=8, db_collation="C")
    wished_at = models.DateTimeField(null=True)  # by whom it concerns
    answer_by = models.DateTimeField(null=True)  # when the wish must have been decided on
    proposed_by = models.CharField(max_length=80, db_collation="C")  # of a wish "public", until a person takes it up
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, db_collation="C", default="")
    decided_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    keys: "ArrayField[list[uuid.UUID], list[uuid.UUID]]" = ArrayField(models.UUIDField(), default=list)  # destroyed

    class Meta(GuardedModel.Meta):
        indexes = [
            models.Index(
                fields=["proposed_at"],
                name="subjects_erasures_open",
                condition=models.Q(state="wished") | models.Q(state="proposed") | models.Q(state="ordered"),
            )
        ]
