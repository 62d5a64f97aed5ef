"""The areas below one as a file."""

from jingwei.kernel.values.words import Text
from jingwei.kit.lists.listing import Listing
from jingwei.kit.parts.table import Cell, Column
from jingwei.surfaces.desk.grid.queries import GridPage

_COLUMNS = (
    Column("name", Text("名称", "Name")),
    Column("code", Text("代码", "Code")),
    Column("cells", Text("网格数", "Cells"), numeric=True),
    Column("km2", Text("平方公里", "km²"), numeric=True),
    Column("households", Text("户数", "Households"), numeric=True),
    Column("posts", Text("岗位", "Posts"), numeric=True),
    Column("open", Text("未结", "Open"), numeric=True),
    Column("faults", Text("问题", "Faults"), numeric=True),
)


def areas_listing(page: GridPage) -> Listing:
    """The areas below the one shown, with what the page says of each."""
    rows = (
        {
            "name": Cell(words=row.name),
            "code": Cell(text=row.code),
            "cells": Cell(number=row.cells),
            "km2": Cell(number=row.km2),
            "households": Cell(number=row.households),
            "posts": Cell(number=row.posts),
            "open": Cell(number=row.open_matters),
            "faults": Cell(number=row.faults),
        }
        for row in page.below
    )
    within = [(Text("上级区域", "Within"), page.place.name)]
    return Listing(name="areas", title=Text("网格", "Grid"), columns=_COLUMNS, rows=rows, filters=within)
