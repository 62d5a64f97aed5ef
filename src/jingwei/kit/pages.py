"""Pages by key instead of by number: the next one begins after the last row seen, however deep."""

import datetime
import re
import uuid
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from jingwei.kernel.commands.scope import as_uuid
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

Row = TypeVar("Row", bound=Model)

_PLACE = re.compile(r"[0-9]{1,9}")
_BAD = Text("页码不对；请从第一页开始。", "This is not a page of the list; start from the first.")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row seen: its moment (None where it has none), its id, and its number in the tree of areas where the
    rows stand by place."""

    at: datetime.datetime | None
    id: uuid.UUID
    place: int | None = None

    @property
    def text(self) -> str:
        """As it stands in an address."""
        place = "" if self.place is None else f"~{self.place}"
        return f"{self.at.astimezone(datetime.UTC).isoformat() if self.at else ''}~{self.id}{place}"


def read_cursor(text: str) -> Cursor | None:
    """The cursor of an address; None for the first page. Raises Invalid."""
    if not text:
        return None
    moment, _, rest = text[:100].partition("~")
    key, _, place = rest.partition("~")
    last = as_uuid(key)
    try:
        at = datetime.datetime.fromisoformat(moment) if moment else None
    except ValueError as error:
        raise Invalid(_BAD, place="after") from error
    sound = at is None or at.tzinfo is not None
    if last is None or not sound or (place and not _PLACE.fullmatch(place)):
        raise Invalid(_BAD, place="after")
    return Cursor(at, last, int(place) if place else None)


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


def newest_first(query: QuerySet[Any, Any], after: Cursor | None, size: int) -> tuple[list[Any], bool]:
    """Rows by their key, which grows with the time they were made at, the newest first, and whether there are more; one
    statement along the primary key."""
    older = query.filter(pk__lt=after.id) if after else query
    rows = list(older.order_by("-pk")[: size + 1])
    return rows[:size], len(rows) > size


def place_page(query: QuerySet[Any, Any], after: Cursor | None, size: int) -> tuple[list[Any], bool]:
    """Rows by their place in the tree of areas, there by the moment they were opened at, and whether there are more;
    one statement along an index over both."""
    if after is not None and after.place is not None and after.at is not None:
        here = Q(area_lft=after.place)
        later = here & (Q(opened_at__gt=after.at) | Q(opened_at=after.at, pk__gt=after.id))
        query = query.filter(Q(area_lft__gt=after.place) | later, area_lft__gte=after.place)
    rows = list(query.order_by("area_lft", "opened_at", "pk")[: size + 1])
    return rows[:size], len(rows) > size
