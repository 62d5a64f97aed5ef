"""The table of all lists that are shown whole: headings that sort by a link, columns that the reader leaves out.

`?sort=due` or `?sort=-due` orders the rows, `?columns=number&columns=due` names the columns; both stay in the address,
so they can be kept and sent. A list that comes page by page is ordered by its query and gives no column an `order`.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.http import QueryDict

from jingwei.kernel.values.words import Text
from jingwei.kit.moments import TimeLeft

Order = Literal["", "ascending", "descending"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `fixed` ones are always shown, those that `sorts` have a link in their heading."""

    key: str
    title: Text
    sorts: bool = True
    fixed: bool = False
    numeric: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What stands in one cell, of what it has; `order` is what its column is sorted by, None comes last."""

    words: Text | None = None
    text: str = ""
    under: Text | None = None
    at: datetime.datetime | None = None
    on: datetime.date | None = None
    number: int | float | Decimal | None = None
    left: TimeLeft | None = None
    marks: tuple[Text, ...] = ()
    address: str = ""
    order: Any = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as it is shown, with the address that sorts by it, or turns the order round."""

    column: Column
    address: str
    order: Order


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is shown: `choices` are the columns that may be left out and whether they are shown, `kept` what
    else was asked for and stays."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[tuple[Column, Cell], ...], ...]
    choices: tuple[tuple[Column, bool], ...]
    kept: tuple[tuple[str, str], ...]


def table_of(columns: Sequence[Column], rows: Sequence[Mapping[str, Cell]], asked: QueryDict) -> Table:
    """The rows in the order and with the columns that were asked for; what is unknown is as if it were not asked."""
    wanted = set(asked.getlist("columns"))
    shown = [one for one in columns if one.fixed or not wanted or one.key in wanted]
    by, order = _sorted_by(columns, asked)
    ordered = sorted(rows, key=lambda row: _rank(row[by].order), reverse=order == "descending") if by else rows
    if by:  # cells that say nothing come last, whichever way the order runs
        ordered = sorted(ordered, key=lambda row: row[by].order is None)
    return Table(
        tuple(_heading(one, asked, order if one.key == by else "") for one in shown),
        tuple(tuple((one, row[one.key]) for one in shown) for row in ordered),
        tuple((one, one in shown) for one in columns if not one.fixed),
        tuple((name, value) for name, values in asked.lists() if name != "columns" for value in values),
    )


def still_table(columns: Sequence[tuple[str, Text]], rows: Sequence[Mapping[str, Cell]]) -> Table:
    """Rows that stay as they are told: every column, by its key and title, and no order to choose."""
    return table_of([Column(key, title, sorts=False, fixed=True) for key, title in columns], rows, QueryDict())


def _sorted_by(columns: Sequence[Column], asked: QueryDict) -> tuple[str, Order]:
    word = asked.get("sort", "")
    key = word.removeprefix("-")
    if not any(one.sorts and one.key == key for one in columns):
        return "", ""
    return key, "descending" if word.startswith("-") else "ascending"


def _rank(order: Any) -> tuple[bool, Any]:
    return (order is not None, order if order is not None else 0)


def _heading(column: Column, asked: QueryDict, order: Order) -> Heading:
    if not column.sorts:
        return Heading(column, "", "")
    link = asked.copy()
    link["sort"] = f"-{column.key}" if order == "ascending" else column.key
    return Heading(column, f"?{link.urlencode()}", order)
