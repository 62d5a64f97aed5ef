"""The commands on places."""

from jingwei.kernel.places.commands.enter import AreaRow, EnterAreas, Shape
from jingwei.kernel.places.commands.naming import EnterSheet, PlainName, RememberAlias, SheetCell
from jingwei.kernel.places.commands.redraw import EnterBoundary, NewArea, RedrawAreas, Redrawn

__all__ = [
    "AreaRow",
    "EnterAreas",
    "EnterBoundary",
    "EnterSheet",
    "NewArea",
    "PlainName",
    "RedrawAreas",
    "Redrawn",
    "RememberAlias",
    "Shape",
    "SheetCell",
]
