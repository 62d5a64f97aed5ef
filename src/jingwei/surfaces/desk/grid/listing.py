"""The areas below one as the table of its page, and as a file."""

from collections.abc import Sequence

from django.http import QueryDict
from django.urls import reverse

from jingwei.kernel.values.words import Text
from jingwei.kit.lists.listing import Listing, listing_of
from jingwei.kit.parts.table import Cell, Column, Table, table_of
from jingwei.surfaces.desk.grid.queries import AreaRow, GridPage

_COLUMNS = (
    Column("name", Text("名称", "Name"), fixed=True),
    Column("code", Text("代码", "Code")),
    Column("cells", Text("网格数", "Cells"), numeric=True),
    Column("km2", Text("平方公里", "km²"), numeric=True),
    Column("households", Text("户数", "Households"), numeric=True),
    Column("posts", Text("岗位", "Posts"), numeric=True),
    Column("open", Text("未结", "Open"), numeric=True),
    Column("faults", Text("问题", "Faults"), numeric=True),
)


def areas_table(below: Sequence[AreaRow], asked: QueryDict) -> Table:
    """What the page says of each area, in the order and with the columns asked for."""
    return table_of(
        _COLUMNS,
        [
            {
                "name": Cell(words=row.name, address=reverse("desk:grid_area", args=[row.code]), order=row.name.zh),
                "code": Cell(text=row.code, order=row.code),
                "cells": _number(row.cells),
                "km2": _number(None if row.km2 is None else round(row.km2, 2)),
                "households": _number(row.households),
                "posts": _number(row.posts),
                "open": _number(row.open_matters),
                "faults": _number(row.faults),
            }
            for row in below
        ],
        asked,
    )


def _number(value: int | float | None) -> Cell:
    return Cell(number=value, order=value)


def areas_listing(page: GridPage, asked: QueryDict) -> Listing:
    """The same as a file."""
    within = [(Text("上级区域", "Within"), page.place.name)]
    return listing_of(areas_table(page.below, asked), "areas", Text("网格", "Grid"), within)
