"""Enters a checked pack into a new city, by commands of the founding actor."""

import datetime
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from jingwei.kernel.agencies.commands import EnterPost, EnterUnit
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command
from jingwei.kernel.commands.scope import Clock
from jingwei.kernel.places.commands import AreaRow, EnterAreas, EnterSheet, Shape
from jingwei.kernel.places.geojson import Layer
from jingwei.kernel.places.tree import Row, grow
from jingwei.kernel.rulebook.commands import SetManyValues, SetValue
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.words import Text
from jingwei.surfaces.console.pack.content import calendar, category, limit, reminders, routing
from jingwei.surfaces.console.pack.tables import REMINDERS, Pack

FOUNDER = system("founding", "places.edit", "agencies.edit", "roster.edit", "rulebook.edit")
_AT_ONCE = 500  # cells of a sheet in one command
_FILES = {
    "city": "pack.toml",
    "category": "catalogue.csv",
    "limit": "limits.csv",
    "routing": "routing.csv",
    "calendar": "pack.toml",
    "word": "words.csv",
    "print": "print/{}.typ",
    "feed": "feeds/{}.toml",
}
"""Where the values of a parameter stand in a pack; of those that are not here in reminders.toml."""

_DRAWN = Text("建城时随机生成", "drawn by chance when the city was founded")
_NO_ROW: Mapping[str, str] = {}
_SINCE = datetime.date(2000, 1, 1)
"""From when a new city's values hold, where the pack names no day: before any record it may import."""


def enter(
    pack: Pack, layers: Mapping[str, Layer], progress: Callable[[str], None] = lambda _: None, now: Clock = None
) -> None:
    """What the city is, areas, units, posts, rulebook. Each command has a key of its own, so a run that was cut off may
    be repeated. `now`: a practice city is founded at the beginning of its simulated time."""
    rulebook = _rulebook(pack)
    execute(FOUNDER, SetManyValues(values=tuple(rulebook.pop("city"))), "pack:rulebook:city")
    progress("areas")
    execute(FOUNDER, _areas(pack, layers), "pack:areas", now=now)
    for start in range(0, len(pack.cells), _AT_ONCE):
        cells = pack.cells[start : start + _AT_ONCE]
        execute(FOUNDER, EnterSheet(from_on=_SINCE, cells=cells), f"pack:cells:{start}", now=now)
    progress("units")
    for line, row in pack.rows("units.csv"):
        name = (row["name_zh"], row["name_en"])
        unit = EnterUnit(code=row["code"], kind=row["kind"], parent=row["parent"], area=row["area"], name=name)
        execute(FOUNDER, unit, f"pack:unit:{line}", now=now)
    for line, row in pack.rows("posts.csv"):
        execute(FOUNDER, _post(pack, row), f"pack:post:{line}", now=now)
    progress("rulebook")
    for part, values in rulebook.items():
        if not values:
            continue
        execute(FOUNDER, SetManyValues(values=tuple(values)), f"pack:rulebook:{part}", now=now)


def _areas(pack: Pack, layers: Mapping[str, Layer]) -> Command:
    shapes = {
        feature.properties["code"]: (level, feature.polygons)
        for level, layer in layers.items()
        for feature in layer.features
    }
    table = {row["code"]: row for _, row in pack.rows("places/areas.csv")}
    nodes, _ = grow(
        [Row(row["code"], row["parent"], row["level"]) for row in table.values()],
        [level["key"] for level in pack.settings["levels"]],
    )
    ids = {node.code: new_id() for node in nodes}
    rows = []
    for node in nodes:
        shape = None
        if node.code in shapes:
            level, polygons = shapes[node.code]
            source = f"places/{level}.geojson"
            shape = Shape(wkb=polygons.wkb, vertices=polygons.vertices, datum=pack.settings["datum"], source=source)
        name = (table[node.code]["name_zh"], table[node.code]["name_en"])
        rows.append(
            AreaRow(
                id=ids[node.code],
                code=node.code,
                level=node.level,
                parent=ids.get(node.parent),
                name=name,
                lft=node.lft,
                rgt=node.rgt,
                shape=shape,
            )
        )
    return EnterAreas(areas=tuple(rows), from_on=_SINCE)


def _post(pack: Pack, row: dict[str, str]) -> EnterPost:
    return EnterPost(
        code=row["code"],
        unit=row["unit"],
        area=row["area"],
        role=row["role"],
        title=(row["title_zh"], row["title_en"]),
        grants=tuple(pack.roles[row["role"]]["grants"]),
    )


def _rulebook(pack: Pack) -> dict[str, list[SetValue]]:
    name, language = pack.settings["name"], pack.settings.get("language", "zh-hans")
    city = {"title": pack.settings["title"]}
    if pack.settings.get("practice"):
        city["practice"] = {"zh": "演练", "en": "Practice"}

    def value(
        parameter: str, subject: str, content: Mapping[str, Any], row: Mapping[str, str] = _NO_ROW, file: str = ""
    ) -> SetValue:
        since = datetime.date.fromisoformat(row["from_on"]) if row.get("from_on") else _SINCE
        basis = row.get("basis") or in_pack(file or _FILES.get(parameter, REMINDERS).format(subject))
        return SetValue(parameter=parameter, subject=subject, from_on=since, content=content, basis=basis)

    def in_pack(file: str) -> str:  # what it was taken from is said by the pack's own notes
        founded = Text(f"建城时的数据包 {name}：{file}", f"{file} of the pack {name}, with which the city was founded")
        return founded.in_(language)

    return {
        "city": [value("city", name, content) for name, content in city.items()],
        "category": [value("category", row["code"], category(row)) for _, row in pack.rows("catalogue.csv")],
        "limit": [
            value("limit", f"{row['category']}/{row['condition']}/{row['clock']}", limit(row), row)
            for _, row in pack.rows("limits.csv")
        ],
        "routing": [value("routing", row["rule"], routing(row), row) for _, row in pack.rows("routing.csv")],
        "calendar": [value("calendar", CITY_CALENDAR, calendar(pack))],
        "word": [
            *(value("word", row["key"], {"zh": row["zh"], "en": row["en"]}, row) for _, row in pack.rows("words.csv")),
            *(
                value("word", f"level.{one['key']}", dict(one["title"]), file="pack.toml")
                for one in pack.settings["levels"]
            ),
        ],
        "print": [value("print", name, {"typst": words}) for name, words in pack.papers.items()],
        "draw": [value("draw", "seed", {"seed": secrets.token_hex(16)}, {"basis": _DRAWN.in_(language)})],
        "feed": [value("feed", name, content) for name, content in pack.feeds.items()],
        "reminders": [value(part, name, content, {"basis": basis}) for part, name, content, basis in reminders(pack)],
    }
