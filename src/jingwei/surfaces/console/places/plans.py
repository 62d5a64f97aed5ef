"""What the console's commands on places read: the levels of a pack or a city, a new layer."""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.registry import Command
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.places.checking.faults import Fault, Thresholds
from jingwei.kernel.places.checking.layers import Level, box_of, check_file, check_levels, repairs
from jingwei.kernel.places.checking.of_city import levels_of
from jingwei.kernel.places.commands import EnterBoundary, RedrawAreas, Shape
from jingwei.kernel.places.geojson import Feature, Layer, read_layer
from jingwei.kernel.places.planning import Wanted, plan_redraw
from jingwei.kernel.places.problems import Problem
from jingwei.kernel.places.snapshot import Places
from jingwei.kernel.values.coordinates import Datum
from jingwei.surfaces.console.answer import Faults, Misuse
from jingwei.surfaces.console.pack.check import datum_of
from jingwei.surfaces.console.pack.tables import layer_file, read_pack


def levels_of_city(thresholds: Thresholds) -> Iterator[Fault]:
    """The faults of the areas of the process's city as they are today."""
    with reading(system("console")) as scope:
        levels = levels_of(scope)
    return check_levels(levels, thresholds)


def levels_of_pack(folder: Path, thresholds: Thresholds) -> Iterator[Fault]:
    """The faults of a pack's layers: what reading them found, then level by level."""
    pack = read_pack(folder)
    if pack.problems and not pack.settings:
        raise Misuse(f"{folder}: {pack.problems[0].what.en}")
    parents = {row["code"]: row["parent"] for _, row in pack.rows("places/areas.csv")}
    keys = [str(level["key"]) for level in pack.settings.get("levels", ())]
    paths = {key: path for key in keys if (path := layer_file(pack, key)) is not None}
    box = None
    levels = []
    for key, path in paths.items():
        layer = read_layer(path, name=path.name, city=box, datum=datum_of(pack))
        box = box or box_of([layer])
        yield from _of_reading(layer, thresholds)
        codes = [str(one.properties.get("code", "")) for one in layer.features]
        listed = [row["code"] for _, row in pack.rows("places/areas.csv") if row["level"] == key]
        without = [code for code in listed if code not in set(codes)]
        levels.append(Level(key, codes, [one.polygons.wkb for one in layer.features], parents, without=without))
    yield from check_levels(levels, thresholds)


def _of_reading(layer: Layer, thresholds: Thresholds) -> Iterator[Fault]:
    if layer.problems:
        yield from check_file(Layer((), layer.problems, ()), thresholds)
    yield from repairs(layer.features)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A file of boundaries: the property with the code of an area, and what its degrees are measured against."""

    path: Path
    code: str
    datum: Datum


def plan_layer(places: Places, drawing: Drawing, level: str, act: tuple[datetime.date, str]) -> RedrawAreas:
    """The redraw that a file of new boundaries means; `act` is the day and the decision it rests on. Raises Invalid."""
    levels = list(dict.fromkeys(place.level for place in places.in_force))
    if level not in levels:
        raise Misuse(f"the city has no level {level!r}; it has: {', '.join(levels)}")
    if not any(place.level == level and place.on(act[0]) for place in places.by_code.values()):
        raise Misuse(f"--from: no area of the level {level} is in force on {act[0]}; take a later day")
    wanted = _wanted_of(drawing)
    unknown = (one for one in wanted if one.parent and one.parent not in places.by_code)
    _refuse(
        drawing, [f"{one.code}: there is no area {one.parent} above it | 没有上级区域 {one.parent}" for one in unknown]
    )
    return plan_redraw(places, level, wanted, *act)


def plan_boundaries(places: Places, drawing: Drawing, on: datetime.date) -> list[Command]:
    """A file's areas as the first boundaries of the cells with their codes; raises Faults with all that are not so."""
    wanted = _wanted_of(drawing)
    drawn = {one.code for one in places.shapes_on(on)}
    problems = [_UNKNOWN.format(one.code) for one in wanted if one.code not in places.by_code]
    _refuse(drawing, problems + [_HAS_ONE.format(one.code) for one in wanted if one.code in drawn])
    return [EnterBoundary(code=one.code, from_on=on, shape=one.shape) for one in wanted]


_UNKNOWN = (
    "{0}: there is no area with this code; correct it, or enter the cell first | 没有区域 {0}，请改正编码或先录入"
)
_HAS_ONE = "{0}: it has a boundary; to change it, redraw it | {0} 已有边界，改边界请用调整区划"
_TWICE = "{0}: the code stands on two features; give one its own | 编码 {0} 出现两次，请改正其一"


def _wanted_of(drawing: Drawing) -> list[Wanted]:
    layer = read_layer(drawing.path, name=drawing.path.name, datum=drawing.datum)
    _refuse(drawing, [_problem_line(one) for one in layer.problems])
    wanted = [_wanted(one, drawing) for one in layer.features]
    counts = Counter(one.code for one in wanted)
    _refuse(drawing, [_TWICE.format(code) for code, count in counts.items() if count > 1])
    return wanted


def _problem_line(one: Problem) -> str:
    """A problem of reading with its place and its remedy, in both languages."""
    place = f"{one.place}: " if one.place else ""
    return f"{place}{one.text.en} {one.remedy.en} | {one.text.zh}{one.remedy.zh}"


def _refuse(drawing: Drawing, problems: list[str]) -> None:
    """Raises Faults that names every problem of a file; nothing of it was done yet."""
    if problems:
        told = "\n".join(f"  {one}" for one in problems)
        raise Faults(f"{len(problems)} problems in {drawing.path.name}; nothing was changed\n{told}")


def _wanted(feature: Feature, drawing: Drawing) -> Wanted:
    column, source = drawing.code, drawing.path.name
    properties = feature.properties
    key = str(properties.get(column, ""))
    if not key:
        there = ", ".join(map(repr, properties)) or "none"
        raise Faults(
            f"{source}: features[{feature.index}] has no property {column!r}, but {there}: name it with --code"
        )
    name = str(properties.get("name_zh") or properties.get("name") or key)
    english = str(properties.get("name_en") or properties.get("name") or key)
    polygons = feature.polygons
    shape = Shape(wkb=polygons.wkb, vertices=polygons.vertices, datum=drawing.datum, source=source)
    return Wanted(key, (name, english), str(properties.get("parent", "")), shape)
