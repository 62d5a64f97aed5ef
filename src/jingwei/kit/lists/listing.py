"""A list as a file: columns and rows as the tables of pages have them, what was asked for, what is noted of it."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from jingwei.kernel.reads.note import Seen
from jingwei.kernel.tables.writing import Value
from jingwei.kernel.values.words import Text
from jingwei.kit.parts.table import Cell, Column, Table

MOST = 100_000
"""Rows of one file; a list that has more says so in it."""

Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list under the filters asked for: `name` is its file's; its rows are asked for one by one, while it is written.

    `seen` are the matters that stand in it, as the rows are read.
    """

    name: str
    title: Text
    columns: Sequence[Column]
    rows: Iterable[Row]
    filters: Sequence[tuple[Text, Text]] = ()
    seen: list[Seen] = field(default_factory=list)


def listing_of(table: Table, name: str, title: Text, filters: Sequence[tuple[Text, Text]] = ()) -> Listing:
    """A table of a page, in the order and with the columns that its reader chose."""
    return Listing(
        name=name,
        title=title,
        columns=[one.column for one in table.headings],
        rows=({column.key: cell for column, cell in row} for row in table.rows),
        filters=filters,
    )


def value_of(cell: Cell, zone: ZoneInfo | None, language: str) -> Value:
    """What the cell says, typed: a number, a day, a moment on the clock of a zone (without one as it is); else all its
    words."""
    if cell.at is not None and zone is None:
        return cell.at
    if cell.at is not None:
        return cell.at.astimezone(zone).replace(tzinfo=None, microsecond=0)
    if cell.on is not None or cell.number is not None:
        return cell.on if cell.on is not None else cell.number
    said = (cell.words, cell.left.words if cell.left else None, *cell.marks, cell.under)
    return " · ".join(filter(None, (cell.text, *(one.in_(language) for one in said if one))))


def text_of(value: Value) -> str:
    """The same as text, as a file without types has it."""
    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)
