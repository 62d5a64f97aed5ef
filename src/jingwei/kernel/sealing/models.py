"""The base of a table whose rows hold personal data."""

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from jingwei.kernel.writes import GuardedModel


class SealedModel(GuardedModel):
    """A row whose personal members lie encrypted in `sealed`; what else its JSON attributes hold stays in clear."""

    parted: ClassVar[tuple[str, ...]]
    """The JSON attributes of which some members are sealed."""

    told: Mapping[str, Any] | None = None
    """What the next entry says of the sealing: the payload's hash and a commitment to each member."""

    key = models.UUIDField(null=True)  # in the key database; null: nothing of the row is sealed
    sealed = models.BinaryField(null=True)
    erased = models.JSONField(null=True)  # member (`contact.phone`): day and law of its erasure

    class Meta:
        abstract = True
        base_manager_name = "objects"

    @property
    def subject(self) -> uuid.UUID:
        """Whom the sealed members concern: somebody named by an id, or all that the matter concerns."""
        return self.stream
