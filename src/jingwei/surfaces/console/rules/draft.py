"""A draft of rules, in the pack's own form: only the rows that change. Nothing of it enters the rulebook."""

import csv
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.rules.comparing import Change
from jingwei.kernel.matters.rules.problems import problems_on, rules_problems
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.rulebook.commands import problems_of
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, rules_of
from jingwei.kernel.values.words import Text
from jingwei.surfaces.console.pack.content import limit, routing
from jingwei.surfaces.console.pack.tables import COLUMNS, OWN_DAYS

SETTINGS = "pack.toml"
_Row = dict[str, str]
_LIMIT_KEY = ("category", "condition", "clock")


def read_draft(scope: Scope, path: Path) -> tuple[list[Change], list[str]]:
    """The changes of a folder or of one file, and everything wrong with them, a sentence each.

    A row without a unit (routing), an amount (limit) or a kind (calendar) takes that value away.
    """
    files = [path] if path.is_file() else [path / name for name in (*_TABLES, OWN_DAYS, SETTINGS)]
    found, problems = list[Change](), list[str]()
    rows: dict[str, list[tuple[int, _Row]]] = {}
    settings: Mapping[str, Any] = {}
    for file in files:
        try:
            if file.name == SETTINGS and file.is_file():
                settings = _working_time(file)
            elif file.is_file():
                rows[_kind(file)] = _rows(file, _kind(file))
        except UnicodeDecodeError as error:
            problems.append(f"{file.name}: {_NOT_UTF8.en} (byte {error.start}) | {_NOT_UTF8.zh}")
        except (ValueError, csv.Error) as error:
            problems.append(f"{file.name}: {error}")
    found += _from_tables(rows, problems)
    found += _calendar(scope, [row for _, row in rows.get(OWN_DAYS, ())], settings)
    if not found and not problems:
        problems.append(f"{path}: no {', '.join((*_TABLES, OWN_DAYS, SETTINGS))} with rows that change anything")
    return found, [*problems, *_wrong(scope, found)]


def _from_tables(rows: Mapping[str, list[tuple[int, _Row]]], problems: list[str]) -> Iterator[Change]:
    """The changes that the rows of routing and limits mean; what is wrong with a row goes to the problems."""
    for name, (subject, content, value) in _TABLES.items():
        for line, row in rows.get(name, ()):
            if not subject(row).strip("/"):
                problems.append(f"{name}:{line}: {_NAMELESS.en} | {_NAMELESS.zh}")
                continue
            try:
                yield name.removesuffix(".csv").rstrip("s"), subject(row), content(row) if row[value] else None
            except ValueError as error:
                problems.append(f"{name}:{line}: {_NUMBER.en} ({error}) | {_NUMBER.zh}")


_TABLES: Mapping[str, tuple[Callable[[_Row], str], Callable[[_Row], dict[str, Any]], str]] = {
    "routing.csv": (lambda row: row["rule"], routing, "unit"),
    "limits.csv": (lambda row: "/".join(row[key] for key in _LIMIT_KEY), limit, "amount"),
}
"""A table's subject, its content, and the column that is empty where the value is taken away."""


_NOT_UTF8 = Text("不是 UTF-8 编码，请另存为 UTF-8。", "The text is not UTF-8; save it as UTF-8.")
_NAMELESS = Text("这一行没有写明规则名或计时，请补上。", "The row names no rule and no clock; name it.")
_NUMBER = Text("应为整数，请改正。", "A whole number is expected; correct the cell.")


def _rows(file: Path, table: str) -> list[tuple[int, _Row]]:
    """The rows with their lines. Raises ValueError where a column that the table needs is missing."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        reader = csv.DictReader(text, strict=True)
        missing = ", ".join(sorted(_needed(table) - set(reader.fieldnames or ())))
        if missing and reader.fieldnames:
            raise ValueError(f"columns are missing: {missing}; add them | 缺少列：{missing}，请补上。")
        return [
            (line, {key: (value or "").strip() for key, value in row.items() if key})
            for line, row in enumerate(reader, 2)
        ]


def _needed(table: str) -> set[str]:
    """The columns that a draft of the table cannot do without."""
    return set(COLUMNS[table]) - {"from_on", "basis", "title_zh", "title_en"}


def _working_time(file: Path) -> Mapping[str, Any]:
    """What a pack.toml says of the working time. Raises ValueError where that is no table, or no TOML."""
    found = tomllib.loads(file.read_text(encoding="utf-8")).get("working_time", {})
    if not isinstance(found, dict):
        raise ValueError("working_time is not a table; write it below [working_time] | working_time 应写成一个表。")
    return found


def _kind(file: Path) -> str:
    """Which table of a pack a file is: by its name, else by its columns. Raises ValueError."""
    if file.name in (*_TABLES, OWN_DAYS):
        return file.name
    with file.open(encoding="utf-8-sig", newline="") as text:
        columns = set(next(csv.reader(text), []))
    for name in (*_TABLES, OWN_DAYS):
        if columns >= _needed(name):
            return name
    raise ValueError(f"neither its name nor its columns are those of {', '.join((*_TABLES, OWN_DAYS))}")


def _calendar(scope: Scope, days: list[_Row], working_time: Mapping[str, Any]) -> Iterator[Change]:
    """The city's calendar with these days and this working time in place of its own."""
    dated = rules_of(scope).calendar(CITY_CALENDAR, scope.today)
    if dated is None or not (days or working_time):
        return
    changed = {row["date"]: row["kind"] for row in days}
    merged = {**dated.content["days"], **changed}
    kept = {day: kind for day, kind in merged.items() if kind}
    titles = {day: title for day, title in dated.content.get("titles", {}).items() if day in kept}
    yield "calendar", CITY_CALENDAR, {**dated.content, **working_time, "days": kept, "titles": titles}


def _wrong(scope: Scope, changes: list[Change]) -> Iterator[str]:
    """Contents that do not fit, and what would be broken under the draft and is not today."""
    bad = False
    for parameter, subject, content in changes:
        for sentence in problems_of(parameter, content) if content is not None else ():
            bad = True
            yield f"{parameter} {subject}: {sentence.en} | {sentence.zh}"
    if bad:
        return
    draft, today = rules_of(scope).changed(changes, "draft"), set(rules_problems(scope))
    for one in problems_on(draft, agencies_of(scope), places_of(scope), scope.today):
        if one not in today and one.kind != "unreachable":
            yield f"{one.parameter} {one.subject}: {one.what.en}. {one.remedy.en} | {one.what.zh}。{one.remedy.zh}"
