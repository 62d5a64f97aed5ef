"""The files of a pack, as they are, with a place for every problem."""

import csv
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jingwei.kernel.places.commands import SheetCell
from jingwei.kernel.values.words import Text

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "places/areas.csv": ("code", "level", "parent", "name_zh", "name_en"),
    "units.csv": ("code", "parent", "kind", "area", "name_zh", "name_en"),
    "posts.csv": ("code", "unit", "area", "role", "title_zh", "title_en"),
    "catalogue.csv": ("code", "parent", "title_zh", "title_en", "urgency", "open"),
    "limits.csv": ("category", "condition", "clock", "counting", "amount", "unit", "basis", "from_on"),
    "routing.csv": ("rule", "priority", "category", "area", "condition", "unit", "from_on", "basis"),
    "calendar.csv": ("date", "kind", "title_zh", "title_en"),
    "words.csv": ("key", "zh", "en"),
}
OWN_DAYS = "calendar.csv"
REMINDERS = "reminders.toml"
"""Ladders, rules of urging, channels, and numbers of following up; a pack may do without."""


@dataclass(frozen=True, slots=True)
class PackProblem:
    """One thing wrong: file, row (0: the whole file), what, and what to do about it."""

    file: str
    row: int
    what: Text
    remedy: Text


@dataclass(slots=True)
class Pack:
    """A pack's files read into rows; `problems` grows with everything that is wrong."""

    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)
    roles: dict[str, Any] = field(default_factory=dict)
    feeds: dict[str, dict[str, Any]] = field(default_factory=dict)
    reminders: dict[str, dict[str, dict[str, Any]]] = field(
        default_factory=dict
    )  # ladder, urging, channel, number, by subject
    papers: dict[str, str] = field(default_factory=dict)  # templates of print/*.typ, by name
    tables: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    shared_days: list[dict[str, str]] = field(default_factory=list)  # of the shared calendar that pack.toml names
    cells: tuple[SheetCell, ...] = ()  # what the cells are known by, where a sheet says so
    problems: list[PackProblem] = field(default_factory=list)

    def wrong(self, file: str, row: int, zh: str, en: str, remedy: Text) -> None:
        """Notes a problem."""
        self.problems.append(PackProblem(file, row, Text(zh, en), remedy))

    def rows(self, file: str) -> Iterator[tuple[int, dict[str, str]]]:
        """(line, row) of a table; the header is line 1."""
        return enumerate(self.tables.get(file, ()), 2)

    def codes(self, file: str, column: str = "code") -> set[str]:
        """All values of a column."""
        return {row[column] for row in self.tables.get(file, ())}


_MEND = Text("请改正该文件。", "Mend the file.")
_ADD = Text("请补上该文件。", "Add the file.")


def read_pack(folder: Path) -> Pack:
    """Reads all files; nothing is judged yet beyond being readable."""
    pack = Pack(folder)
    pack.settings = _toml(pack, "pack.toml")
    pack.roles = _toml(pack, "roles.toml").get("role", {})
    if (folder / REMINDERS).is_file():
        pack.reminders = _toml(pack, REMINDERS)
    for file, columns in COLUMNS.items():
        if file != OWN_DAYS:
            pack.tables[file] = _table(pack, file, columns)
    _read_calendar(pack)
    for path in sorted((folder / "feeds").glob("*.toml")):
        pack.feeds[path.stem] = _feed(pack, path)
    for path in sorted((folder / "print").glob("*.typ")):
        try:
            pack.papers[path.stem] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            pack.wrong(f"print/{path.name}", 0, f"无法读取：{error}", f"cannot be read: {error}", _MEND)
    return pack


def _toml(pack: Pack, file: str) -> dict[str, Any]:
    path = pack.folder / file
    if not path.is_file():
        pack.wrong(file, 0, "缺少该文件", "the file is missing", _ADD)
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=str)  # fractions stay exact
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        pack.wrong(file, 0, f"无法读取：{error}", f"cannot be read: {error}", _MEND)
        return {}


def _read_calendar(pack: Pack) -> None:
    """The shared calendar `calendars/NAME.csv` beside the pack, and the pack's own days; one of the two is needed."""
    shared = Path("..", "calendars", f"{pack.settings.get('calendar', '')}.csv")
    if (pack.folder / shared).is_file():
        pack.shared_days = _table(pack, shared.as_posix(), COLUMNS[OWN_DAYS])
    if not pack.shared_days or (pack.folder / OWN_DAYS).is_file():
        pack.tables[OWN_DAYS] = _table(pack, OWN_DAYS, COLUMNS[OWN_DAYS])


def _table(pack: Pack, file: str, columns: Sequence[str]) -> list[dict[str, str]]:
    path = pack.folder / file
    if not path.is_file():
        pack.wrong(file, 0, "缺少该文件", "the file is missing", _ADD)
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text, strict=True)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                pack.wrong(file, 1, f"缺少列 {missing}", f"columns are missing: {missing}", _MEND)
                return []
            rows = [{key: (value or "").strip() for key, value in row.items() if key} for row in reader]
    except (csv.Error, UnicodeDecodeError) as error:
        pack.wrong(file, 0, f"无法读取：{error}", f"cannot be read: {error}", _MEND)
        return []
    return rows


def _feed(pack: Pack, path: Path) -> dict[str, Any]:
    """A feed's declaration with its category map read in (`map` names a CSV: the columns' values, then the code).

    Other maps become pairs: the words of a source are of any script, and names of members are ASCII in what is kept.
    """
    name = f"feeds/{path.name}"
    content = _toml(pack, name)
    category = content.get("category", {})
    if isinstance(category.get("map"), str):
        file = path.parent / category["map"]
        if not file.is_file():
            pack.wrong(name, 0, f"缺少 {category['map']}", f"{category['map']} is missing", _ADD)
        else:
            with file.open(encoding="utf-8-sig", newline="") as text:
                category["rows"] = list(csv.reader(text))[1:]
    for part in (content.get("channel", {}), content.get("unit", {}), *content.get("return", {}).get("columns", ())):
        if isinstance(part.get("map"), dict):
            part["map"] = [list(pair) for pair in part["map"].items()]
    return content


def layer_file(pack: Pack, level: str) -> Path | None:
    """The file with the polygons of a level, if the pack has one."""
    for ending in (".geojson", ".geojson.gz"):
        path = pack.folder / "places" / f"{level}{ending}"
        if path.is_file():
            return path
    return None
