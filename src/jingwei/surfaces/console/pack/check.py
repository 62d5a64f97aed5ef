"""The dry run of a pack: every problem with file, row and remedy, before anything is entered."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jingwei.kernel.agencies.offices import post_problem
from jingwei.kernel.clocks.counting import Limit
from jingwei.kernel.feeds.definition import feed_problems
from jingwei.kernel.matters.types import all_types, named_limits
from jingwei.kernel.places.geojson import Layer, read_layer
from jingwei.kernel.places.tree import Row, grow
from jingwei.kernel.rulebook.commands import problems_of
from jingwei.kernel.values.coordinates import Datum
from jingwei.kernel.values.words import Text
from jingwei.kit.printing.sheets import TEMPLATES
from jingwei.surfaces.console.pack.cells import add_cells
from jingwei.surfaces.console.pack.content import calendar, category, limit, reminders, routing
from jingwei.surfaces.console.pack.tables import REMINDERS, Pack, layer_file

UNIT_KINDS = ("city", "department", "centre", "team")
_CODE = Text("请改正代码，或补上被引用的行。", "Correct the code, or add the row it refers to.")
_ROLE = Text("请把这些权限分给不同的岗位。", "Divide these grants among different roles.")
_VALUE = Text("请改正这一格。", "Correct the cell.")


def check(pack: Pack) -> dict[str, Layer]:
    """Adds to `pack.problems` everything that is wrong; gives the layers read, by level."""
    if pack.problems:
        return {}
    _settings(pack)
    add_cells(pack)
    layers = _places(pack)
    for one in (_units, _roles, _posts, _catalogue, _limits, _routing, _calendar, _words, _feeds, _reminders, _papers):
        one(pack)
    return layers


def _settings(pack: Pack) -> None:
    for key in ("name", "title", "zone", "datum", "calendar", "levels", "working_time"):
        if key not in pack.settings:
            pack.wrong("pack.toml", 0, f"缺少 {key}", f"{key} is missing", _VALUE)
    if pack.settings.get("datum", Datum.WGS84) not in list(Datum):
        known = ", ".join(Datum)
        pack.wrong("pack.toml", 0, f"坐标系须是 {known} 之一", f"datum is not one of {known}", _VALUE)
    try:
        ZoneInfo(pack.settings.get("zone", "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        zone = pack.settings["zone"]
        pack.wrong("pack.toml", 0, f"没有时区 {zone}", f"there is no zone {zone}", _VALUE)


def datum_of(pack: Pack) -> Datum:
    """What the degrees of the pack's layers are measured against; WGS-84 where it says nothing that is known."""
    said = pack.settings.get("datum")
    return Datum(said) if said in list(Datum) else Datum.WGS84


def _places(pack: Pack) -> dict[str, Layer]:
    levels = [level["key"] for level in pack.settings.get("levels", ())]
    rows = [Row(row["code"], row["parent"], row["level"]) for _, row in pack.rows("places/areas.csv")]
    for problem in grow(rows, levels)[1]:
        line = int(problem.place.removeprefix("row ") or 0) if problem.place else 0
        pack.wrong("places/areas.csv", line, problem.text.zh, problem.text.en, problem.remedy)
    layers = {}
    for level in levels:
        path = layer_file(pack, level)
        if path is not None:
            layers[level] = _layer(pack, level, read_layer(path, datum=datum_of(pack)))
    return layers


def _layer(pack: Pack, level: str, layer: Layer) -> Layer:
    known = {row["code"] for _, row in pack.rows("places/areas.csv") if row["level"] == level}
    for problem in layer.problems:
        file, place = f"places/{problem.file}", f"{problem.place}: " if problem.place else ""
        pack.wrong(file, 0, place + problem.text.zh, place + problem.text.en, problem.remedy)
    for feature in layer.features:
        code = feature.properties.get("code")
        if code not in known:
            pack.wrong(f"places/{level}.geojson", feature.index, f"没有区域 {code}", f"there is no area {code}", _CODE)
    return layer


def _refers(pack: Pack, file: str, column: str, known: set[str], *, empty: bool = False) -> None:
    for line, row in pack.rows(file):
        if row[column] not in known and not (empty and not row[column]):
            pack.wrong(file, line, f"{column}：没有 {row[column]!r}", f"{column}: there is no {row[column]!r}", _CODE)


def _once(pack: Pack, file: str, *columns: str) -> None:
    seen: set[tuple[str, ...]] = set()
    for line, row in pack.rows(file):
        key = tuple(row[column] for column in columns)
        if key in seen:
            pack.wrong(file, line, f"重复：{'/'.join(key)}", f"occurs twice: {'/'.join(key)}", _CODE)
        seen.add(key)


def _units(pack: Pack) -> None:
    _once(pack, "units.csv", "code")
    _refers(pack, "units.csv", "parent", pack.codes("units.csv"), empty=True)
    _refers(pack, "units.csv", "area", pack.codes("places/areas.csv"))
    _refers(pack, "units.csv", "kind", set(UNIT_KINDS))


def _roles(pack: Pack) -> None:
    for role, content in pack.roles.items():
        problem = post_problem(content["grants"])
        if problem:
            pack.wrong("roles.toml", 0, f"{role}：{problem.zh}", f"{role}: {problem.en}", _ROLE)


def _posts(pack: Pack) -> None:
    _once(pack, "posts.csv", "code")
    _refers(pack, "posts.csv", "unit", pack.codes("units.csv"))
    _refers(pack, "posts.csv", "area", pack.codes("places/areas.csv"))
    _refers(pack, "posts.csv", "role", set(pack.roles))


def _values(pack: Pack, file: str, parameter: str, content: Callable[[dict[str, str]], dict[str, object]]) -> None:
    for line, row in pack.rows(file):
        try:
            wrong = problems_of(parameter, content(row))
        except ValueError as error:
            wrong = [Text("这一行里应为整数的格不是整数", f"a whole number is expected ({error})")]
        for sentence in wrong:
            pack.wrong(file, line, sentence.zh, sentence.en, _VALUE)


def _catalogue(pack: Pack) -> None:
    _once(pack, "catalogue.csv", "code")
    _refers(pack, "catalogue.csv", "parent", pack.codes("catalogue.csv"), empty=True)
    _values(pack, "catalogue.csv", "category", category)
    types = {row["code"]: row.get("type", "") for _, row in pack.rows("catalogue.csv")}
    known = {one.key for one in all_types() if one.classes == "own"}
    for line, row in pack.rows("catalogue.csv"):
        of = row.get("type", "")
        if of and of not in known:
            pack.wrong(
                "catalogue.csv", line, f"type：没有自有类别的类型 {of}", f"type: no type {of} has classes", _CODE
            )
        elif row["parent"] and types.get(row["parent"], of) != of:
            pack.wrong("catalogue.csv", line, "type 与上级类别不同", "type differs from the class above", _CODE)


def _limits(pack: Pack) -> None:
    _once(pack, "limits.csv", "category", "condition", "clock", "from_on")
    _refers(pack, "limits.csv", "category", pack.codes("catalogue.csv") | named_limits(), empty=True)
    _values(pack, "limits.csv", "limit", limit)
    for line, row in pack.rows("limits.csv"):
        try:
            Limit.from_content(limit(row))
            datetime.date.fromisoformat(row["from_on"])
        except (ValueError, KeyError) as error:
            zh = "时限无法解析：数量应为整数，日期应如 2026-10-01"
            pack.wrong("limits.csv", line, zh, f"the limit cannot be read: {error}", _VALUE)


def _routing(pack: Pack) -> None:
    _once(pack, "routing.csv", "rule", "from_on")
    _refers(pack, "routing.csv", "category", pack.codes("catalogue.csv"), empty=True)
    _refers(pack, "routing.csv", "area", pack.codes("places/areas.csv"), empty=True)
    _refers(pack, "routing.csv", "unit", pack.codes("units.csv"))
    _values(pack, "routing.csv", "routing", routing)
    if pack.tables["routing.csv"] and not any(
        not row["category"] and not row["area"] for _, row in pack.rows("routing.csv")
    ):
        remedy = Text("请补一条类别和区域都为空的规则。", "Add a rule with neither category nor area.")
        pack.wrong("routing.csv", 0, "没有兜底规则", "there is no fallback rule", remedy)


def _calendar(pack: Pack) -> None:
    _once(pack, "calendar.csv", "date")
    for sentence in problems_of("calendar", calendar(pack)) if "working_time" in pack.settings else ():
        pack.wrong("calendar.csv", 0, sentence.zh, sentence.en, _VALUE)


def _words(pack: Pack) -> None:
    _once(pack, "words.csv", "key")
    _values(pack, "words.csv", "word", lambda row: {"zh": row["zh"], "en": row["en"]})
    for line, row in pack.rows("words.csv"):
        try:
            datetime.date.fromisoformat(row.get("from_on") or datetime.date.min.isoformat())
        except ValueError as error:
            pack.wrong("words.csv", line, "日期应如 2026-10-01", f"the day cannot be read: {error}", _VALUE)


def _reminders(pack: Pack) -> None:
    for parameter in sorted(pack.reminders.keys() - {"ladder", "urging", "channel", "number", "reply_templates"}):
        pack.wrong(REMINDERS, 0, f"没有“{parameter}”这一部分", f"there is no part {parameter}", _VALUE)
    read: Mapping[str, Any] = pack.reminders  # as it was written: TOML knows more shapes than these
    for parameter, subjects in read.items():
        if not isinstance(subjects, dict) or not all(isinstance(one, dict) for one in subjects.values()):
            zh, en = (
                f"“{parameter}”下须是 [{parameter}.名称] 这样的表",
                f"{parameter} holds tables such as [{parameter}.NAME]",
            )
            pack.wrong(REMINDERS, 0, zh, en, _VALUE)
    if any(one.file == REMINDERS for one in pack.problems):
        return
    for parameter, subject, content, _ in reminders(pack):
        for sentence in problems_of(parameter, content):
            zh, en = f"{parameter}.{subject}：{sentence.zh}", f"{parameter}.{subject}: {sentence.en}"
            pack.wrong(REMINDERS, 0, zh, en, _VALUE)


def _feeds(pack: Pack) -> None:
    codes, units = pack.codes("catalogue.csv"), pack.codes("units.csv")
    for name, content in pack.feeds.items():
        for sentence in _feed(content, codes, units):
            pack.wrong(f"feeds/{name}.toml", 0, sentence.zh, sentence.en, _VALUE)


def _feed(content: dict[str, object], codes: set[str], units: set[str]) -> Iterator[Text]:
    yield from feed_problems(content)
    category_part, unit_part = content.get("category"), content.get("unit", {})
    for row in category_part.get("rows", ()) if isinstance(category_part, dict) else ():
        if row[-1] not in codes:
            yield Text(f"类别对应：没有类别 {row[-1]}", f"category.map: there is no category {row[-1]}")
    for value, unit in dict(unit_part.get("map", ())).items() if isinstance(unit_part, dict) else ():
        if unit not in units:
            yield Text(f"单位对应：{value}：没有单位 {unit}", f"unit.map: {value}: there is no unit {unit}")


def _papers(pack: Pack) -> None:
    for name, words in pack.papers.items():
        file = f"print/{name}.typ"
        if name not in TEMPLATES:
            known = ", ".join(TEMPLATES)
            pack.wrong(file, 0, f"没有文书 {name}，只有 {known}", f"there is no paper {name}, only {known}", _CODE)
        for problem in problems_of("print", {"typst": words}):
            pack.wrong(file, 0, problem.zh, problem.en, _VALUE)
