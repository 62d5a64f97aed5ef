"""Entering areas and their boundaries."""

import datetime
import uuid
from dataclasses import dataclass

from jingwei.kernel.commands.actor import by_grant
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.places.models import Area, Boundary
from jingwei.kernel.values.errors import Conflict
from jingwei.kernel.values.words import Text


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A boundary as it is entered: polygons in WGS-84 degrees as well-known binary."""

    wkb: bytes
    vertices: int
    datum: str
    source: str


@dataclass(frozen=True, kw_only=True)
class AreaRow:
    """One area of a tree to be entered."""

    id: uuid.UUID
    code: str
    level: str
    parent: uuid.UUID | None
    name: tuple[str, str]  # Chinese, English
    lft: int
    rgt: int
    shape: Shape | None


@dataclass(frozen=True, kw_only=True)
class EnterAreas(Command):
    """录入区划: the whole tree of a new city, with the boundaries in force from a day on."""

    areas: tuple[AreaRow, ...]
    from_on: datetime.date


@handles(EnterAreas, grant="places.edit")
def enter_areas(work: Work, command: EnterAreas) -> Result:
    """Refuses where the city has a tree already: redrawing is an act of its own."""
    if Area.objects.exists():
        raise Conflict(
            Text(
                "本市已有区划；调整边界须另行办理。", "The city has its areas already; redrawing is an act of its own."
            )
        )
    heads = []
    for row in command.areas:
        area = Area(
            id=row.id,
            code=row.code,
            level=row.level,
            parent_id=row.parent,
            name_zh=row.name[0],
            name_en=row.name[1],
            lft=row.lft,
            rgt=row.rgt,
            from_on=command.from_on,
        )
        heads.append((work.open(area), row.shape))
    work.authorise("places.edit", by_grant(work.actor, "places.edit"))
    for area, shape in heads:
        work.insert(area)
        if shape is not None:
            work.insert(boundary(work, area, shape, command.from_on))
        work.record(area, "places.area_entered", {"code": area.code, "level": area.level, "from": command.from_on})
    work.raise_edition("places")
    return {"areas": len(heads)}


def boundary(work: Work, area: Area, shape: Shape, from_on: datetime.date) -> Boundary:
    """A shape as the boundary of an area from a day on."""
    return Boundary(
        id=work.new_id(),
        area=area,
        from_on=from_on,
        wkb=shape.wkb,
        vertices=shape.vertices,
        datum=shape.datum,
        source=shape.source,
    )
