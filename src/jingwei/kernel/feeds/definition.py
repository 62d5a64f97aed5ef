"""What a feed's columns mean, as its pack declares it."""

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from jingwei.kernel.feeds.returning import Returning, returning_of, returning_problems
from jingwei.kernel.values.complaints import called, in_one, missing, none_of
from jingwei.kernel.values.coordinates import Datum, Point, parse_degrees
from jingwei.kernel.values.errors import Refusal
from jingwei.kernel.values.words import Text

Mode = Literal["history", "live"]
"""history: what happened elsewhere is recorded, nobody is told and no clock fires. live: open rows become matters that
are worked on here from now on, told and clocked like any report."""

_USUAL = "%Y-%m-%d %H:%M:%S"
_USUAL_FORM = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
_NEEDED = ("source", "zone", "type", "columns", "key", "opened", "state", "category", "place", "channel")


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed, ready to be read by. Columns are named as in the file's header."""

    name: str
    source: str
    mode: Mode
    zone: ZoneInfo
    sheet: str  # of an Excel workbook; empty: the first
    encoding: str
    matter_type: str
    columns: tuple[str, ...]
    key: str
    key_pattern: re.Pattern[str]
    opened: str
    target: str
    closed: str
    moment_format: str
    state: str
    open_states: frozenset[str]
    closed_states: frozenset[str]
    category_columns: tuple[str, ...]
    categories: Mapping[tuple[str, ...], str]
    other_category: str  # for what the map does not name; empty: such a row is rejected
    lon: str
    lat: str
    address: str
    area: str
    datum: Datum  # of its degrees
    unknown_points: frozenset[Point]  # as the source writes them
    channel: str
    channels: Mapping[str, str]
    every_channel: str  # where the file has no column for it
    contact: Mapping[str, str]  # name, phone, email: column
    unit: str
    units: Mapping[str, str]
    duplicate: str
    fields: Mapping[str, str]  # declared field of the type: column
    closing_fields: Mapping[str, str]  # field of the closing act: column
    verdict: str
    verdict_met: str
    verdict_missed: str
    longest_cell: int
    returning: Returning | None


def feed_problems(content: Mapping[str, Any]) -> Iterator[Text]:
    """What is wrong with a declaration, a sentence each."""
    for name in _NEEDED:
        if name not in content:
            yield missing(name)
    yield from _column_problems(content)
    mode = content.get("mode", "history")
    if mode not in get_args(Mode):
        yield none_of("mode", mode, get_args(Mode))
    if content.get("datum", Datum.WGS84) not in list(Datum):
        yield none_of("datum", content["datum"], Datum)
    if mode == "history" and content.get("contact"):
        yield Text(
            "导入历史记录时不收个人信息列（决定 0005）；请把“导入方式”改为 live",
            "contact: recorded history takes no personal columns (decision 0005); use mode live",
        )
    if "return" in content:
        yield from returning_problems(content["return"])


def _column_problems(content: Mapping[str, Any]) -> Iterator[Text]:
    columns = set(content.get("columns", ()))
    for part, keys in (
        ("key", ("column",)),
        ("opened", ("column",)),
        ("target", ("column",)),
        ("closed", ("column",)),
        ("state", ("column",)),
        ("place", ("lon", "lat", "address", "area")),
        ("contact", ("name", "phone", "email")),
        ("channel", ("column",)),
        ("unit", ("column",)),
        ("duplicate", ("column",)),
        ("verdict", ("column",)),
    ):
        for key in keys:
            column = content.get(part, {}).get(key, "")
            if column and column not in columns:
                yield _no_column(f"{part}.{key}", column)
    for column in content.get("category", {}).get("columns", ()):
        if column not in columns:
            yield _no_column("category.columns", column)


def _no_column(path: str, column: str) -> Text:
    return Text(f"“{called(path).zh}”：文件里没有“{column}”这一列", f"{path}: the file has no column {column}")


def feed_of(name: str, content: Mapping[str, Any]) -> Feed:
    """The feed that a sound declaration means. Raises ValueError naming what is wrong."""
    problems = list(feed_problems(content))
    if problems:
        raise ValueError(in_one(problems, f"feed {name}").en)
    part = {key: content.get(key, {}) for key in ("target", "closed", "unit", "duplicate", "verdict", "closing_fields")}
    place, category = content["place"], content["category"]
    return Feed(
        name=name,
        source=content["source"],
        mode=content.get("mode", "history"),
        sheet=content.get("sheet", ""),
        zone=ZoneInfo(content["zone"]),
        encoding=content.get("encoding", "utf-8"),
        matter_type=content["type"],
        columns=tuple(content["columns"]),
        key=content["key"]["column"],
        key_pattern=re.compile(content["key"].get("pattern", ".+")),
        opened=content["opened"]["column"],
        target=part["target"].get("column", ""),
        closed=part["closed"].get("column", ""),
        moment_format=content["opened"].get("format", _USUAL),
        state=content["state"]["column"],
        open_states=frozenset(content["state"]["open"]),
        closed_states=frozenset(content["state"]["closed"]),
        category_columns=tuple(category["columns"]),
        categories={tuple(row[:-1]): row[-1] for row in category["rows"]},
        other_category=category.get("other", ""),
        lon=place.get("lon", ""),
        lat=place.get("lat", ""),
        address=place.get("address", ""),
        area=place.get("area", ""),
        datum=Datum(content.get("datum", Datum.WGS84)),
        unknown_points=_points(name, place),
        channel=content["channel"].get("column", ""),
        channels=dict(content["channel"].get("map", ())),
        every_channel=content["channel"].get("every", ""),
        contact=content.get("contact", {}),
        unit=part["unit"].get("column", ""),
        units=dict(part["unit"].get("map", ())),
        duplicate=part["duplicate"].get("column", ""),
        fields=content.get("fields", {}),
        closing_fields=part["closing_fields"],
        verdict=part["verdict"].get("column", ""),
        verdict_met=part["verdict"].get("met", ""),
        verdict_missed=part["verdict"].get("missed", ""),
        longest_cell=content.get("limits", {}).get("max_cell", 100_000),
        returning=returning_of(content["return"]) if "return" in content else None,
    )


def _points(name: str, place: Mapping[str, Any]) -> frozenset[Point]:
    try:
        return frozenset(parse_degrees(str(lon), str(lat)) for lon, lat in place.get("unknown_points", ()))
    except Refusal as refusal:
        raise ValueError(f"feed {name}: place.unknown_points: {refusal}") from refusal


def parse_moment(feed: Feed, text: str) -> tuple[datetime.datetime, str]:
    """(moment in UTC, flag) of a local time without offset: the first, where it occurs twice. Raises ValueError."""
    usual = feed.moment_format == _USUAL and _USUAL_FORM.fullmatch(text)  # read so in a twentieth of strptime's time
    local = datetime.datetime.fromisoformat(text) if usual else datetime.datetime.strptime(text, feed.moment_format)
    first, second = local.replace(tzinfo=feed.zone), local.replace(tzinfo=feed.zone, fold=1)
    flag = ""
    if first.utcoffset() != second.utcoffset():
        early, late = first.astimezone(datetime.UTC), second.astimezone(datetime.UTC)
        flag = "ambiguous_time" if early < late else "time_that_did_not_occur"
    return first.astimezone(datetime.UTC), flag
