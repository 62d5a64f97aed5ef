"""The guarded base of every table of ours: reading as usual, writing only through `Work`."""

import uuid
from typing import Any, ClassVar, NoReturn, TypeVar

from django.db import models
from django.utils.functional import cached_property  # without the lock of functools

from jingwei.kernel.values.errors import OutOfOrder
from jingwei.kernel.writes.rows import PlainRow

Row = TypeVar("Row", bound=models.Model, covariant=True)

EVERY_ROW = "{[0,2147483647]}"
"""The value of the setting `jw.areas` with which row-level security shows everything: the numbers of all areas."""


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise OutOfOrder(
        "this table is written only by a command, through Work; see ARCHITECTURE.md, the life of one command"
    )


class GuardedQuerySet(models.QuerySet[Row]):
    """A query set that reads; every writing verb refuses."""

    create = update = delete = get_or_create = update_or_create = _refuse
    bulk_create = bulk_update = _refuse
    acreate = aupdate = adelete = aget_or_create = aupdate_or_create = _refuse
    abulk_create = abulk_update = _refuse


class GuardedModel(PlainRow):
    """A row that belongs to a stream: its hash enters the stream's entries, so a change behind the ledger is seen."""

    stream_column: ClassVar[str]
    """Attribute that holds the id of the stream's head."""

    untracked: ClassVar[frozenset[str]] = frozenset()
    """Columns that follow from others or only serve delivery; they do not enter the row's hash."""

    row_security: ClassVar[bool] = False
    """Whether the database itself shows of this table no more than what the transaction's actor reads."""

    objects = GuardedQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    save = delete = asave = adelete = _refuse

    @property
    def stream(self) -> uuid.UUID:
        """The id of the stream this row belongs to."""
        value: uuid.UUID = self.__dict__[self.stream_column]
        return value

    @cached_property
    def name_in_entries(self) -> str:
        """How entries name the row: its table and its id."""
        return f"{self._meta.db_table}:{self.pk}"


class StreamHead(GuardedModel):
    """The first row of a stream: the one that is locked, and carries the end of its chain."""

    stream_column = "id"

    id = models.UUIDField(primary_key=True)
    version = models.PositiveIntegerField(default=0)  # entries in the stream so far
    chain = models.BinaryField(max_length=32, default=b"")  # hash of the last entry
    salt = models.BinaryField(max_length=16)  # enters every row hash of the stream; dies with the stream's content

    class Meta:
        abstract = True
        base_manager_name = "objects"
