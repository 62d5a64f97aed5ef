"""Pages by key instead of by number: the next one begins after the last row seen, however deep."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from jingwei.kernel.commands.scope import as_uuid
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

Row = TypeVar("Row", bound=Model)

_BAD = Text("页码不对；请从第一页开始。", "This is not a page of the list; start from the first.")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row seen: its moment (None where it has none) and its id."""

    at: datetime.datetime | None
    id: uuid.UUID

    @property
    def text(self) -> str:
        """As it stands in an address."""
        return f"{self.at.astimezone(datetime.UTC).isoformat() if self.at else ''}~{self.id}"


def read_cursor(text: str) -> Cursor | None:
    """The cursor of an address; None for the first page. Raises Invalid."""
    if not text:
        return None
    moment, _, key = text[:100].partition("~")
    last = as_uuid(key)
    try:
        at = datetime.datetime.fromisoformat(moment) if moment else None
    except ValueError as error:
        raise Invalid(_BAD, place="after") from error
    if last is None or (at is not None and at.tzinfo is None):
        raise Invalid(_BAD, place="after")
    return Cursor(at, last)


def due_page(query: QuerySet[Any, Any], after: Cursor | None, size: int) -> tuple[list[Any], bool]:
    """Rows by due moment, those without one last, and whether there are more.

    One statement, or two where the page crosses from rows with a due moment to rows without: each walks an index.
    """
    ordered = query.order_by("due_at", "pk")
    if after is None:
        rows = list(ordered[: size + 1])
    elif after.at is None:
        rows = list(ordered.filter(due_at=None, pk__gt=after.id)[: size + 1])
    else:
        later = Q(due_at__gt=after.at) | Q(due_at=after.at, pk__gt=after.id)
        rows = list(ordered.filter(later, due_at__gte=after.at)[: size + 1])
        if len(rows) <= size:
            rows += ordered.filter(due_at=None)[: size + 1 - len(rows)]
    return rows[:size], len(rows) > size


def newest_page(query: QuerySet[Any, Any], column: str, after: Cursor | None, size: int) -> tuple[list[Any], bool]:
    """Rows by a moment that all have, the newest first, and whether there are more; one statement."""
    if after is not None and after.at is not None:
        older = Q(**{f"{column}__lt": after.at}) | Q(**{column: after.at, "pk__lt": after.id})
        query = query.filter(older)
    rows = list(query.order_by(f"-{column}", "-pk")[: size + 1])
    return rows[:size], len(rows) > size
