"""That somebody proved to be who they are. Neither the number nor the name is kept, and no list of matters."""

from django.db import models

from jingwei.kernel.writes import StreamHead


class Proof(StreamHead):
    """One proof: a code sent to a telephone, or a slip given out at the counter to somebody who showed a document."""

    how = models.CharField(max_length=7, db_collation="C")  # phone | counter
    whose = models.BinaryField(max_length=32)  # keyed digest of telephone and name
    code = models.BinaryField(max_length=32)  # keyed digest of the code
    document = models.CharField(max_length=20, default="", db_collation="C")  # the kind that was shown
    given_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta(StreamHead.Meta):
        indexes = [models.Index(fields=["whose", "-given_at"], name="subjects_proofs_of_whom")]
