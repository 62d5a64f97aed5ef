"""The head of every matter, and its parts."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from jingwei.kernel.agencies.models import Post, Unit
from jingwei.kernel.matters.urgings import Urging
from jingwei.kernel.places.models import Area
from jingwei.kernel.sealing import SealedModel
from jingwei.kernel.writes import GuardedModel, StreamHead

__all__ = ["OPEN", "Detail", "ExternalNumber", "LegalHold", "Link", "Matter", "Party", "Step", "Urging"]

OPEN = models.Q(closed_at__isnull=True)
KEPT = models.Q(kept_until__isnull=False)

PENDING: Any = {"fastupdate": True, "gin_pending_list_limit": 256}
"""New words wait in a list, and enter the index together when it has 256 kB: a fifth of the work of entering each at
once. A search reads the list as well, so it is kept short."""


class Matter(StreamHead):
    """What every case has in common, and no more: work lists, clocks, map and figures are one query on it."""

    type = models.CharField(max_length=30, db_collation="C")
    type_version = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=14, unique=True, db_collation="C")
    state = models.CharField(max_length=30, db_collation="C")
    category = models.CharField(max_length=60, db_collation="C")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, db_index=False)
    area_lft = models.IntegerField()  # of the area, or of the tree's root where the place is unknown
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, db_index=False)
    holder = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, db_index=False)
    channel = models.CharField(max_length=20, db_collation="C")
    confidentiality = models.CharField(max_length=12, db_collation="C")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    kept_until = models.DateTimeField(
        null=True
    )  # worked out at the closing; none while it is open, nor once it is destroyed
    assisting = ArrayField(models.UUIDField(), null=True)  # units with a task of it: they read it as well

    untracked = frozenset({"assisting", "kept_until"})  # follow from the tasks; from the type, the result, the closing
    row_security = True

    class Meta(StreamHead.Meta):
        indexes = [
            GinIndex(fields=["assisting"], name="matters_assisting", condition=models.Q(assisting__isnull=False)),
            # with the category behind the order: of one class only the rows of the page are fetched
            models.Index(fields=["due_at", "id", "category"], name="matters_open_by_due", condition=OPEN),
            models.Index(fields=["state", "due_at", "id"], name="matters_open_in_state", condition=OPEN),
            models.Index(fields=["unit", "due_at", "id"], name="matters_open_of_unit", condition=OPEN),
            models.Index(fields=["holder", "due_at", "id"], name="matters_open_of_holder", condition=OPEN),
            models.Index(fields=["area_lft", "due_at", "id"], name="matters_open_in_area", condition=OPEN),
            # what came in and what fell due in a span of time, open or not: of a week no more than the week is read
            models.Index(fields=["opened_at"], name="matters_opened"),
            models.Index(fields=["due_at"], name="matters_due"),
            models.Index(fields=["area_lft", "opened_at"], name="matters_area_opened"),
            models.Index(fields=["closed_at"], name="matters_closed", condition=~OPEN),
            models.Index(fields=["kept_until", "id"], name="matters_kept_until", condition=KEPT),
        ]

    @property
    def destroyed(self) -> bool:
        """Whether its term was over and its content is gone: it is closed, and nothing of it is kept."""
        return self.closed_at is not None and self.kept_until is None


class Detail(SealedModel):
    """What the type declares of a matter, its point, and its words for the search."""

    row_security = True
    parted = ("fields",)
    stream_column = "matter_id"
    untracked = frozenset(
        {"words", "initials", "indexed", "area_lft"}
    )  # follow from the searchable fields and the head

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, primary_key=True)
    lon_e7 = models.IntegerField(null=True)  # WGS-84, 1e-7 degree
    lat_e7 = models.IntegerField(null=True)
    located = models.CharField(max_length=10, db_collation="C", default="none")  # how the area was found
    fields = models.JSONField()
    words: "models.Field[Any, Any]" = SearchVectorField()
    initials = models.CharField(max_length=400, default="", db_collation="C")  # first letters of Chinese words
    indexed = models.PositiveSmallIntegerField(default=0)  # edition of the search that made both
    area_lft = models.IntegerField(default=0)  # the head's, where the search looks for it

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(fields=["area_lft"], name="matters_detail_area"),
            models.Index(fields=["matter", "area_lft"], name="matters_detail_newest"),
            models.Index(
                fields=["lon_e7", "lat_e7"], name="matters_detail_point", condition=models.Q(lon_e7__isnull=False)
            ),
            GinIndex(fields=["words"], name="matters_words", **PENDING),
            GinIndex(fields=["initials"], name="matters_initials", opclasses=["gin_trgm_ops"], **PENDING),
        ]


class Party(SealedModel):
    """Somebody a matter concerns. The contact is personal: it is sealed, and enters no message and no entry."""

    row_security = True
    parted = ("contact",)
    stream_column = "matter_id"
    untracked = frozenset({"known_by"})  # follows from the contact

    id = models.UUIDField(primary_key=True)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    role = models.CharField(max_length=20)
    contact = models.JSONField()  # name, phone, email as far as given; empty once they are sealed
    follow = models.BinaryField(max_length=32, null=True, unique=True)  # SHA-256 of the code to follow by
    known_by = models.BinaryField(max_length=32, null=True)  # keyed digest of the telephone (telephones.py)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(fields=["known_by"], name="matters_known_by", condition=models.Q(known_by__isnull=False))
        ]

    @property
    def subject(self) -> uuid.UUID:
        """The party itself: what one left is erased without the others'."""
        party: uuid.UUID = self.pk
        return party

    @property
    def left_contact(self) -> bool:
        """Whether there is anything to reach somebody by."""
        return self.sealed is not None or bool(self.contact)


class Step(SealedModel):
    """What was written down at one act: who, in which post, and the values of the action's fields."""

    row_security = True
    parted = ("content",)
    stream_column = "matter_id"
    untracked = frozenset({"seq"})  # follows from the entry that tells of it

    id = models.UUIDField(primary_key=True)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    seq = models.PositiveIntegerField(default=0)  # the version that the act gave the matter
    action = models.CharField(max_length=30, db_collation="C")
    actor = models.CharField(max_length=80, db_collation="C")
    post = models.UUIDField()
    at = models.DateTimeField()
    state = models.CharField(max_length=30, db_collation="C")  # after the act
    content = models.JSONField()

    class Meta(SealedModel.Meta):
        pass


class Link(GuardedModel):
    """That a matter has to do with another; kept in the stream of the matter that names it."""

    stream_column = "matter_id"

    id = models.UUIDField(primary_key=True)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    other = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="linked_from")
    kind = models.CharField(max_length=20)
    ended_at = models.DateTimeField(null=True)  # taken back (a merge that was none)

    class Meta(GuardedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "other", "kind"],
                name="matters_linked_once",
                condition=models.Q(ended_at__isnull=True),
            )
        ]


class Task(SealedModel):
    """Something asked of another unit or post for a matter, beside its lead unit, with a clock of its own."""

    row_security = True
    parted = ("content", "result")
    stream_column = "matter_id"
    untracked = frozenset({"seq"})  # follows from the entry that tells of it

    id = models.UUIDField(primary_key=True)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    seq = models.PositiveIntegerField()  # the version that asking gave the matter
    role = models.CharField(max_length=12, db_collation="C")
    state = models.CharField(max_length=10, db_collation="C")  # asked accepted done refused withdrawn lapsed
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, db_index=False)  # of whom alone it is asked
    asked_by = models.UUIDField()  # post
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    clock = models.CharField(max_length=30, db_collation="C")  # key of its clock; "" without a limit
    content = models.JSONField()  # what was asked
    result = models.JSONField()  # what was answered

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(fields=["unit"], name="matters_tasks_all"),  # done ones give sight of their matter as well
            models.Index(
                fields=["unit", "asked_at"], name="matters_tasks_of_unit", condition=models.Q(ended_at__isnull=True)
            ),
        ]


class LegalHold(GuardedModel):
    """That a closed or open matter may not be destroyed, whatever its term: a court, an audit, a complaint needs it."""

    row_security = True
    stream_column = "matter_id"

    id = models.UUIDField(primary_key=True)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    reason = models.TextField()  # for staff; never indexed, in no message and no entry
    placed_by = models.CharField(max_length=80, db_collation="C")
    placed_post = models.UUIDField()
    placed_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=80, db_collation="C", default="")
    lifted_post = models.UUIDField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_because = models.TextField(default="")

    class Meta(GuardedModel.Meta):
        pass


class ExternalNumber(GuardedModel):
    """The number of a matter in another system, and the keyed digest of what that system last said of it."""

    stream_column = "matter_id"

    id = models.UUIDField(primary_key=True)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    source = models.CharField(max_length=40, db_collation="C")
    number = models.CharField(max_length=80, db_collation="C")
    digest = models.BinaryField(max_length=32, null=True)  # personal/statements.py
    returned_at = models.DateTimeField(null=True)  # when our result was last given back to that system

    class Meta(GuardedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="matters_known_once")]
        indexes = [GinIndex(fields=["number"], name="matters_stated", opclasses=["gin_trgm_ops"], **PENDING)]


class HandOver(StreamHead):
    """One hand-over between posts: of a post that ended, of a shift, after a redraw. Complete when the receiver has
    accepted it."""

    kind = models.CharField(max_length=12, db_collation="C")  # post_ended | shift | redraw
    from_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="handed_over")
    to_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="taken_over")
    given_by = models.CharField(max_length=80, db_collation="C")
    given_at = models.DateTimeField()
    accepted_by = models.CharField(max_length=80, db_collation="C", default="")
    accepted_at = models.DateTimeField(null=True)
    note = models.TextField(default="")  # for the next shift; enters no entry
    counts = models.JSONField()  # how many matters were open, overdue, … in that moment
    matters = models.JSONField()  # their ids
