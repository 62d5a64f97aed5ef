"""The collections: cells, the areas above them, and matters as counts of areas under the rule of small counts."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import shapely

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.measures.published import PERIOD
from jingwei.kernel.places.snapshot import Place, places_of
from jingwei.kernel.values.words import Text
from jingwei.kit.maps.outlines import outlines_of
from jingwei.kit.publishing.figures import MAPS, by_area, ends_at
from jingwei.surfaces.api.features.cql2 import Value

Property = tuple[type, Text]


@dataclass(frozen=True, slots=True)
class Feature:
    """One area with its shape (WGS-84, longitude before latitude), and the days for which what it says holds."""

    id: str
    shape: shapely.Geometry
    properties: Mapping[str, Value]
    since: datetime.date
    until: datetime.date | None  # half open


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection: what it is, what may be asked of its features, how they are read, as they are on a day."""

    id: str
    title: Text
    description: Text
    properties: Mapping[str, Property]
    read: Callable[[Scope, datetime.date], Sequence[Feature]]

    @property
    def queryables(self) -> dict[str, type]:
        """The properties that a filter may name, with their types."""
        return {name: kind for name, (kind, _) in self.properties.items()}


_PLACE: Mapping[str, Property] = MappingProxyType(
    {
        "code": (str, Text("编码", "Code")),
        "level": (str, Text("层级", "Level")),
        "name_zh": (str, Text("中文名称", "Name in Chinese")),
        "name_en": (str, Text("英文名称", "Name in English")),
        "parent": (str, Text("上级编码", "Code of the area above")),
        "from_on": (str, Text("生效日期", "In force from")),
    }
)
_COUNTED: Mapping[str, Property] = MappingProxyType(
    {
        **_PLACE,
        "open": (float, Text("在办件数，取到五", "Open, to fives; null where it is not told")),
        "closed": (float, Text("办结件数，取到五", "Closed, to fives; null where it is not told")),
        "since": (str, Text("统计起日", "First day counted")),
        "until": (str, Text("统计止日", "Last day counted")),
    }
)


def _of_place(scope: Scope, place: Place) -> dict[str, Value]:
    parent = places_of(scope).by_id[place.parent].code if place.parent else None
    said = (place.code, place.level, place.name.zh, place.name.en, parent, place.from_on.isoformat())
    return dict(zip(_PLACE, said, strict=True))


def _cells(scope: Scope, on: datetime.date) -> list[Feature]:
    return _areas_of(scope, [places_of(scope).innermost], on)


def _areas(scope: Scope, on: datetime.date) -> list[Feature]:
    places = places_of(scope)
    levels = {one.level: one.lft for one in sorted(places.in_force, key=lambda one: -one.lft)}
    return _areas_of(scope, [one for one in sorted(levels, key=lambda one: levels[one]) if one != places.innermost], on)


def _areas_of(scope: Scope, levels: Sequence[str], on: datetime.date) -> list[Feature]:
    places = places_of(scope)
    found = []
    for level in levels:
        for code, shape in outlines_of(scope, level, on).items():
            place = places.by_code[code]
            found.append(Feature(code, shape, _of_place(scope, place), place.from_on, place.until_on))
    return found


def _matters(scope: Scope, _: datetime.date) -> list[Feature]:
    """Counts of the period that ended last, of areas that have a shape; as the public map tells them."""
    until = ends_at(scope, PERIOD)
    counts = {
        key: {one.place.code: one.count for one in by_area(scope, measure, until)} for key, measure in MAPS.items()
    }
    places, since = places_of(scope), (until - PERIOD).date()
    last = until.date() - datetime.timedelta(days=1)
    days = {"since": since.isoformat(), "until": last.isoformat()}
    found = []
    for code, shape in outlines_of(scope, places.above_cells).items():
        told = {key: counts[key].get(code) for key in ("open", "closed")}
        said = {**_of_place(scope, places.by_code[code]), **told, **days}
        found.append(Feature(code, shape, said, since, until.date()))
    return found


COLLECTIONS: Mapping[str, Collection] = {
    one.id: one
    for one in (
        Collection(
            "cells",
            Text("网格", "Cells"),
            Text(
                "今天生效的网格，边界照原样；给出 datetime 的，是那一天的。",
                "The cells in force today, or on the day of `datetime`, with their borders as drawn.",
            ),
            _PLACE,
            _cells,
        ),
        Collection(
            "areas",
            Text("区划", "Areas"),
            Text(
                "网格以上的各级区域，今天的，或者 datetime 那一天的。",
                "The areas of every level above the cells, of today or of the day of `datetime`.",
            ),
            _PLACE,
            _areas,
        ),
        Collection(
            "matters",
            Text("事项件数", "Counts of matters"),
            Text(
                "上一个统计期各片区的件数，取到五；少于五件或不足八户的不公布。没有单件事项。",
                "How many matters each area had in the period that ended last, to fives; nothing of fewer than five, "
                "or of fewer than eight addresses, and no single matter.",
            ),
            _COUNTED,
            _matters,
        ),
    )
}
